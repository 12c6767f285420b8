"""Annual reports in the admin: who sees what, the tables with marks, drill-down, entering, freezing, deadlines."""

import datetime
import io

import openpyxl
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests import factories, factories_cases
from tests.reports.conftest import case
from wagtail_disclosure.reports import actions
from wagtail_disclosure.reports.deadlines import standing_of
from wagtail_disclosure.reports.models import AnnualReport, ReportFiling, SubordinateBody

D = datetime.date


def url(name, *args):
    return reverse(f"wagtail_disclosure_reports:{name}", args=args)


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def work(place):
    case(place, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    case(place, D(2025, 4, 1), department=place.projects, kind="business")
    return AnnualReport.objects.create(agency=place.agency, year=2025, body_kind="department")


@pytest.fixture
def reader(place):
    """A department's officer who may see reports."""
    place.officer.user_permissions.add(Permission.objects.get(codename="view_annualreport"))
    return type(place.officer).objects.get(pk=place.officer.pk)


def every_address(work):
    yield from (url(name) for name in ("index", "create", "bodies", "body_add"))
    for name in ("report", "enter", "import", "freeze", "take_up", "draft"):
        yield url(name, work.pk)
    yield url("text", work.pk, "overview")
    yield url("download", work.pk, "csv")
    yield url("cases", work.pk, "unplaced")
    yield url("cell", work.pk, "B/new/natural")


def test_the_office_opens_every_page(client, work, office):
    client.force_login(office)
    assert [each for each in every_address(work) if client.get(each).status_code != 200] == []


def test_an_officer_without_permission_opens_none(client, work, place):
    client.force_login(place.officer)
    for address in every_address(work):
        assert client.get(address).status_code in (302, 403, 404), address
        assert client.post(address).status_code in (302, 403, 404), address


def test_who_reads_reports_changes_none(client, work, reader):
    client.force_login(reader)
    opened = [each for each in every_address(work) if client.get(each).status_code == 200]
    assert opened == [
        *(url("index"), url("bodies"), url("report", work.pk), url("download", work.pk, "csv")),
        *(url("cases", work.pk, "unplaced"), url("cell", work.pk, "B/new/natural")),
    ]
    client.post(url("cell", work.pk, "B/new/natural"), {"value": 9, "reason": "x"})
    client.post(url("freeze", work.pk), {"despite": "on"})
    assert not work.cells.exists() and AnnualReport.objects.get().is_working


def test_the_office_of_another_agency_sees_nothing_of_it(client, work, place):
    from wagtail.models import Site

    from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember

    site = Site.objects.create(hostname="other.example", root_page=Site.objects.first().root_page)
    other = Agency.objects.create(site=site, name="另一机关", organisation_code="620700037")
    department = Department.objects.create(agency=other, code="01", name="办公室")
    person = factories_cases.overseer("other-office")
    DepartmentMember.objects.create(department=department, user=person, role="officer")
    client.force_login(person)
    assert client.get(url("report", work.pk)).status_code == 404
    assert "2025" not in soup(client.get(url("index"))).select_one("main").get_text()


def test_the_tables_stand_in_the_official_layout_with_marks(client, work, office):
    actions.correct(work, "B/new/natural", 4, by=office, reason="漏登三件")
    client.force_login(office)
    page = soup(client.get(url("report", work.pk)))
    table = page.select_one("#B-section table") or page.select("table.disclosure-report-admin__table")[4]
    heads = [[th.get_text(), th.get("colspan"), th.get("rowspan")] for th in table.select("thead th")]
    assert ["法人或其他组织", "5", None] in heads and ["自然人", None, "2"] in heads
    assert len(table.select("tbody tr")) == 25
    cell = page.find("a", href=url("cell", work.pk, "B/new/natural"))
    assert cell.get_text() == "4" and "correct" in " ".join(cell.parent["class"])
    assert "I1" in cell.parent.get_text()


def test_a_number_leads_to_the_cases_that_the_person_may_see(client, work, reader, office, place):
    client.force_login(office)
    page = soup(client.get(url("cell", work.pk, "B/new/total")))
    assert len(page.select("tbody tr")) == 2
    client.force_login(reader)
    page = soup(client.get(url("cell", work.pk, "B/new/total")))
    (row,) = page.select("#behind-content tbody tr") or page.select("tbody tr")
    assert place.prices.name in row.get_text() and place.projects.name not in page.get_text()


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("B/granted/natural", 1),
        ("B/result/total", 1),
        ("B/carried_forward/business", 1),
        ("B/carried_in/total", 0),
        ("C/count/reconsideration.total", 0),
        ("F/collected/amount", 0),
    ],
)
def test_every_kind_of_number_has_a_drill_down(client, work, office, code, rows):
    client.force_login(office)
    assert len(soup(client.get(url("cell", work.pk, code))).select("tbody tr")) == rows


