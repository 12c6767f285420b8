"""How a table of the report is laid out: headings that span rows and columns, then cells. Every format is made of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Head:
    """A heading with how many columns and rows it spans."""

    text: str
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Line:
    """A row: the headings that begin in it, and its cells."""

    heads: tuple
    cells: tuple


@dataclass(frozen=True)
class Grid:
    """``head`` are the rows of column headings, ``lines`` the rows below; ``depth`` columns are for row headings.

    ``banded`` says that the first row of ``head`` is but a band over all columns (申请人情况), by which no column is known.
    """

    head: tuple
    lines: tuple
    depth: int
    banded: bool = False

    @property
    def width(self):
        return self.depth + len(self.lines[0].cells)


def _depth(items):
    return max((1 + _depth(item.children) if item.children else 1 for item in items), default=0)


def _leaves(item):
    return sum(map(_leaves, item.children)) if item.children else 1


def grid_of(table, language=None):
    """The :class:`Grid` of a table, in ``language`` or the active one."""
    unheaded = all(row.fact("unheaded") for row in table.rows)
    depth = 0 if unheaded else _depth(table.rows)
    levels, band = _depth(table.columns), table.text("band", language)
    head = [[] for _level in range(levels)]
    if band:
        head.insert(0, [Head(band, len(table.leaves("columns")))])
    if depth:
        corner = table.text("corner", language)
        head[0].insert(0, Head(corner, depth, len(head)))
    lowest = head[-levels:]

    def across(items, level):
        for item in items:
            last = not item.children
            lowest[level].append(Head(item.label(language), _leaves(item), levels - level if last else 1))
            across(item.children, level + 1)

    across(table.columns, 0)
    cells = {}
    for cell in table.cells():
        cells.setdefault(cell.row.code, []).append(cell)
    lines = []

    def down(item, level, above):
        own = Head(item.label(language), depth - level if not item.children else 1, _leaves(item))
        heads = (*above, own)
        if not item.children:
            lines.append(Line(() if unheaded else heads, tuple(cells[item.code])))
            return
        for place, child in enumerate(item.children):
            down(child, level + 1, heads if place == 0 else ())

    for row in table.rows:
        down(row, 0, ())
    return Grid(tuple(map(tuple, head)), tuple(lines), depth, bool(band))
