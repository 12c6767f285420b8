"""The days of a case one by one: counted, at rest, paused, before a new beginning, within an extension."""

import datetime
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from .calendar import Day, DayKind
from .case_events import Effect, Stop
from .case_history import Enquiry
from .errors import RuleError

ONE_DAY = datetime.timedelta(days=1)


class DayStatus(Enum):
    """What became of one day."""

    BEFORE_RESTART = "before_restart"
    START = "start"
    COUNTED = "counted"
    EXTENSION = "extension"
    REST = "rest"
    PAUSED = "paused"
    LATER_DATE = "later_date"
    OPEN = "open"

    @property
    def label(self):
        return DAY_STATUS_LABELS[self]


DAY_STATUS_LABELS = {
    DayStatus.BEFORE_RESTART: _("no longer counts: the time limit began anew later"),
    DayStatus.START: _("first day, not counted"),
    DayStatus.COUNTED: _("counted"),
    DayStatus.EXTENSION: _("counted within the extension"),
    DayStatus.REST: _("rest day"),
    DayStatus.PAUSED: _("not counted: waiting for an answer"),
    DayStatus.LATER_DATE: _("within the later date that was set"),
    DayStatus.OPEN: _("no time limit"),
}


@dataclass(frozen=True)
class CaseDay:
    """One day of a case. ``counted`` is n for the n-th day that counts, 0 for the first day, else ``None``.

    ``waits`` are those whose answer was waited for on a day that does not count; ``events`` the kinds of
    clock events of that day.
    """

    day: Day
    status: DayStatus
    counted: int | None = None
    waits: tuple = ()
    events: tuple = ()

    @property
    def date(self):
        return self.day.date

    @property
    def kind(self) -> DayKind:
        return self.day.kind

    @property
    def provisional(self):
        return self.day.provisional

    def note(self, language=None):
        """Why the day counts or not: who was waited for, the holiday, the reason of an override."""
        notes = [wait.label(language) for wait in self.waits] or [self.day.note(language)]
        return " · ".join(note for note in notes if note)

    def citation(self, language=None):
        """The provisions on which the day does not count; empty for others."""
        return " · ".join(dict.fromkeys(wait.citation(language) for wait in self.waits))


@dataclass(frozen=True)
class Span:
    """Days that do not count because of ``enquiry``; ``last`` is ``None`` when the end is not known."""

    enquiry: Enquiry
    first: datetime.date
    last: datetime.date | None

    def covers(self, date):
        return self.first <= date and (self.last is None or date <= self.last)


@dataclass(frozen=True)
class Count:
    """The days counted in one phase: ``due`` is ``None`` while the end is not known.

    ``projected`` is true when an answer that came before its term would make the due date earlier.
    ``late`` are extensions and later dates that came when the time limit was over.
    """

    rows: tuple
    due: datetime.date | None
    limit: int | None
    projected: bool = False
    late: tuple = ()


def stopped_spans(history, calendar):
    """The spans in which somebody's answer is or was waited for.

    A question that stops the count until a new beginning and was answered is none: what follows it is
    another phase.
    """
    spans = []
    for enquiry in history.enquiries:
        restart = enquiry.wait.stop is Stop.RESTART
        if enquiry.wait.stop is Stop.NOTHING or (restart and enquiry.answered):
            continue
        first = enquiry.asked if enquiry.wait.from_question else enquiry.asked + ONE_DAY
        spans.append(Span(enquiry, first, _last_day(enquiry, history, calendar)))
    return spans


def _last_day(enquiry, history, calendar):
    """The last day that an enquiry stops; ``None`` when it is not known."""
    end = history.end_of(enquiry)
    if enquiry.wait.stop is Stop.RESTART:
        # It stops for good, unless the case ended and was taken up again.
        return end if end != history.closed else None
    term_end = enquiry.term_end(history.clock, calendar) if enquiry.wait.ends_by_itself else None
    known = [date for date in (enquiry.answered, term_end, end) if date is not None]
    return min(known) if known else None


