"""The due date of a case: a pure function of its dated events, a calendar and the rule set in force.

Three things move a due date, and they are three different things. A *restart* (the corrected request came
in, the fee was paid) forgets what was counted and begins anew. A *pause* (a third party or another agency is
asked) leaves out the working days of the wait; days of several waits are left out once. An *extension* adds
working days, from the day the applicant is told of it. What does which is data of the rule set.
"""

import datetime
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from .calendar import WorkingCalendar
from .case_events import CaseClock, ClockEvent, Effect, Stop
from .case_explain import explain
from .case_history import History, is_date, read_history
from .case_irregularities import irregularities
from .case_ledger import CaseDay, Count, DayStatus, count_phase, stopped_spans
from .case_limits import case_limits
from .clocks import RuleSet
from .errors import RuleError
from .working_days import working_days_between

REQUEST = "request"


@dataclass(frozen=True)
class CaseDeadline:
    """The due date of a case with all that explains it.

    ``due`` is ``None`` while nobody can know it: the applicant is to complete the request or to pay, another
    agency is asked without a date, or the law sets no limit. ``limits`` are the limits beside it, and
    ``irregularities`` what happened against the rules (``RuleError``, not raised), such as an extension that
    the applicant was told of too late and that therefore has no effect.
    """

    ruleset: RuleSet
    clock: CaseClock
    history: History = field(repr=False)
    count: Count = field(repr=False)
    ledger: tuple = field(repr=False)
    limits: tuple = ()
    irregularities: tuple = field(default=(), compare=False)
    calendar: WorkingCalendar | None = field(default=None, repr=False, compare=False)

    @property
    def received(self):
        """The day of receipt."""
        return self.history.received

    @property
    def start(self):
        """The first day of the count in force: receipt, or the last new beginning."""
        return self.history.phases[-1].start

    @property
    def restarted(self):
        return len(self.history.phases) > 1

    @property
    def due(self):
        return self.count.due

    @property
    def closed(self):
        """The day the case ended, ``None`` while it is open."""
        return self.history.closed

    @property
    def next_due(self):
        """The next day by which the agency has to do something: a duty that is open, or the reply."""
        duties = [each.due for each in self.limits if each.is_duty and each.met_on is None]
        return min([*duties, *([self.due] if self.due else [])], default=None)

    @property
    def counts_every_day(self):
        """Whether rest days count as well: the reply is due in days, not in working days."""
        return self.clock.counts_every_day

    @property
    def working_days(self):
        """How many working days (or days, see ``counts_every_day``) the count in force allows, extensions
        included; ``None`` without a limit.
        """
        return self.count.limit

    @property
    def extended_by(self):
        """Working days by which extensions in effect moved the due date."""
        if self.count.limit is None or self.clock.reply is None:
            return 0
        return self.count.limit - self.clock.reply.length

    @property
    def paused_days(self):
        """Working days left out of the count in force."""
        return sum(row.status is DayStatus.PAUSED for row in self.ledger)

    @property
    def is_projected(self):
        """Whether the due date supposes that answers still awaited come on the last day of their term."""
        return self.count.projected

    @property
    def provisional_years(self):
        """Years the due date or a limit depends on whose holidays have not been announced, in order."""
        counts = [row for row in self.ledger if row.date >= self.start and not self.counts_every_day]
        years = {row.date.year for row in counts if row.provisional}
        ends = {
            limit.due.year
            for limit in self.limits
            if limit.met_on is None and not self.closed and not self._counts_every_day_for(limit)
        }
        return tuple(sorted(years | {year for year in ends if self.calendar.is_provisional_year(year)}))

    def _counts_every_day_for(self, limit):
        duty = next((each for each in self.clock.duties if each.code == limit.code), None)
        return duty is not None and self.clock.terms[duty.term].counts_every_day

    @property
    def provisional(self):
        return bool(self.provisional_years)

    @property
    def open_enquiries(self):
        """Questions that were put and not answered, and that no end of the case made idle."""
        return tuple(
            each
            for each in self.history.enquiries
            if each.answered is None and self.history.end_of(each) is None
        )

    @property
    def open_waits(self):
        """Codes of the waits whose answer is outstanding."""
        return frozenset(each.wait.code for each in self.open_enquiries)

    @property
    def past_waits(self):
        """Codes of all waits that ever were."""
        return frozenset(each.wait.code for each in self.history.enquiries)

    def lapsed_waits(self, today, key=None):
        """Codes of the outstanding waits whose terms are all over; with ``key``, of that enquiry alone."""
        ends = {}
        for each in self.open_enquiries:
            if key is None or each.key == key:
                ends.setdefault(each.wait.code, []).append(each.term_end(self.clock, self.calendar))
        return frozenset(code for code, days in ends.items() if all(day and day < today for day in days))

    def is_stopped(self, today):
        """Whether ``today`` does not count because an answer is waited for."""
        return any(span.covers(today) for span in stopped_spans(self.history, self.calendar))

    def extension_left(self):
        """Working days by which the case may still be extended in the count in force."""
        if self.clock.extension is None:
            return 0
        used = [
            each.days
            for each in self.history.extensions
            if self.start <= (each.notified or each.approved) and each not in self.count.late
        ]
        return self.clock.extension.length - sum(used)

    def facts(self, today, key=None):
        """What the guards of a transition table ask of the clock: ``lapsed`` (with ``key``, of that enquiry
        alone) and ``extension_possible``.
        """
        return {
            "lapsed": self.lapsed_waits(today, key),
            "extension_possible": self.extension_left() > 0 and not self.is_overdue(today),
        }

    def days_left(self, today):
        """Days that still count after ``today``, pauses left out: 0 on the due day, negative after it;
        ``None`` without a due date.
        """
        if self.due is None:
            return None
        if today > self.due:
            return -self._days_between(self.due, today)
        left_out = sum(row.status is DayStatus.PAUSED and row.date > today for row in self.ledger)
        return self._days_between(today, self.due) - left_out

    def _days_between(self, start, end):
        return (
            (end - start).days if self.counts_every_day else working_days_between(start, end, self.calendar)
        )

    def is_overdue(self, today):
        """Whether the case was not closed on the due date and that day is past; a closed case stays what it
        was.
        """
        return self.due is not None and (self.closed or today) > self.due

    def if_answered_on(self, date):
        """The deadline as it would be if all outstanding answers that only pause came on ``date``.

        Raises ``RuleError`` when ``date`` is before a question.
        """
        answers = [
            ClockEvent(self.clock.answer_kind(each.wait.code).code, date, each.key)
            for each in self.open_enquiries
            if each.wait.stop is Stop.PAUSE
        ]
        return case_deadline([*self.history.events, *answers], self.calendar, self.ruleset, self.clock.code)

    def with_calendar(self, calendar):
        """The same case under another calendar: what a changed calendar would move."""
        return case_deadline(self.history.events, calendar, self.ruleset, self.clock.code)

    def explain(self, audience, language=None):
        """The rows that explain the due date to an ``officer`` or a ``citizen``: see ``case_explain``."""
        return explain(self, audience, language)


