"""Panels of the editor of the portal's places, and of the documents with a form of their own."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)

from ..catalogue.panels import title_and_text
from .choosers import column_category_widget

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
                [FieldPanel("category", widget=column_category_widget)],
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

SERVICE_GUIDE = title_and_text(
    MultiFieldPanel(
        [
            FieldPanel("item_name"),
            FieldPanel("legal_basis"),
            FieldPanel("conditions"),
            FieldPanel("materials"),
            FieldPanel("procedure"),
            FieldPanel("time_limit"),
            FieldPanel("fees"),
            FieldPanel("window"),
        ],
        heading=_("The eight published fields"),
        icon="list-ol",
        help_text=_(
            "All eight are required. Say “none” where there is nothing to state, for example no fee."
        ),
    ),
    MultiFieldPanel(
        [FieldPanel("promised_days"), FieldPanel("apply_url")], heading=_("Service"), icon="clipboard-list"
    ),
)
POWER_LIST = title_and_text(
    InlinePanel(
        "powers",
        [
            FieldRowPanel([FieldPanel("code"), FieldPanel("kind")]),
            FieldPanel("name"),
            FieldPanel("legal_basis"),
            FieldPanel("department_name"),
            FieldPanel("duties"),
        ],
        heading=_("Powers"),
        label=_("Power item"),
        min_num=1,
    )
)
PROJECT = title_and_text(
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("project_code"), FieldPanel("approval_number")]),
            FieldPanel("builder"),
            FieldPanel("place"),
            FieldPanel("scale"),
            FieldRowPanel([FieldPanel("amount"), FieldPanel("period")]),
            FieldPanel("stage"),
        ],
        heading=_("Project"),
        icon="clipboard-list",
    ),
    InlinePanel(
        "stages",
        [FieldRowPanel([FieldPanel("name"), FieldPanel("date"), FieldPanel("done")]), FieldPanel("note")],
        heading=_("Approval and implementation"),
        label=_("Stage"),
    ),
    "body",
)
CLARIFICATION = title_and_text(
    MultiFieldPanel(
        [
            FieldPanel("rumour"),
            FieldRowPanel([FieldPanel("rumour_source"), FieldPanel("rumour_date")]),
        ],
        heading=_("What was said"),
        icon="warning",
        help_text=_("Repeat no more of it than is needed to recognise it."),
    ),
    "facts",
)
INSTITUTION = title_and_text(
    "duties",
    "internal_bodies",
    MultiFieldPanel(
        [FieldPanel("address"), FieldPanel("office_hours"), FieldPanel("contact")],
        heading=_("Contact"),
        icon="mail",
    ),
    FieldRowPanel([FieldPanel("head_name"), FieldPanel("head_title")], heading=_("Head")),
)
LEADERS = title_and_text(
    InlinePanel(
        "leaders",
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("title")]),
            FieldPanel("duties"),
            FieldPanel("photo"),
        ],
        heading=_("Leaders"),
        label=_("Leader"),
        min_num=1,
    )
)
RULE = title_and_text("body")
