"""Working-day calendars: weekends, public holidays, make-up working days, and days decided by hand."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache

import holidays
from django.utils.translation import gettext_lazy as _

from . import data
from .errors import RuleError
from .labels import text_in

SATURDAY = 5


class DayKind(Enum):
    """Why a day counts or does not count."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up"
    OVERRIDDEN = "overridden"

    @property
    def label(self):
        return DAY_KIND_LABELS[self]


DAY_KIND_LABELS = {
    DayKind.WORKING: _("working day"),
    DayKind.WEEKEND: _("weekend"),
    DayKind.HOLIDAY: _("public holiday"),
    DayKind.MAKE_UP: _("make-up working day"),
    DayKind.OVERRIDDEN: _("decided by hand"),
}


@dataclass(frozen=True)
class Day:
    """One explained day of a calendar.

    ``provisional`` is true when the year's holidays have not been announced yet and nobody decided the day
    by hand.
    """

    date: datetime.date
    kind: DayKind
    is_working: bool
    names: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    provisional: bool = False

    def note(self, language=None):
        """The reason of an override or the holiday's name, in ``language``; empty for an ordinary day."""
        return self.reason or text_in(self.names, language)


@dataclass(frozen=True)
class _Year:
    """What is known about one year before overrides: names of rest days by date, and make-up working days."""

    rest: Mapping[datetime.date, Mapping[str, str]]
    make_up: frozenset


@dataclass(frozen=True, eq=False)
class CalendarSource:
    """Where a jurisdiction's public holidays come from.

    ``country`` and ``subdivisions`` are those of the ``holidays`` library (several subdivisions: a rest day
    in any of them is a rest day). ``official`` holds announced years verbatim and wins over the library,
    whose older releases guess them. Years from ``confirmed_from`` to ``confirmed_through`` are announced.
    """

    code: str
    country: str
    confirmed_from: int
    confirmed_through: int
    subdivisions: tuple = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    official: Mapping[int, Mapping] = field(default_factory=dict)

    @classmethod
    def from_data(cls, code, raw):
        """Build a source from the content of a ``calendar.json``."""
        return cls(
            code=code,
            country=raw["country"],
            subdivisions=tuple(raw.get("subdivisions", ())),
            languages=raw["languages"],
            confirmed_from=raw["confirmed"]["from"],
            confirmed_through=raw["confirmed"]["through"],
            official={int(year): table for year, table in raw.get("official", {}).items()},
        )

    def is_confirmed(self, year):
        return self.confirmed_from <= year <= self.confirmed_through

    def library_year(self, year):
        """Return the library's view of ``year``."""
        rest, make_up = {}, set()
        # The year after is read too: its notice may place a make-up day in December.
        years = (year, year + 1)
        for language, library_language in self.languages.items():
            for subdivision in self.subdivisions or (None,):
                table = holidays.country_holidays(
                    self.country, subdiv=subdivision, years=years, expand=False, language=library_language
                )
                make_up.update(day for day in table.weekend_workdays if day.year == year)
                for day, name in table.items():
                    if day.year == year:
                        rest.setdefault(day, {}).setdefault(language, name)
        return _Year(rest, frozenset(make_up))

    def year(self, year):
        """Return the year as announced, else as the library has it."""
        known = self.library_year(year)
        table = self.official.get(year)
        if table is None:
            return known
        rest = {}
        for text in table["off"]:
            day = datetime.date.fromisoformat(text)
            rest[day] = known.rest.get(day, {})
        # Make-up days of this December may come with the next year's notice, which the library knows first.
        december = {day for day in known.make_up if day.month == 12}
        return _Year(rest, frozenset(datetime.date.fromisoformat(text) for text in table["work"]) | december)


@cache
def get_source(code):
    """Return the calendar source of the jurisdiction ``code``; ``LookupError`` when there is none."""
    path = f"{code}/calendar.json"
    if not code.isidentifier() or not data.exists(path):
        raise LookupError(f"No calendar for the jurisdiction {code!r}")
    return CalendarSource.from_data(code, data.load(path))


@lru_cache(maxsize=256)
def _year(source, year):
    return source.year(year)


class WorkingCalendar:
    """The working days of a jurisdiction.

    ``overrides`` is an iterable of ``(date, is_working_day, reason)`` decided by hand; they win over
    everything. ``confirmed_years`` are years whose announced holidays somebody has checked: they are not
    provisional any more. Raises ``RuleError`` when two overrides contradict each other.
    """

    def __init__(self, source, overrides=(), confirmed_years=()):
        self.source = source
        self.confirmed_years = frozenset(confirmed_years)
        self.overrides = {}
        for day, is_working, reason in overrides:
            decided = self.overrides.setdefault(day, (bool(is_working), reason))
            if decided[0] != bool(is_working):
                raise RuleError(
                    _("%(date)s is decided twice, once as a working day and once as a rest day."),
                    "contradiction",
                    date=day.isoformat(),
                )

    def __repr__(self):
        return f"<WorkingCalendar {self.source.code}, {len(self.overrides)} overrides>"

    def is_provisional_year(self, year):
        """Whether the holidays of ``year`` are a guess because they have not been announced."""
        return not (self.source.is_confirmed(year) or year in self.confirmed_years)

    def day(self, date):
        """Return ``date`` explained as a ``Day``."""
        if date in self.overrides:
            is_working, reason = self.overrides[date]
            return Day(date, DayKind.OVERRIDDEN, is_working, reason=str(reason))
        known = _year(self.source, date.year)
        provisional = self.is_provisional_year(date.year)
        if date in known.make_up:
            return Day(date, DayKind.MAKE_UP, True, provisional=provisional)
        weekend = date.weekday() >= SATURDAY
        names = known.rest.get(date)
        if names or (names is not None and not weekend):
            return Day(date, DayKind.HOLIDAY, False, names, provisional=provisional)
        kind = DayKind.WEEKEND if weekend else DayKind.WORKING
        return Day(date, kind, not weekend, provisional=provisional)

    def is_working(self, date):
        """Whether ``date`` is a working day."""
        return self.day(date).is_working

    def days_of_year(self, year):
        """Yield every day of ``year`` explained."""
        date = datetime.date(year, 1, 1)
        while date.year == year:
            yield self.day(date)
            date += datetime.timedelta(days=1)


def get_calendar(code="cn", overrides=(), confirmed_years=()):
    """Return the calendar of the jurisdiction ``code`` with the given overrides.

    Raises ``LookupError`` for an unknown jurisdiction.
    """
    return WorkingCalendar(get_source(code), overrides, confirmed_years)
