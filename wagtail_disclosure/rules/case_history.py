"""Reading the clock events of a case: what belongs together, and what cannot be.

The dates decide, not the order in which the events were recorded: whoever enters on Friday a letter that
came in on Monday gets the same history. Events of one day are put in the order in which they can follow one
another: receipt and new beginnings first, then questions, answers, extensions, and the end.
"""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .case_events import UNTIL, CaseClock, ClockEvent, Effect, EventKind, Stop, Wait
from .errors import RuleError
from .labels import Shown

# No case runs longer; a date further off is a slip of the pen.
LONGEST = datetime.timedelta(days=366 * 30)
JOINED = {
    Effect.DELIVER: Effect.ASK,
    Effect.ANSWER: Effect.ASK,
    Effect.NOTIFY: Effect.GRANT,
}
ORDER = {effect: place for place, effect in enumerate(Effect)}


@dataclass(frozen=True)
class Enquiry:
    """A question that was put, with the day it was delivered and the day it was answered, if they are."""

    wait: Wait
    key: str
    asked: datetime.date
    until: datetime.date | None = None
    delivered: datetime.date | None = None
    answered: datetime.date | None = None

    def term_end(self, clock, calendar):
        """The last day to answer; ``None`` when nobody set one. It runs from delivery, or from the question
        when no delivery is recorded.
        """
        if self.wait.term == UNTIL or not self.wait.term:
            return self.until
        return clock.terms[self.wait.term].end(self.delivered or self.asked, calendar)


@dataclass(frozen=True)
class Extension:
    """An extension by so many working days; it takes effect when the applicant is told."""

    days: int
    approved: datetime.date
    notified: datetime.date | None = None


@dataclass(frozen=True)
class Phase:
    """A count that begins after ``start``; ``event`` is what made it begin (anew)."""

    start: datetime.date
    event: ClockEvent


@dataclass(frozen=True)
class History:
    """The events of a case in the order of their dates, and what they say."""

    clock: CaseClock
    events: tuple
    phases: tuple
    enquiries: tuple
    extensions: tuple
    later_dates: tuple
    closed: datetime.date | None
    # The days on which the case ended, before reopenings too.
    ends: tuple = ()

    def end_of(self, enquiry):
        """The day on which an end of the case made a question idle; ``None`` when none did."""
        if enquiry.answered is not None:
            return None
        return next((end for end in self.ends if end >= enquiry.asked), None)

    @property
    def received(self):
        return self.phases[0].start

    @property
    def last_day(self):
        return self.events[-1].on

    def kind(self, event) -> EventKind:
        return self.clock.kinds[event.kind]

    def of(self, *effects):
        return [event for event in self.events if self.kind(event).effect in effects]


def read_history(events, clock, today=None):
    """Return the ``History`` of ``events``; ``None`` when there are none.

    Raises ``RuleError`` for an unknown kind, a missing or impossible date, an answer without its question or
    before it, anything before receipt or after the end, an extension beyond its most, and, when ``today`` is
    given, anything in the future.
    """
    events = tuple(events)
    if not events:
        return None
    for event in events:
        _check_event(event, clock, today)
    events = tuple(sorted(events, key=lambda event: _place(event, clock)))
    _check_start(events, clock)
    _check_pairs(events, clock)
    enquiries = _enquiries(events, clock)
    extensions = _extensions(events, clock)
    closed = _check_end(events, clock)
    phases = _phases(events, clock)
    _check_extensions(extensions, phases, clock)
    later = tuple(event for event in events if clock.kinds[event.kind].effect is Effect.SET)
    ends = tuple(event.on for event in events if clock.kinds[event.kind].effect is Effect.CLOSE)
    return History(clock, events, phases, enquiries, extensions, later, closed, ends)


def _place(event, clock):
    return (event.on, ORDER[clock.kinds[event.kind].effect], event.kind, str(event.key))


def is_date(value):
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _check_event(event, clock, today):
    if event.kind not in clock.kinds:
        raise RuleError(_("The clock knows no event “%(event)s”."), "unknown_event", event=event.kind)
    effect = clock.kinds[event.kind].effect
    if not is_date(event.on) or not (event.until is None or is_date(event.until)):
        raise _refused(_("“%(event)s” needs a date."), "date", event, clock)
    if today is not None and event.on > today:
        raise _refused(_("“%(event)s” lies in the future: %(date)s."), "future", event, clock)
    if event.until is not None and event.until < event.on:
        raise _refused(_("“%(event)s” of %(date)s sets a day that is past."), "until_past", event, clock)
    wait = clock.waits.get(clock.kinds[event.kind].wait)
    needs_until = effect is Effect.SET or (effect is Effect.ASK and wait.needs_until)
    if needs_until and event.until is None:
        raise _refused(_("“%(event)s” needs the date that was set."), "until_missing", event, clock)
    if effect is Effect.GRANT and (type(event.days) is not int or event.days < 1):
        raise _refused(_("“%(event)s” needs a whole number of working days."), "days", event, clock)


def _refused(message, code, event, clock, **params):
    date = event.on.isoformat() if is_date(event.on) else ""
    return RuleError(message, code, event=Shown(clock.kinds[event.kind].label), date=date, **params)


def _check_start(events, clock):
    starts = [event for event in events if clock.kinds[event.kind].effect is Effect.START]
    if not starts:
        raise _refused(
            _("“%(event)s” of %(date)s: the case has not been received."), "not_received", events[0], clock
        )
    if len(starts) > 1:
        raise _refused(
            _("The case is received twice, the second time on %(date)s."), "twice", starts[1], clock
        )
    if events[0] is not starts[0]:
        raise _refused(_("“%(event)s” of %(date)s lies before receipt."), "before_receipt", events[0], clock)
    last = max([event.on for event in events] + [event.until for event in events if event.until])
    if last - events[0].on > LONGEST:
        raise RuleError(
            _("%(date)s lies too far after receipt to be right."), "too_far", date=last.isoformat()
        )


