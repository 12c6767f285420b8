"""The chart of the months: bars of what came in and what was answered, beside the table that says the same."""

from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, STEP, BAR = 720, 200, 24, 60, 22


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
    """What the template draws of a table of months: bars, labels, the highest number; None where there is nothing to draw."""
    shown = [cell.value for row in table.rows for cell in (row.received, row.answered) if cell.is_shown]
    highest = max(shown, default=0)
    if not highest:
        return None
    bars, labels = [], []
    for place, row in enumerate(table.rows):
        left = place * STEP + 6
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
