"""The report as a Word document (extra ``docx``), as an agency files it: title, sections, official tables."""

from ...rules.annual_report.layout import grid_of


class NoDocx(Exception):
    """Word documents cannot be made here; the message says why."""


def is_available():
    try:
        import docx  # noqa: F401
    except ImportError:
        return False
    return True


def write(form, values, texts, title, output, language):
    """Write the document to the binary file ``output``. Raises :class:`NoDocx` without the library."""
    if not is_available():
        raise NoDocx("python-docx is not installed (pip install wagtail-disclosure[docx]).")
    from docx import Document

    document = Document()
    document.core_properties.title = title
    document.add_heading(title, level=0)
    for section in form.sections:
        document.add_heading(section.label(language), level=1)
        for line in texts.get(section.code, "").splitlines():
            document.add_paragraph(line)
        for code in section.tables:
            _add_table(document, form.table(code), values, language)
    document.save(output)


def _add_table(document, table, values, language):
    grid = grid_of(table, language)
    document.add_paragraph(table.label(language))
    height = len(grid.head) + len(grid.lines)
    made = document.add_table(rows=height, cols=grid.width)
    made.style = "Table Grid"
    # All at once: asking a table of Word for one cell walks through all of them.
    cells = made._cells
    at, taken = lambda row, column: cells[row * grid.width + column], set()
    for row, heads in enumerate([*grid.head, *(line.heads for line in grid.lines)]):
        column = 0
        for head in heads:
            while (row, column) in taken:
                column += 1
            at(row, column).text = head.text
            span = {(row + r, column + c) for r in range(head.height) for c in range(head.width)}
            taken |= span
            if len(span) > 1:
                at(row, column).merge(at(row + head.height - 1, column + head.width - 1))
    for place, line in enumerate(grid.lines, len(grid.head)):
        for column, cell in enumerate(line.cells, grid.depth):
            value = values.get(cell.code)
            at(place, column).text = "" if value is None else str(value)
