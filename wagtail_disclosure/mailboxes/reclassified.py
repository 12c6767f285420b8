"""A request that is a petition, a complaint or a report in disguise (Art. 39) goes on as a letter to a mailbox."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework import moves, reclassify
from ..casework.standing import profile
from ..rules.errors import RuleError
from . import intake
from .models import CitizenLetter, CitizenLetterAttachment, Correspondent, Mailbox
from .models.definitions import own_language_first
from .models.letters import SUBJECT_LENGTH

TO_MAILBOX, TYPE = "to_mailbox", "letter_type"
MOVE = "move_to_mailbox"


def mailboxes_for(case):
    """The mailboxes that ``case`` may be moved to: those of its agency that are public and take letters."""
    return own_language_first(
        Mailbox.objects.filter(live=True, opening=Mailbox.Opening.OPEN, agency=case.agency_id)
    )


def check_target(standing, move, found):
    """The mailbox is one of the agency, takes letters now, and of that type. Raises ``RuleError``."""
    if move.code != MOVE or not found.get(TO_MAILBOX):
        return
    mailbox = mailboxes_for(standing.case).filter(pk=found[TO_MAILBOX]).first()
    if mailbox is None:
        raise RuleError(_("This mailbox takes no letters for this agency."), "no_mailbox")
    if mailbox.type_row(found.get(TYPE, "")) is None:
        raise RuleError(_("This mailbox does not take letters of this type."), "letter_type")


@reclassify.register(MOVE)
def take(case, event):
    """The letter that ``case`` is from now on, received on the day on which the request came; None where another channel was named."""
    mailbox = Mailbox.objects.filter(pk=event.data.get(TO_MAILBOX)).first()
    if mailbox is None:
        return None
    reclassify.refuse_twice(CitizenLetter, case)
    found = CitizenLetter.objects.create(
        agency=case.agency,
        department=mailbox.department_for(event.data[TYPE]),
        mailbox=mailbox,
        letter_type=event.data[TYPE],
        number=case.number,
        code_hash=case.code_hash,
        pending_code_hash=case.pending_code_hash,
        channel=case.channel if case.channel in profile().mail_channels else intake.ONLINE,
        language=case.language,
        submitted_at=case.submitted_at,
        state=intake.DRAFT,
        **_written(case),
    )
    reclassify.copy_person(case, found, Correspondent)
    reclassify.copy_files(case, found, CitizenLetterAttachment)
    # On paper it came before it was registered; online before it was confirmed with the applicant.
    days = (case.received_on, timezone.localdate(case.submitted_at))
    day = min(each for each in days if each is not None)
    moves.act(found, intake.SUBMIT, role="applicant", at=event.at, on=day)
    return found


def _written(case):
    """What was asked for, as a letter: a title that is too long stands in front of the text."""
    title, text = (str(getattr(case, name, "") or "").strip() for name in case.described_by)
    if len(title) > SUBJECT_LENGTH:
        title, text = f"{title[: SUBJECT_LENGTH - 1]}…", f"{title}\n\n{text}".strip()
    return {"subject": title or _("(see the letter)"), "body": text or title}
