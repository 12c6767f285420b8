"""The admin of schemes, categories, numbers and the filing register: what it shows, to whom, and what it refuses."""

import codecs
import csv
import datetime
import io

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from tests import factories
from wagtail_disclosure.catalogue import attribute, numbers
from wagtail_disclosure.catalogue.models import (
    Category,
    CategoryScheme,
    FiledItem,
    IndexNumber,
    NumberScheme,
)
from wagtail_disclosure.rules.index_numbers import get_preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client, world):
    client.force_login(world.people.root)
    return client


def person(name, *codenames):
    user = factories.user(name)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


def categories(name, *args):
    return reverse(Category.snippet_viewset.get_url_name(name), args=args)


def schemes(name, *args):
    return reverse(CategoryScheme.snippet_viewset.get_url_name(name), args=args)


def text_of(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def told(response):
    return " ".join(str(each) for each in response.context["messages"])


# Schemes and categories


def test_categories_are_listed_as_a_tree_and_found_by_part_of_the_name(root, world):
    Category.objects.create(scheme=world.scheme, code="00", name="概况", sort_order=-1)
    text = text_of(root.get(categories("list_results")))
    assert text.index("概况") < text.index("工作信息") < text.index("— 年度报告")
    assert "年度报告" in text_of(root.get(categories("list_results"), {"q": "度报"}))
    assert "年度报告" not in text_of(root.get(categories("list_results"), {"q": "统计"}))


def test_categories_are_filtered_by_scheme_and_parent(root, world):
    other = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    Category.objects.create(scheme=other, code="01", name="综合政务")
    text = text_of(root.get(categories("list_results"), {"scheme": other.pk}))
    assert "综合政务" in text and "年度报告" not in text
    text = text_of(root.get(categories("list_results"), {"parent": world.parent_category.pk}))
    assert "年度报告" in text and "综合政务" not in text


def category_data(world, **more):
    return {
        "scheme": world.scheme.pk,
        "code": "0102",
        "parent": world.parent_category.pk,
        "name": "统计月报",
        "names-en": "Monthly statistics",
        "main_content": "主要指标",
        "responsible_department": world.office.pk,
        "sort_order": "0",
        "active": "on",
        **more,
    }


def test_a_category_is_added_with_its_names(root, world):
    root.post(categories("add"), category_data(world))
    made = Category.objects.get(code="0102")
    assert (made.parent, made.names) == (world.parent_category, {"en": "Monthly statistics"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("parent", "child"), ("code", "0101"), ("code", "=1"), ("name", ""), ("parent", "foreign")],
)
def test_a_category_that_cannot_be_is_refused_in_its_field(root, world, field, value):
    other = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    foreign = Category.objects.create(scheme=other, code="01", name="综合政务")
    value = {"child": world.category.pk, "foreign": foreign.pk}.get(value, value)
    response = root.post(categories("add"), category_data(world, **{field: value}))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Category.objects.filter(scheme=world.scheme).count() == 2


def test_a_stored_category_stays_in_its_scheme(root, world):
    other = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    data = category_data(world, code="0101", scheme=other.pk)
    root.post(categories("edit", world.category.pk), data)
    world.category.refresh_from_db()
    assert (world.category.scheme, world.category.name) == (world.scheme, "统计月报")


def test_a_category_in_use_is_not_deleted_and_the_reason_is_told(root, world):
    factories.draft(world)
    response = root.post(categories("delete", world.category.pk), follow=True)
    assert "年度报告" in told(response) and "1" in told(response)
    response = root.post(categories("delete", world.parent_category.pk), follow=True)
    assert "工作信息" in told(response)
    response = root.post(schemes("delete", world.scheme.pk), follow=True)
    assert "目录" in told(response)
    assert Category.objects.count() == 2


def test_a_category_that_nothing_uses_is_deleted(root, world):
    root.post(categories("delete", world.category.pk))
    assert not Category.objects.filter(code="0101").exists()


@pytest.mark.parametrize("url", ["categories", "schemes", "numbers", "filing", "number schemes"])
def test_without_rights_nothing_is_listed(client, world, url):
    client.force_login(world.people.secrecy)
    address = {
        "categories": categories("list"),
        "schemes": schemes("list"),
        "numbers": reverse("disclosure_index_numbers:index"),
        "filing": reverse("disclosure_filing:index"),
        "number schemes": reverse("disclosure_number_schemes:index"),
    }[url]
    assert client.get(address).status_code == 302


# Schemes as files


def import_url(world):
    return reverse("wagtail_disclosure_catalogue:scheme_import", args=[world.scheme.pk])


def upload(client, world, text, encoding="utf-8", name="catalogue.csv"):
    file = SimpleUploadedFile(name, text.encode(encoding))
    return client.post(import_url(world), {"file": file})


def confirm(client, world, response):
    soup = BeautifulSoup(response.content, "html.parser")
    data = {name: soup.find("input", {"name": name})["value"] for name in ("rows", "fingerprint")}
    return client.post(import_url(world), data, follow=True)


def test_an_upload_is_shown_and_imported_when_confirmed(root, world):
    response = upload(root, world, "代码,名称\n0101,年报\n03,统计\n")
    assert "统计" in text_of(response) and Category.objects.count() == 2
    response = confirm(root, world, response)
    assert set(Category.objects.values_list("name", flat=True)) == {"工作信息", "年报", "统计"}
    assert "0101" not in response.redirect_chain[-1][0]


def test_gbk_is_said_on_the_screen(root, world):
    assert "GBK" in text_of(upload(root, world, "代码,名称\n03,统计\n", "gbk"))


def test_problems_are_shown_by_line_and_cannot_be_confirmed(root, world):
    response = upload(root, world, "code,parent code,name\n03,99,统计\n")
    cells = [each.get_text() for each in BeautifulSoup(response.content, "html.parser").select("td")]
    assert cells[0] == "2" and cells[3] == "99"
    assert b'name="rows"' not in response.content


@pytest.mark.parametrize("signed", ["", "nonsense", "forged"])
def test_what_was_not_shown_is_not_imported(root, world, signed):
    from django.core import signing

    if signed == "forged":
        signed = signing.dumps([[2, {"code": "66", "name": "x"}]], salt="elsewhere")
    root.post(import_url(world), {"rows": signed, "fingerprint": ""}, follow=True)
    assert Category.objects.count() == 2


def test_a_scheme_changed_in_the_meantime_is_shown_again(root, world):
    response = upload(root, world, "code,name\n0101,年报\n")
    Category.objects.filter(code="0101").update(name="另名")
    response = confirm(root, world, response)
    assert "另名" in text_of(response)
    assert Category.objects.get(code="0101").name == "另名"


def test_a_file_that_is_too_large_or_missing_is_refused(root, world):
    big = SimpleUploadedFile("x.csv", b"code,name\n" + b"x" * (2 * 1024 * 1024))
    assert root.post(import_url(world), {"file": big}).context["form"].errors
    assert root.post(import_url(world), {}).context["form"].errors


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_scheme_is_exported_without_formulas(root, world, kind):
    Category.objects.filter(code="0101").update(main_content="=1+1")
    url = reverse(f"wagtail_disclosure_catalogue:scheme_{kind}", args=[world.scheme.pk])
    response = root.get(url)
    assert f'filename="agency.{kind}"' in response["Content-Disposition"]
    if kind == "csv":
        assert "'=1+1" in b"".join(response.streaming_content).decode("utf-8-sig")
    else:
        rows = list(load_workbook(io.BytesIO(response.content)).active.values)
        assert "'=1+1" in rows[2]


def test_import_and_export_need_rights(client, world):
    client.force_login(world.people.officer)
    for name in ("scheme_import", "scheme_csv", "scheme_xlsx"):
        url = reverse(f"wagtail_disclosure_catalogue:{name}", args=[world.scheme.pk])
        assert client.get(url).status_code == 302
    assert upload(client, world, "code,name\n03,a\n").status_code == 302
    assert Category.objects.count() == 2


# Number schemes


def example(client, **query):
    return client.get(reverse("wagtail_disclosure_catalogue:number_example"), query).content.decode()


def test_the_example_is_the_next_number(root, world):
    year = timezone.localdate().year
    factories.published(world)
    query = {"agency": world.agency.pk, "preset": "national", "per": "year"}
    assert example(root, **query) == f"620700036/{year}-00002"
    assert example(root, **query, pattern="{region_code:6}-{year}{serial:4}") != ""
    assert example(root, **query, pattern="A-{year}-{serial:3}") == f"A-{year}-002"
    assert IndexNumber.objects.count() == 1


@pytest.mark.parametrize(
    "pattern",
    ["x", "{serial}", "{year}", "{year}-{serial}-{serial}", "{none}{serial}{year}", "{year}{serial:", "}"],
)
def test_a_pattern_that_makes_no_numbers_is_refused(root, world, pattern):
    data = {"agency": world.agency.pk, "preset": "national", "pattern": pattern, "per": "year"}
    response = root.post(reverse("disclosure_number_schemes:add"), data)
    assert "pattern" in response.context["form"].errors
    assert not NumberScheme.objects.exists()
    assert example(root, **data)


def test_a_pattern_of_ones_own_is_stored_and_shown_again(root, world):
    pattern = "{organisation_code:9}/{department_code}-{year}-{serial:4}"
    data = {
        "agency": world.agency.pk,
        "preset": "national",
        "pattern": pattern,
        "per": ["year", "department"],
    }
    root.post(reverse("disclosure_number_schemes:add"), data)
    scheme = NumberScheme.objects.get()
    assert scheme.per == ["agency", "year", "department"]
    response = root.get(reverse("disclosure_number_schemes:edit", args=[scheme.pk]))
    assert response.context["form"]["pattern"].value() == pattern
    assert f"620700036/01-{timezone.localdate().year}-0001" in text_of(response)


def test_changing_the_scheme_leaves_issued_numbers(root, world):
    page = factories.published(world)
    data = {"agency": world.agency.pk, "preset": "date-serial", "pattern": "", "per": "year"}
    root.post(reverse("disclosure_number_schemes:add"), data)
    assert NumberScheme.objects.get().preset == "date-serial"
    assert IndexNumber.objects.get().number == page.index_number


# The ledger of numbers


def ledger(client, **query):
    return client.get(reverse("disclosure_index_numbers:index"), query)


def test_the_ledger_is_listed_searched_and_filtered(root, world):
    page = factories.published(world)
    numbers.reserve_blank(world.agency, note="纸质文件")
    assert page.index_number in text_of(ledger(root)) and "纸质文件" in text_of(ledger(root))
    assert "纸质文件" not in text_of(ledger(root, state="issued"))
    assert page.index_number in text_of(ledger(root, q=page.index_number[-8:]))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_ledger_is_exported_without_formulas(root, world, kind):
    numbers.reserve_blank(world.agency, note="=cmd|' /C calc'!A0")
    response = ledger(root, export=kind)
    if kind == "csv":
        assert ",'=cmd|" in b"".join(response.streaming_content).decode("utf-8-sig")
    else:
        cells = list(load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.rows)[1]
        found = next(cell for cell in cells if "cmd" in str(cell.value))
        assert found.data_type == "s" and found.value.startswith("'")


# A quarter past midnight in Shanghai is the day before in UTC.
AT = datetime.datetime(2026, 3, 1, 16, 15, tzinfo=datetime.UTC)


def exported(response, kind):
    """The rows of an export, as lists."""
    body = b"".join(response.streaming_content)
    if kind == "csv":
        assert body.startswith(codecs.BOM_UTF8)
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(body)).active.rows]


