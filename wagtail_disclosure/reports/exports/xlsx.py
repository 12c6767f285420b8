"""The report as a workbook: a sheet for each table in the official layout, with the headings merged as on paper."""

from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from ...departments.names import own_language
from ...rules.annual_report.layout import grid_of
from ...rules.cells import neutralise

THIN = Border(*(Side(style="thin"),) * 4)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
# The headings begin below the title of the table.
FIRST_ROW = 2


def write(form, values, output, language=None, *, title=""):
    """Write the workbook to the binary file ``output``. A cell without a number stays empty; nil is 0."""
    language = language or own_language()
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.title = title
    for table in form.tables:
        sheet = workbook.create_sheet(table.code)
        _write_table(sheet, table, values, language)
    workbook.save(output)


def _write_table(sheet, table, values, language):
    grid = grid_of(table, language)
    _put(sheet, 1, 1, table.label(language), width=grid.width, bold=True)
    row, taken = FIRST_ROW, set()
    for heads in grid.head:
        _put_heads(sheet, row, heads, taken)
        row += 1
    for line in grid.lines:
        _put_heads(sheet, row, line.heads, taken)
        for place, cell in enumerate(line.cells):
            target = sheet.cell(row, grid.depth + place + 1)
            value = values.get(cell.code)
            target.value = None if value is None else _number(value)
            target.border, target.alignment = THIN, CENTRE
        row += 1
    for place in range(1, grid.width + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 26 if place <= grid.depth else 12
    sheet.freeze_panes = sheet.cell(FIRST_ROW + len(grid.head), grid.depth + 1)
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = (
        "landscape",
        1,
        0,
    )
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _put_heads(sheet, row, heads, taken):
    """Put headings from the left, past what those above and before already span."""
    column = 1
    for head in heads:
        while (row, column) in taken:
            column += 1
        _put(sheet, row, column, head.text, head.width, head.height)
        taken |= {(row + r, column + c) for r in range(head.height) for c in range(head.width)}


def _put(sheet, row, column, text, width=1, height=1, bold=False):
    cell = sheet.cell(row, column)
    cell.value, cell.data_type = neutralise(text), "s"
    cell.alignment, cell.font = CENTRE, Font(bold=bold)
    for r in range(row, row + height):
        for c in range(column, column + width):
            sheet.cell(r, c).border = THIN
    if width > 1 or height > 1:
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + height - 1, end_column=column + width - 1
        )


def _number(value):
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)
