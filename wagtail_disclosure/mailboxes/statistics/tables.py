"""The tables of the statistics as the public reads them: small numbers are not shown, and nothing gives one away.

Every table adds up to the same total. A table whose numbers cannot be protected without hiding that total is left out.
"""

from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from ... import conf
from ...rules.small_numbers import Cell, Shown, is_safe, is_small, protect

NOT_SHOWN = pgettext_lazy("mailbox", "not shown")


@dataclass(frozen=True)
class Row:
    """One line: ``rate`` in per cent and ``average`` in working days are None where they are not shown or there is none."""

    label: str
    received: Cell
    answered: Cell
    rate: float | None = None
    average: float | None = None

    def texts(self):
        """The line as it is read: label, received, answered, rate, average."""
        return [
            self.label,
            in_words(self.received),
            in_words(self.answered),
            _percent(self.rate),
            _decimal(self.average),
        ]


@dataclass(frozen=True)
class Table:
    """Lines with what they are by; without ``rows`` where they cannot be shown."""

    name: str
    heading: str
    rows: tuple = ()


def smallest():
    return conf.get("MAILBOX_SMALLEST_NUMBER")


def in_words(cell):
    """A number as it is shown."""
    if cell.shown is Shown.FEWER:
        return _("fewer than %(number)d") % {"number": smallest()}
    return str(cell.value) if cell.is_shown else str(NOT_SHOWN)


def _percent(rate):
    return "—" if rate is None else pgettext("mailbox", "%(rate)s %%") % {"rate": _number(rate)}


def _decimal(average):
    return "—" if average is None else _number(average)


def _number(value):
    return formats.number_format(value, 1)


def _row(label, tally, received, answered):
    rate = average = None
    if received.is_shown and answered.is_shown and tally.received:
        rate = round(100 * tally.answered / tally.received, 1)
    if answered.is_shown and tally.answered:
        average = round(tally.days / tally.answered, 1)
    return Row(label, received, answered, rate, average)


def _single(value):
    return Cell(value, Shown.FEWER if is_small(value, smallest()) else Shown.AS_IT_IS)


def total_row(tally):
    """The line of everything. Where little came in, nothing is said of the replies to it."""
    received, answered = _single(tally.received), _single(tally.answered)
    if not received.is_shown:
        answered = Cell(tally.answered, Shown.KEPT_BACK)
    return _row(_("Altogether"), tally, received, answered)


def table(name, heading, lines, total):
    """The :class:`Table` of ``lines``, pairs of a label and a ``Tally`` that add up to the row ``total``."""
    tallies = [tally for _label, tally in lines]
    received = protect([each.received for each in tallies], smallest())
    hidden = {place for place, cell in enumerate(received.cells) if not cell.is_shown}
    answered = protect(
        [each.answered for each in tallies],
        smallest(),
        ceilings=[cell.value if cell.is_shown else None for cell in received.cells],
        hidden=hidden,
    )
    unsafe = (
        not total.received.is_shown
        or not received.total.is_shown
        or answered.total.shown is Shown.KEPT_BACK
        or (hidden and answered.total.shown is Shown.FEWER)
    )
    if unsafe:
        return Table(name, heading)
    rows = (
        _row(label, tally, one, other)
        for (label, tally), one, other in zip(lines, received.cells, answered.cells, strict=True)
    )
    return Table(name, heading, tuple(rows))


def gives_away(shown, kept, pairs):
    """Whether the table ``shown`` says what the table ``kept`` of the same letters keeps back.

    ``pairs`` are places of rows in both, first in ``shown``, that have letters in common. Rows that have letters in
    common with each other alone have the same sum in both tables.
    """
    if not (shown.rows and kept.rows):
        return False
    rest = set()
    for theirs, mine in _apart(pairs):
        if all(shown.rows[each].received.is_shown and shown.rows[each].answered.is_shown for each in theirs):
            if not _are_safe([kept.rows[each] for each in sorted(mine)]):
                return True
        else:
            rest |= mine
    return not _are_safe([kept.rows[each] for each in sorted(rest)])


def _apart(pairs):
    """``[(places, places)]``: rows of two tables that have letters in common, put together as far as they have."""
    found = []
    for one, other in pairs:
        ones, others, apart = {one}, {other}, []
        for each in found:
            if each[0] & ones or each[1] & others:
                ones, others = ones | each[0], others | each[1]
            else:
                apart.append(each)
        found = [*apart, (ones, others)]
    return found


def _are_safe(rows):
    """Whether the sums of ``rows`` give away none of their numbers."""
    hidden = {place for place, row in enumerate(rows) if not row.received.is_shown}
    ceilings = [row.received.value if row.received.is_shown else None for row in rows]
    return is_safe([row.received for row in rows], smallest()) and is_safe(
        [row.answered for row in rows], smallest(), ceilings=ceilings, hidden=hidden
    )


@dataclass(frozen=True)
class Satisfaction:
    """How replies were rated; ``rate`` in per cent of those who rated."""

    satisfied: Cell
    not_satisfied: Cell
    rate: float | None

    def texts(self):
        return [in_words(self.satisfied), in_words(self.not_satisfied), _percent(self.rate)]


def satisfaction(tally):
    """The :class:`Satisfaction` of a ``Tally``; None where it cannot be shown. Nobody's total is published with it."""
    satisfied, not_satisfied = _single(tally.satisfied), _single(tally.not_satisfied)
    rated = tally.satisfied + tally.not_satisfied
    both = satisfied.is_shown and not_satisfied.is_shown
    return Satisfaction(
        satisfied, not_satisfied, round(100 * tally.satisfied / rated, 1) if both and rated else None
    )
