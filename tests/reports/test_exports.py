"""Every format opened again and compared cell by cell; workbooks read back with whatever can be wrong in them."""

import csv
import io
import json
import re
from decimal import Decimal

import docx
import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories_cases
from wagtail_disclosure.catalogue.sheets import SheetError
from wagtail_disclosure.reports import actions, sheet_import
from wagtail_disclosure.reports.exports import files
from wagtail_disclosure.reports.figures.report import figures_of
from wagtail_disclosure.reports.models import AnnualReport
from wagtail_disclosure.rules.annual_report.identities import ERROR, number
from wagtail_disclosure.rules.annual_report.layout import grid_of
from wagtail_disclosure.rules.annual_report.versions import form_for, get_form

FORM = form_for("cn", 2025)
# Every cell another number, two of them without one and one of them nil.
VALUES = {cell.code: Decimal(place + 1) for place, cell in enumerate(FORM.cells())}
VALUES |= {
    "A8/fees/amount": Decimal("12.345678"),
    "B/new/legal": None,
    "A5/permits/decisions": None,
    "B/new/research": Decimal(0),
}
TEXTS = {section.code: f"{section.label('zh-hans')}：=正文" for section in FORM.sections}
CONTENT = files.Content(FORM, VALUES, TEXTS, "临江市发展和改革委员会", 2025, "zh-hans")


def expected(table):
    """The numbers of a table, row by row."""
    return [
        ["" if VALUES[cell.code] is None else number(VALUES[cell.code]) for cell in line.cells]
        for line in grid_of(table, "zh-hans").lines
    ]


def test_the_workbook_has_every_number_in_its_place():
    book = openpyxl.load_workbook(io.BytesIO(files.make(CONTENT, "xlsx")))
    assert book.sheetnames == [table.code for table in FORM.tables]
    for table in FORM.tables:
        grid, sheet = grid_of(table, "zh-hans"), book[table.code]
        top = 2 + len(grid.head)
        rows = sheet.iter_rows(min_row=top, min_col=grid.depth + 1, values_only=True)
        assert [["" if v is None else number(Decimal(str(v))) for v in row] for row in rows] == expected(
            table
        )
    headings = [str(area) for area in book["B"].merged_cells.ranges]
    assert {"A2:C4", "D2:J2", "E3:I3"} <= set(headings)


def test_the_document_has_every_number_in_its_place():
    document = docx.Document(io.BytesIO(files.make(CONTENT, "docx")))
    shown = [FORM.table(code) for section in FORM.sections for code in section.tables]
    assert len(document.tables) == len(shown)
    for table, made in zip(shown, document.tables, strict=True):
        grid = grid_of(table, "zh-hans")
        cells = [cell.text for cell in made._cells]
        rows = [cells[start : start + grid.width] for start in range(0, len(cells), grid.width)]
        assert [row[grid.depth :] for row in rows[len(grid.head) :]] == expected(table)
    assert document.paragraphs[0].text == "临江市发展和改革委员会2025年政府信息公开工作年度报告"