def test_an_unknown_cell_section_or_format_is_not_found(client, work, office):
    client.force_login(office)
    addresses = [
        url("cell", work.pk, "B/nothing/natural"),
        url("text", work.pk, "nothing"),
        url("download", work.pk, "exe"),
        url("cases", work.pk, "nothing"),
        url("report", work.pk + 1),
    ]
    assert [client.get(each).status_code for each in addresses] == [404] * 5


def test_numbers_are_entered_with_their_source_and_nil_is_kept(client, work, office):
    client.force_login(office)
    form = soup(client.get(url("enter", work.pk)))
    assert len(form.select("input[name^=cell]")) == 4
    client.post(url("enter", work.pk), {"source": "行政审批科", "cell0": "0", "cell1": "", "cell3": "12.5"})
    stored = {each.code: (each.value, each.source, each.by_name) for each in work.cells.all()}
    assert set(stored) == {"A5/permits/decisions", "A8/fees/amount"}
    assert stored["A5/permits/decisions"][:2] == (0, "行政审批科")
    assert client.post(url("enter", work.pk), {"cell0": "1"}).status_code == 200
    assert work.cells.count() == 2


def test_a_workbook_with_errors_changes_nothing_and_says_why(client, work, office):
    client.force_login(office)
    data = client.get(url("download", work.pk, "xlsx")).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["A5"]["B3"], book["A6"]["B3"] = 3, "许多"
    response = send(client, work, book)
    assert "许多" in soup(response).get_text() and not work.cells.exists()
    book["A6"]["B3"] = 7
    assert send(client, work, book).status_code == 302
    assert {each.code: int(each.value) for each in work.cells.all()} == {
        "A5/permits/decisions": 3,
        "A6/penalties/decisions": 7,
    }


