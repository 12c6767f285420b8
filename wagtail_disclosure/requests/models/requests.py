"""A request for disclosure (依申请公开) with its applicant, events and files."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...casework.encryption import EncryptedTextField
from ...casework.models import Case, CaseAttachment, CaseEvent, ConsultedParty, Letter, Person
from ...casework.models.events import SEAL
from ...casework.models.letters import LETTER_SEAL
from .. import vocabularies

SUBJECT_LENGTH = 200
DESCRIPTION_LENGTH = 5000


class DisclosureRequest(Case):
    """A request (Arts. 27, 29): the information wanted, the form wanted, and by relation who wants it.

    A request for the correction of one's own records (Art. 41) is one of another ``case_kind``: it has a table,
    a clock, replies and numbers of its own, and everything else in common.
    """

    kind = "request"
    table = "request"
    admin_name = "disclosure_requests"
    number_prefix = "SQ"
    person_relations = ("applicant", "parties")
    # What applicants write into the fields of numbers may be anything.
    personal_fields = (
        *("subject", "description", "purpose", "help_needed"),
        *("document_number", "index_number"),
    )
    described_by = ("subject", "description")
    identifying_fields = ("document_number", "index_number", "filed_item_id")

    # What it asks for: information (Art. 27), or the correction of what is recorded of the applicant (Art. 41).
    case_kind = models.CharField(
        _("kind of request"), max_length=20, default="request", editable=False, db_index=True
    )
    form = models.ForeignKey(
        "wagtail_disclosure.RequestForm",
        verbose_name=_("request form"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # The document of the on-request list from which the applicant came, if any.
    filed_item = models.ForeignKey(
        "wagtail_disclosure.FiledItem",
        verbose_name=_("item of the on-request list"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Title, document number or other description of the information (Art. 29(2)).
    subject = models.CharField(_("title of the information"), max_length=SUBJECT_LENGTH)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    index_number = models.CharField(_("index number"), max_length=100, blank=True)
    description = EncryptedTextField(
        pgettext_lazy("disclosure", "description"),
        blank=True,
        validators=[MaxLengthValidator(DESCRIPTION_LENGTH)],
    )
    # Codes of the vocabularies of the request form (Art. 29(3)).
    delivery_forms = models.JSONField(_("form of the information"), default=list)
    delivery_routes = models.JSONField(_("route of delivery"), default=list)
    purpose = EncryptedTextField(_("purpose"), blank=True)
    help_needed = EncryptedTextField(_("help needed"), blank=True)
    # What the applicant agreed to, word for word.
    consent = models.TextField(_("consent"), blank=True)

    def applicant_facts(self):
        def label(name):
            return self._meta.get_field(name).verbose_name

        names = ("subject", "document_number", "index_number", "description")
        chosen = [
            (label(name), vocabularies.in_words(name, getattr(self, name)))
            for name in ("delivery_forms", "delivery_routes")
        ]
        return [(label(name), getattr(self, name)) for name in names if getattr(self, name)] + [
            pair for pair in chosen if pair[1]
        ]

    class Meta(Case.Meta):
        verbose_name = _("disclosure request")
        verbose_name_plural = _("disclosure requests")
        permissions = [
            ("oversee_cases", _("Can see and assign all cases of the agency")),
            ("head_cases", _("Can decide as the head of the disclosure office")),
        ]


class Applicant(Person):
    """Who requests the information."""

    case = models.OneToOneField(DisclosureRequest, on_delete=models.PROTECT, related_name="applicant")

    class Meta(Person.Meta):
        verbose_name = _("applicant")
        verbose_name_plural = _("applicants")


class RequestParty(ConsultedParty):
    """A third party, joint maker or other agency that is consulted about a request."""

    case = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="parties")

    class Meta(ConsultedParty.Meta):
        verbose_name = _("party consulted about a request")
        verbose_name_plural = _("parties consulted about requests")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "key"], name="disclosure_party_of_enquiry")
        ]


class RequestEvent(CaseEvent):
    """What happened to a request."""

    database_seal = SEAL

    case = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="events")

    class Meta(CaseEvent.Meta):
        verbose_name = pgettext_lazy("disclosure", "event of a request")
        verbose_name_plural = pgettext_lazy("disclosure", "events of requests")


class RequestLetter(Letter):
    """A letter of a request: to the applicant, to somebody who is consulted, or for the file."""

    database_seal = LETTER_SEAL

    case = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="letters")
    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="letters")

    class Meta(Letter.Meta):
        verbose_name = _("letter of a request")
        verbose_name_plural = _("letters of requests")


class RequestAttachment(CaseAttachment):
    """A file of a request, or of a form that is being filled in."""

    case = models.ForeignKey(
        DisclosureRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )

    class Meta(CaseAttachment.Meta):
        verbose_name = _("file of a request")
        verbose_name_plural = _("files of requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=True) ^ models.Q(draft__isnull=True),
                name="disclosure_request_file_of_one",
            )
        ]
