"""Counting working days, with a ledger that shows every day counted.

Day 0 is the starting day, which is not counted (Civil Procedure Law, Art. 85); day *n* is the *n*-th working
day after it. A weekend that was declared a make-up working day counts; a weekday within a holiday does not.
"""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .calendar import Day, DayKind
from .errors import RuleError

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class LedgerRow:
    """One day of a count: ``counted`` is 0 for the start, n for the n-th working day, ``None`` for a rest
    day.
    """

    day: Day
    counted: int | None

    @property
    def date(self):
        return self.day.date

    @property
    def kind(self) -> DayKind:
        return self.day.kind

    @property
    def provisional(self):
        return self.day.provisional

    @property
    def note(self):
        """Name of the holiday or reason of the override, in the active language."""
        return self.day.note()


@dataclass(frozen=True)
class DayLedger:
    """The days from a start to the day the count ended on."""

    rows: tuple

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    @property
    def start(self):
        return self.rows[0].date

    @property
    def end(self):
        return self.rows[-1].date

    @property
    def provisional_years(self):
        """Years in this count whose holidays have not been announced, in order."""
        return tuple(sorted({row.date.year for row in self.rows if row.provisional}))

    @property
    def provisional(self):
        return bool(self.provisional_years)


def count_working_days(start, n, calendar):
    """Return the ``DayLedger`` from ``start`` to the ``n``-th working day after it.

    Raises ``RuleError`` for a negative ``n`` and when the count leaves the dates Python can hold.
    """
    if n < 0:
        raise RuleError(_("A number of working days cannot be negative: %(n)s."), "negative", n=n)
    date, counted = start, 0
    rows = [LedgerRow(calendar.day(start), 0)]
    while counted < n:
        if date == datetime.date.max:
            raise RuleError(_("The count of working days leaves the calendar."), "overflow")
        date += ONE_DAY
        day = calendar.day(date)
        counted += day.is_working
        rows.append(LedgerRow(day, counted if day.is_working else None))
    return DayLedger(tuple(rows))


def add_working_days(start, n, calendar):
    """Return the date of the ``n``-th working day after ``start``; ``start`` itself for 0.

    Raises ``RuleError`` for a negative ``n``.
    """
    return count_working_days(start, n, calendar).end


def working_days_between(start, end, calendar):
    """Return how many working days lie after ``start`` up to and including ``end``.

    Negative when ``end`` is before ``start``, so swapping the two changes only the sign.
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (end - start).days
    return sum(calendar.is_working(start + datetime.timedelta(days=offset)) for offset in range(1, days + 1))
