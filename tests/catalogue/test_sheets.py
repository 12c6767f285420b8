"""CSV and XLSX: encodings are recognised or refused by line, formulas never leave and are read literally."""

import csv
import io
import zipfile

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from wagtail_disclosure.catalogue import sheets
from wagtail_disclosure.catalogue.sheets import Column, SheetError, match_header, open_sheet

FORMULAS = [
    "=1+1",
    "+SUM(A1)",
    "-cmd|' /C calc'!A0",
    "@SUM(1)",
    "＝1+1",
    "＠x",
    "'=1+1",
    "''@x",
    "\t=1",
    "-3+4",
]


def read(data):
    return list(open_sheet(io.BytesIO(data)).lines())


def as_csv(rows):
    return b"".join(sheets.rows_as_csv(rows))


def as_xlsx(rows):
    output = io.BytesIO()
    sheets.write_xlsx(rows, output)
    return output.getvalue()


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_neutral_in_the_file_and_read_back_literally(write, text):
    data = write([["名称"], [text]])
    if write is as_csv:
        stored = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1][0]
    else:
        cell = load_workbook(io.BytesIO(data)).active["A2"]
        assert cell.data_type == "s"
        stored = cell.value
    assert stored.startswith("'")
    assert read(data)[1] == (2, [text])


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@given(rows=st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1), min_size=1, max_size=5))
def test_every_text_comes_back(write, rows):
    rows = [text.strip() for text in rows if text.strip()]
    written = [[text, "x"] for text in rows]
    assert [cells for _line, cells in read(write(written))] == written if rows else True


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_numbers_stay_numbers(write):
    data = write([[-5, "-5", 0]])
    assert read(data) == [(1, ["-5", "-5", "0"])]


def test_utf8_needs_no_notice():
    sheet = open_sheet(io.BytesIO("名称\n办公室\n".encode()))
    assert (sheet.encoding, sheet.notice) == ("utf-8-sig", "")


def test_gbk_is_read_and_said():
    sheet = open_sheet(io.BytesIO("名称,代码\n办公室,01\n".encode("gbk")))
    assert list(sheet.lines())[1] == (2, ["办公室", "01"])
    assert "GBK" in sheet.notice


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("名稱\n行政中心的人\n".encode("big5"), 1),
        ("name\nrésumé\nélan,\n".encode("latin-1"), 2),
        ("名称\n办公室\n".encode() + b"\xff\xfe\n", 3),
        ("名称\n办公室\n".encode("utf-16"), 1),
        (b"name\nok\na\x00b\n", 3),
    ],
)
def test_any_other_encoding_is_refused_with_the_line(data, line):
    with pytest.raises(SheetError) as refused:
        read(data)
    assert refused.value.line == line
    assert str(line) in str(refused.value)


def test_a_character_across_two_blocks_is_read(monkeypatch):
    monkeypatch.setattr(sheets, "BLOCK", 7)
    assert read("名称\n信息公开\n".encode("gbk"))[1] == (2, ["信息公开"])


def test_lines_are_those_of_the_file():
    data = b'a,b\n"two\nlines",x\n\n,\nlast,y\n'
    assert read(data) == [(1, ["a", "b"]), (2, ["two\nlines", "x"]), (6, ["last", "y"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter):
    assert read(f"a{delimiter}b\n1{delimiter}2\n".encode())[1] == (2, ["1", "2"])


def test_an_open_quotation_is_refused_with_its_line():
    with pytest.raises(SheetError) as refused:
        read(b'a\nok\n"never closed\nmore\n')
    assert refused.value.line == 3


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_cell_that_is_too_large_is_refused_with_its_line_and_column(write, settings):
    settings.WAGTAIL_DISCLOSURE = {"IMPORT_MAX_FIELD_BYTES": 100}
    assert read(write([["a", "b"], ["x" * 100, "y"]]))
    with translation.override("en"), pytest.raises(SheetError) as refused:
        read(write([["a", "b"], ["x", "y" * 101]]))
    assert refused.value.line == 2
    assert refused.value.message == (
        "A cell in the column “b” has more than 100 bytes (setting IMPORT_MAX_FIELD_BYTES)."
    )


def test_a_cell_of_ten_megabytes_is_refused_with_its_line():
    with (
        translation.override("en"),
        pytest.raises(SheetError, match="column “text” has more than 2097152 bytes") as refused,
    ):
        read(as_csv([["name", "text"], ["a", "b"], ["c", "x" * (10 * 1024 * 1024)]]))
    assert refused.value.line == 3


def changed(data, part, change):
    """A workbook with one of its parts changed."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(output, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return output.getvalue()


def test_a_workbook_that_is_larger_than_it_says_is_read_whole():
    def too_small(xml):
        assert b"<dimension" not in xml
        return xml.replace(b"<sheetData>", b'<dimension ref="A1:A1"/><sheetData>')

    data = changed(as_xlsx([["a", "b"], ["c", "d"]]), "xl/worksheets/sheet1.xml", too_small)
    assert read(data) == [(1, ["a", "b"]), (2, ["c", "d"])]


def workbook(cells):
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_a_stray_cell_at_the_end_of_a_sheet_is_named():
    with (
        translation.override("en"),
        pytest.raises(SheetError, match="in column 16384 .“x”.*500 columns") as refused,
    ):
        read(workbook({"A1": "a", "A2": "b", "XFD1048576": "x"}))
    assert refused.value.line == 1_048_576


def test_a_line_far_below_the_others_is_read():
    assert read(workbook({"A1": "a", "A5000": "b"})) == [(1, ["a"]), (5000, ["b"])]


def test_a_line_number_that_no_workbook_has_is_refused():
    data = changed(
        as_xlsx([["a"], ["b"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"').replace(b'r="A2"', b""),
    )
    with pytest.raises(SheetError):
        read(data)


def test_a_file_with_too_many_columns_is_refused():
    assert len(read(as_csv([["x"] * 500]))[0][1]) == 500
    with translation.override("en"), pytest.raises(SheetError, match="500 columns"):
        read(as_csv([["x"] * 501]))


def test_a_truth_value_is_read_as_the_program_shows_it():
    assert read(workbook({"A1": True, "B1": False})) == [(1, ["TRUE", "FALSE"])]


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#####", "6.20700036E+17"])
def test_what_a_spreadsheet_left_in_place_of_a_value_is_known(text):
    assert sheets.why_no_value(text)


@pytest.mark.parametrize("text", ["", "#", "#1", "E+1", "1E", "620700036", "C#", "12E5楼"])
def test_other_texts_are_values(text):
    assert sheets.why_no_value(text) is None


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_files_that_are_no_sheet_are_refused(data):
    with pytest.raises(SheetError):
        read(data)


def test_an_archive_that_is_no_workbook_is_refused():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(SheetError):
        read(output.getvalue())


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    data = as_xlsx([["x" * 1000]])
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 500)
    with pytest.raises(SheetError):
        read(data)


def test_headings_are_known_in_every_language():
    columns = [Column("code", "Code", ("代码",)), Column("name", "Name", ("名称",))]
    assert match_header(["代 码", "NAME"], columns) == ({"code": 0, "name": 1}, [])


def test_unknown_twice_and_missing_headings_are_problems():
    columns = [Column("code", "Code"), Column("name", "Name")]
    places, problems = match_header(["code", "Code", "colour", ""], columns, required=["code", "name"])
    assert places == {"code": 0}
    assert [(each.line, each.value) for each in problems] == [(1, "Code"), (1, "colour"), (1, "")]