def count_phase(history, place, calendar, spans):
    """Count the days of the phase number ``place``: from its start to the due date.

    ``spans`` are those of ``stopped_spans``. The ledger of a count whose end is not known runs to the last
    day on which something happens.
    """
    phase = history.phases[place]
    end = history.phases[place + 1].start if place + 1 < len(history.phases) else datetime.date.max
    if history.kind(phase.event).effect is Effect.REOPEN and phase.event.until:
        rows = _days_until(phase.start, phase.event.until, calendar, inclusive=True)
        return Count(tuple(rows), phase.event.until, None)
    told = [each for each in history.extensions if each.notified and phase.start <= each.notified < end]
    rows, limit = _count(history, phase.start, told, calendar, spans)
    due = rows[-1].date if rows[-1].counted == limit else None
    later, late = _later_date(history, phase.start, end, due, limit)
    if later and due:
        rows += _days_until(due, later, calendar)
    projected = due is not None and any(_is_open(span, due) for span in spans)
    late = (*(each for each in told if due and each.notified > due), *late)
    return Count(tuple(rows), later or due, limit, projected, late)


def _count(history, start, told, calendar, spans):
    """The rows of a count and its limit, which grows with the extensions told before it is reached."""
    days = history.clock.reply.length if history.clock.reply else None
    horizon = _horizon(history, calendar)
    date, counted, limit, told = start, 0, days, list(told)
    rows = [CaseDay(calendar.day(start), DayStatus.START, 0)]
    while True:
        while limit is not None and told and told[0].notified <= date:
            limit += told.pop(0).days
        endless = limit is None or any(span.last is None and span.covers(date) for span in spans)
        if counted == limit or (endless and date >= horizon):
            return rows, limit
        if date == datetime.date.max:
            raise RuleError(_("The count of working days leaves the calendar."), "overflow")
        date += ONE_DAY
        row = _row(date, counted, days, calendar, spans, history.clock.counts_every_day)
        counted = row.counted or counted
        rows.append(row)


def _row(date, counted, days, calendar, spans, every_day=False):
    day = calendar.day(date)
    if not day.is_working and not every_day:
        return CaseDay(day, DayStatus.REST)
    waits = tuple(dict.fromkeys(span.enquiry.wait.code for span in spans if span.covers(date)))
    if waits:
        by_code = {span.enquiry.wait.code: span.enquiry.wait for span in spans}
        return CaseDay(day, DayStatus.PAUSED, None, tuple(by_code[code] for code in waits))
    if days is None:
        return CaseDay(day, DayStatus.OPEN)
    return CaseDay(day, DayStatus.COUNTED if counted < days else DayStatus.EXTENSION, counted + 1)


def _is_open(span, due):
    return span.enquiry.answered is None and span.last is not None and span.first <= due


def _horizon(history, calendar):
    """The last day on which something happens, somebody's term ends, or for which a date was set."""
    ends = [each.term_end(history.clock, calendar) for each in history.enquiries if not each.answered]
    dates = [event.until for event in history.later_dates]
    return max([history.last_day, *(day for day in (*ends, *dates) if day)])


def _later_date(history, start, end, due, limit):
    """The date set for a later reply, and the events that set one when the time limit was over.

    A date before the due date changes nothing; while the due date is not known, none is set.
    """
    if due is None and limit is not None:
        return None, []
    latest, late = due, []
    for event in history.later_dates:
        if not start <= event.on < end:
            continue
        if latest is not None and event.on > latest:
            late.append(event)
        else:
            latest = max(event.until, latest or event.until)
    return (latest if latest != due else None), late


def _days_until(start, end, calendar, *, inclusive=False):
    """The days after ``start`` (from it on, not counted, when ``inclusive``) up to a date that was set."""
    days = [calendar.day(start + datetime.timedelta(days=offset)) for offset in range((end - start).days + 1)]
    rows = [CaseDay(day, DayStatus.LATER_DATE if day.is_working else DayStatus.REST) for day in days[1:]]
    return [CaseDay(days[0], DayStatus.START, 0), *rows] if inclusive else rows
