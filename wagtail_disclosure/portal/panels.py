"""Panels of the editor of the portal's places."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)

PLATFORM = [
    TitleFieldPanel("title"),
    FieldPanel("introduction"),
    MultiFieldPanel(
        [
            PageChooserPanel("guide_page"),
            PageChooserPanel("rules_page"),
            PageChooserPanel("reports_page"),
            FieldPanel("request_url"),
        ],
        heading=_("Fixed blocks"),
        icon="grip",
        help_text=_(
            "The section always shows its four blocks and the link to requests. A block without a page leads to "
            "the part of this page that lists the same."
        ),
    ),
]
SUBSITE = [
    TitleFieldPanel("title"),
    FieldPanel("department"),
    FieldPanel("introduction"),
    MultiFieldPanel(
        [
            FieldPanel("functions"),
            FieldPanel("address"),
            FieldPanel("office_hours"),
            FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        ],
        heading=_("Functions and contact"),
        icon="mail",
        help_text=_("Filled in from the department when the sub-site is made; changes here are reviewed."),
    ),
    FieldPanel("accent", icon="view"),
]
COLUMN = [
    TitleFieldPanel("title"),
    FieldPanel(
        "column_type",
        help_text=_("The type in the national list. It decides how long a column may stand still."),
    ),
    FieldPanel("introduction"),
    MultiFieldPanel(
        [
            InlinePanel(
                "mapped_categories",
                [FieldPanel("category")],
                label=_("Category"),
                help_text=_(
                    "What is published under these categories appears in the column at once. A category of the "
                    "first level includes those below it."
                ),
            ),
            FieldPanel("department"),
        ],
        heading=_("What the column lists"),
        icon="list-ul",
    ),
    FieldPanel("body", help_text=_("Shown above the list. A column may consist of text alone.")),
    MultiFieldPanel([FieldPanel("plain"), FieldPanel("accent")], heading=_("Look"), icon="view"),
    FieldPanel("keywords", help_text=_("For search engines. Separate keywords with a semicolon.")),
]
GUIDE = [
    TitleFieldPanel("title"),
    FieldPanel("classification"),
    FieldPanel("arrangement"),
    FieldPanel("how_to_obtain"),
    MultiFieldPanel(
        [
            FieldPanel("office_name"),
            FieldPanel("address"),
            FieldPanel("office_hours"),
            FieldRowPanel([FieldPanel("phone"), FieldPanel("fax")]),
            FieldPanel("email"),
        ],
        heading=_("Disclosure office"),
        icon="mail",
    ),
    FieldPanel("procedure"),
    FieldPanel("application_form"),
    FieldPanel("supervision"),
]
