"""In which rows of the report of a year a case counts, from what happened to it. Pure: dates and codes alone.

A case counts as new in the year in which it was received. It counts with its result once: in the first year at whose
end it stands closed, under the reply in force that day. Until then it is carried forward, from one report to the next.
What is taken up again after a report counted it (Art. 51) is not counted a second time. That keeps both identities, and
the chain of reports, whatever happens to a case.
"""

import datetime
from dataclasses import dataclass

NEW, CARRIED_IN, CARRIED_FORWARD, RESULT = "new", "carried_in", "carried_forward", "result"


@dataclass(frozen=True)
class Happening:
    """A case was closed, with the reply ``reply``, or taken up again, on ``on``."""

    on: datetime.date
    closed: bool
    reply: str = ""


@dataclass(frozen=True)
class Place:
    """Where a case counts in one year: ``came`` is ``new`` or ``carried_in``, ``went`` ``result`` or ``carried_forward``.

    ``reply`` is the code of the reply under which it counts as a result. ``reopened`` says that it was taken up
    again after the end of that year.
    """

    came: str
    went: str
    reply: str = ""
    reopened: bool = False

    @property
    def rows(self):
        return (self.came, self.went)


def end_of(year):
    return datetime.date(year, 12, 31)


def standing_on(day, happenings):
    """The last :class:`Happening` up to and including ``day``, or None. Those of one day are in the order given."""
    until = [each for each in happenings if each.on <= day]
    return max(enumerate(until), key=lambda each: (each[1].on, each[0]))[1] if until else None


def counted_in(received, happenings, until):
    """``(year, happening)``: the first year, up to ``until``, at whose end the case stands closed; or ``(None, None)``."""
    for year in range(received.year, until + 1):
        last = standing_on(end_of(year), happenings)
        if last is not None and last.closed:
            return year, last
    return None, None


def place_of(received, happenings, year):
    """The :class:`Place` of a case in the report of ``year``; None where it does not count in it."""
    if received is None or received.year > year:
        return None
    happenings = tuple(happenings)
    counted, last = counted_in(received, happenings, year)
    if counted is not None and counted < year:
        return None
    came = NEW if received.year == year else CARRIED_IN
    if counted is None:
        return Place(came, CARRIED_FORWARD)
    later = any(not each.closed and each.on > end_of(year) for each in happenings)
    return Place(came, RESULT, last.reply, later)
