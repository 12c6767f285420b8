"""征求意见: a draft on which anybody may comment, as a whole or paragraph by paragraph, and the report on what was said."""

from dataclasses import dataclass
from html import unescape

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.contrib.routable_page.models import re_path
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from .. import panels, vocabularies
from .comments import Comment
from .periods import TEXT, PeriodPage

DRAFT_TEXT = ["bold", "italic", "ol", "ul", "link"]
LABEL_LENGTH = 40


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the draft. ``id`` is that of its block: it stays the same in every revision and translation."""

    id: str
    number: int
    html: str

    @property
    def label(self):
        """By what people choose it: its number and how it begins."""
        return f"{self.number}. {self.beginning}"

    @property
    def beginning(self):
        # Text, which templates escape.
        return Truncator(" ".join(unescape(strip_tags(self.html)).split())).chars(LABEL_LENGTH)


class ConsultationPage(PeriodPage):
    """A draft put to public consultation. Comments are no part of the page: they are shown when somebody let them."""

    draft_kind = models.CharField(
        pgettext_lazy("participation", "kind of draft"),
        max_length=40,
        choices=vocabularies.draft_kind_choices,
        help_text=_("It decides how long the law asks the consultation to be."),
    )
    shorter_because = models.CharField(
        _("why the period is shorter than usual"),
        max_length=500,
        blank=True,
        help_text=_("Shown to the public."),
    )
    legal_basis = RichTextField(pgettext_lazy("participation", "legal basis"), features=TEXT, blank=True)
    draft = StreamField(
        [
            ("heading", blocks.CharBlock(label=pgettext_lazy("participation", "Heading"), icon="title")),
            (
                "paragraph",
                blocks.RichTextBlock(
                    features=DRAFT_TEXT, label=pgettext_lazy("participation", "Paragraph"), icon="pilcrow"
                ),
            ),
        ],
        verbose_name=pgettext_lazy("participation", "draft text"),
        blank=True,
        help_text=_("Each paragraph can be commented on for itself."),
    )
    takes_files = models.BooleanField(
        pgettext_lazy("participation", "takes files"),
        default=False,
        help_text=_("With a comment files may be sent. They are read by the department and never shown."),
    )
    contact = models.CharField(pgettext_lazy("participation", "contact"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    address = models.CharField(_("postal address"), max_length=255, blank=True)
    feedback_on = models.DateField(
        pgettext_lazy("participation", "date of the report"), null=True, blank=True
    )
    feedback = RichTextField(pgettext_lazy("participation", "report"), features=TEXT, blank=True)
    # Counted by ``tallies`` when a draft is saved, approved with it, and never changed after that.
    feedback_figures = models.JSONField(default=dict, blank=True, editable=False)

    kind = "consultation"
    template = "wagtail_disclosure/participation/consultation.html"
    page_description = _(
        "Puts a draft to public consultation: comments by paragraph, and the report on them."
    )
    content_panels = panels.CONSULTATION

    class Meta:
        verbose_name = pgettext_lazy("participation", "public consultation")
        verbose_name_plural = pgettext_lazy("participation", "public consultations")

    @re_path(r"^(?P<rest>(?:comment/|status/)?)$", name="step")
    def step(self, request, rest=""):
        from ..comment_pages import answer_page

        return answer_page(self, request, rest)

    @classmethod
    def sent_models(cls):
        return (Comment,)

    @cached_property
    def paragraphs(self):
        """The :class:`Paragraph` of the draft, in order."""
        found = [block for block in self.draft if block.block_type == "paragraph"]
        return [
            Paragraph(str(block.id), number, block.value.source)
            for number, block in enumerate(found, start=1)
        ]

    def paragraph(self, key):
        """The paragraph with that id, or None."""
        return next((each for each in self.paragraphs if each.id == key), None)

    @property
    def has_feedback(self):
        return bool(self.feedback_on and (self.feedback or self.feedback_items.all()))

    def save_revision(self, *args, **kwargs):
        from .. import tallies

        if self.feedback_on or self.feedback_figures or self.feedback_items.all():
            tallies.write(self)
        return super().save_revision(*args, **kwargs)

    def is_shorter(self):
        """Whether it is open for less than the law says is usual."""
        return bool(self.opens_on and self.closes_on) and self.days < vocabularies.least_days(self.draft_kind)

    def clean(self):
        super().clean()
        if self.feedback_on and self.closes_on and self.feedback_on <= self.closes_on:
            raise ValidationError(
                {"feedback_on": gettext("The report follows when the consultation is over.")}
            )

    def check_ready_for_review(self):
        super().check_ready_for_review()
        if not self.paragraphs and not self.draft_files.all():
            raise ValidationError({"draft": gettext("Enter the draft, or attach it as a file.")})
        if self.is_shorter() and not self.shorter_because.strip():
            raise ValidationError(
                {
                    "shorter_because": gettext(
                        "The period is usually at least %(days)d days (%(citation)s). Say why it is shorter, or "
                        "choose a later last day."
                    )
                    % {
                        "days": vocabularies.least_days(self.draft_kind),
                        "citation": vocabularies.citation(self.draft_kind),
                    }
                }
            )


class ConsultationFile(Orderable):
    """The draft, or what explains it, as a file."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="draft_files")
    document = models.ForeignKey(
        get_document_model_string(), verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=255, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = pgettext_lazy("participation", "file of a consultation")
        verbose_name_plural = pgettext_lazy("participation", "files of consultations")
        default_permissions = ()


class FeedbackItem(Orderable):
    """反馈: one issue that was raised, by how many comments, and what became of it. The number is counted."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="feedback_items")
    issue = models.CharField(pgettext_lazy("participation", "what was raised"), max_length=255)
    summary = models.TextField(pgettext_lazy("participation", "summary of the comments"), blank=True)
    # By which comments belong to it, in every revision and language; see ``tallies``.
    issue_key = models.UUIDField(null=True, blank=True)
    comments = models.PositiveIntegerField(
        pgettext_lazy("participation", "number of comments"), default=0, editable=False
    )
    adoption = models.CharField(
        pgettext_lazy("participation", "what became of it"),
        max_length=40,
        choices=vocabularies.adoption_choices,
    )
    reason = models.TextField(pgettext_lazy("participation", "reason, or what was changed"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = pgettext_lazy("participation", "item of a report")
        verbose_name_plural = pgettext_lazy("participation", "items of reports")
        default_permissions = ()

    def __str__(self):
        return self.issue

    @property
    def adoption_label(self):
        return vocabularies.profile().adoptions.label_of(self.adoption, self.adoption)

    def clean(self):
        super().clean()
        if vocabularies.needs_reason(self.adoption) and not self.reason.strip():
            raise ValidationError({"reason": gettext("Say why.")})
