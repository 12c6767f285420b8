"""The forms of the annual report, as data: tables of cells, identities, sections with their drafted words.

A cell has the code ``table/row/column``, such as ``B/denied.process/natural``. Which form holds is asked by fiscal year:
国办公开办函〔2021〕30号 from 2021 on, 国办公开办函〔2019〕60号 for 2019 and 2020, free text before.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .. import data
from ..errors import RuleError
from ..labels import label, text_in
from ..vocabulary import Item
from .identities import Identity

FOLDER = "annual_report"
# Where the number of a cell comes from; a total is the sum of others.
CASES, REVIEWS, CATALOGUE, FEES, ENTERED = "cases", "reviews", "catalogue", "fees", "entered"


@dataclass(frozen=True)
class Cell:
    """One number of the report. ``row`` and ``column`` are items; the facts of both say what it counts."""

    table: "Table"
    row: Item
    column: Item

    @property
    def code(self):
        return f"{self.table.code}/{self.row.code}/{self.column.code}"

    @property
    def is_total(self):
        return bool(self.row.fact("total") or self.column.fact("total"))

    @property
    def source(self):
        return self.table.source

    @property
    def decimals(self):
        """How many decimal places the number may have; 0 for a count."""
        return self.column.fact("decimals", 0)

    def label(self, language=None):
        """Row and column in words, those above them included."""
        rows, columns = self.table.path(self.row), self.table.path(self.column)
        names = [each.label(language) for each in (*rows, *columns) if not each.fact("unheaded")]
        return " · ".join(names)


@dataclass(frozen=True)
class Table:
    """A table: a tree of rows and one of columns. Only what has nothing below it has cells."""

    code: str
    labels: Mapping[str, str]
    source: str
    rows: tuple
    columns: tuple
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_data(cls, raw):
        own = {"code", "label", "source", "rows", "columns"}
        return cls(
            code=raw["code"],
            labels=raw["label"],
            source=raw["source"],
            rows=tuple(Item.from_data(each) for each in raw["rows"]),
            columns=tuple(Item.from_data(each) for each in raw["columns"]),
            facts={name: value for name, value in raw.items() if name not in own},
        )

    def label(self, language=None):
        return label(self, language)

    def text(self, name, language=None):
        return text_in(self.facts.get(name, {}), language)

    @property
    def is_shown(self):
        """Whether it stands in the report as a table; else its numbers are for the words alone."""
        return self.facts.get("shown", True)

    def leaves(self, axis):
        """The rows or columns (``axis``) that have cells, in order."""
        return tuple(leaf for top in getattr(self, axis) for _above, leaf in top.walk() if not leaf.children)

    def path(self, item):
        """``item`` and what stands above it, from the top."""
        for top in (*self.rows, *self.columns):
            for above, found in top.walk():
                if found is item:
                    return (*above, found)
        raise KeyError(item.code)

    def cells(self):
        """Every cell, row by row."""
        columns = self.leaves("columns")
        return tuple(Cell(self, row, column) for row in self.leaves("rows") for column in columns)


@dataclass(frozen=True)
class Paragraph:
    """A drafted paragraph. ``nil`` takes the place of ``text`` where the cell ``nil_if`` is 0."""

    text: Mapping[str, str]
    heading: Mapping[str, str] = field(default_factory=dict)
    nil: Mapping[str, str] = field(default_factory=dict)
    nil_if: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the report: the tables that stand in it and the paragraphs that are drafted for it."""

    code: str
    labels: Mapping[str, str]
    tables: tuple
    paragraphs: tuple

    @classmethod
    def from_data(cls, raw):
        paragraphs = tuple(Paragraph(**each) for each in raw["paragraphs"])
        return cls(raw["code"], raw["label"], tuple(raw["tables"]), paragraphs)

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class Narrative:
    """Where the words name a number: what ``pattern`` finds has to be that of ``cell`` (I7)."""

    cell: str
    pattern: str


@dataclass(frozen=True)
class Bar:
    """What one bar of a chart stands for: a row of its table, with all that is below it."""

    row: str
    labels: Mapping[str, str]

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class Chart:
    """A picture of numbers that the tables have: the ``parts`` of a year, or the same rows over several ``years``."""

    code: str
    kind: str
    labels: Mapping[str, str]
    section: str
    table: str
    column: str
    bars: tuple

    @classmethod
    def from_data(cls, raw):
        bars = tuple(Bar(each["row"], each["label"]) for each in raw["rows"])
        names = ("code", "kind", "section", "table", "column")
        return cls(labels=raw["label"], bars=bars, **{name: raw[name] for name in names})

    def label(self, language=None):
        return label(self, language)

    def cells_of(self, form, bar):
        """The codes of the cells that make up ``bar``; ``KeyError`` where the table has no such row."""
        for top in form.table(self.table).rows:
            for _above, item in top.walk():
                if item.code == bar.row:
                    leaves = [leaf for _way, leaf in item.walk() if not leaf.children]
                    return [f"{self.table}/{leaf.code}/{self.column}" for leaf in leaves]
        raise KeyError(bar.row)


