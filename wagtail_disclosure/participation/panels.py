"""Panels of the editor of consultations and surveys."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)

PERIOD = MultiFieldPanel(
    [
        # A list and no chooser: it offers only what the person may choose.
        FieldPanel("department", widget=forms.Select),
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
    ],
    heading=pgettext_lazy("participation", "Department and period"),
    help_text=_("It opens and closes by itself."),
)
CONSULTATION = [
    TitleFieldPanel("title"),
    PERIOD,
    MultiFieldPanel(
        [FieldPanel("draft_kind"), FieldPanel("shorter_because")],
        heading=pgettext_lazy("participation", "What the law asks for"),
    ),
    FieldPanel("introduction"),
    FieldPanel("legal_basis"),
    FieldPanel("draft"),
    InlinePanel(
        "draft_files",
        [FieldPanel("document"), FieldPanel("title")],
        heading=pgettext_lazy("participation", "Draft as files"),
        label=_("File"),
    ),
    FieldPanel("takes_files"),
    MultiFieldPanel(
        [
            FieldPanel("contact"),
            FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
            FieldPanel("address"),
        ],
        heading=pgettext_lazy("participation", "Other ways to comment"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("feedback_on"),
            FieldPanel("feedback"),
            InlinePanel(
                "feedback_items",
                [
                    FieldPanel("issue"),
                    FieldPanel("summary"),
                    FieldRowPanel([FieldPanel("comments", read_only=True), FieldPanel("adoption")]),
                    FieldPanel("reason"),
                    FieldPanel("issue_key", widget=forms.HiddenInput),
                ],
                heading=pgettext_lazy("participation", "What was raised"),
                label=pgettext_lazy("participation", "What was raised"),
            ),
        ],
        heading=pgettext_lazy("participation", "Report on the comments"),
        help_text=_(
            "When the consultation is over: what was raised, and what became of it. Numbers are counted from the comments "
            "that are assigned to each issue, whenever the draft is saved."
        ),
    ),
]
SURVEY = [
    TitleFieldPanel("title"),
    PERIOD,
    FieldPanel("introduction"),
    InlinePanel(
        "questions",
        heading=pgettext_lazy("participation", "Questions"),
        label=pgettext_lazy("participation", "Question"),
        help_text=_("Once somebody has answered, questions and choices stay as they are."),
    ),
    MultiFieldPanel(
        [FieldPanel("results"), FieldPanel("thanks")],
        heading=pgettext_lazy("participation", "Results"),
        help_text=_("Texts are shown only where somebody let them through; answers of few are not shown."),
    ),
]
QUESTION = [
    FieldPanel("label"),
    FieldPanel("help_text"),
    FieldRowPanel([FieldPanel("field_type", required_on_save=True), FieldPanel("required")]),
    FieldPanel("choices"),
]
