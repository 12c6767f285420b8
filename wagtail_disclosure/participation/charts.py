"""Bars of the answers to a question, as SVG within the page: no script, no style, readable without colour.

The same numbers stand in a table beside it; the picture is described for those who do not see it.
"""

import unicodedata

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

WIDTH, ROW, BAR, TEXT = 340, 42, 14, 13
# Room for the figures behind the longest bar.
FIGURES = 92
# Widths of characters, in those of Latin letters.
LONGEST_LABEL = 46


def bars(result):
    """The chart of ``result``, safe HTML."""
    height = ROW * len(result.rows) + 4
    summary = _("%(question)s: %(rows)s") % {
        "question": result.question.label,
        "rows": "; ".join(f"{row.label} {row.number}" for row in result.rows),
    }
    rows = format_html_join("", "{}", ((_bar(row, place),) for place, row in enumerate(result.rows)))
    return format_html(
        '<svg class="disclosure-chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}" width="{}" '
        'height="{}" aria-label="{}">{}</svg>',
        WIDTH,
        height,
        WIDTH,
        height,
        summary,
        rows,
    )


def _bar(row, place):
    top = place * ROW
    whole = WIDTH - FIGURES
    length = round(whole * row.percent / 100, 1)
    return format_html(
        '<text x="0" y="{}" font-size="{}" fill="currentColor">{}</text>'
        '<rect class="disclosure-chart__ground" x="0" y="{}" width="{}" height="{}" fill="none" '
        'stroke="currentColor" stroke-opacity="0.25"/>'
        '<rect class="disclosure-chart__bar" x="0" y="{}" width="{}" height="{}" fill="currentColor"/>'
        '<text x="{}" y="{}" font-size="{}" fill="currentColor">{}</text>',
        *(top + 14, TEXT, _short(row.label)),
        *(top + 20, whole, BAR),
        *(top + 20, str(length), BAR),
        *(whole + 6, top + 20 + 12, TEXT, f"{row.number} · {row.percent:.1f}%"),
    )


def _short(text):
    """``text`` as far as a line of the chart has room; the table has all of it."""
    room, found = LONGEST_LABEL, ""
    for char in text:
        room -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if room < 1:
            return f"{found}…"
        found += char
    return found