def _group(event, clock):
    """What an event belongs to: its wait, or the extensions."""
    kind = clock.kinds[event.kind]
    return (kind.wait or "extension", event.key)


def _check_pairs(events, clock):
    """Each question, delivery, answer, approval and notice once per key, in the order of time."""
    firsts, seen = {}, set()
    opening = (Effect.ASK, Effect.GRANT)
    for event in events:
        effect = clock.kinds[event.kind].effect
        if effect not in opening and effect not in JOINED:
            continue
        place = (_group(event, clock), effect)
        if place in seen:
            raise _refused(
                _("“%(event)s” is recorded twice for the same matter (%(date)s)."), "twice", event, clock
            )
        seen.add(place)
        if effect in opening:
            firsts[place] = event
    for event in events:
        effect = clock.kinds[event.kind].effect
        if effect in JOINED:
            first = firsts.get((_group(event, clock), JOINED[effect]))
            if first is None or first.on > event.on:
                raise _refused(
                    _("“%(event)s” of %(date)s comes before what it follows from."),
                    "answer_before_question",
                    event,
                    clock,
                )


def _enquiries(events, clock):
    found = {}
    for event in events:
        kind = clock.kinds[event.kind]
        if kind.wait:
            found.setdefault((kind.wait, event.key), {})[kind.effect] = event
    enquiries = []
    for (wait, key), parts in found.items():
        ask, deliver, answer = (parts.get(e) for e in (Effect.ASK, Effect.DELIVER, Effect.ANSWER))
        if deliver and answer and deliver.on > answer.on:
            raise _refused(
                _("“%(event)s” of %(date)s comes after the answer."), "delivered_after_answer", deliver, clock
            )
        enquiries.append(
            Enquiry(
                wait=clock.waits[wait],
                key=key,
                asked=ask.on,
                until=ask.until,
                delivered=deliver.on if deliver else None,
                answered=answer.on if answer else None,
            )
        )
    asked = Counter(enquiry.wait.code for enquiry in enquiries)
    for code, count in asked.items():
        if clock.waits[code].asks is not None and count > clock.waits[code].asks:
            raise RuleError(
                _("“%(wait)s” was asked too often; the most is %(most)s (%(article)s)."),
                "asked_too_often",
                wait=Shown(clock.waits[code].label),
                most=clock.waits[code].asks,
                article=Shown(clock.waits[code].citation),
            )
    return tuple(sorted(enquiries, key=lambda each: (each.asked, each.wait.code, each.key)))


def _extensions(events, clock):
    granted = [event for event in events if clock.kinds[event.kind].effect is Effect.GRANT]
    told = {event.key: event.on for event in events if clock.kinds[event.kind].effect is Effect.NOTIFY}
    found = [Extension(event.days, event.on, told.get(event.key)) for event in granted]
    return tuple(sorted(found, key=lambda each: (each.notified or datetime.date.max, each.approved)))


def _check_extensions(extensions, phases, clock):
    """What takes effect between one beginning and the next stays within the most the law allows."""
    total = Counter()
    for extension in extensions:
        in_phase = [
            phase.start for phase in phases if phase.start <= (extension.notified or extension.approved)
        ]
        total[in_phase[-1]] += extension.days
    if total and clock.extension is None:
        raise RuleError(_("This time limit cannot be extended."), "extension_too_long")
    if total and max(total.values()) > clock.extension.length:
        text = (
            _("An extension is %(most)s days at most (%(article)s), not %(days)s.")
            if clock.extension.counts_every_day
            else _("An extension is %(most)s working days at most (%(article)s), not %(days)s.")
        )
        raise RuleError(
            text,
            "extension_too_long",
            most=clock.extension.length,
            days=max(total.values()),
            article=Shown(clock.extension.citation),
        )


def _check_end(events, clock):
    """The day the case ended, ``None`` while it is open; nothing but a reopening moves it afterwards.

    On the day of an end or a reopening itself everything may still, or already, happen.
    """
    ends = [event for event in events if clock.kinds[event.kind].effect is Effect.CLOSE]
    reopenings = [event for event in events if clock.kinds[event.kind].effect is Effect.REOPEN]
    closed = None
    for place, end in enumerate(ends):
        if place and (place > len(reopenings) or reopenings[place - 1].on > end.on):
            raise _refused(_("The case is closed twice, the second time on %(date)s."), "twice", end, clock)
        reopened = reopenings[place].on if place < len(reopenings) else None
        for event in events:
            after = end.on < event.on and (reopened is None or event.on < reopened)
            if after and event is not end and clock.kinds[event.kind].effect is not Effect.MARK:
                raise _refused(
                    _("“%(event)s” of %(date)s lies after the end of the case."),
                    "after_the_end",
                    event,
                    clock,
                )
        closed = None if reopened else end.on
    for place, reopening in enumerate(reopenings):
        if place >= len(ends) or ends[place].on > reopening.on:
            raise _refused(
                _("“%(event)s” of %(date)s: the case is not closed."), "not_closed", reopening, clock
            )
    return closed


def _phases(events, clock):
    found = []
    for event in events:
        kind = clock.kinds[event.kind]
        restarts = kind.effect is Effect.ANSWER and clock.waits[kind.wait].stop is Stop.RESTART
        if kind.effect in (Effect.START, Effect.REOPEN) or restarts:
            found.append(Phase(event.on, event))
    return tuple(found)
