"""A letter to a mailbox that asks for information goes on as a request, from the day on which it came."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework import moves, reclassify
from ..casework.standing import profile
from .intake import DRAFT, ONLINE, SUBMIT, receipt_facts
from .models import Applicant, DisclosureRequest, RequestAttachment

REQUEST = "request"


@reclassify.register("move_to_request")
def take(case, event):
    """The request that ``case`` is from now on. Whether it counts as received is decided like that of any request."""
    reclassify.refuse_twice(DisclosureRequest, case)
    channel = case.channel if case.channel in profile().request_channels else ONLINE
    found = DisclosureRequest.objects.create(
        agency=case.agency,
        department=case.department,
        case_kind=REQUEST,
        number=case.number,
        code_hash=case.code_hash,
        pending_code_hash=case.pending_code_hash,
        channel=channel,
        language=case.language,
        submitted_at=case.submitted_at,
        state=DRAFT,
        subject=case.subject or _("(see the description)"),
        description=case.body,
    )
    reclassify.copy_person(case, found, Applicant)
    reclassify.copy_files(case, found, RequestAttachment)
    day = timezone.localdate(case.submitted_at)
    moves.act(found, SUBMIT, role="applicant", at=event.at, receipt=receipt_facts(day, channel))
    return found