@pytest.mark.parametrize(
    ("kind", "expected"), [("csv", "2026年3月2日 00:15"), ("xlsx", datetime.datetime(2026, 3, 2, 0, 15))]
)
def test_exports_and_screens_show_local_time(root, world, kind, expected):
    number = numbers.reserve_blank(world.agency, note="纸质文件", at=AT)
    assert expected in exported(ledger(root, export=kind), kind)[1]
    inspect = root.get(reverse("disclosure_index_numbers:inspect", args=[number.pk]))
    assert "2026年3月2日 00:15" in text_of(inspect)


@pytest.mark.parametrize(
    ("kind", "expected"), [("csv", "2026年3月2日 00:15"), ("xlsx", datetime.datetime(2026, 3, 2, 0, 15))]
)
def test_the_filing_register_shows_local_time(root, world, kind, expected):
    row = file_one(world)
    FiledItem.objects.filter(pk=row.pk).update(filed_at=AT, review_by=datetime.date(2027, 3, 2))
    cells = exported(filing(root, export=kind), kind)[1]
    assert expected in cells
    assert any(str(cell).startswith("2027-03-02") for cell in cells)
    text = text_of(root.get(reverse("disclosure_filing:inspect", args=[row.pk])))
    assert "2026年3月2日 00:15" in text and "2027年3月2日" in text


