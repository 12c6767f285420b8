"""What is found in a file: its kind by content, and what a reader does not see in it."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import sample_files as make
from wagtail_disclosure.publishing.safety import child, kinds, limits, pdf, words
from wagtail_disclosure.publishing.safety.inspect import inspect

ALLOWED = {"docx", "xlsx", "pdf", "txt", "zip"}


def found(data, name):
    return {each.code: each for each in inspect(data, name, allowed=ALLOWED)[1]}


# Kinds


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (make.word(), "docx"),
        (make.workbook(), "xlsx"),
        (make.pdf(), "pdf"),
        (make.picture("JPEG"), "jpg"),
        (make.picture("PNG"), "png"),
        (make.picture("GIF"), "gif"),
        (make.picture("WEBP"), "webp"),
        (make.open_document("<office:text/>"), "odt"),
        (make.open_document("<office:spreadsheet/>", kind="spreadsheet"), "ods"),
        (make.ofd(), "ofd"),
        (make.archive({"a.txt": "x"}), "zip"),
        (make.archive({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "jar"),
        ("通知".encode(), "text"),
        ("通知".encode("gb18030"), "text"),
        ("通知".encode("utf-16"), "text"),
        (b"<!DOCTYPE html><p>x", "html"),
        (b"x <script>alert(1)</script>", "html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
        (b"{\\rtf1 x}", "rtf"),
        (b"MZ" + b"\0" * 100, "exe"),
        (b"\x7fELF" + b"\0" * 100, "elf"),
        (b"#!/bin/sh\n", "script"),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 100, "rar"),
        (b"\x00\x01\x02", "unknown"),
        (b"", "unknown"),
    ],
)
def test_the_kind_is_told_by_the_content(data, kind):
    assert kinds.kind_of(data) == kind


@pytest.mark.parametrize(
    ("extension", "kind", "fits"),
    [
        ("docx", "docx", True),
        ("wps", "doc", True),
        ("et", "xlsx", True),
        ("csv", "text", True),
        ("jpeg", "jpg", True),
        ("docx", "xlsx", False),
        ("doc", "rtf", False),
        ("xls", "html", False),
        ("pdf", "exe", False),
        ("mp4", "mp4", True),
    ],
)
def test_the_ending_has_to_agree(extension, kind, fits):
    assert kinds.agrees(extension, kind) is fits


# Findings


@pytest.mark.parametrize(
    ("data", "name", "code", "passage"),
    [
        (make.word(inserted="新增"), "a.docx", "tracked_changes", "李四"),
        (make.word(hidden="内部掌握"), "a.docx", "hidden_text", "内部掌握"),
        (make.word(author="张三"), "a.docx", "metadata", "creator: 张三"),
        (make.word(f"身份证{make.ID_NUMBER}"), "a.docx", "file_id_number", "身份证 110*************2X"),
        (make.with_members(make.word(), {"word/vbaProject.bin": b"x"}), "a.docx", "macros", ""),
        (
            make.with_members(make.word(), {"word/embeddings/oleObject1.bin": b"x"}),
            "a.docx",
            "embedded_file",
            "",
        ),
        (
            make.with_members(
                make.word(),
                {
                    "word/_rels/settings.xml.rels": '<Relationships><Relationship Id="r" Type="x/attachedTemplate" '
                    'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
                },
            ),
            "a.docx",
            "external_link",
            "http://evil.example/t.dotm",
        ),
        (make.workbook(hidden_sheet="底稿"), "a.xlsx", "hidden_sheet", ""),
        (make.workbook(hidden_row=1), "a.xlsx", "hidden_rows", ""),
        (make.workbook(hidden_column="B"), "a.xlsx", "hidden_columns", ""),
        (make.workbook([("电话", 13912345678)]), "a.xlsx", "file_mobile_number", "139******78"),
        (make.workbook([(make.ID_NUMBER,)]), "a.xlsx", "file_id_number", "110*************2X"),
        (
            make.with_members(make.workbook(), {"xl/pivotCache/pivotCacheRecords1.xml": "<r/>"}),
            "a.xlsx",
            "kept_data",
            "",
        ),
        (
            make.pdf(catalogue=make.action("JavaScript", JS="app.alert(1)")),
            "a.pdf",
            "javascript",
            "app.alert(1)",
        ),
        (make.pdf(catalogue=make.action("Launch", F="cmd.exe")), "a.pdf", "launch", "cmd.exe"),
        (make.pdf(catalogue=make.xfa_form()), "a.pdf", "xfa_form", ""),
        (make.pdf(attachment="底稿.xlsx"), "a.pdf", "embedded_file", "底稿.xlsx"),
        (make.pdf(author="王五"), "a.pdf", "metadata", "Author: 王五"),
        (make.pdf(""), "a.pdf", "no_text_layer", ""),
        (make.pdf(password="geheim"), "a.pdf", "encrypted", ""),
        (make.pdf(f"ID {make.ID_NUMBER}"), "a.pdf", "file_id_number", "ID 110*************2X"),
        (make.pdf() + make.archive({"a.txt": "x"}), "a.pdf", "two_formats", ""),
        (make.picture(artist="Zhang San"), "a.jpg", "metadata", "Artist: Zhang San"),
        (make.picture(location=True), "a.jpg", "location", ""),
        (make.ofd("", attachment="底稿.docx"), "a.ofd", "embedded_file", "底稿.docx"),
        (make.ofd(""), "a.ofd", "no_text_layer", ""),
        (make.ofd(author="张三"), "a.ofd", "metadata", "Author: 张三"),
        (b"=cmd|'/c calc'!A1,2\n", "a.csv", "dde", "=cmd|'/c calc'!A1"),
        (b"{\\rtf1 {\\object\\objdata 01}}", "a.rtf", "embedded_file", ""),
        (b"6222021234567890128 ", "a.txt", "file_bank_card", "622**************28"),
        (make.archive({"a/run.exe": b"MZ" + b"\0" * 90}), "a.zip", "dangerous_member", ""),
        (make.archive({"b.zip": make.archive({"c.txt": "x"})}), "a.zip", "nested_archive", ""),
        (make.archive({"b.docx": b"x"}), "a.zip", "unknown_member", ""),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 100, "a.rar", "not_checked", ""),
        (b"%PDF-1.4 nothing", "a.pdf", "unreadable", ""),
    ],
)
def test_what_a_reader_does_not_see_is_found(data, name, code, passage):
    each = found(data, name)[code]
    assert passage in each.as_data()["passage"]
    assert words.sentence(each.code, each.params)


def test_in_open_documents_as_well():
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    body = (
        '<office:spreadsheet><table:table table:name="底稿" table:style-name="ta2">'
        '<table:table-row table:visibility="collapse"><table:table-cell><text:p>13912345678</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet>"
    )
    codes = found(make.open_document(body, styles=styles, kind="spreadsheet"), "a.ods")
    assert codes.keys() == {"hidden_sheet", "hidden_rows", "file_mobile_number"}
    assert codes["hidden_sheet"].place == ("sheet", "底稿")
    body = "<office:text><text:tracked-changes><text:changed-region/></text:tracked-changes></office:text>"
    assert "tracked_changes" in found(make.open_document(body), "a.odt")
    with_macro = make.open_document("<office:text/>", more={"Basic/Standard/Module1.xml": "<x/>"})
    assert "macros" in found(with_macro, "a.odt")
    locked = make.open_document("<office:text/>", more={"META-INF/manifest.xml": "<m><encryption-data/></m>"})
    assert "encrypted" in found(locked, "a.odt")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (make.word(), "a.docx"),
        (make.workbook(), "a.xlsx"),
        (make.pdf(), "a.pdf"),
        (make.picture(), "a.jpg"),
        (make.ofd(), "a.ofd"),
        (make.open_document("<office:text><text:p>正文</text:p></office:text>"), "a.odt"),
        ("通知，电话 0936-8213456".encode(), "a.txt"),
        (make.archive({"a.docx": make.word(), "__MACOSX/._a.docx": b"\0"}), "a.zip"),
    ],
)
def test_in_an_ordinary_file_nothing_is_found(data, name):
    assert found(data, name) == {}


def test_the_place_is_told_within_archives_too():
    data = make.archive({"附件/名单.xlsx": make.workbook([(make.ID_NUMBER,)])})
    place = found(data, "a.zip")["file_id_number"].place
    assert place == ("member", "附件/名单.xlsx", "cell", "表一!A1")
    assert "名单.xlsx" in words.place_in_words(place) and "A1" in words.place_in_words(place)


@pytest.mark.parametrize(
    ("svg", "scripted"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', False),
        ('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', True),
        ('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', True),
        ('<svg xmlns="http://www.w3.org/2000/svg"><image href="http://x.example/"/></svg>', True),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', True),
    ],
)
def test_a_scripted_svg_is_told_apart(svg, scripted):
    assert ("scripted_svg" in found(svg.encode(), "a.svg")) is scripted


def test_without_pypdf_the_finding_says_so(monkeypatch):
    monkeypatch.setattr(pdf, "pypdf", None)
    assert found(make.pdf(), "a.pdf")["not_checked"].params == {"reason": "pypdf"}


# Hostile files


def test_archives_that_grow_out_of_proportion_are_told():
    bomb = make.archive({"a.txt": b"0" * (2 << 20)})
    budget = limits.Budget(unpacked=1 << 20)
    assert [each.code for each in inspect(bomb, "a.zip", allowed=ALLOWED, budget=budget)[1]] == ["zip_bomb"]


def test_what_an_archive_says_about_sizes_is_not_believed():
    """The directory says one byte; there are two million."""
    data = bytearray(make.archive({"a.txt": b"0" * 2_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    assert found(bytes(data), "a.zip")


def test_archives_with_very_many_entries_are_told(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 10)
    assert "zip_bomb" in found(make.archive({f"{n}.txt": "" for n in range(11)}), "a.zip")


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(io.BytesIO(make.word())) as before:
        members = {name: before.read(name) for name in before.namelist()}
    assert "unreadable" in found(make.archive({**members, "word/document.xml": bomb}), "a.docx")


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(child, "GRACE", 0)
    with child.Inspector(seconds=0) as inspector:
        kind, seen = inspector.inspect(make.pdf(), "a.pdf")
    assert kind == "pdf" and [each["code"] for each in seen] == ["not_checked"]


def test_a_child_that_dies_is_a_finding_and_the_next_file_is_read():
    with child.Inspector() as inspector:
        assert inspector.inspect(make.pdf(), "a.pdf") == ("pdf", [])
        inspector._child.kill()
        inspector._child.wait()
        assert [each["code"] for each in inspector.inspect(make.pdf(), "a.pdf")[1]] == ["unreadable"]
        assert inspector.inspect(make.pdf(), "a.pdf") == ("pdf", [])


SEEDS = [
    make.word(hidden="x"),
    make.workbook(hidden_sheet="x"),
    make.pdf(catalogue=make.action("JavaScript", JS="x")),
    make.picture("PNG"),
    make.ofd(),
    make.archive({"a.txt": "x"}),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.sampled_from(SEEDS),
    cut=st.floats(0, 1),
    at=st.floats(0, 1),
    noise=st.binary(max_size=40),
    ending=st.sampled_from(["docx", "xlsx", "pdf", "png", "ofd", "zip", "doc", "txt"]),
)
def test_truncated_and_damaged_files_never_fail(seed, cut, at, noise, ending):
    data = bytearray(seed[: int(len(seed) * cut)])
    place = int(len(data) * at)
    data[place : place + len(noise)] = noise
    kind, seen = inspect(bytes(data), f"a.{ending}", allowed=ALLOWED, budget=limits.Budget(seconds=5))
    assert isinstance(kind, str)
    for each in seen:
        assert words.sentence(each.code, each.params) and each.as_data()


@given(st.binary(max_size=200))
def test_any_bytes_at_all_have_a_kind(data):
    assert isinstance(kinds.kind_of(data), str)
