"""A due date in sentences: what happened, what it did to the time limit, and where the law says so."""

import datetime
from dataclasses import dataclass

from django.utils.translation import get_language

from .case_events import Effect, Stop
from .case_ledger import DayStatus
from .dates import written_date
from .labels import joined

AUDIENCES = ("officer", "citizen")


@dataclass(frozen=True)
class Explanation:
    """One sentence about a due date; ``code`` is the kind of event, or the name of a sentence of the clock.

    ``citation`` is the provision it rests on, empty where there is none.
    """

    code: str
    text: str
    citation: str = ""
    date: datetime.date | None = None


def explain(deadline, audience, language=None):
    """Return the ``Explanation`` rows of a ``CaseDeadline`` for ``officer`` or ``citizen``, in order of time.

    Sentences that a clock has for one audience only are left out for the other.
    """
    if audience not in AUDIENCES:
        raise LookupError(f"No such audience: {audience!r}")
    language = language or get_language() or "en"
    rows = [_of_event(deadline, event, audience, language) for event in deadline.history.events]
    rows += [_of_clock(deadline, name, audience, language) for name in _sentences(deadline)]
    return [row for row in rows if row.text]


def _of_event(deadline, event, audience, language):
    kind = deadline.history.kind(event)
    text = kind.text(audience, language)
    values = {"date": written_date(event.on, language), "days": event.days or "", "until": ""}
    until = event.until or _term_end(deadline, event)
    if until:
        values["until"] = written_date(until, language)
    elif kind.effect is Effect.ASK:
        text = kind.text(f"{audience}_without_date", language) or text
    return Explanation(
        kind.code,
        text.format(**values, **_values(deadline, audience, language)),
        kind.citation(language),
        event.on,
    )


def _term_end(deadline, event):
    wait = deadline.history.kind(event).wait
    for enquiry in deadline.history.enquiries:
        if (enquiry.wait.code, enquiry.key) == (wait, event.key):
            return enquiry.term_end(deadline.clock, deadline.calendar)
    return None


def _values(deadline, audience, language):
    """Numbers that every sentence may name."""
    clock = deadline.clock
    values = {
        f"term_{code}": term.working_days or term.days or term.months for code, term in clock.terms.items()
    }
    unit = "unit_days" if clock.counts_every_day else "unit_working_days"
    return values | {
        "reply": clock.reply.length if clock.reply else "",
        "unit": clock.text(unit, audience, language),
        "total": deadline.working_days or "",
        "paused": _days_of_pauses(deadline),
    }


def _days_of_pauses(deadline):
    """Working days left out for an opinion. Those before a new beginning are no pause: another sentence says so."""
    return sum(
        row.status is DayStatus.PAUSED and any(wait.stop is Stop.PAUSE for wait in row.waits)
        for row in deadline.ledger
    )


def _sentences(deadline):
    """Names of the sentences that hold."""
    if _days_of_pauses(deadline):
        yield "paused"
    # A day that was set is no number of working days.
    on = "_on" if deadline.working_days is None else ""
    if deadline.closed:
        if deadline.due:
            yield f"was_due{on}"
    elif deadline.due is None:
        restart = any(each.wait.stop is Stop.RESTART for each in deadline.open_enquiries)
        yield "no_limit" if deadline.clock.reply is None else "awaits_restart" if restart else "stopped"
    else:
        yield f"due{on}"
    if deadline.is_projected and not deadline.closed:
        yield "projected"
    if any(row.status is DayStatus.LATER_DATE for row in deadline.ledger):
        yield "later_date"
    if deadline.provisional and not deadline.closed:
        yield "provisional"


def _of_clock(deadline, name, audience, language):
    clock = deadline.clock
    values = _values(deadline, audience, language) | {
        "due": written_date(deadline.due, language) if deadline.due else "",
        "start": written_date(deadline.start, language),
        "years": joined(deadline.provisional_years, language),
    }
    text = clock.text(name, audience, language).format(**values)
    source = clock.reply if name in ("due", "was_due", "paused") and clock.reply else None
    return Explanation(name, text, source.citation(language) if source else "")