@dataclass(frozen=True)
class Form:
    """One version of the report. ``from_year`` is the first fiscal year for which it holds."""

    code: str
    labels: Mapping[str, str]
    titles: Mapping[str, str]
    from_year: int
    tables: tuple
    identities: tuple
    sections: tuple
    narrative: tuple
    charts: tuple = ()
    source: str = ""
    evidence: str = ""
    compiled: str = ""

    @classmethod
    def from_data(cls, raw):
        """Build a form from its data file; ``RuleError`` where an identity or a section names what is not there."""
        form = cls(
            code=raw["code"],
            labels=raw["label"],
            titles=raw["title"],
            from_year=raw["from_year"],
            tables=tuple(Table.from_data(each) for each in raw["tables"]),
            identities=tuple(Identity.from_data(each) for each in raw["identities"]),
            sections=tuple(Section.from_data(each) for each in raw["sections"]),
            narrative=tuple(Narrative(**each) for each in raw["narrative"]),
            charts=tuple(Chart.from_data(each) for each in raw.get("charts", ())),
            **{name: raw.get(name, "") for name in ("source", "evidence", "compiled")},
        )
        form._check()
        return form

    def _check(self):
        codes = [cell.code for cell in self.cells()]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        named = {each.cell for each in self.narrative}
        named |= {each.nil_if for section in self.sections for each in section.paragraphs if each.nil_if}
        named |= {code for identity in self.identities for code in identity.cells_of(self)}
        named |= {code for chart in self.charts for bar in chart.bars for code in chart.cells_of(self, bar)}
        tables = {table.code for table in self.tables}
        strays = sorted(named - set(codes))
        strays += [each for section in self.sections for each in section.tables if each not in tables]
        if twice or strays:
            raise RuleError(f"form {self.code}: {', '.join([*twice, *strays])}", "form_data")

    def label(self, language=None):
        return label(self, language)

    def title(self, language=None, **values):
        return text_in(self.titles, language).format(**values)

    def table(self, code):
        """The table with that code; ``KeyError`` without."""
        for table in self.tables:
            if table.code == code:
                return table
        raise KeyError(code)

    def cells(self):
        """Every cell of every table."""
        return tuple(cell for table in self.tables for cell in table.cells())

    def by_code(self):
        return {cell.code: cell for cell in self.cells()}


@dataclass(frozen=True)
class Deadline:
    """Until when a kind of body publishes the report of a year (Art. 49): a day of the year after it."""

    code: str
    labels: Mapping[str, str]
    month: int
    day: int
    article: str = ""

    def label(self, language=None):
        return label(self, language)

    def for_year(self, year):
        return datetime.date(year + 1, self.month, self.day)


def _index(profile_code):
    path = f"{profile_code}/{FOLDER}/index.json"
    return data.load(path) if data.exists(path) else {"forms": [], "deadlines": []}


@cache
def forms(profile_code):
    """The forms of a jurisdiction in order of ``from_year``; none where it prescribes none."""
    names = _index(profile_code)["forms"]
    found = [Form.from_data(data.load(f"{profile_code}/{FOLDER}/{name}.json")) for name in names]
    return tuple(sorted(found, key=lambda form: form.from_year))


def form_for(profile_code, year):
    """The form for the fiscal ``year``; ``RuleError`` before the first."""
    held = [form for form in forms(profile_code) if form.from_year <= year]
    if not held:
        raise RuleError(f"no form of the annual report for {year}", "no_form")
    return held[-1]


def get_form(profile_code, code):
    """The form with that code; ``KeyError`` without."""
    for form in forms(profile_code):
        if form.code == code:
            return form
    raise KeyError(code)


@cache
def deadlines(profile_code):
    """The kinds of bodies with the day until which each publishes."""
    raw = _index(profile_code)["deadlines"]
    return tuple(
        Deadline(each["code"], each["label"], each["month"], each["day"], each.get("article", ""))
        for each in raw
    )
