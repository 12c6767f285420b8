"""Small numbers in published tables: which are not shown, so that nobody can be made out behind them.

A number below the threshold is shown as “fewer than N”; nought is shown as 0. Where a total would give such a number
away, the next smallest ones are kept back as well (secondary suppression), and at last the total itself. What holds is
that whoever knows the table, the rule and the threshold finds at least two possible values for whatever is not shown.
"""

from dataclasses import dataclass
from enum import Enum


class Shown(Enum):
    """How a number is shown: itself, as “fewer than N”, or not at all."""

    AS_IT_IS = "as_it_is"
    FEWER = "fewer"
    KEPT_BACK = "kept_back"


@dataclass(frozen=True)
class Cell:
    """A number of a table with how it is shown."""

    value: int
    shown: Shown = Shown.AS_IT_IS

    @property
    def is_shown(self):
        return self.shown is Shown.AS_IT_IS


@dataclass(frozen=True)
class Column:
    """The numbers of a column, in order, and their total."""

    cells: tuple
    total: Cell


def is_small(value, smallest):
    """Whether ``value`` is so small that it is not shown. A threshold of 1 shows everything."""
    return 0 < value < smallest


def is_safe(cells, smallest, *, ceilings=None, hidden=()):
    """Whether whoever knows the sum of ``cells`` finds two possible values for each that is not shown; see :func:`protect`."""
    shown = [each.shown for each in cells]
    return _is_safe([each.value for each in cells], shown, smallest, ceilings, set(hidden))


def protect(values, smallest, *, ceilings=None, hidden=()):
    """The :class:`Column` of ``values``, whose sum is known as its total.

    ``ceilings`` are numbers that are known to be no smaller, each beside its value: who is answered was received.
    ``hidden`` are places that are not shown whatever their value, such as those of a row that is kept back.
    """
    values = list(values)
    total = sum(values)
    shown = [
        Shown.KEPT_BACK if place in hidden else Shown.FEWER if is_small(value, smallest) else Shown.AS_IT_IS
        for place, value in enumerate(values)
    ]
    known = Shown.FEWER if is_small(total, smallest) else Shown.AS_IT_IS
    if known is Shown.AS_IT_IS and not _hide_more(values, shown, smallest, ceilings, set(hidden)):
        known = Shown.KEPT_BACK
    return Column(
        tuple(Cell(value, how) for value, how in zip(values, shown, strict=True)), Cell(total, known)
    )


def _hide_more(values, shown, smallest, ceilings, hidden):
    """Keep back the next smallest numbers until the total gives none away. False where that is not enough."""
    while not _is_safe(values, shown, smallest, ceilings, hidden):
        left = [place for place, how in enumerate(shown) if how is Shown.AS_IT_IS and values[place]]
        if not left:
            return False
        shown[min(left, key=lambda place: (values[place], place))] = Shown.KEPT_BACK
    return True


def _bounds(place, total, shown, smallest, ceilings, hidden):
    """What is known of a number that is not shown, beside its sum with the others."""
    ceiling = total if ceilings is None or ceilings[place] is None else min(total, ceilings[place])
    if shown[place] is Shown.FEWER:
        return 1, min(smallest - 1, ceiling)
    return (0, ceiling) if place in hidden else (smallest, ceiling)


def _is_safe(values, shown, smallest, ceilings, hidden):
    """Whether each number that is not shown has at least two possible values."""
    places = [place for place, how in enumerate(shown) if how is not Shown.AS_IT_IS]
    total = sum(values)
    rest = sum(values[place] for place in places)
    bounds = {place: _bounds(place, total, shown, smallest, ceilings, hidden) for place in places}
    low, high = sum(each[0] for each in bounds.values()), sum(each[1] for each in bounds.values())
    for first, last in bounds.values():
        # The others together are between these.
        least, most = max(first, rest - (high - last)), min(last, rest - (low - first))
        if most <= least:
            return False
    return True
