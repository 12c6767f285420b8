"""Periods of a year: months, quarters, halves, the year itself. How a duty for one of them stands on a day."""

import calendar
import datetime
from dataclasses import dataclass

DONE, LATE, MISSING, SOON, OPEN, AHEAD, NONE = "done", "late", "missing", "soon", "open", "ahead", "none"
# Days before a deadline on which one is reminded of it.
SOON_DAYS = 30
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The ``number``-th span of ``months`` months of ``year``."""

    year: int
    number: int
    months: int

    @property
    def first(self):
        return datetime.date(self.year, (self.number - 1) * self.months + 1, 1)

    @property
    def last(self):
        month = self.number * self.months
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def following(self):
        """The period after this one."""
        if self.number * self.months == 12:
            return Period(self.year + 1, 1, self.months)
        return Period(self.year, self.number + 1, self.months)

    def window(self, afterwards=False):
        """The days on which a publication counts for this period: within it, or in the one that follows."""
        period = self.following if afterwards else self
        return period.first, period.last

    def deadline(self, afterwards=False, days=0):
        """The last day on which it is in time."""
        return self.last + datetime.timedelta(days=days) if afterwards else self.last


def periods_of(months, year):
    """The periods of ``months`` months of ``year``, in order. ``months`` divides 12."""
    return [Period(year, number, months) for number in range(1, 12 // months + 1)]


def standing(window, deadline, published_on, today):
    """How a duty stands on ``today``: one of the codes above. ``published_on`` is the first day of the window on which
    something was published, or None.
    """
    if published_on is not None:
        return LATE if published_on > deadline else DONE
    if today > deadline:
        return MISSING
    if today < window[0]:
        return AHEAD
    return SOON if (deadline - today).days <= SOON_DAYS else OPEN


def same_period_before(first, last):
    """The same days of the year before. 29 February becomes the last of the month; whole months stay whole."""
    return _year_before(first), _year_before(last, is_end=last.month != (last + ONE_DAY).month)


def _year_before(day, is_end=False):
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return datetime.date(day.year - 1, day.month, last if is_end else min(day.day, last))


def span_before(first, last):
    """The span of the same length that ends the day before: for whole months the same number of months."""
    whole = first.day == 1 and (last + ONE_DAY).day == 1
    end = first - ONE_DAY
    if not whole:
        return end - (last - first), end
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    place = first.year * 12 + first.month - 1 - months
    return datetime.date(place // 12, place % 12 + 1, 1), end
