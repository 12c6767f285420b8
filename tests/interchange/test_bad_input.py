"""Bad input: a clear message with line, field and value, nothing lost, nothing half-written."""

import codecs
import io
import json
import os
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import factories
from tests.interchange.conftest import HEADER, ROW
from wagtail_disclosure.catalogue import sheets
from wagtail_disclosure.catalogue.models import Category, EntryPage, IndexNumber
from wagtail_disclosure.departments.models import Department
from wagtail_disclosure.interchange.models import ImportBatch, ImportedItem
from wagtail_disclosure.publishing.models import ReviewPolicy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def nothing_was_written():
    return (
        not EntryPage.objects.exists()
        and not ImportedItem.objects.exists()
        and not ImportBatch.objects.exists()
    )


def refusal(source, **changes):
    """What a single row with ``changes`` is refused with; nothing may have been written."""
    source.manifest(changes)
    said = source.run()
    assert said.refused == "The file has errors; nothing was imported.", said.err
    assert nothing_was_written()
    return said.err


# Rows


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": ""}, "Line 2 · title · The title is missing."),
        ({"title": "长" * 256}, "The text has 256 characters; 255 are allowed. · value: 长长"),
        ({"document_date": "20086月"}, "Line 2 · document date · “20086月” seems to have lost digits"),
        ({"document_date": "2010-02-30"}, "There is no such day as “2010-02-30”."),
        ({"document_date": "去年"}, "is not a date"),
        ({"document_date": "2090-01-01"}, "cannot have been signed in the future"),
        ({"date_generated": "2010-01-01 25:00"}, "Line 2 · date generated"),
        ({"date_signed": "2024-03-02"}, "Document date and date signed are not the same day."),
        (
            {"category": "没有的类目"},
            "Line 2 · category · There is no category in use with this code or name.",
        ),
        ({"genre": "通知"}, "Line 2 · genre · There is no category in use"),
        ({"responsible_department": "不存在的科"}, "There is no department with this code or name."),
        ({"responsible_department": ""}, "The department is missing, and there is no default."),
        ({"disclosure_attribute": ""}, "The disclosure attribute is missing."),
        ({"disclosure_attribute": "大概公开"}, "There is no such attribute."),
        ({"disclosure_attribute": "不予公开"}, "Say on which ground"),
        ({"disclosure_attribute": "不予公开", "ground": "art_99"}, "This is no ground"),
        (
            {"disclosure_attribute": "不予公开", "ground": "state_secret"},
            "State secrets must never be stored",
        ),
        ({"validity": "也许"}, "This is none of the values"),
        ({"validity": "replaced"}, "Choose the document that replaced this one"),
        ({"importance": "很"}, "Line 2 · important · This is none of the values"),
        ({"language": "fr"}, "This is no language of the site."),
        ({"language": "en"}, "There is no catalogue in this language."),
        ({"index_number": "１" * 101}, "1 to 100 visible characters"),
        ({"index_number": "——"}, "An index number has letters or digits."),
        ({"summary": "长" * 501}, "The text has 501 characters; 500 are allowed."),
        ({"document_number": "长" * 101}, "The text has 101 characters; 100 are allowed."),
        ({"source_key": "k" * 201}, "The text has 201 characters; 200 are allowed."),
        ({"title": "题\u202e名"}, "no text: U+202E"),
        ({"body_file": "missing.txt"}, "Line 2 · text file · There is no such file. · value: missing.txt"),
        ({"category": "101"}, "may have taken its leading zero: is 0101 meant?"),
        ({"responsible_department": "1"}, "may have taken its leading zero: is 01 meant?"),
        ({"document_date": "2024-03-01 10:30:00"}, "There is a time of day beside the date."),
        ({"title": "#REF!"}, "Line 2 · title · The spreadsheet shows an error here"),
        ({"index_number": "6.20700036E+17"}, "has shortened a long number"),
        ({"validity": "也许"}, "may have: valid, "),
        ({"disclosure_attribute": "不予公开", "ground": "art_99"}, "Grounds: state_secret"),
        ({"note": "长" * 2001}, "The text has 2001 characters; 2000 are allowed."),
        ({"title": "\u200b\u3164"}, "Line 2 · title · There is nothing to be seen in this text."),
        ({"title": "机密★10年 通知"}, "Line 2 · title · “机密★10年” is the mark of a state secret."),
        ({"note": "密级：秘密"}, "State secrets must never be stored in this system."),
        ({"body_file": ""}, "The row names neither a text nor attachments."),
        ({"body_file": "notice.pdf"}, "Texts are read from .txt, .html and .docx."),
        ({"body_file": "../secret.txt"}, "The path leads out of the folder of the files."),
        ({"body_file": "texts/../../secret.txt"}, "The path leads out of the folder of the files."),
        ({"body_file": "/etc/hostname.txt"}, "Give the path relative to the folder of the files."),
        ({"body_file": "C:\\texts\\a.txt"}, "Give the path relative to the folder of the files."),
        ({"body_file": "..\\secret.txt"}, "The path leads out of the folder of the files."),
        ({"attachments": "../secret.pdf"}, "Line 2 · attachments · The path leads out"),
        ({"attachments": "one.pdf; two.pdf"}, "value: two.pdf"),
    ],
)
def test_a_row_is_refused_with_line_field_reason_and_value(world, source, changes, expected):
    assert expected in refusal(source, **changes)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_an_empty_text_needs_attachments(world, source, name):
    source.file(name, " \n")
    source.file("a.pdf", b"%PDF-1.4")
    assert "The file holds no text, and the row names no attachments." in refusal(source, body_file=name)
    source.manifest({"body_file": name, "attachments": "a.pdf"})
    assert source.run().refused == ""


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_file_marked_as_a_state_secret_is_refused(world, source, name):
    source.file(name, "<p>机密<b>★</b>10年</p>" if name == "a.html" else "机密★10年\n正文")
    assert "Line 2 · text file · “机密★10年” is the mark" in refusal(source, body_file=name)
    if name == "a.txt":
        assert "Line 2 · attachments · “机密★10年” is the mark" in refusal(source, attachments=name)


