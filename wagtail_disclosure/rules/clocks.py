"""Statutory clocks as pure functions of what happened, a calendar and the rule set in force."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from .calendar import WorkingCalendar
from .working_days import DayLedger, count_working_days, working_days_between

PROACTIVE_PUBLICATION = "proactive_publication"


@dataclass(frozen=True)
class Term:
    """A statutory limit in working days, with the article that sets it."""

    code: str
    working_days: int
    article: str


@dataclass(frozen=True)
class RuleSet:
    """The limits a law sets from ``valid_from`` on, until the next rule set of the jurisdiction begins."""

    code: str
    valid_from: datetime.date
    labels: Mapping[str, str]
    terms: Mapping[str, Term]

    @classmethod
    def from_data(cls, raw):
        """Build a rule set from its entry in a ``rulesets.json``."""
        terms = {
            item["code"]: Term(item["code"], item["working_days"], item["article"]) for item in raw["terms"]
        }
        return cls(raw["code"], datetime.date.fromisoformat(raw["valid_from"]), raw["label"], terms)

    def term(self, code):
        """Return the ``Term`` called ``code``, or ``None`` when this law sets no such limit."""
        return self.terms.get(code)


@dataclass(frozen=True)
class Deadline:
    """A due date together with the ledger of days that led to it."""

    term: Term
    ledger: DayLedger
    calendar: WorkingCalendar = field(repr=False, compare=False)

    @property
    def start(self):
        return self.ledger.start

    @property
    def due(self):
        return self.ledger.end

    @property
    def provisional(self):
        """Whether the due date may still move because a year it touches has not been announced."""
        return self.ledger.provisional

    @property
    def provisional_years(self):
        return self.ledger.provisional_years

    def days_left(self, today):
        """Working days left after ``today``: 0 on the due day, negative once working days have passed it."""
        return working_days_between(today, self.due, self.calendar)

    def is_overdue(self, today):
        """Whether ``today`` is later than the due date, be it a rest day or not."""
        return today > self.due


def proactive_deadline(formed_or_changed_on, calendar, ruleset):
    """Return the ``Deadline`` for publishing what was formed or changed on that date (Art. 26: 20 working
    days).

    ``None`` when ``ruleset`` is ``None`` (no law in force on that day) or sets no such limit.
    """
    term = ruleset.term(PROACTIVE_PUBLICATION) if ruleset else None
    if term is None:
        return None
    ledger = count_working_days(formed_or_changed_on, term.working_days, calendar)
    return Deadline(term, ledger, calendar)