@pytest.mark.parametrize("content", [b"hello", "行政许可,3\n".encode(), b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(client, work, office, content):
    client.force_login(office)
    upload = io.BytesIO(content)
    upload.name = "report.xlsx"
    page = soup(client.post(url("import", work.pk), {"file": upload, "source": "法规科"}))
    assert "XLSX" in page.select_one(".error-message").get_text() and not work.cells.exists()


def send(client, work, book):
    output = io.BytesIO()
    book.save(output)
    output.seek(0)
    output.name = "report.xlsx"
    return client.post(url("import", work.pk), {"file": output, "source": "法规科"})


def test_a_correction_is_made_and_taken_back_on_the_page_of_the_number(client, work, office):
    client.force_login(office)
    address = url("cell", work.pk, "B/new/natural")
    assert client.post(address, {"value": "3", "reason": ""}).status_code == 200
    client.post(address, {"value": "3", "reason": "漏登"})
    assert "漏登" in soup(client.get(address)).get_text()
    client.post(address, {"take_back": "1"})
    assert [each.kind for each in work.cells.all()] == ["corrected", "taken_back"]


def test_freezing_says_what_is_wrong_first(client, work, office):
    client.force_login(office)
    actions.correct(work, "B/new/natural", 3, by=office, reason="核对")
    assert "I1" in soup(client.post(url("freeze", work.pk), {})).get_text()
    client.post(url("freeze", work.pk), {"despite": "on"})
    assert AnnualReport.objects.get().state == "frozen"
    page = soup(client.get(url("report", work.pk)))
    assert page.find("a", href=url("draft", work.pk)) and not page.find("a", href=url("enter", work.pk))
    client.post(url("take_up", work.pk))
    assert AnnualReport.objects.get().is_working


def test_a_frozen_report_shows_what_was_frozen_and_beside_it_what_is_computed_today(
    client, work, place, office
):
    client.force_login(office)
    actions.freeze(work, by=office)
    case(place, D(2025, 5, 1), (D(2025, 6, 1), "provided"))
    page = soup(client.get(url("report", work.pk)))
    link = page.find("a", href=url("cell", work.pk, "B/new/natural"), title=True)
    assert link.get_text() == "1" and link.parent.get_text() == "1系统统计：2"
    assert "I7" not in page.select_one(".disclosure-report-admin__findings").get_text()
    cell = soup(client.get(url("cell", work.pk, "B/new/natural")))
    assert cell.select_one(".disclosure-report-admin__number").get_text().split()[0] == "1"
    assert "2" in cell.select_one(".disclosure-report-admin__number + ul").get_text()
    # Taken up again the numbers are those of today, with what was frozen beside them.
    client.post(url("take_up", work.pk))
    cell = soup(client.get(url("cell", work.pk, "B/new/natural")))
    assert cell.select_one(".disclosure-report-admin__number").get_text().split()[0] == "2"
    assert "锁定时：1" in cell.get_text()


def test_what_is_to_be_seen_before_freezing_stands_beside_the_button(client, work, office):
    client.force_login(office)
    page = soup(client.get(url("freeze", work.pk)))
    assert "有4个单元格尚无数据" in page.get_text() and not page.find("input", {"name": "despite"})
    actions.correct(work, "B/new/natural", 3, by=office, reason="核对")
    page = soup(client.get(url("freeze", work.pk)))
    assert "I1" in page.get_text() and page.find("input", {"name": "despite"})


def test_a_year_that_is_not_over_is_named_before_and_after_freezing(client, work, office):
    client.force_login(office)

    def warnings():
        found = soup(client.get(url("report", work.pk))).select(".disclosure-report-admin__finding--warning")
        return sum("2025" in each.get_text() for each in found)

    with time_machine.travel("2026-01-05 12:00", tick=False):
        assert warnings() == 0
    with time_machine.travel("2025-12-05 12:00", tick=False):
        assert warnings() == 1
        actions.freeze(work, by=office)
    assert warnings() == 1


def test_a_report_is_begun_once_for_a_year_that_has_a_form(client, place, office):
    client.force_login(office)
    given = {"agency": place.agency.pk, "body_kind": "department"}
    for year, status in ((2020, 302), (2020, 200), (2005, 200), (2999, 200)):
        assert client.post(url("create"), {**given, "year": year}).status_code == status
    assert [each.form_code for each in AnnualReport.objects.all()] == ["2019"]


def test_the_words_of_a_section_are_written(client, work, office):
    client.force_login(office)
    assert "新收政府信息公开申请2件" in soup(client.get(url("text", work.pk, "overview"))).textarea.get_text()
    client.post(url("text", work.pk, "problems"), {"text": "一是主动公开不够及时。"})
    assert "一是主动公开不够及时。" in soup(client.get(url("report", work.pk))).get_text()


# Deadlines


@pytest.mark.parametrize(
    ("published", "today", "standing"),
    [
        (D(2026, 1, 31), D(2026, 3, 1), "on_time"),
        (D(2026, 2, 1), D(2026, 3, 1), "late"),
        (None, D(2026, 2, 1), "overdue"),
        (None, D(2026, 1, 31), "soon"),
        (None, D(2025, 12, 1), "ahead"),
    ],
)
def test_how_it_stands_with_the_duty_to_publish(published, today, standing):
    assert standing_of(D(2026, 1, 31), published, today) == standing


@time_machine.travel(datetime.datetime(2026, 2, 3, 4, tzinfo=datetime.UTC), tick=False)
def test_who_has_not_published_is_seen(client, work, place, office):
    client.force_login(office)
    given = {"agency": place.agency.pk, "since": 2020, "sort_order": 0}
    for name, kind, until in (
        ("市粮食局", "department", ""),
        ("某县人民政府", "government", ""),
        ("旧局", "department", 2023),
    ):
        client.post(url("body_add"), {**given, "name": name, "kind": kind, "until": until})
    grain = SubordinateBody.objects.get(name="市粮食局")
    assert client.post(url("filing", grain.pk, 2025), {"published_on": "2026-02-04"}).status_code == 200
    client.post(
        url("filing", grain.pk, 2025), {"published_on": "2026-02-01", "url": "https://grain.example/"}
    )
    rows = [tr.get_text(" ", strip=True) for tr in soup(client.get(url("bodies"))).select("tbody tr")]
    assert len(rows) == 3 and "市粮食局" in rows[-1] and ReportFiling.objects.count() == 1
    assert "2026" in rows[0] and not any("旧局" in row for row in rows)
    front = soup(client.get(url("index"))).get_text()
    assert "某县人民政府" in front and "市粮食局" not in front


@time_machine.travel(datetime.datetime(2027, 2, 3, 4, tzinfo=datetime.UTC), tick=False)
def test_an_own_report_that_nobody_has_begun_is_missing_too(client, work, place, office):
    client.force_login(office)
    (row,) = soup(client.get(url("bodies"))).select("tbody tr")
    assert str(place.agency) in row.get_text() and row.a["href"] == url("create")
    assert str(place.agency) in soup(client.get(url("index"))).select_one("tbody").get_text()
    # Nothing is known of the years before the first report that was counted here.
    assert str(place.agency) not in soup(client.get(url("bodies"), {"year": 2024})).tbody.get_text()


def test_who_begins_a_report_of_numbers_by_hand_is_not_told_that_they_are_there(client, place, office):
    client.force_login(office)
    given = {"agency": place.agency.pk, "body_kind": "department", "year": 2019, "by_hand": "on"}
    page = soup(client.post(url("create"), given, follow=True)).get_text()
    assert "All of its numbers are to be entered" in page or "全部数据由人工填报" in page


def test_bodies_of_another_agency_are_out_of_reach(client, work, place, reader):
    body = SubordinateBody.objects.create(agency=place.agency, name="市粮食局", kind="department")
    client.force_login(reader)
    for address in (url("body_edit", body.pk), url("filing", body.pk, 2025)):
        assert client.post(address, {"published_on": "2026-01-01"}).status_code in (302, 403, 404)
    assert not ReportFiling.objects.exists()


def test_the_menu_shows_reports_to_those_who_read_them(client, reader, place):
    client.force_login(reader)
    assert url("index") in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(factories.user("nobody"))
    assert url("index") not in client.get(reverse("wagtailadmin_home")).content.decode()