def test_a_number_leads_to_its_document_and_shows_what_it_has(root, world):
    page = factories.published(world)
    number = page.index_number_row
    response = root.get(reverse("disclosure_index_numbers:inspect", args=[number.pk]))
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in response.content.decode()
    labels = [each.get_text(strip=True) for each in BeautifulSoup(response.content, "html.parser")("dt")]
    assert "作废时间" not in labels and "备注" not in labels and "发放时间" in labels


def test_who_may_not_edit_the_document_is_led_to_the_public_page(client, world):
    page = factories.published(world)
    client.force_login(person("registrar", "view_indexnumber"))
    response = client.get(reverse("disclosure_index_numbers:inspect", args=[page.index_number_row.pk]))
    assert f'href="{page.url}"' in response.content.decode()


def test_officers_find_the_filing_register_in_the_menu_and_strangers_do_not(client, world):
    for user, shown in (
        (world.people.officer, True),
        (world.people.head, True),
        (factories.user("x"), False),
    ):
        client.force_login(user)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert (reverse("disclosure_filing:index") in home) is shown
        assert (filing(client).status_code == 200) is shown
        assert reverse("disclosure_index_numbers:index") not in home


def test_the_list_of_number_schemes_shows_patterns_in_words(root, world):
    NumberScheme.objects.create(agency=world.agency)
    text = text_of(root.get(reverse("disclosure_number_schemes:index")))
    assert "national" not in text and get_preset("national").label() in text


