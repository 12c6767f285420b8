"""A filled-in form becomes a request with its receipt: everything in one transaction, or nothing."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework import attachments, moves
from ..casework.errors import CaseRefused
from ..casework.models import Draft
from ..casework.receipts import intake
from ..casework.standing import profile
from ..rules.receipt import deciding_fact
from . import vocabularies
from .models import Applicant, DisclosureRequest, RequestAttachment

SUBMIT = "submit"
DRAFT = "draft"
ONLINE = "online"
CONFIRMED = "confirmed_on"


def send(draft, token, form, *, sender="", language="", at=None):
    """Make ``draft`` a :class:`DisclosureRequest`. Returns its receipt. Raises :class:`CaseRefused`.

    Over the internet a request counts as received when both sides have confirmed it (Art. 31(3)): it is submitted now,
    and received later.
    """
    at = at or timezone.now()

    def store(number, code_hash):
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            raise CaseRefused(_("This form was sent or deleted meanwhile."))
        case = _create(held.answers, form, number, code_hash, language, at)
        attachments.hand_over(RequestAttachment, held, case)
        held.delete()
        return case

    return intake.submit(
        DisclosureRequest,
        token,
        store,
        agency=form.agency,
        department=form.department,
        sender=sender,
        at=at,
        series=series(form.case_kind),
    )


def subject_of(wanted):
    """What lists call a request: its title, else its document number, else a word that the description says it."""
    return wanted.get("subject") or wanted.get("document_number") or _("(see the description)")


def series(kind):
    """The series of numbers of that kind of case."""
    return kind, vocabularies.kind_of(kind).fact("number_prefix")


@transaction.atomic
def _create(answers, form, number, code_hash, language, at):
    wanted, delivery = answers.get("describe", {}), answers.get("delivery", {})
    case = DisclosureRequest.objects.create(
        agency=form.agency,
        department=form.department,
        form=form,
        case_kind=form.case_kind,
        number=number,
        code_hash=code_hash,
        channel=ONLINE,
        language=language,
        submitted_at=at,
        state=DRAFT,
        subject=subject_of(wanted),
        document_number=wanted.get("document_number", ""),
        index_number=wanted.get("index_number", ""),
        filed_item_id=int(wanted["item"]) if wanted.get("item") else None,
        description=wanted.get("description", ""),
        delivery_forms=delivery.get("delivery_forms", []),
        delivery_routes=delivery.get("delivery_routes", []),
        purpose=delivery.get("purpose", ""),
        help_needed=delivery.get("help_needed", ""),
        consent=form.consent_text,
    )
    names = {field.name for field in Applicant._meta.concrete_fields}
    given = {name: text for name, text in answers.get("applicant", {}).items() if name in names}
    Applicant.objects.create(case=case, kind=answers.get("kind", {}).get("kind", ""), **given)
    moves.act(case, SUBMIT, role="applicant", at=at, receipt=receipt_facts(timezone.localdate(at)))
    return case


def receipt_facts(day, channel=ONLINE):
    """What is known of the receipt on the day of sending: all but that the office confirmed it."""
    deciding = deciding_fact(profile().request_channels.get(channel))
    return {name: day for name in ("submitted_on", deciding) if name != CONFIRMED}
