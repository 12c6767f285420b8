"""Schemes leave and enter as CSV and XLSX: idempotent by code, refused by line, nothing half-imported."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from wagtail_disclosure.catalogue import scheme_files, sheets
from wagtail_disclosure.catalogue.models import Category, CategoryScheme

pytestmark = pytest.mark.django_db


def read(scheme, text, encoding="utf-8"):
    return scheme_files.read(scheme, io.BytesIO(text.encode(encoding)))


def exported(scheme, kind="csv"):
    rows = scheme_files.export_rows(scheme)
    if kind == "csv":
        return io.BytesIO(b"".join(sheets.rows_as_csv(rows)))
    output = io.BytesIO()
    sheets.write_xlsx(rows, output)
    return output


def problems(plan):
    return [(each.line, each.value) for each in plan.problems]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_export_imports_as_no_change(world, kind, language):
    world.category.main_content = "=HYPERLINK(1)"
    world.category.responsible_department = world.office
    world.category.names = {"en": "+Annual reports"}
    world.category.sort_order = -3
    world.category.save()
    with translation.override(language):
        data = exported(world.scheme, kind)
    plan = scheme_files.read(world.scheme, data)
    assert (plan.problems, plan.added, plan.changed, plan.unchanged) == ([], [], [], 2)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_fills_an_empty_scheme(world, kind):
    world.category.main_content = "=1+1"
    world.category.save()
    copy = CategoryScheme.objects.create(code="copy", name="副本", kind="topic")
    plan = scheme_files.read(copy, exported(world.scheme, kind))
    assert plan.apply() == (2, 0)
    assert scheme_files.read(copy, exported(world.scheme, kind)).unchanged == 2
    made = copy.categories.get(code="0101")
    assert (made.parent.code, made.name, made.main_content) == ("01", "年度报告", "=1+1")


def test_added_changed_and_missing_are_told_apart(world):
    plan = read(world.scheme, "代码,上级代码,名称\n0101,01,年度工作报告\n02,,统计\n0201,02,月报\n")
    assert [each.code for each in plan.added] == ["02", "0201"]
    assert [(each.code, each.differences) for each in plan.changed] == [
        ("0101", [(scheme_files.NAME.label, "年度报告", "年度工作报告")])
    ]
    assert plan.not_in_file == ["01"]
    plan.apply(world.people.root)
    assert set(world.scheme.categories.values_list("code", flat=True)) == {"01", "0101", "02", "0201"}


def test_columns_that_are_not_in_the_file_stay_as_they_are(world):
    world.category.main_content = "报告"
    world.category.active = False
    world.category.save()
    read(world.scheme, "code,name\n0101,年报\n").apply()
    world.category.refresh_from_db()
    assert (world.category.main_content, world.category.active) == ("报告", False)
    assert world.category.parent == world.parent_category


def test_children_may_stand_before_their_parents(world):
    read(world.scheme, "code,parent code,name\n0901,09,子\n09,,父\n").apply()
    assert Category.objects.get(code="0901").parent.code == "09"


def test_a_parent_and_its_child_may_change_places(world):
    read(world.scheme, "code,parent code,name\n01,0101,a\n0101,,b\n").apply()
    world.parent_category.refresh_from_db()
    assert world.parent_category.parent.code == "0101"


def test_gbk_is_accepted_and_said(world):
    plan = read(world.scheme, "代码,名称\n02,统计\n", "gbk")
    assert "GBK" in plan.notice
    assert plan.added[0].name == "统计"


def test_another_encoding_is_refused_with_the_line(world):
    plan = scheme_files.read(world.scheme, io.BytesIO("代码,名称\n02,".encode() + b"\xff\xff\n"))
    assert problems(plan) == [(2, "")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("01,,a\n01,,b", [(3, "01")]),
        (",,a", [(2, "")]),
        ("=x,,a", [(2, "=x")]),
        ("02,,", [(2, "")]),
        ("02,99,a", [(2, "99")]),
        ("02,02,a", [(2, "02")]),
        ("02,03,a\n03,02,b", [(2, "03"), (3, "02")]),
        ("010101,0101,a", [(2, "0101")]),
        ("01,02,a\n02,,b", [(2, "02")]),
        ("02,03,a\n03,04,b\n04,02,c", [(2, "03"), (3, "04"), (4, "02")]),
        (f"02,,{'长' * 256}", [(2, "长" * 256)]),
        ("02,,a,extra", [(2, "")]),
        ("０２,,a", [(2, "０２")]),
        ("a1,,a\nA1,,b", [(3, "A1")]),
        ("02,,\u200b", [(2, "\u200b")]),
        ("02,,a\u202e", [(2, "a\u202e")]),
        ("02,,#REF!", [(2, "#REF!")]),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_value(world, lines, expected):
    plan = read(world.scheme, f"code,parent code,name\n{lines}\n")
    assert problems(plan) == expected
    assert all(each.reason for each in plan.problems)
    with pytest.raises(ValidationError):
        plan.apply()
    assert world.scheme.categories.count() == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("main content", "长" * 5001),
        ("order", "first"),
        ("order", "1.5"),
        ("in use", "perhaps"),
        ("department code", "99"),
    ],
)
def test_cells_that_make_no_sense_are_refused(world, column, value):
    assert problems(read(world.scheme, f"code,name,{column}\n02,a,{value}\n")) == [(2, value)]


@pytest.mark.parametrize("text", ["", "\n\n", "code,name\n", "name\na\n", "code,name,colour\n1,a,b\n"])
def test_a_file_that_cannot_be_a_scheme_is_refused(world, text):
    assert read(world.scheme, text).problems


def test_a_department_of_another_agency_is_unknown(world):
    site = type(world.site).objects.create(hostname="b.example", root_page=world.site.root_page)
    other = type(world.agency).objects.create(site=site, name="市教育局")
    type(world.office).objects.create(agency=other, code="88", name="办公室")
    assert problems(read(world.scheme, "code,name,department code\n02,a,88\n")) == [(2, "88")]


def test_too_many_lines_are_refused(world, monkeypatch):
    monkeypatch.setattr(scheme_files, "MAX_ROWS", 1)
    assert problems(read(world.scheme, "code,name\n02,a\n03,b\n")) == [(3, "")]


def test_a_scheme_that_changed_after_the_preview_is_looked_at_again(world):
    plan = read(world.scheme, "code,name\n0101,年报\n")
    world.category.name = "另一个名称"
    world.category.save()
    with pytest.raises(ValidationError):
        plan.apply()
    world.category.refresh_from_db()
    assert world.category.name == "另一个名称"


def test_the_commands_export_and_import(world, tmp_path):
    target = tmp_path / "catalogue.xlsx"
    call_command("disclosure_scheme_export", "agency", output=str(target))
    options = {"create": "topic", "name": "副本", "stdout": io.StringIO()}
    call_command("disclosure_scheme_import", "copy", str(target), dry_run=True, **options)
    assert not CategoryScheme.objects.filter(code="copy").exists()
    call_command("disclosure_scheme_import", "copy", str(target), **options)
    assert CategoryScheme.objects.get(code="copy").categories.count() == 2


def test_the_export_goes_to_standard_output_without_a_file(world):
    output = io.StringIO()
    call_command("disclosure_scheme_export", "agency", stdout=output)
    assert "年度报告" in output.getvalue()


def test_the_import_command_says_what_is_wrong_and_leaves_nothing(world, tmp_path):
    source = tmp_path / "new.csv"
    source.write_text("code,name\n01,a\n01,b\n", "utf-8")
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("disclosure_scheme_import", "new", str(source), create="topic", stderr=errors)
    assert "3" in errors.getvalue()
    assert not CategoryScheme.objects.filter(code="new").exists()


@pytest.mark.parametrize("name", ["disclosure_scheme_export", "disclosure_scheme_import"])
def test_an_unknown_scheme_is_an_error(name):
    with pytest.raises(CommandError):
        call_command(name, "none", *(["file.csv"] if name.endswith("import") else []))


def test_a_file_that_is_not_there_is_an_error(world):
    with pytest.raises(CommandError):
        call_command("disclosure_scheme_import", "agency", "/nowhere/file.csv")


def test_a_code_in_another_case_is_the_one_that_is_there(world):
    Category.objects.create(scheme=world.scheme, code="A1", name="甲")
    with translation.override("en"):
        plan = read(world.scheme, "code,name\na1,乙\n")
    assert [each.reason for each in plan.problems] == ["The scheme has this code as A1."]


def test_a_cell_of_ten_megabytes_is_refused_with_line_and_column(world):
    with translation.override("en"):
        plan = read(world.scheme, f"code,name,main content\n02,a,b\n03,c,{'x' * (10 * 1024 * 1024)}\n")
    assert plan.problems[0].line == 3
    assert plan.problems[0].reason.startswith(
        "A cell in the column “main content” has more than 2097152 bytes"
    )