def test_a_picture_is_no_file_of_categories(root, world):
    url = reverse("wagtail_disclosure_catalogue:scheme_import", args=[world.scheme.pk])
    png = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 50)
    response = root.post(url, {"file": png})
    [problem] = response.context["plan"].problems
    with override("en"):
        assert problem.line is None and "CSV" in problem.reason


@pytest.mark.parametrize("name", ["add", "edit", "delete", "copy", "usage", "history"])
@pytest.mark.parametrize("viewset", ["disclosure_index_numbers", "disclosure_filing"])
def test_a_ledger_has_no_forms(viewset, name):
    from django.urls import NoReverseMatch

    for args in ([], [1]):
        with pytest.raises(NoReverseMatch):
            reverse(f"{viewset}:{name}", args=args)


def test_a_number_is_made_void_with_a_reason(root, world):
    number = numbers.reserve(factories.draft(world))
    url = reverse("wagtail_disclosure_catalogue:void", args=[number.pk])
    assert root.post(url, {"reason": ""}).context["form"].errors
    root.post(url, {"reason": "重复"})
    number.refresh_from_db()
    assert (number.state, number.void_reason, number.voided_by_name) == ("void", "重复", "root")


def test_the_number_of_a_public_item_is_not_made_void(root, world):
    factories.published(world)
    url = reverse("wagtail_disclosure_catalogue:void", args=[IndexNumber.objects.get().pk])
    assert root.post(url, {"reason": "重复"}).context["form"].non_field_errors()


def test_numbers_are_reserved_without_a_document(root, world):
    url = reverse("wagtail_disclosure_catalogue:reserve_blank")
    assert root.post(url, {"department": world.office.pk, "note": ""}).context["form"].errors
    root.post(url, {"department": world.office.pk, "note": "纸质文件"})
    assert IndexNumber.objects.get().note == "纸质文件"


