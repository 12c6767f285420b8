"""The chart of the months, or of the quarters: bars of what came in and what was answered, beside the table that says the same."""

from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, BAR = 720, 200, 24, 22
# How many places a full year takes.
PLACES = {"month": 12, "quarter": 4}


@dataclass(frozen=True)
class Bar:
    """A bar, or where a number is not shown the place of a mark instead of one."""

    kind: str
    x: int
    y: float
    height: float
    label: str
    is_shown: bool


def chart_of(table):
    """What the template draws of a table of months or quarters: bars, labels, the highest number; None where there is nothing to draw."""
    shown = [cell.value for row in table.rows for cell in (row.received, row.answered) if cell.is_shown]
    highest = max(shown, default=0)
    if not highest:
        return None
    bars, labels, step = [], [], WIDTH // PLACES[table.name]
    for place, row in enumerate(table.rows):
        left = place * step + 6
        for shift, (kind, cell) in enumerate((("received", row.received), ("answered", row.answered))):
            height = round((HEIGHT - 20) * cell.value / highest, 1) if cell.is_shown else 0
            bars.append(
                Bar(kind, left + shift * (BAR + 2), HEIGHT - height, height, row.label, cell.is_shown)
            )
        labels.append({"x": left + BAR, "y": HEIGHT + 16, "text": row.label})
    return {
        "bars": bars,
        "labels": labels,
        "highest": highest,
        "width": WIDTH,
        "height": HEIGHT + FOOT,
        "base": HEIGHT,
        "bar": BAR,
    }
