"""Counting the letters of a mailbox that came in in one year: how many, how many were answered, how fast, how rated.

Received are all letters but those that are none, such as spam (``counted`` in ``mail_outcomes``); answered are those
whose writer was told how the letter ends. Both are about the letters that came in in the period, so that the rate is
about the same letters. Working days are counted by the calendar in force on the day on which somebody looks.
"""

from collections import defaultdict
from dataclasses import dataclass, field, fields

from django.core.cache import cache
from django.db.models import Count, Max, Min
from django.utils import timezone

from ...casework.standing import calendar
from ...rules.working_days import working_days_between
from .. import outcomes, vocabularies
from ..models import CitizenLetter

# A page that many people read counts once in so many seconds.
KEPT_SECONDS = 300


@dataclass
class Tally:
    """What is counted of some letters; ``days`` are the working days of all that were answered."""

    received: int = 0
    answered: int = 0
    days: int = 0
    satisfied: int = 0
    not_satisfied: int = 0

    def add(self, number, days, satisfied):
        """``number`` letters, answered in ``days`` or not (None), rated as ``satisfied`` or not or not at all (None)."""
        self.received += number
        if days is not None:
            self.answered += number
            self.days += number * days
        if satisfied is not None:
            self.satisfied += number * satisfied
            self.not_satisfied += number * (not satisfied)

    def join(self, other):
        """Count what ``other`` counted as well."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass
class Counts:
    """The tallies of a mailbox in a year: altogether, by month (1 to 12), by type and by department (key or None)."""

    year: int
    total: Tally = field(default_factory=Tally)
    months: dict = field(default_factory=lambda: defaultdict(Tally))
    types: dict = field(default_factory=lambda: defaultdict(Tally))
    departments: dict = field(default_factory=lambda: defaultdict(Tally))
    # Type and department of every letter: who knows which department a type goes to reads one table by the other.
    pairs: set = field(default_factory=set)

    def quarter(self, number):
        """The tally of the quarter ``number``, from 1."""
        found = Tally()
        for month in range(3 * number - 2, 3 * number + 1):
            found.join(self.months.get(month, Tally()))
        return found


def letters_of(mailbox):
    """The letters that count, of ``mailbox`` in all its languages."""
    found = CitizenLetter.objects.filter(mailbox__translation_key=mailbox.translation_key)
    return found.exclude(received_on=None).exclude(outcome__in=outcomes.uncounted())


def years_of(mailbox):
    """The years for which there are numbers, the newest first; the present one among them."""
    today = timezone.localdate()
    ends = letters_of(mailbox).order_by().aggregate(first=Min("received_on"), last=Max("received_on"))
    first = min(ends["first"] or today, today).year
    return list(range(max(today.year, (ends["last"] or today).year), first - 1, -1))


def count(mailbox, year):
    """The :class:`Counts` of ``mailbox`` for ``year``, in one query. Of the last minutes where somebody looked then."""
    key = f"disclosure-mailbox-{mailbox.translation_key}-{year}"
    rows = cache.get(key)
    if rows is None:
        rows = _rows(mailbox, year)
        cache.set(key, rows, KEPT_SECONDS)
    return tallied(rows, year)


def _rows(mailbox, year):
    found = letters_of(mailbox).filter(received_on__year=year).order_by()
    names = ("received_on", "answered_on", "letter_type", "department", "rating")
    return list(found.values_list(*names).annotate(number=Count("pk")))


def tallied(rows, year):
    """The :class:`Counts` of rows ``(received on, answered on, type, department, rating, number)``."""
    found, used, spans = Counts(year), calendar(), {}
    satisfied = {each.code: each.fact("satisfied") for each in vocabularies.profile().mail_ratings}
    for received, answered, type_, department, rating, number in rows:
        days = None
        if answered is not None:
            span = (received, answered)
            if span not in spans:
                spans[span] = max(0, working_days_between(received, answered, used))
            days = spans[span]
        found.pairs.add((type_, department))
        tallies = (
            found.total,
            found.months[received.month],
            found.types[type_],
            found.departments[department],
        )
        for tally in tallies:
            tally.add(number, days, satisfied.get(rating))
    return found
