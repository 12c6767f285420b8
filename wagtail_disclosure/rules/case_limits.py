"""The limits beside the main one: for somebody to answer, and for the agency to ask."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from .calendar import WorkingCalendar
from .labels import citation, label
from .working_days import working_days_between

AGENCY = "agency"


@dataclass(frozen=True)
class Limit:
    """A limit beside the main one: for somebody to answer, or for the agency to ask.

    ``code`` is that of the wait, with ``.ask`` for the agency's own limit, or that of a duty of the agency
    (``is_duty``). ``met_on`` is the day on which what was to be done was done. ``due`` is the last day.
    """

    code: str
    key: str
    party: str
    labels: Mapping[str, str]
    start: datetime.date
    due: datetime.date
    met_on: datetime.date | None = None
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    is_duty: bool = False
    calendar: WorkingCalendar | None = field(default=None, repr=False, compare=False)

    def label(self, language=None):
        return label(self, language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)

    def is_over(self, today):
        """Whether the last day is past and nothing had been done by then."""
        return today > self.due and (self.met_on is None or self.met_on > self.due)

    def days_left(self, today):
        """Working days left after ``today``; negative once working days have passed the last day."""
        return working_days_between(today, self.due, self.calendar)


def case_limits(history, calendar):
    """Return the ``Limit`` of each question the agency may still put, or put, in a term, and of each answer."""
    asking = [_to_ask(wait, history, calendar) for wait in history.clock.waits.values() if wait.ask_within]
    answering = [_to_answer(enquiry, history.clock, calendar) for enquiry in history.enquiries]
    doing = [_to_do(duty, history, calendar) for duty in history.clock.duties]
    return tuple(limit for limit in (*asking, *answering, *doing) if limit)


def _to_do(duty, history, calendar):
    term = history.clock.terms.get(duty.term)
    if term is None:
        return None
    return Limit(
        code=duty.code,
        key="",
        party=AGENCY,
        labels=duty.labels,
        start=history.received,
        due=term.end(history.received, calendar),
        met_on=min((event.on for event in history.events if event.kind in duty.met_by), default=None),
        article=term.article,
        law=term.law,
        is_duty=True,
        calendar=calendar,
    )


def _to_ask(wait, history, calendar):
    term = history.clock.terms[wait.ask_within]
    return Limit(
        code=f"{wait.code}.ask",
        key="",
        party=AGENCY,
        labels=wait.labels,
        start=history.received,
        due=term.end(history.received, calendar),
        met_on=min((each.asked for each in history.enquiries if each.wait.code == wait.code), default=None),
        article=term.article,
        law=term.law,
        calendar=calendar,
    )


def _to_answer(enquiry, clock, calendar):
    due = enquiry.term_end(clock, calendar)
    if due is None:
        return None
    source = clock.terms.get(enquiry.wait.term) or enquiry.wait
    return Limit(
        code=enquiry.wait.code,
        key=enquiry.key,
        party=enquiry.wait.party,
        labels=enquiry.wait.labels,
        start=enquiry.delivered or enquiry.asked,
        due=due,
        met_on=enquiry.answered,
        article=source.article,
        law=source.law,
        calendar=calendar,
    )