def governing_ruleset(profile, events, clock=REQUEST):
    """The rule set that governs a case: the one in force on the day of receipt; ``None`` before receipt.

    Raises ``RuleError`` when no law was in force on that day.
    """
    for event in events:
        for ruleset in profile.rulesets:
            kind = ruleset.clocks[clock].kinds.get(event.kind) if clock in ruleset.clocks else None
            if kind and kind.effect is Effect.START:
                if not is_date(event.on):
                    raise RuleError(_("The case has no day of receipt."), "date")
                found = profile.ruleset_on(event.on)
                if found is None:
                    raise RuleError(
                        _("No law on disclosure was in force on %(date)s."),
                        "no_law",
                        date=event.on.isoformat(),
                    )
                return found
    return None


def case_deadline(events, calendar, ruleset, clock=REQUEST, *, today=None):
    """Return the ``CaseDeadline`` of a case; ``None`` while there are no events, because it is not received.

    ``events`` are its ``ClockEvent`` in any order, ``ruleset`` the one that governs it
    (``governing_ruleset``). Raises ``RuleError`` for events that cannot have happened like that: see
    ``read_history``.
    """
    events = tuple(events)
    rules = ruleset.clock(clock).of_case(events)
    history = read_history(events, rules, today)
    if history is None:
        return None
    spans = stopped_spans(history, calendar)
    counts = [count_phase(history, place, calendar, spans) for place in range(len(history.phases))]
    return CaseDeadline(
        ruleset=ruleset,
        clock=rules,
        history=history,
        count=counts[-1],
        ledger=_ledger(history, counts, calendar),
        limits=case_limits(history, calendar),
        irregularities=tuple(irregularities(history, counts, calendar)),
        calendar=calendar,
    )


def _ledger(history, counts, calendar):
    """All days from receipt on: those before the last beginning count no longer."""
    before = (history.phases[-1].start - history.received).days
    dates = (history.received + datetime.timedelta(days=offset) for offset in range(before))
    rows, events = [CaseDay(calendar.day(date), DayStatus.BEFORE_RESTART) for date in dates], {}
    for event in history.events:
        events.setdefault(event.on, []).append(history.kind(event))
    rows += counts[-1].rows
    return tuple(replace(row, events=tuple(events.get(row.date, ()))) for row in rows)
