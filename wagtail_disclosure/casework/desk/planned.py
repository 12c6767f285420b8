"""A reminder that is due now, and the steps in which what is late is reminded of."""

import datetime
from dataclasses import dataclass

from ... import conf
from ...rules.working_days import working_days_between


@dataclass(frozen=True)
class Planned:
    """A reminder that is due now, whom it concerns, and the day that it is about."""

    kind: str
    about: str
    people: list
    due_on: datetime.date | None


def late_step(day, today, used_calendar):
    """The step of the reminders that is due so long after ``day``, or None."""
    late = working_days_between(day, today, used_calendar)
    return max((each for each in conf.get("CASE_OVERDUE_DAYS") if each <= late), default=None)