def test_attachments_are_of_an_accepted_kind(world, source, settings):
    for name in ("a.exe", "b.pdf", "c.txt", "d.txt"):
        source.file(name, b"MZ" + b"\0" * 100 if name == "d.txt" else b"x")
    assert "Files of this kind are not accepted. Accepted are: avif, " in refusal(source, attachments="a.exe")
    assert "its content is TXT" in refusal(source, attachments="b.pdf")
    assert "(EXE) are not accepted" in refusal(source, attachments="d.txt")
    settings.WAGTAILDOCS_EXTENSIONS = ["exe", "txt"]
    assert "Accepted are: txt." in refusal(source, attachments="b.pdf")
    source.manifest({"attachments": "c.txt"})
    assert source.run().refused == ""


def test_the_same_file_twice_is_noticed(world, source):
    for name in ("a.pdf", "b.pdf"):
        source.file(name, b"%PDF-1.4")
    source.manifest({"attachments": "a.pdf; b.pdf"})
    said = source.run()
    assert said.refused == "" and "Noticed: the same file attached twice (1)" in said.err


def test_a_department_named_by_its_code_is_shown_by_its_name(world, source):
    source.manifest({"responsible_department": "02"}, {"responsible_department": "旧科室名", "title": "旧的"})
    assert source.run(department="01").refused == ""
    names = dict(EntryPage.objects.values_list("title", "department_name"))
    assert names == {ROW["title"]: "价格管理科", "旧的": "旧科室名"}


def test_a_text_that_is_hardly_chinese_when_read_as_gbk_is_noticed(world, source):
    source.file("notice.txt", "政府の情報公開に関するお知らせです。".encode("shift-jis"))
    source.manifest({})
    assert "Most characters of the text are rare" in source.run().err


def test_findings_are_summed_up_by_what_they_are(world, source):
    source.file("notice.txt", "政務(wù)公开\n\n索引号：1\n\n文号：2\n")
    source.manifest({})
    said = source.run().err
    assert "Noticed: pinyin residue removed (1)" in said
    assert "Noticed: lines of a header within the text (2)" in said
    assert "Noticed: no ground stated, the usual one entered (1)" in said


