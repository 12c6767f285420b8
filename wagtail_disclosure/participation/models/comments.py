"""A comment on a draft, and what was decided about showing it. Nothing of it is in the page tree (P8)."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...casework.encryption import BlindIndexField, EncryptedTextField, PersonalField
from ...casework.models.attachments import CaseAttachment
from ...casework.models.case import nothing
from ...casework.scope import overseen_by
from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency, Department
from ...rules.text import bare
from .. import vocabularies

BODY_LENGTH = 5000


class SentQuerySet(KeptQuerySet):
    def visible_to(self, user, *, involved=False):
        """What was sent to the departments that ``user`` works for; the office sees that of its agency (P7)."""
        return self.filter(seen_by(user))


def seen_by(user, agency="agency"):
    """A condition on rows with a department: those that ``user`` may see. ``agency`` is the way to their agency."""
    if user is None or not user.is_authenticated or not user.is_active:
        return nothing()
    if user.is_superuser:
        return Q()
    own = list(Department.objects.looked_after_by(user).values_list("pk", flat=True))
    return Q(department__in=own) | Q(**{f"{agency}__in": overseen_by(user)})


class Moderated(models.Model):
    """Abstract: words from the public, which are shown in a version that somebody prepared and let through."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("participation", "not looked at yet")
        SHOWN = "shown", pgettext_lazy("participation", "shown")
        HIDDEN = "hidden", pgettext_lazy("participation", "not shown")

    # Of the page in all its languages.
    key = models.UUIDField(db_index=True, editable=False)
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, verbose_name=_("responsible department"), on_delete=models.PROTECT, related_name="+"
    )
    body = EncryptedTextField(
        pgettext_lazy("participation", "text"), blank=True, validators=[MaxLengthValidator(BODY_LENGTH)]
    )
    # Written by ``moderation`` and nothing else.
    state = models.CharField(
        pgettext_lazy("disclosure", "state"),
        max_length=10,
        choices=State,
        default=State.PENDING,
        editable=False,
        db_index=True,
    )
    public_text = models.TextField(_("text as it is shown"), blank=True, editable=False)
    # A code of the vocabulary ``hiding_reasons``.
    hidden_because = models.CharField(_("why it is not shown"), max_length=40, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def label(self):
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def may_be_shown(self):
        return True


class Comment(Moderated, Kept):
    """意见: what somebody says of a draft or of one of its paragraphs. Name and contact are optional."""

    # For numbers, and for those who follow it; see ``casework.receipts``.
    kind = "comment"
    number_prefix = "YJ"
    pending_code_hash = moved_to = ""
    # The index of references would name comments to whoever looks up where a page is used (P7).
    wagtail_reference_index_ignore = True

    page = models.ForeignKey(
        "wagtail_disclosure.ConsultationPage",
        verbose_name=pgettext_lazy("participation", "public consultation"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    number = models.CharField(_("receipt number"), max_length=60, unique=True, editable=False)
    number_key = models.CharField(max_length=120, unique=True, editable=False)
    code_hash = EncryptedTextField(editable=False, blank=True)
    channel = models.CharField(_("channel"), max_length=20, default=vocabularies.ONLINE)
    language = models.CharField(_("language"), max_length=20, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), db_index=True)
    # The id of the paragraph, and how it read then; empty for the whole draft.
    paragraph = models.CharField(max_length=36, blank=True, db_index=True)
    paragraph_label = models.CharField(pgettext_lazy("participation", "about"), max_length=100, blank=True)
    # By which the same text from many senders is found without reading any.
    text_index = BlindIndexField(source="body", kind="text")
    consent_to_publish = models.BooleanField(
        _("consents to publication"),
        default=False,
        help_text=_("A permission, which may be withdrawn; no right to be published."),
    )
    name = PersonalField(pgettext_lazy("disclosure", "name"), mask="name")
    phone = PersonalField(_("telephone"), mask="phone")
    email = PersonalField(_("email"), mask="email")
    anonymised_at = models.DateTimeField(_("anonymised at"), null=True, blank=True, editable=False)

    objects = SentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("participation", "comment")
        verbose_name_plural = pgettext_lazy("participation", "comments")
        ordering = ["-submitted_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        self.number_key = bare(self.number)
        super().save(*args, **kwargs)

    @property
    def may_be_shown(self):
        return self.consent_to_publish

    @property
    def applicant_person(self):
        """Itself: for ``casework.identity``."""
        return self

    def people(self):
        """The rows about people that belong to it: itself."""
        return [self]

    @property
    def channel_label(self):
        return vocabularies.channel_label(self.channel)

    @property
    def hidden_label(self):
        return vocabularies.hiding_label(self.hidden_because)


class ModerationEvent(Kept):
    """Who let a text be shown, or kept it back, when and why. Appended, never changed."""

    wagtail_reference_index_ignore = True

    # ``app.model:key``: of a comment, or of a text of a survey.
    about = models.CharField(max_length=140, db_index=True)
    action = models.CharField(pgettext_lazy("disclosure", "action"), max_length=20)
    state = models.CharField(pgettext_lazy("disclosure", "state"), max_length=10)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    user_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255, blank=True)
    at = models.DateTimeField(pgettext_lazy("disclosure", "at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("participation", "step of moderation")
        verbose_name_plural = pgettext_lazy("participation", "steps of moderation")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.about}: {self.action}"


class CommentAttachment(CaseAttachment):
    """A file of a comment, or of a form that is being filled in. No page shows it."""

    case = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )

    class Meta(CaseAttachment.Meta):
        verbose_name = pgettext_lazy("participation", "file of a comment")
        verbose_name_plural = pgettext_lazy("participation", "files of comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=True) ^ Q(draft__isnull=True), name="disclosure_comment_file_of_one"
            )
        ]
