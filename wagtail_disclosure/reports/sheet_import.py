"""Reading the numbers of a report from a workbook in the official layout, such as the export makes.

Rows and columns are known by their headings, not by where they stand. Whatever is not quite right is a finding, and
with an error among them nothing is taken over: missing rows, text where a number belongs, merged cells, totals that are
not the sum of their parts, a number in a cell that is computed.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from ..departments.names import other_languages, own_language
from ..rules.annual_report.identities import ERROR, NOTE, WARNING, Finding, number, total_of
from ..rules.annual_report.layout import grid_of
from ..rules.labels import Shown
from .figures.report import is_entered
from .models.reports import FIRST_YEAR, LARGEST, LAST_YEAR
from .workbooks import opened

NIL = {"/", "／", "-", "—", "－", "无"}
MOST_ROWS, MOST_COLUMNS = 400, 60


@dataclass
class Reading:
    """What was read: ``values`` to enter, and what was noticed."""

    values: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)

    @property
    def has_errors(self):
        return any(each.severity == ERROR for each in self.findings)

    def note(self, code, severity, message, cells=(), **params):
        self.findings.append(Finding(code, severity, message, params, tuple(cells)))


def read(report, figures, handle, name=""):
    """The :class:`Reading` of the workbook ``handle`` for ``report``. ``SheetError`` where it is no workbook."""
    reading = Reading()
    workbook = opened(handle, name)
    _check_year(reading, report, workbook.title)
    sheets = _sheets_of(reading, workbook)
    given = {}
    for table in report.form.tables:
        entered = [cell for cell in table.cells() if is_entered(report, cell)]
        sheet = sheets.pop(_folded(table.code), None) or sheets.pop(
            _folded(table.label(own_language())), None
        )
        if sheet is None:
            if any(not cell.is_total for cell in entered):
                reading.note(
                    "no_sheet",
                    ERROR,
                    _("There is no sheet “%(table)s” (%(label)s)."),
                    table=table.code,
                    label=Shown(table.label),
                )
            continue
        given |= _read_table(reading, table, sheet, workbook)
    for sheet in sheets.values():
        reading.note("unknown_sheet", WARNING, _("The sheet “%(sheet)s” is not read."), sheet=sheet.title)
    _check_totals(reading, report.form, given)
    _sort_out(reading, report, figures, given)
    return reading


def _check_year(reading, report, title):
    """The export says in its title of which year it is; the sheets themselves say it nowhere."""
    named = {int(each) for each in re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", title)}
    named = {year for year in named if FIRST_YEAR <= year <= LAST_YEAR}
    if named and report.year not in named:
        reading.note(
            "other_year",
            ERROR,
            _("The title of the workbook is “%(title)s”: it is not of the year %(year)d."),
            title=title[:80],
            year=report.year,
        )


def _sheets_of(reading, workbook):
    """The sheets by their folded names. Of two with one name nobody knows which counts."""
    found = {}
    for sheet in workbook.sheets:
        if (name := _folded(sheet.title)) in found:
            reading.note(
                "sheet_twice",
                ERROR,
                _("The sheets “%(first)s” and “%(second)s” are of the same table."),
                first=found[name].title,
                second=sheet.title,
            )
        found.setdefault(name, sheet)
    return found


def _folded(text):
    return re.sub(r"[\s_　]+", "", str(text if text is not None else "")).casefold()


class _Sheet:
    """A sheet of which merged cells all show what stands in the first of them."""

    def __init__(self, sheet, workbook):
        self.sheet, self.workbook = sheet, workbook
        self.title, self.rows = sheet.title, min(sheet.max_row, MOST_ROWS)
        self.columns = min(sheet.max_column, MOST_COLUMNS)
        self.first = {
            (row, column): (area.min_row, area.min_col)
            for area in sheet.merged_cells.ranges
            for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1)
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1)
        }

    def is_unanswered(self, row, column):
        """Whether a formula stands there of which the file has no result."""
        cell = self.sheet.cell(row, column)
        return cell.value is None and self.workbook.is_formula(self.sheet, cell.coordinate)

    def is_merged(self, row, column):
        return (row, column) in self.first

    def origin(self, row, column):
        """The cell that shows what stands there: another one where they are merged."""
        return self.first.get((row, column), (row, column))

    def value(self, row, column):
        return self.sheet.cell(*self.origin(row, column)).value

    def name(self, row, column):
        return self.sheet.cell(row, column).coordinate

    def path(self, places):
        """The headings in ``places``, each once, as they are compared."""
        found = []
        for place in places:
            text = _folded(self.value(*place))
            if text and (not found or found[-1] != text):
                found.append(text)
        return tuple(found)


def _paths(table, axis, language):
    """``{headings from the top: item}`` of the rows or columns of a table."""
    found = {}
    for item in table.leaves(axis):
        names = [_folded(each.label(language)) for each in table.path(item) if not each.fact("unheaded")]
        found[tuple(names)] = item
    return found


def _read_table(reading, table, sheet, workbook):
    """``{code: Decimal or None}`` of what stands in the sheet."""
    view = _Sheet(sheet, workbook)
    best = None
    for language in (own_language(), *other_languages()):
        grid = grid_of(table, language)
        columns, top = _columns_of(view, table, grid, language)
        if columns and (best is None or len(columns) > len(best[0])):
            best = (columns, top, grid, language)
    if best is None:
        reading.note(
            "no_headings",
            ERROR,
            _("Sheet %(sheet)s: the headings of the table are not found."),
            sheet=sheet.title,
        )
        return {}
    columns, top, grid, language = best
    _check_columns(reading, view, columns, range(top - len(grid.head) + grid.banded, top))
    for item in table.leaves("columns"):
        if item not in columns.values():
            reading.note(
                "no_column",
                ERROR,
                _("Sheet %(sheet)s: the column “%(column)s” is missing."),
                sheet=sheet.title,
                column=Shown(item.label),
            )
    rows = _rows_of(reading, view, table, grid, language, top)
    cells = {(cell.row.code, cell.column.code): cell for cell in table.cells()}
    found = {}
    for row, row_item in rows.items():
        for column, column_item in columns.items():
            cell = cells[row_item.code, column_item.code]
            _read_cell(reading, view, row, column, cell, found)
    return found


def _columns_of(view, table, grid, language):
    """``({column: item}, first row below the headings)``; the headings may begin in any of the first rows."""
    wanted = _paths(table, "columns", language)
    height = len(grid.head) - grid.banded
    for top in range(1, min(view.rows, 12) - height + 2):
        found = {}
        for column in range(grid.depth + 1, view.columns + 1):
            path = view.path([(row, column) for row in range(top, top + height)])
            if path in wanted and wanted[path] not in found.values():
                found[column] = wanted[path]
        if found:
            return found, top + height
    return {}, 0


def _check_columns(reading, view, columns, heads):
    """A column that stands there a second time may say something else."""
    known = {view.path([(row, column) for row in heads]): (column, item) for column, item in columns.items()}
    for column in range(1, view.columns + 1):
        first, item = known.get(view.path([(row, column) for row in heads]), (column, None))
        if (
            column in columns
            or item is None
            or view.origin(heads[-1], column) == view.origin(heads[-1], first)
        ):
            continue
        reading.note(
            "column_twice",
            ERROR,
            _("Sheet %(sheet)s, %(place)s: the column “%(column)s” stands here a second time."),
            sheet=view.sheet.title,
            place=view.name(heads[-1], column),
            column=Shown(item.label),
        )


def _rows_of(reading, view, table, grid, language, top):
    if not grid.depth:
        return {top: table.leaves("rows")[0]} if top <= view.rows else {}
    wanted, found = _paths(table, "rows", language), {}
    for row in range(top, view.rows + 1):
        path = view.path([(row, column) for column in range(1, grid.depth + 1)])
        item = wanted.get(path)
        if item is None and path:
            reading.note(
                "unknown_row",
                WARNING,
                _("Sheet %(sheet)s, line %(line)d: “%(text)s” is no row of the form; the line is not read."),
                sheet=view.sheet.title,
                line=row,
                text=" · ".join(path)[:80],
            )
        elif item is not None and item in found.values():
            reading.note(
                "row_twice",
                ERROR,
                _("Sheet %(sheet)s, line %(line)d: the row “%(row)s” stands here a second time."),
                sheet=view.sheet.title,
                line=row,
                row=Shown(item.label),
            )
        elif item is not None:
            found[row] = item
    for item in table.leaves("rows"):
        if item not in found.values():
            reading.note(
                "no_row",
                ERROR,
                _("Sheet %(sheet)s: the row “%(row)s” is missing."),
                sheet=view.sheet.title,
                row=Shown(item.label),
            )
    return found


def _read_cell(reading, view, row, column, cell, found):
    place = {"sheet": view.sheet.title, "place": view.name(row, column), "cell": Shown(cell.label)}
    if view.is_merged(row, column):
        reading.note(
            "merged",
            ERROR,
            _("%(sheet)s!%(place)s (%(cell)s) is merged with other cells."),
            (cell.code,),
            **place,
        )
        return
    value = view.value(row, column)
    if view.is_unanswered(row, column):
        reading.note(
            "unanswered",
            ERROR,
            _(
                "%(sheet)s!%(place)s (%(cell)s) has a formula without its result. Open the workbook in a spreadsheet program "
                "and save it again."
            ),
            (cell.code,),
            **place,
        )
        return
    if value is None or isinstance(value, str) and not value.strip():
        found[cell.code] = None
        return
    if isinstance(value, str) and value.strip() in NIL:
        reading.note(
            "nil_sign",
            ERROR,
            _(
                "%(sheet)s!%(place)s (%(cell)s) says “%(value)s”. Write 0 for nothing, and leave it empty for no number."
            ),
            (cell.code,),
            value=value.strip(),
            **place,
        )
        return
    amount = _number(value)
    if amount is None or amount != round(amount, cell.decimals):
        reading.note(
            "text",
            ERROR,
            _("%(sheet)s!%(place)s (%(cell)s): “%(value)s” is not a number that this cell can have."),
            (cell.code,),
            value=str(value)[:60],
            **place,
        )
        return
    if isinstance(value, str):
        reading.note(
            "number_as_text",
            NOTE,
            _("%(sheet)s!%(place)s (%(cell)s): the number %(value)s is written as text."),
            (cell.code,),
            value=value.strip(),
            **place,
        )
    found[cell.code] = amount


def _number(value):
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        found = Decimal(str(value))
        # What a sheet calculated carries the noise of its arithmetic.
        return round(found, 6) if found.is_finite() and abs(found) < LARGEST else None
    if not isinstance(value, str):
        return None
    text = value.strip().replace("，", ",")
    if not re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,12})?", text):
        return None
    found = Decimal(text.replace(",", ""))
    return found if abs(found) < LARGEST else None


def _check_totals(reading, form, given):
    """Totals of the sheet that are not the sum of what the sheet has."""
    for identity in form.identities:
        if not identity.is_total:
            continue
        for line in identity.lines(form):
            code = identity.cell_code(identity.left[0], line)
            parts = [given.get(identity.cell_code(term, line)) for term in identity.right]
            total = total_of(identity.right, parts)
            if given.get(code) is None or total is None or given[code] == total:
                continue
            reading.note(
                "total",
                ERROR,
                _("%(cell)s: the sheet says %(total)s, its parts make %(sum)s."),
                (code,),
                cell=Shown(form.by_code()[code].label),
                total=number(given[code]),
                sum=number(total),
            )


def _note_replaced(reading, cell, before, value):
    """Say what somebody had entered since the workbook was filled in, or before: it is replaced, and not silently."""
    if before is None or before.value in (None, value):
        return
    reading.note(
        "replaced",
        WARNING,
        _("%(cell)s: %(before)s, entered by %(person)s, is replaced by %(now)s."),
        (cell.code,),
        cell=Shown(cell.label),
        before=number(before.value),
        person=before.by_name,
        now=number(value),
    )


def _sort_out(reading, report, figures, given):
    """Keep what is to be entered; what is computed is compared and left alone, what is empty changes nothing."""
    empty = []
    for cell in report.form.cells():
        if cell.code not in given:
            continue
        value = given[cell.code]
        if is_entered(report, cell):
            if value is None:
                empty.append(cell)
            else:
                reading.values[cell.code] = value
                _note_replaced(reading, cell, figures.by_code[cell.code].given, value)
            continue
        here = figures.values.get(cell.code)
        if value is not None and value != here:
            reading.note(
                "computed",
                WARNING,
                _("%(cell)s: the sheet says %(sheet)s, computed is %(here)s. What is computed stays."),
                (cell.code,),
                cell=Shown(cell.label),
                sheet=number(value),
                here="—" if here is None else number(here),
            )
    if empty:
        reading.note(
            "empty",
            WARNING,
            _(
                "%(count)s cells of the sheet are empty. Nothing is entered for them; what they have stays: %(names)s"
            ),
            [cell.code for cell in empty],
            count=len(empty),
            names=Shown(
                lambda: "; ".join(cell.label() for cell in empty[:5]) + ("; …" if len(empty) > 5 else "")
            ),
        )
