"""Statutory clocks as pure functions of what happened, a calendar and the rule set in force."""

import calendar as months_of
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from .calendar import WorkingCalendar
from .errors import RuleError
from .labels import citation
from .working_days import DayLedger, add_working_days, count_working_days, working_days_between

PROACTIVE_PUBLICATION = "proactive_publication"
UNITS = ("working_days", "days", "months")


@dataclass(frozen=True)
class Term:
    """A statutory limit with the article that sets it: so many working days, calendar days or months.

    ``rolls``: a period of calendar days or months that ends on a rest day runs to the next working day.
    ``from_first``: such a period begins with the first day itself, not with the day after.
    ``law`` names the law, by language, where it is not the one of the rule set.
    """

    code: str
    working_days: int | None = None
    article: str = ""
    days: int | None = None
    months: int | None = None
    rolls: bool = False
    from_first: bool = False
    law: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, raw):
        """Build a term from a JSON object; ``RuleError`` unless it has one unit and a whole positive
        number.
        """
        given = [unit for unit in UNITS if raw.get(unit) is not None]
        if len(given) != 1 or type(raw[given[0]]) is not int or raw[given[0]] < 1:
            raise RuleError(f"{raw['code']}: a term is one whole positive number of {UNITS}", "term")
        known = {name: raw[name] for name in ("article", "rolls", "from_first", "law") if name in raw}
        return cls(code=raw["code"], **{given[0]: raw[given[0]]}, **known)

    def end(self, start, calendar):
        """The last day of the term when it begins after ``start``.

        A month ends on the day with the same number, or on the last of a shorter month.
        """
        if self.working_days is not None:
            return add_working_days(start, self.working_days, calendar)
        try:
            date = self._calendar_end(start) - datetime.timedelta(days=self.from_first)
            while self.rolls and not calendar.is_working(date):
                date += datetime.timedelta(days=1)
        except (OverflowError, ValueError):
            raise RuleError(_("The count of working days leaves the calendar."), "overflow") from None
        return date

    def _calendar_end(self, start):
        if self.days is not None:
            return start + datetime.timedelta(days=self.days)
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        last = months_of.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(start.day, last))

    def citation(self, language=None):
        """The provision as it is cited, with the name of another law."""
        return citation(self.law, self.article, language)

    @property
    def counts_every_day(self):
        """Whether rest days count as well."""
        return self.days is not None

    @property
    def length(self):
        """How many days of its own unit it has: working days, or days; ``None`` for months."""
        return self.working_days if self.working_days is not None else self.days

    def as_data(self):
        """What ``from_data`` makes this term of again, as a JSON object."""
        unit = next(each for each in UNITS if getattr(self, each) is not None)
        found = {"code": self.code, unit: getattr(self, unit)}
        return found | {name: getattr(self, name) for name in ("article", "law") if getattr(self, name)}


@dataclass(frozen=True)
class RuleSet:
    """The limits a law sets from ``valid_from`` on, until the next rule set of the jurisdiction begins."""

    code: str
    valid_from: datetime.date
    labels: Mapping[str, str]
    terms: Mapping[str, Term]
    # The clocks of cases under this law: see ``case_events.CaseClock``.
    clocks: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_data(cls, raw, clocks=()):
        """Build a rule set from its entry in a ``profile.json``, with the clocks that are its own."""
        terms = {item["code"]: Term.from_data(item) for item in raw["terms"]}
        valid_from = datetime.date.fromisoformat(raw["valid_from"])
        return cls(raw["code"], valid_from, raw["label"], terms, {clock.code: clock for clock in clocks})

    def term(self, code):
        """Return the ``Term`` called ``code``, or ``None`` when this law sets no such limit."""
        return self.terms.get(code)

    def clock(self, code):
        """Return the ``CaseClock`` called ``code``; ``RuleError`` when this law has no such clock."""
        if code not in self.clocks:
            raise RuleError(
                _("The rule set %(ruleset)s has no clock “%(clock)s”."),
                "unknown_clock",
                ruleset=self.code,
                clock=code,
            )
        return self.clocks[code]


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
