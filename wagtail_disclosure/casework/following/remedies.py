"""What an applicant can do who disagrees with a reply, or has none in time: where, and until when."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from ...rules.labels import citation
from ...rules.remedies import remedies_text, remedy_on, remedy_periods
from ...rules.replies import replies_to
from ..standing import as_date

NONE, NO_REPLY, SERVED = "none", "no_reply", "served"


@dataclass(frozen=True)
class Remedies:
    """The text of the law, the periods it has, and the address for doing it online where there is one."""

    label: str
    text: str
    periods: tuple
    link: str
    citation: str


def remedies_of(standing, today=None):
    """The :class:`Remedies` that are open to the applicant, or None."""
    case, today = standing.case, today or timezone.localdate()
    code = _code(standing, today)
    if code is None or code == NONE or code not in standing.profile.remedies:
        return None
    remedy = remedy_on(standing.profile, code, case.closed_on or today)
    if not remedy.text("text"):
        return None
    known = case.agency.remedy_places()
    # Without a name of its own the agency is to be asked for it; the sentence of the law is read all the same.
    places = {
        "reconsideration_body": _("the authority for administrative reconsideration"),
        "court": _("the people’s court that is competent"),
        **known,
    }
    online = "reconsideration_link" in known and bool(remedy.text("online_text"))
    days = {"served_on": _served_on(standing), "due_on": case.due_on}
    return Remedies(
        label=remedy.label(),
        text=remedies_text(remedy, places, online=online),
        periods=remedy_periods(remedy, days, standing.calendar),
        link=known.get("reconsideration_link", ""),
        citation=citation(remedy.fact("law", {}), remedy.article),
    )


def _code(standing, today):
    """Which remedies: those of the reply that closed the case, or those against silence."""
    case = standing.case
    if not case.is_closed:
        # A kind of case may have no remedy against silence.
        return standing.kind.fact("silence", NO_REPLY) if case.is_overdue(today) else None
    reply = next((each.data["reply"] for each in reversed(standing.steps) if _closes(standing, each)), None)
    reply = reply or standing.decision[0]
    item = replies_to(standing.profile, standing.kind).find(reply)
    return item.fact("remedies", NONE) if item is not None else None


def _closes(standing, event):
    """Whether ``event`` closed the case with a reply that the move itself decides."""
    states = standing.table.states
    return (
        states[event.state].closed and not states[event.data["from"]].closed and bool(event.data.get("reply"))
    )


def _served_on(standing):
    for each in reversed(standing.steps):
        if (each.data.get("clock") or ("", ""))[1] == SERVED:
            return as_date(each.data["on"])
    return None
