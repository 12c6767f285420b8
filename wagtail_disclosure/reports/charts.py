"""Charts of a published report, drawn in the page: no script, no style, readable without colour; a table says the same."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..rules.annual_report.identities import number

PARTS, YEARS = "parts", "years"
# As narrow as a telephone, so that the words are readable there.
WIDTH, ROW, BAR = 340, 40, 14
FIGURES = 64


@dataclass(frozen=True)
class Line:
    """A bar with its words: a row of the table beside the chart as well. ``length`` is None where there is no number."""

    label: str
    year: int | None
    text: str
    length: str | None
    top: int


@dataclass(frozen=True)
class ShownChart:
    """A chart for the template. ``summary`` says it in words; ``years`` and ``rows`` are the table beside it."""

    code: str
    label: str
    lines: tuple
    summary: str
    head: tuple
    rows: tuple
    width: int = WIDTH
    room: int = WIDTH - FIGURES
    bar: int = BAR

    @property
    def height(self):
        return ROW * len(self.lines) + 4


def needed(form):
    """The codes of all cells that charts over several years show."""
    charts = [each for each in form.charts if each.kind == YEARS]
    return [code for chart in charts for bar in chart.bars for code in chart.cells_of(form, bar)]


def _sum(figures, codes):
    """The sum of cells, or None where one of them has no number."""
    values = [figures.get(code) for code in codes]
    return None if any(value is None for value in values) else sum(map(Decimal, values))


def compared(before, now):
    """The change from last year: ``+2885 (+54.63%)``; a dash where there is nothing to compare with."""
    if before is None or now is None:
        return "—"
    change = Decimal(now) - Decimal(before)
    if not before:
        return f"{change:+}" if change else "0"
    percent = (change * 100 / Decimal(before)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{change:+} ({percent:+}%)" if change else "0 (0%)"


def charts_of(form, section, year, figures, earlier, language):
    """The charts of one section, as :class:`ShownChart`; none where there is nothing to draw.

    ``figures`` are the numbers of ``year``, ``earlier`` those of the years before: ``{"2024": {cell: text or None}}``.
    """
    found = []
    for chart in form.charts:
        if chart.section != section:
            continue
        by_year = {year: figures}
        if chart.kind == YEARS:
            by_year = {int(each): values for each, values in earlier.items()} | by_year
        years = sorted(by_year)
        if chart.kind == YEARS and len(years) < 2:
            continue
        values = {
            (bar.row, each): _sum(by_year[each], chart.cells_of(form, bar))
            for bar in chart.bars
            for each in years
        }
        highest = max((value for value in values.values() if value is not None), default=0)
        if highest:
            found.append(_shown(chart, years, values, highest, language))
    return found


def _shown(chart, years, values, highest, language):
    texts = {key: "—" if value is None else number(value) for key, value in values.items()}
    several, lines = chart.kind == YEARS, []
    for each in years:
        for bar in chart.bars:
            value, name = values[bar.row, each], bar.label(language)
            length = None if value is None else str(round((WIDTH - FIGURES) * value / highest, 1))
            label = f"{each} · {name}" if several else name
            lines.append(
                Line(label, each if several else None, texts[bar.row, each], length, ROW * len(lines))
            )
    head = tuple(map(str, years)) if several else ()
    rows = []
    for bar in chart.bars:
        cells = [texts[bar.row, each] for each in years]
        if several:
            cells.append(compared(values.get((bar.row, years[-1] - 1)), values[bar.row, years[-1]]))
        rows.append((bar.label(language), tuple(cells)))
    name = chart.label(language)
    summary = f"{name}: " + "; ".join(f"{line.label} {line.text}" for line in lines)
    return ShownChart(chart.code, name, tuple(lines), summary, head, tuple(rows))
