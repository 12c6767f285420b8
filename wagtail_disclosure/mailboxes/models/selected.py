"""Selected letters (来信选登): what of a letter and its reply is published, and the private link to the letter.

The page knows nothing of the letter that it was made from: no key, no number, no code leads there. The link stands in a
table of its own, from the side of the letter.
"""

from http import HTTPMethod

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from ...compat import Page, PageType
from ...departments.models import Department
from ...publishing.errors import ReviewRequired
from ...publishing.guard import Guarded
from .. import vocabularies
from .letters import BODY_LENGTH, CitizenLetter

REPLY_LENGTH = 20000
QUESTION_LENGTH = 200
# Addresses below the page of a mailbox that lead to no letter.
SELECTED, QUESTIONS, STATISTICS = "selected", "questions", "statistics"
RESERVED = {SELECTED, QUESTIONS, STATISTICS}


class SelectedLetterPage(Guarded, PageType):
    """A letter and its reply without anything that leads to its writer: 受理日期、答复日期、答复部门、答复内容.

    It is made from a letter whose writer consents, and is public as long as they do: consent is a permission that can
    be withdrawn at any time (Personal Information Protection Law, Art. 15).
    """

    letter_type = models.CharField(
        pgettext_lazy("mailbox", "type of letter"),
        max_length=20,
        db_index=True,
        choices=vocabularies.type_choices,
    )
    accepted_on = models.DateField(pgettext_lazy("mailbox", "accepted on"), null=True, blank=True)
    answered_on = models.DateField(pgettext_lazy("mailbox", "answered on"), db_index=True)
    department = models.ForeignKey(
        Department,
        verbose_name=pgettext_lazy("mailbox", "department that answered"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # A snapshot: what is shown is in the row that was approved.
    department_name = models.CharField(
        pgettext_lazy("mailbox", "department that answered, as shown"), max_length=255, blank=True
    )
    letter = models.TextField(pgettext_lazy("mailbox", "letter"), max_length=BODY_LENGTH)
    reply = models.TextField(pgettext_lazy("mailbox", "reply"), max_length=REPLY_LENGTH)
    question = models.CharField(
        pgettext_lazy("mailbox", "question"),
        max_length=QUESTION_LENGTH,
        blank=True,
        help_text=_("With a short answer it stands among the frequently asked questions of the mailbox."),
    )
    answer = models.TextField(pgettext_lazy("mailbox", "short answer"), max_length=2000, blank=True)

    is_creatable = False
    template = "wagtail_disclosure/mailboxes/selected/letter.html"
    page_description = _("A letter and its reply that were selected for publication.")
    parent_page_types = ["wagtail_disclosure.MailboxPage"]
    subpage_types = []
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            ["letter_type", "accepted_on", "answered_on", "department_name"],
            heading=pgettext_lazy("mailbox", "Letter"),
        ),
        FieldPanel("letter"),
        FieldPanel("reply"),
        MultiFieldPanel(["question", "answer"], heading=_("Frequently asked question")),
    ]
    promote_panels = []

    class Meta:
        verbose_name = _("selected letter")
        verbose_name_plural = _("selected letters")

    @property
    def type_label(self):
        return vocabularies.label_of(self.letter_type)

    @property
    def is_frequent(self):
        """Whether it stands among the frequently asked questions."""
        return bool(self.question and self.answer)

    def clean(self):
        super().clean()
        if bool(self.question) != bool(self.answer):
            field = "answer" if self.question else "question"
            raise ValidationError({field: gettext("A frequently asked question needs its answer.")})
        if self.slug in RESERVED:
            raise ValidationError({"slug": gettext("This address is taken by the mailbox itself.")})

    def check_ready_for_review(self):
        """Raise ``ValidationError`` unless the writer of the letter consents to its publication."""
        if not LetterSelection.objects.consenting(self.translation_key).exists():
            raise ValidationError(
                gettext("Nobody's consent to the publication of this letter is known, or it was withdrawn."),
                code="consent",
            )

    def prepare_publication(self, seal):
        """Consent may have been withdrawn since the review began."""
        try:
            self.check_ready_for_review()
        except ValidationError as error:
            raise ReviewRequired(" ".join(error.messages)) from error

    def get_context(self, request, *args, **kwargs):
        from ..selected.pages import context_of

        return {**super().get_context(request, *args, **kwargs), **context_of(self, request)}

    def serve(self, request, *args, **kwargs):
        from ..selected.pages import check_shown

        check_shown(self, request)
        return super().serve(request, *args, **kwargs)


class SelectionQuerySet(models.QuerySet):
    def consenting(self, translation_key):
        """The letters that may be published under ``translation_key``: a key, or a reference to one in a query."""
        confidential = [each.code for each in vocabularies.types() if vocabularies.is_confidential(each.code)]
        return self.filter(translation_key=translation_key, case__consent_to_publish=True).exclude(
            case__letter_type__in=confidential
        )


class LetterSelection(models.Model):
    """From which letter a selected letter was made. Known to the office alone.

    The page is named by its translation key: a translation of it rests on the same consent, a copy on none. There is no
    key to the page, so that deleting it takes nothing from the record of the letter; the letter is kept in any case.
    """

    wagtail_reference_index_ignore = True

    case = models.ForeignKey(CitizenLetter, on_delete=models.PROTECT, related_name="selections")
    translation_key = models.UUIDField(unique=True)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a selected letter")
        verbose_name_plural = _("links of selected letters")
        default_permissions = ()

    def __str__(self):
        return str(self.translation_key)

    def pages(self):
        """The page in every language."""
        return SelectedLetterPage.objects.filter(translation_key=self.translation_key)
