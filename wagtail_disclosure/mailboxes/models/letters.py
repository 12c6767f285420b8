"""A letter to a mailbox (来信) with who wrote it, its events, files, tasks and the letter by which it is answered."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...casework.encryption import BlindIndexField, EncryptedTextField
from ...casework.models import Case, CaseAttachment, CaseEvent, CaseTask, Letter, Person
from ...casework.models.events import SEAL
from ...casework.models.letters import LETTER_SEAL
from .. import vocabularies
from .definitions import Mailbox, MailboxLeader

SUBJECT_LENGTH = 100
BODY_LENGTH = 5000
# The action by which the office corrects the type that somebody chose.
CORRECT_TYPE = "correct_type"


class CitizenLetter(Case):
    """What somebody wrote to a mailbox. Its time limit is the one that the mailbox had when it came in."""

    kind = "letter"
    table = "letter"
    admin_name = "disclosure_letters"
    panel_place = 1
    number_prefix = "LX"
    person_relations = ("correspondent",)
    personal_fields = ("subject", "body", "text_index")
    described_by = ("subject", "body")

    mailbox = models.ForeignKey(
        Mailbox, verbose_name=_("mailbox"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A code of the vocabulary ``mail_types``.
    letter_type = models.CharField(pgettext_lazy("mailbox", "type of letter"), max_length=20, db_index=True)
    subject = models.CharField(pgettext_lazy("mailbox", "title"), max_length=SUBJECT_LENGTH)
    body = EncryptedTextField(
        pgettext_lazy("mailbox", "letter"), blank=True, validators=[MaxLengthValidator(BODY_LENGTH)]
    )
    # By which the same text from many senders is found without reading any.
    text_index = BlindIndexField(source="body", kind="text")
    wants_reply = models.BooleanField(_("wants a reply"), default=True)
    is_anonymous = models.BooleanField(_("written without a name"), default=False)
    consent_to_publish = models.BooleanField(
        _("consents to publication"),
        default=False,
        help_text=_("A permission, which may be withdrawn; no right to be published."),
    )
    # What was agreed to, word for word.
    consent = models.TextField(_("consent"), blank=True)
    # Caches of what the events say; see ``effects``.
    rating = models.CharField(
        pgettext_lazy("disclosure", "rating"), max_length=20, blank=True, editable=False
    )
    # How it ended: a code of ``mail_outcomes``; empty while it is open. And the day of the first reply, or on which
    # its writer was first told how it ends.
    outcome = models.CharField(max_length=40, blank=True, editable=False)
    answered_on = models.DateField(
        pgettext_lazy("mailbox", "answered on"), null=True, blank=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("joined with"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
    )

    class Meta(Case.Meta):
        verbose_name = _("letter to a mailbox")
        verbose_name_plural = _("letters to mailboxes")
        indexes = [
            models.Index(
                fields=["mailbox", "received_on", "answered_on"], name="disclosure_letter_statistics"
            )
        ]

    @property
    def consents_to_publication(self):
        return self.consent_to_publish

    @property
    def type_label(self):
        return vocabularies.label_of(self.letter_type)

    def applicant_facts(self):
        def label(name):
            return self._meta.get_field(name).verbose_name

        pairs = [
            (label("mailbox"), str(self.mailbox or "")),
            (label("letter_type"), self.type_label),
            (label("subject"), self.subject),
            (label("body"), self.body),
        ]
        return [pair for pair in pairs if pair[1]]

    def given_terms(self, data=None):
        code = (data or {}).get("letter_type") or self.letter_type
        return self.mailbox.terms_for(code) if self.mailbox is not None else vocabularies.terms_of(code)

    @classmethod
    def further_queues(cls):
        from ..joined import JOINED, LABEL, waiting

        return {JOINED: (LABEL, waiting())}

    def further_facts(self, standing, actor):
        from ..joined import facts

        return facts(standing, actor)

    def changes_with(self, action, data):
        """A corrected type has a department of its own in the mailbox; what is confidential is never published."""
        code = data.get("letter_type")
        if action != CORRECT_TYPE or not code:
            return {}
        found = {"letter_type": code}
        department = self.mailbox.department_for(code) if self.mailbox is not None else self.department
        if department != self.department:
            found |= {"department": department, "officer": None}
        if vocabularies.is_confidential(code):
            found["consent_to_publish"] = False
        return found

    @classmethod
    def seen_besides(cls, user):
        return Q(mailbox__in=MailboxLeader.mailboxes_of(user))

    @classmethod
    def is_open_besides(cls, user):
        return MailboxLeader.mailboxes_of(user).exists()

    def further_roles(self, user):
        owns = MailboxLeader.mailboxes_of(user).filter(mailbox=self.mailbox_id)
        return {"leader"} if self.mailbox_id is not None and owns.exists() else set()


class Correspondent(Person):
    """Who wrote a letter; without a name where the letter is anonymous."""

    case = models.OneToOneField(CitizenLetter, on_delete=models.PROTECT, related_name="correspondent")

    class Meta(Person.Meta):
        verbose_name = _("correspondent")
        verbose_name_plural = _("correspondents")


class CitizenLetterEvent(CaseEvent):
    """What happened to a letter."""

    database_seal = SEAL

    case = models.ForeignKey(CitizenLetter, on_delete=models.PROTECT, related_name="events")

    class Meta(CaseEvent.Meta):
        verbose_name = pgettext_lazy("mailbox", "event of a letter")
        verbose_name_plural = pgettext_lazy("mailbox", "events of letters")


class CitizenLetterReply(Letter):
    """The letter by which a letter to a mailbox is answered, as it was sent."""

    database_seal = LETTER_SEAL

    case = models.ForeignKey(CitizenLetter, on_delete=models.PROTECT, related_name="letters")
    event = models.ForeignKey(CitizenLetterEvent, on_delete=models.PROTECT, related_name="letters")

    class Meta(Letter.Meta):
        verbose_name = _("reply to a letter")
        verbose_name_plural = _("replies to letters")


class CitizenLetterAttachment(CaseAttachment):
    """A file of a letter, or of a form that is being filled in."""

    case = models.ForeignKey(
        CitizenLetter, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )

    class Meta(CaseAttachment.Meta):
        verbose_name = _("file of a letter")
        verbose_name_plural = _("files of letters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=True) ^ models.Q(draft__isnull=True),
                name="disclosure_letter_file_of_one",
            )
        ]


class CitizenLetterTask(CaseTask):
    """What other departments were asked about a letter."""

    case = models.ForeignKey(CitizenLetter, on_delete=models.PROTECT, related_name="tasks")
    question = models.ForeignKey(CitizenLetterEvent, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(CitizenLetterEvent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(CaseTask.Meta):
        verbose_name = _("task about a letter")
        verbose_name_plural = _("tasks about letters")
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="disclosure_letter_task_of_case")]
