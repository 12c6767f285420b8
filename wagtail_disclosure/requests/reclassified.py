"""A letter to a mailbox that asks for information goes on as a request, from the day on which it came."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework import attachments, identity, moves, reclassify
from ..casework.standing import profile
from .intake import DRAFT, ONLINE, SUBMIT, receipt_facts
from .models import Applicant, DisclosureRequest, RequestAttachment

REQUEST = "request"


@reclassify.register("move_to_request")
def take(case, event):
    """The request that ``case`` is from now on. Whether it counts as received is decided like that of any request."""
    channel = case.channel if case.channel in profile().request_channels else ONLINE
    found = DisclosureRequest.objects.create(
        agency=case.agency,
        department=case.department,
        case_kind=REQUEST,
        number=case.number,
        code_hash=case.code_hash,
        channel=channel,
        language=case.language,
        submitted_at=case.submitted_at,
        state=DRAFT,
        subject=case.subject or _("(see the description)"),
        description=case.body,
    )
    _copy_person(case, found)
    _copy_files(case, found)
    day = timezone.localdate(case.submitted_at)
    moves.act(found, SUBMIT, role="applicant", at=event.at, receipt=receipt_facts(day, channel))
    return found


def _copy_person(case, found):
    known = reclassify.person_values(case.applicant_person, Applicant)
    plain = {
        name: identity.own_text(value) if hasattr(value, "plaintext") else value
        for name, value in known.items()
    }
    Applicant.objects.create(case=found, **plain)


def _copy_files(case, found):
    for each in case.attachments.filter(origin=RequestAttachment.Origin.APPLICANT):
        with each.file.open("rb") as stored:
            data = stored.read()
        attachments.keep(
            RequestAttachment,
            each.name,
            data,
            kind=each.kind,
            origin=each.origin,
            case=found,
            at=each.uploaded_at,
        )
