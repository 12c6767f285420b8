"""Tables for templates: the rows of the official layout with what each cell shows."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from ..departments.names import own_language
from ..rules.annual_report.identities import number
from ..rules.annual_report.layout import grid_of
from .charts import charts_of

NAMESPACE = "wagtail_disclosure_reports"


@dataclass(frozen=True)
class Shown:
    """A cell on a page: its text, and in the admin where it comes from and what is said about it."""

    code: str
    text: str
    label: str
    url: str = ""
    mark: str = ""
    mark_label: str = ""
    computed: str = ""
    last: str = ""
    findings: tuple = ()
    is_total: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table: rows of column headings, and rows of ``(headings, cells)``."""

    code: str
    label: str
    title: str
    head: tuple
    rows: tuple
    width: int
    depth: int


def table_of(table, show, language):
    """``table`` laid out; ``show(cell)`` gives the :class:`Shown` of a cell."""
    grid = grid_of(table, language)
    rows = tuple((line.heads, tuple(show(cell) for cell in line.cells)) for line in grid.lines)
    return ShownTable(
        table.code,
        table.label(language),
        table.text("title", language),
        grid.head,
        rows,
        grid.width,
        grid.depth,
    )


def sections_of(form, texts, show, language):
    """The sections of the form with words (a paragraph a line) and tables."""
    return [
        {
            "code": section.code,
            "label": section.label(language),
            "lines": [line for line in texts.get(section.code, "").splitlines() if line.strip()],
            "tables": [table_of(form.table(code), show, language) for code in section.tables],
        }
        for section in form.sections
    ]


def public_sections(page):
    """What the page of a published report shows, from its own row alone."""
    language = page.locale.language_code if page.locale_id else own_language()

    def show(cell):
        value = page.figures.get(cell.code)
        return Shown(cell.code, "" if value is None else value, cell.label(language), is_total=cell.is_total)

    form = page.report_form
    sections = sections_of(form, page.texts, show, language)
    for section in sections:
        section["charts"] = charts_of(form, section["code"], page.year, page.figures, page.earlier, language)
    return sections


def public_corrections(page):
    """What was changed in numbers and words after they were public, newest first, in the language of the page."""
    language = page.locale.language_code if page.locale_id else own_language()
    form = page.report_form
    cells = {
        code: f"{cell.table.label(language)} · {cell.label(language)}"
        for code, cell in form.by_code().items()
    }
    sections = {each.code: each.label(language) for each in form.sections}
    # A database may keep the numbers in an order of its own.
    places = {code: place for place, code in enumerate(cells)}
    return [
        {
            "on": datetime.date.fromisoformat(each["on"]),
            "reason": each["reason"],
            # A code that the form no longer has is shown as it is; the page never breaks for it.
            "numbers": [
                {"label": cells.get(code, code), "before": _or_dash(before), "after": _or_dash(after)}
                for code, (before, after) in sorted(
                    each["numbers"].items(), key=lambda row: (places.get(row[0], len(places)), row[0])
                )
            ],
            "words": [sections.get(code, code) for code in each["words"]],
        }
        for each in reversed(page.corrections)
    ]


def _or_dash(text):
    return "—" if text is None else text


def admin_tables(report, figures, findings, language=None):
    """Every table of the report for the people who work on it, those for the words alone last."""
    wrong = {}
    for each in findings:
        if each.code != "no_data":
            for code in each.cells:
                wrong.setdefault(code, []).append(each.code)

    def show(cell):
        figure = figures.by_code[cell.code]
        last = (figures.last or {}).get(cell.code)
        return Shown(
            code=cell.code,
            text=figure.text,
            label=cell.label(language),
            url=reverse(f"{NAMESPACE}:cell", args=[report.pk, cell.code]),
            mark=figure.mark,
            mark_label=str(figure.mark_label),
            computed=number(figure.computed) if figure.differs else "",
            last="" if last is None else number(last),
            findings=tuple(sorted(set(wrong.get(cell.code, ())))),
            is_total=cell.is_total,
        )

    tables = sorted(report.form.tables, key=lambda table: not table.is_shown)
    return [table_of(table, show, language) for table in tables]