@pytest.mark.parametrize("name", ["void", "reserve_blank", "close", "number_example"])
def test_actions_on_ledgers_need_their_rights(client, world, name):
    number = numbers.reserve(factories.draft(world))
    client.force_login(person("reader", "view_indexnumber", "view_fileditem"))
    filed = file_one(world)
    args = {"void": [number.pk], "close": [filed.pk]}.get(name, [])
    url = reverse(f"wagtail_disclosure_catalogue:{name}", args=args)
    assert client.post(url, {"reason": "x"}).status_code in (302, 405)
    assert client.get(url).status_code == 302
    number.refresh_from_db()
    filed.refresh_from_db()
    assert number.state == "reserved" and filed.closed_at is None


def test_the_reader_of_the_ledger_sees_it_and_no_actions(client, world):
    numbers.reserve(factories.draft(world))
    client.force_login(person("reader", "view_indexnumber"))
    response = ledger(client)
    assert response.status_code == 200
    assert b"/void/" not in response.content and b"numbers/reserve/" not in response.content


# The filing register


def file_one(world, title="关于人事安排的请示", department=None, chosen="withheld"):
    page = factories.draft(world, title, attribute=None, department=department or world.office)
    ground = {"withheld": "process", "on_request": "request_third_party"}[chosen]
    attribute.determine(
        page,
        world.people.officer,
        attribute=chosen,
        ground=ground,
        review_by=timezone.localdate() + timezone.timedelta(days=90),
    )
    return attribute.file(page.get_latest_revision_as_object(), [], "d" * 64)


def filing(client, **query):
    return client.get(reverse("disclosure_filing:index"), query)


def test_the_register_is_listed_filtered_and_inspected(root, world):
    row = file_one(world)
    file_one(world, "关于价格监测的数据", chosen="on_request")
    text = text_of(filing(root))
    assert "关于人事安排的请示" in text and "关于价格监测的数据" in text and "过程性信息" in text
    assert "关于价格监测的数据" not in text_of(filing(root, attribute="withheld"))
    assert "关于人事安排的请示" in text_of(filing(root, department=world.office.pk))
    assert "关于人事安排的请示" not in text_of(filing(root, department=world.other.pk))
    assert "关于人事安排的请示" not in text_of(filing(root, status="due"))
    FiledItem.objects.filter(pk=row.pk).update(review_by=timezone.localdate())
    assert "关于人事安排的请示" in text_of(filing(root, status="due"))
    inspected = root.get(reverse("disclosure_filing:inspect", args=[row.pk]))
    assert "过程性信息" in text_of(inspected)


def test_a_department_reads_its_own_entries_and_no_others(client, world):
    mine, foreign = file_one(world), file_one(world, "价格科的请示", department=world.other)
    for who in ("officer", "head"):
        client.force_login(getattr(world.people, who))
        text = text_of(filing(client))
        assert mine.title in text and foreign.title not in text
        exported = b"".join(filing(client, export="csv").streaming_content).decode("utf-8-sig")
        assert mine.title in exported and foreign.title not in exported
        assert client.get(reverse("disclosure_filing:inspect", args=[mine.pk])).status_code == 200
        assert client.get(reverse("disclosure_filing:inspect", args=[foreign.pk])).status_code == 404


def test_an_entry_is_closed_with_a_reason(root, world):
    row = file_one(world)
    url = reverse("wagtail_disclosure_catalogue:close", args=[row.pk])
    assert root.post(url, {"reason": " "}).context["form"].errors
    root.post(url, {"reason": "重复登记"})
    row.refresh_from_db()
    assert row.close_reason == "重复登记"
    assert "关于人事安排的请示" in text_of(filing(root, status="closed"))


def test_the_office_sees_every_department(client, world):
    file_one(world)
    file_one(world, "价格科的请示", department=world.other)
    client.force_login(person("office", "view_fileditem"))
    text = text_of(filing(client))
    assert "关于人事安排的请示" in text and "价格科的请示" in text