def test_progress_is_told_a_line_for_every_tenth(world, source, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.interchange.importing.plan.WINDOW", 1)
    source.manifest(*({"title": f"第{number}份"} for number in range(4)))
    said = source.run(batch=2).err.splitlines()
    assert [line for line in said if line.startswith(("checked", "written"))] == [
        "checked 1/4 (25 %)",
        "checked 2/4 (50 %)",
        "checked 3/4 (75 %)",
        "checked 4/4 (100 %)",
        "written 2/4 (50 %)",
        "written 4/4 (100 %)",
    ]


def test_every_error_is_reported_and_the_good_rows_wait(world, source):
    source.manifest(
        {"title": "好的"}, {"category": "错", "document_date": "错"}, {"body_file": "missing.txt"}
    )
    said = source.run()
    assert said.refused and nothing_was_written()
    assert [line[:6] for line in said.err.splitlines() if line.startswith("Line")] == [
        "Line 3",
        "Line 3",
        "Line 4",
    ]
    assert "new: 1" in said.err and "with errors: 2" in said.err


def test_good_rows_are_imported_alone_when_that_is_asked_for(world, source):
    source.manifest({"title": "好的"}, {"title": "坏的", "category": "错"})
    said = source.run(skip_bad_rows=True)
    assert said.refused == "1 row was refused." and "Line 3 · category" in said.err
    assert [page.title for page in EntryPage.objects.all()] == ["好的"]
    assert ImportBatch.objects.get().problems[0]["line"] == 3


def test_a_file_without_a_good_row_is_no_import(world, source):
    source.manifest({"title": "坏的", "category": "错"})
    assert "nothing was imported" in source.run(skip_bad_rows=True).refused
    assert nothing_was_written() and not ImportBatch.objects.exists()


def test_a_dry_run_ends_with_an_error_when_rows_would_be_refused(world, source):
    source.manifest({"title": "好的"}, {"title": "坏的", "category": "错"})
    assert source.run(skip_bad_rows=True, dry_run=True).refused == "1 row was refused."
    source.manifest({"title": "好的"})
    assert source.run(dry_run=True).refused == ""


def test_the_list_of_imports_names_the_file_and_not_its_folder(world, source):
    source.manifest({})
    source.run()
    assert ImportBatch.objects.get().file_name == "manifest.csv"


def test_what_was_noticed_is_told_in_whole_sentences(world, source):
    source.file("notice.html", "<p>通知</p><script>x()</script>")
    source.file("old.txt", "现将有关事项通知如下。".encode("gbk"))
    source.manifest({"body_file": "notice.html"}, {"title": "旧的", "body_file": "old.txt"})
    said = source.run().err
    assert "Noticed: scripts, forms and the like removed from the text (1)" in said
    assert "Noticed: text files in another encoding than UTF-8 (1)" in said


def test_messages_are_in_the_language_of_the_operator(world, source):
    with translation.override("zh-hans"):
        source.manifest({"title": ""})
        assert "标题" in source.run().err


def test_links_and_special_files_are_refused(world, source, tmp_path):
    secret = tmp_path.parent / "secret.txt"
    secret.write_text("机密")
    (tmp_path / "link.txt").symlink_to(secret)
    (tmp_path / "linked").symlink_to(tmp_path.parent)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "is a link" in refusal(source, body_file="link.txt")
    assert "is a link" in refusal(source, body_file="linked/secret.txt")
    assert "This is not a file." in refusal(source, body_file="pipe.txt")
    assert "This is not a file." in refusal(source, body_file="folder.txt")


def test_a_large_text_is_refused_with_the_setting(world, source):
    source.file("large.txt", b"a" * (10 * 1024 * 1024))
    assert "more than 2097152 bytes (setting IMPORT_MAX_FIELD_BYTES)" in refusal(
        source, body_file="large.txt"
    )


def test_a_large_cell_is_refused_with_its_line(world, source):
    source.manifest({}, {"summary": "长" * (1024 * 1024)})
    said = "Line 3 · A cell in the column “summary” has more than 2097152 bytes (setting IMPORT_MAX_FIELD_BYTES)."
    assert said in source.run().err
    source.manifest({}, {"summary": "x" * (10 * 1024 * 1024)})
    assert said in source.run().err
    assert nothing_was_written()


def test_a_header_without_end_is_refused_at_once(world, source):
    source.path.write_text(",".join(f"c{number}" for number in range(200_000)))
    assert "A file may have 500 columns." in source.run().err


def test_a_text_in_another_encoding_is_refused_with_line_and_byte(world, source):
    source.file("notice.txt", "第一行\n第二".encode() + b"\xff\xff\n")
    found = refusal(source)
    assert "Line 2 · text file · The text is neither UTF-8 nor GBK: line 2, byte 16." in found


def test_ambiguous_names_list_the_candidates(world, source):
    other = Category.objects.create(scheme=world.scheme, code="02", name="其他")
    Category.objects.create(scheme=world.scheme, code="0201", name="年度报告", parent=other)
    found = refusal(source)
    assert "Several are called so; write the code: 0101 (工作信息); 0201 (其他)" in found
    source.manifest({"category": "其他/年度报告"})
    assert source.run().refused == ""
    assert EntryPage.objects.get().category.code == "0201"


def test_two_departments_of_one_name_need_their_code(world, source):
    Department.objects.create(agency=world.agency, code="03", name="办公室")
    assert "01 (办公室); 03 (办公室)" in refusal(source)


def test_a_department_that_has_ended_names_its_successor(world, source):
    world.office.status = "merged"
    world.office.save()
    world.office.successors.set([world.other])
    assert "“办公室” no longer exists. Choose its successor: 价格管理科." in refusal(source)


def test_a_place_without_review_takes_no_items_for_review(world, source):
    ReviewPolicy.objects.all().delete()
    assert "No review is set up here." in refusal(source)


# Index numbers


def test_a_number_twice_in_the_file_is_refused_however_it_is_written(world, source):
    source.manifest({"index_number": "AB-1/2024"}, {"title": "另一份", "index_number": "ab‑1／2024"})
    said = source.run()
    assert "Line 3 · index number · It stands in line 2 already." in said.err and nothing_was_written()


def test_a_number_that_is_taken_names_its_holder(world, source):
    page = factories.published(world, "已公开的文件")
    source.manifest({"index_number": page.index_number})
    said = source.run()
    assert f"The index number {page.index_number} is taken: “已公开的文件”" in said.err
    assert said.refused and not ImportedItem.objects.exists()


def test_a_number_of_an_unusual_form_is_kept_and_reported(world, source):
    source.manifest({"index_number": "临发改-老目录 第7号"})
    said = source.run()
    assert said.refused == "" and "unusual form" in said.err
    assert IndexNumber.objects.get().number == "临发改-老目录 第7号"


def test_the_number_of_an_imported_document_never_changes(world, source):
    source.manifest({"source_key": "a1", "index_number": "620700036/2024-00001"})
    source.run(draft_only=True)
    source.manifest({"source_key": "a1", "index_number": "620700036/2024-00002"})
    assert "has another index number already" in source.run().err
    assert EntryPage.objects.get().index_number == "620700036/2024-00001"


def test_the_same_source_key_twice_is_refused(world, source):
    source.manifest({"source_key": "a1"}, {"source_key": "a1", "title": "别的"})
    assert "Line 3 · source key · It stands in line 2 already. · value: a1" in source.run().err
    source.manifest({}, {})
    assert "The same title and text file stand in line 2 already." in source.run().err


# The file


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_a_manifest_in_another_encoding_is_read_and_said(world, source, encoding):
    source.manifest({}, encoding=encoding)
    said = source.run()
    assert said.refused == "" and EntryPage.objects.get().title == ROW["title"]
    assert ("not in UTF-8" in said.err) == (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "The file is empty."),
        (codecs.BOM_UTF8, "The file is empty."),
        (codecs.BOM_UTF16_LE, "The file is empty."),
        (b"\n\n", "The file is empty."),
        (",".join(HEADER).encode(), "The file has no lines below its header."),
        (b"title,body_file\n\xff\xff", "neither UTF-8 nor GBK: line 2, byte 16"),
        (codecs.BOM_UTF32_LE + "title".encode("utf-32-le"), "The file is in UTF-32."),
        (b"title,body_file\nx,y\n", "category · The column is missing."),
        (b"PK\x03\x04 nothing", "The workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old XLS form"),
        (",".join(HEADER).encode() + b'\nx,"y\n', "is not valid CSV"),
        (",".join([*HEADER, "title"]).encode() + b"\nx,y\n", "The column stands here twice."),
        (",".join(HEADER).encode() + b"\nx\x00y,z\n", "control characters"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused(world, source, data, expected):
    source.path.write_bytes(data)
    said = source.run()
    assert expected in said.err and said.refused
    assert nothing_was_written()


def test_unknown_columns_are_reported_and_left_out(world, source):
    source.manifest({"colour": "red", "浏览量": "3"})
    said = source.run()
    assert said.refused == "" and "colour, 浏览量" in said.err


def test_cells_beyond_the_header_are_an_error(world, source):
    source.manifest({})
    source.path.write_text(source.path.read_text().rstrip() + ",extra\n")
    assert "The line has more cells than the header." in source.run().err


def test_formulas_and_markup_stay_text(world, source):
    title = '=HYPERLINK("http://x.example")<script>alert(1)</script>'
    source.manifest({"title": title, "issuing_body": "@SUM(1)", "keywords": "+1"})
    assert source.run().refused == ""
    page = EntryPage.objects.get()
    assert page.title == title and page.issuing_body == "@SUM(1)" and page.keywords == "+1"


def test_a_workbook_is_a_manifest_too(world, source):
    output = io.BytesIO()
    row = {**ROW, "index_number": "=1+1"}
    sheets.write_xlsx([HEADER, [row[name] for name in HEADER]], output)
    source.path = source.folder / "manifest.xlsx"
    source.path.write_bytes(output.getvalue())
    assert source.run().refused == ""
    assert EntryPage.objects.get().index_number == "=1+1"


# The command


def test_the_command_says_what_is_missing(world, source, tmp_path):
    source.manifest({})
    assert "--user" in source.run(user=None).refused
    assert "There is no active user “nobody”." in source.run(user="nobody").refused
    assert "is no site with an agency" in source.run(site="elsewhere.example").refused
    assert "There is no department “99”." in source.run(department="99").refused
    assert "There is no folder" in source.run(bodies=str(tmp_path / "none")).refused
    assert source.run(batch=0).refused
    source.path = tmp_path / "none.csv"
    assert "There is no file or folder" in source.run().refused
    assert nothing_was_written()


@pytest.mark.parametrize("name", ["report.csv", "report.json"])
def test_the_report_has_every_row_with_its_errors_and_findings(world, source, tmp_path, name):
    source.file("notice.txt", "20086月开始。\n")
    source.manifest({"title": "=好的"}, {"title": "坏的", "category": "错"})
    source.run(skip_bad_rows=True, report=str(tmp_path / name))
    text = (tmp_path / name).read_text("utf-8-sig")
    if name.endswith("json"):
        found = json.loads(text)
        assert found["counts"]["new"] == 1 and found["errors"] == 1
        rows = [(each["line"], each.get("message", "")) for each in found["rows"]]
    else:
        lines = list(sheets.csv.reader(io.StringIO(text)))
        assert lines[1][3] == "'=好的"
        rows = [(int(each[0]), each[6]) for each in lines[1:]]
    assert any(line == 2 and "digits or signs lost" in message for line, message in rows)
    assert any(line == 3 and "There is no category" in message for line, message in rows)


def test_a_report_that_cannot_be_written_says_so(world, source, tmp_path):
    source.manifest({})
    said = source.run(report=str(tmp_path / "none" / "report.csv"))
    assert "There is no file or folder" in said.refused and nothing_was_written()


def test_the_number_of_queries_does_not_grow_with_the_rows(world, source):
    def queries(count):
        title = uuid.uuid4().hex
        source.manifest(*({"title": f"{title}{n}", "index_number": f"{title[:8]}/{n}"} for n in range(count)))
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert source.run().refused == ""
        # A statement takes so many values, so inserting takes more of them; asking does not.
        return sum(
            each["sql"].lstrip().upper().startswith(("SELECT", "UPDATE")) for each in found.captured_queries
        )

    queries(1)
    assert queries(40) <= queries(4) + 4