def printed_numbers(data):
    """The numbers that stand alone in the text of a PDF, in order, without those of its pages."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    words = re.sub(r"—\s*\d+\s*—", "", text).split()
    return [word for word in words if re.fullmatch(r"\d+(\.\d+)?", word)]


def test_the_printed_report_has_every_number_in_its_place():
    shown = [FORM.table(code) for section in FORM.sections for code in section.tables]
    wanted = [value for table in shown for row in expected(table) for value in row if value]
    assert printed_numbers(files.make(CONTENT, "pdf")) == wanted


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_table_of_requests_is_printed_on_one_sheet(form):
    form = get_form("cn", form)
    values = dict.fromkeys([cell.code for cell in form.cells()], Decimal(123456))
    content = files.Content(form, values, {}, "临江市发展和改革委员会", 2025, "zh-hans")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files.make(content, "pdf"))).pages]
    (sheet,) = [text for text in pages if "本年新收" in text]
    assert "结转下年度继续办理" in sheet.replace("\n", "") and len(pages) == 3


def test_word_repeats_headings_breaks_no_row_and_keeps_tables_together():
    document = docx.Document(io.BytesIO(files.make(CONTENT, "docx")))
    table = document.tables[FORM.sections[1].tables.index("A8") + 1]
    rows = [row._tr.xml for row in table.rows]
    assert ["w:tblHeader" in row for row in rows] == [True] * 3 + [False] * 25
    assert all("w:cantSplit" in row for row in rows) and all("w:keepNext" in row for row in rows[:-1])
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_csv_and_json_have_every_number_and_tell_none_from_nil():
    rows = list(csv.DictReader(io.StringIO(files.make(CONTENT, "csv").decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == [cell.code for cell in FORM.cells()]
    assert {row["code"]: row["value"] for row in rows} == {
        code: "" if value is None else number(value) for code, value in VALUES.items()
    }
    found = json.loads(files.make(CONTENT, "json"))
    assert found["cells"] == {
        code: None if value is None else number(value) for code, value in VALUES.items()
    }
    assert found["cells"]["B/new/legal"] is None and found["cells"]["B/new/research"] == "0"
    assert found["cells"]["A8/fees/amount"] == "12.345678" and found["year"] == 2025


@pytest.mark.parametrize("form", ["free", "2019"])
def test_older_forms_are_exported_too(form):
    form = get_form("cn", form)
    content = files.Content(
        form, dict.fromkeys([c.code for c in form.cells()], Decimal(0)), {}, "甲", 2015, "zh-hans"
    )
    for kind in ("xlsx", "docx", "csv", "json"):
        assert files.make(content, kind)


# Reading


@pytest.fixture
def work(db):
    """A report all of whose numbers are entered by hand."""
    place = factories_cases.agency()
    return AnnualReport.objects.create(agency=place.agency, year=2025, body_kind="department", by_hand=True)


def balanced():
    found = dict.fromkeys([cell.code for cell in FORM.cells()], Decimal(0))
    for kind in ("natural", "total"):
        found |= {
            f"B/new/{kind}": Decimal(5),
            f"B/granted/{kind}": Decimal(5),
            f"B/result/{kind}": Decimal(5),
        }
    return found


def book(values=None):
    content = files.Content(FORM, balanced() | (values or {}), TEXTS, "甲", 2025, "zh-hans")
    return openpyxl.load_workbook(io.BytesIO(files.make(content, "xlsx")))


def read(work, workbook):
    output = io.BytesIO()
    workbook.save(output)
    output.seek(0)
    return sheet_import.read(work, figures_of(work), output, "report.xlsx")


def codes(reading):
    return [each.code for each in reading.findings]


def test_what_was_exported_is_read_back(work):
    reading = read(work, book({"A8/fees/amount": Decimal("3.25")}))
    assert codes(reading) == []
    assert reading.values == balanced() | {"A8/fees/amount": Decimal("3.25")}


def test_lines_are_known_by_their_headings_wherever_they_stand(work):
    changed = book()
    for area in list(changed["A6"].merged_cells.ranges):
        changed["A6"].unmerge_cells(str(area))
    changed["A6"].insert_rows(1, 2)
    assert read(work, changed).values["A6/penalties/decisions"] == 0


def test_a_sheet_laid_out_by_hand_is_read(work):
    """Headings that leave the cells below them empty in place of spanning them, as filled-in reports have them."""
    changed = book()
    for code in ("B", "C"):
        for area in list(changed[code].merged_cells.ranges):
            if area.min_row > 1 and area.max_row > area.min_row and area.min_col > 3:
                changed[code].unmerge_cells(str(area))
    reading = read(work, changed)
    assert codes(reading) == [] and reading.values == balanced()


def spoil_row(found):
    found["A6"].delete_rows(3)


def spoil_text(found):
    found["A5"]["B3"] = "约三十件"


def spoil_nil(found):
    found["A5"]["B3"] = "/"


def spoil_merged(found):
    found["B"].merge_cells("D5:E5")


def spoil_total(found):
    found["B"]["J5"] = 6


def spoil_fraction(found):
    found["A5"]["B3"] = 1.5


def spoil_sheet(found):
    del found["A8"]


def spoil_headings(found):
    found["A5"]["B2"] = "数量"


def spoil_column(found):
    found["B"]["E4"] = "企业"


def spoil_twice(found):
    found["A6"]["A4"] = found["A6"]["A3"].value


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_row, "no_row"),
        (spoil_text, "text"),
        (spoil_nil, "nil_sign"),
        (spoil_merged, "merged"),
        (spoil_total, "total"),
        (spoil_fraction, "text"),
        (spoil_sheet, "no_sheet"),
        (spoil_headings, "no_headings"),
        (spoil_column, "no_column"),
        (spoil_twice, "row_twice"),
    ],
)
def test_what_is_wrong_in_a_workbook_is_an_error_and_names_its_place(work, spoil, code):
    spoiled = book()
    spoil(spoiled)
    reading = read(work, spoiled)
    (found,) = [each for each in reading.findings if each.code == code][:1]
    assert found.severity == ERROR and reading.has_errors and str(found)


def test_numbers_written_as_text_and_empty_cells_are_noticed(work):
    changed = book()
    changed["A5"]["B3"], changed["A6"]["B3"] = "1,234", None
    reading = read(work, changed)
    assert codes(reading) == ["number_as_text", "empty"]
    assert reading.values["A5/permits/decisions"] == 1234 and "A6/penalties/decisions" not in reading.values


def test_what_is_computed_is_compared_and_stays(db):
    place = factories_cases.agency()
    work = AnnualReport.objects.create(agency=place.agency, year=2025, body_kind="department")
    reading = read(work, book())
    assert set(reading.values) == {f"{code}" for code in balanced() if code[:2] in ("A5", "A6", "A8")}
    assert codes(reading).count("computed") == 6 and not reading.has_errors
    by = factories_cases.overseer()
    assert actions.enter(work, reading.values, by=by, source="汇总表") == 4


@pytest.mark.parametrize("data", [b"code,value\n1,2\n", b"PK\x03\x04nothing", b""])
def test_what_is_no_workbook_is_refused(work, data):
    with pytest.raises(SheetError):
        sheet_import.read(work, figures_of(work), SimpleUploadedFile("x.xlsx", data).file, "x.xlsx")
