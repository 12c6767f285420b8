"""The report as a Word document (extra ``docx``), as an agency files it: A4, title, sections, official tables."""

from ...rules.annual_report.layout import grid_of
from ...rules.characters import NOT_XML

# Millimetres of the sheet and its margins, points of the words and of the tables.
SHEET, MARGINS, WORDS, NUMBERS = (210, 297), (24, 20, 22, 20), 14, 9
# What a column takes of the width: headings of rows from the left (the last has the words), then numbers.
OUTER, INNER, LAST, NUMBER = 3, 6, 17, 5


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
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    # Words of before such characters were refused may have them.
    document, title = Document(), NOT_XML.sub("", title)
    _set_up(document)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.add_heading(title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for section in form.sections:
        document.add_heading(section.label(language), level=1)
        for line in texts.get(section.code, "").splitlines():
            if (line := NOT_XML.sub("", line)).strip():
                _add_words(document, line, language)
        for code in section.tables:
            _add_table(document, form.table(code), values, language, captioned=len(section.tables) > 1)
    document.save(output)


def _set_up(document):
    """Sheet, margins and fonts; Chinese characters have a font of their own in Word."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    (section,) = document.sections
    section.page_width, section.page_height = map(Mm, SHEET)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, MARGINS)
    for name, size, font in (
        ("Normal", WORDS, "FangSong"),
        ("Title", 20, "SimSun"),
        ("Heading 1", 15, "SimHei"),
    ):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi"):
            fonts.set(qn(f"w:{script}"), "Times New Roman")
        fonts.set(qn("w:eastAsia"), font)
    borders = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)
    words = document.styles["Normal"].paragraph_format
    words.space_after, words.line_spacing_rule = Pt(4), WD_LINE_SPACING.ONE_POINT_FIVE


def _add_words(document, line, language):
    from docx.shared import Pt

    added = document.add_paragraph(line)
    if language.startswith("zh"):
        added.paragraph_format.first_line_indent = Pt(2 * WORDS)


def _add_table(document, table, values, language, captioned):
    from docx.shared import Pt

    grid = grid_of(table, language)
    if captioned:
        caption = document.add_paragraph()
        caption.add_run(table.label(language)).bold = True
        caption.runs[0].font.size = Pt(NUMBERS + 1)
        layout = caption.paragraph_format
        layout.keep_with_next, layout.space_before, layout.space_after = True, Pt(8), Pt(2)
        layout.line_spacing = 1
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
    _lay_out(made, cells, grid)


def _lay_out(made, cells, grid):
    """Widths, small type, headings repeated on the next sheet; no row is broken over two, and rows stay together."""
    from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    shares = _shares(grid)
    width = (SHEET[0] - MARGINS[1] - MARGINS[3]) / sum(shares)
    made.autofit, made.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    _narrow(made)
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Mm(share * width)
    for place, cell in enumerate(cells):
        row, column = divmod(place, grid.width)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        is_words = row >= len(grid.head) and column < grid.depth and cell.text
        is_words = is_words and (column == grid.depth - 1 or cell.grid_span > 1)
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_words else WD_ALIGN_PARAGRAPH.CENTER
            layout = paragraph.paragraph_format
            layout.space_before, layout.space_after, layout.line_spacing = Pt(1), Pt(1), 1
            layout.keep_with_next = row < len(grid.head) + len(grid.lines) - 1
            for run in paragraph.runs:
                run.font.size = Pt(NUMBERS)
    for place, row in enumerate(made.rows):
        facts = row._tr.get_or_add_trPr()
        facts.append(OxmlElement("w:cantSplit"))
        if place < len(grid.head):
            facts.append(OxmlElement("w:tblHeader"))


def _narrow(made):
    """Half a millimetre beside what stands in a cell, so that no number is broken over two lines."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "30")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)


def _shares(grid):
    """How wide each column is beside the others; one column of headings takes a third."""
    numbers = grid.width - grid.depth
    if grid.depth < 2:
        return [*[numbers * NUMBER / 2] * grid.depth, *[NUMBER] * numbers]
    return [OUTER, *[INNER] * (grid.depth - 2), LAST, *[NUMBER] * numbers]
