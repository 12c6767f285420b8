"""Whatever is typed, uploaded or asked for: a sentence says what is wrong, nothing breaks, and nobody's input is lost."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases, register_rows
from tests.reports.conftest import case
from wagtail_disclosure.publishing.ledger import display_name
from wagtail_disclosure.reports import actions, forms
from wagtail_disclosure.reports.figures.items import number_published
from wagtail_disclosure.reports.inspection import links, tasks
from wagtail_disclosure.reports.inspection.context import Inspected
from wagtail_disclosure.reports.models import (
    AnnualReport,
    CorrectionTask,
    InspectionFinding,
    PublicationDuty,
    StatisticsPeriod,
)
from wagtail_disclosure.reports.statistics import actions as statistics
from wagtail_disclosure.reports.statistics.behind import behind
from wagtail_disclosure.reports.statistics.figures import LETTERS, MONTH, TOTAL, count
from wagtail_disclosure.reports.statistics.showing import Statistics
from wagtail_disclosure.reports.statistics.views import as_csv
from wagtail_disclosure.rules.cells import neutralise, restore

D = datetime.date
PERMITS = "A5/permits/decisions"
FEES = "A8/fees/amount"


def url(place, name, *args):
    return reverse(f"wagtail_disclosure_{place}:{name}", args=args)


@pytest.fixture
def work(place):
    case(place, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    return AnnualReport.objects.create(agency=place.agency, year=2025, body_kind="department")


@pytest.fixture
def office_client(client, office):
    client.force_login(office)
    return client


def numbers_of(work):
    found = {}
    for row in work.cells.order_by("pk"):
        found[row.code] = row.value
    return found


# Workbooks


@pytest.fixture
def exported(office_client, work):
    return office_client.get(url("reports", "download", work.pk, "xlsx")).content


def changed(exported, change):
    book, output = openpyxl.load_workbook(io.BytesIO(exported)), io.BytesIO()
    change(book)
    book.save(output)
    return output.getvalue()


def with_parts(exported, change):
    """The workbook with each part of its file as ``change(name, bytes)`` gives it."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as before, zipfile.ZipFile(output, "w", 8) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return output.getvalue()


def put(value):
    def change(book):
        book["A5"]["B3"] = value

    return change


def second_sheet(book):
    book.copy_worksheet(book["A5"]).title = "A 5"


def second_column(book):
    book["A5"]["C2"], book["A5"]["C3"] = book["A5"]["B2"].value, 4


def of_another_year(book):
    book.properties.title = "临江市发展和改革委员会2019年政府信息公开工作年度报告"


def send(client, work, data):
    upload = io.BytesIO(data)
    upload.name = "report.xlsx"
    return client.post(url("reports", "import", work.pk), {"file": upload, "source": "法规科"})


@pytest.mark.parametrize(
    "change",
    [
        *map(put, [10**30, 1e300, "9" * 60, "9" * 25, -3, "0." + "1" * 50, "=1+1"]),
        *(second_sheet, second_column, of_another_year),
    ],
    ids=[
        *("huge", "float", "text", "long_text", "negative", "fine", "formula"),
        *("sheet_twice", "column_twice", "other_year"),
    ],
)
def test_a_workbook_that_is_not_to_be_trusted_changes_nothing_and_says_why(
    office_client, work, exported, change
):
    response = send(office_client, work, changed(exported, change))
    assert response.status_code == 200 and response.context["form"].errors
    assert not work.cells.exists()


def test_a_number_that_is_none_in_the_file_itself_is_refused(office_client, work, exported):
    data = changed(exported, put(77777))
    data = with_parts(data, lambda name, part: part.replace(b"<v>77777</v>", b"<v>1e999</v>"))
    assert send(office_client, work, data).status_code == 200 and not work.cells.exists()


def bomb(name, part):
    return part + b" " * 30_000_000 if name.endswith("sheet1.xml") else part


def everything_merged(name, part):
    merged = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    start, _tag, rest = part.partition(b"<mergeCells")
    if name.endswith("sheet1.xml"):
        return start + merged + rest.partition(b"</mergeCells>")[2]
    return part


@pytest.mark.parametrize("change", [bomb, everything_merged])
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_is_read(
    office_client, work, exported, change
):
    response = send(office_client, work, with_parts(exported, change))
    assert "file" in response.context["form"].errors


@pytest.mark.parametrize(
    "data", ["甲,乙\n1,2\n".encode("utf-8-sig"), "甲,乙\n".encode("gbk"), b"PK\x03\x04x"]
)
def test_what_is_no_workbook_is_said_in_the_form(office_client, work, data):
    assert "file" in send(office_client, work, data).context["form"].errors


def test_numbers_that_a_workbook_replaces_are_named(office_client, work, office, exported):
    actions.enter(work, {PERMITS: 7, FEES: 2}, by=office, source="法规科")
    response = send(office_client, work, changed(exported, put(5)))
    assert response.status_code == 302 and numbers_of(work) == {PERMITS: 5, FEES: 2}
    (said,) = [str(each) for each in get_messages(response.wsgi_request)]
    assert display_name(office) in said and "7" in said and said.count(display_name(office)) == 1


# Two people at once


def opened(client, address):
    return {"opened": client.get(address).context["form"]["opened"].value()}


def test_numbers_that_somebody_else_entered_meanwhile_stay(office_client, work):
    address = url("reports", "enter", work.pk)
    page = office_client.get(address)
    assert b'name="opened"' in page.content
    first, second = opened(office_client, address), opened(office_client, address)
    office_client.post(address, {**first, "source": "法规科", "cell0": "5", "cell3": ""})
    office_client.post(address, {**second, "source": "财务科", "cell0": "", "cell3": "12.5"})
    assert numbers_of(work) == {PERMITS: 5, FEES: Decimal("12.5")}


def test_who_enters_another_number_for_the_same_cell_is_told_and_may_replace_it(office_client, work):
    address = url("reports", "enter", work.pk)
    first, second = opened(office_client, address), opened(office_client, address)
    office_client.post(address, {**first, "source": "法规科", "cell0": "5", "cell1": "2"})
    response = office_client.post(address, {**second, "source": "法规科", "cell0": "7", "cell1": ""})
    form = response.context["form"]
    assert "5" in form.errors["cell0"][0] and numbers_of(work)[PERMITS] == 5
    again = {name: form[name].value() for name in ("opened", "source", "cell0", "cell1", "cell2", "cell3")}
    assert (again["cell0"], again["cell1"]) == ("7", "2")
    office_client.post(address, {name: value or "" for name, value in again.items()})
    assert numbers_of(work) == {PERMITS: 7, "A6/penalties/decisions": 2}


def test_words_that_somebody_else_wrote_meanwhile_are_not_replaced_unknowingly(office_client, work):
    address = url("reports", "text", work.pk, "problems")
    first, second = opened(office_client, address), opened(office_client, address)
    office_client.post(address, {**first, "text": "一是主动公开不够及时。"})
    response = office_client.post(address, {**second, "text": "二是队伍不够。"})
    assert response.status_code == 200 and work.texts.get().text == "一是主动公开不够及时。"
    again = {"opened": response.context["form"]["opened"].value(), "text": "二是队伍不够。"}
    assert office_client.post(address, again).status_code == 302
    assert work.texts.get().text == "二是队伍不够。"


# Characters


def test_words_hold_nothing_that_a_document_cannot_hold(office_client, work):
    address = url("reports", "text", work.pk, "problems")
    for text in ("一\x01二", "一\ufffe", "\u202e\u200b", "一\0"):
        assert office_client.post(address, {"text": text}).status_code == 200, repr(text)
    assert not work.texts.exists()
    # What was written before that was looked at still makes a document.
    work.texts.create(section="problems", text="一\x01二\ufffe", at=timezone.now())
    assert office_client.get(url("reports", "download", work.pk, "docx")).status_code == 200


def test_a_reason_that_cannot_be_seen_is_none(office_client, work):
    address = url("reports", "cell", work.pk, "B/new/natural")
    office_client.post(address, {"value": "9", "reason": "\u200b\u202e"})
    office_client.post(url("reports", "enter", work.pk), {"cell0": "1", "source": "\u200b"})
    period = StatisticsPeriod.objects.create(
        agency=work.agency, first_day=D(2025, 1, 1), last_day=D(2025, 1, 31)
    )
    office_client.post(url("statistics", "number", period.pk, TOTAL), {"value": "9", "reason": "\u200b"})
    assert not work.cells.exists() and not period.corrections.exists()


def test_a_task_a_return_and_what_was_done_elsewhere_say_something(client, world):
    office, unseen = factories_cases.overseer(), "\u200b\u2060"
    client.force_login(office)
    now, due = timezone.now(), timezone.localdate() + datetime.timedelta(days=1)
    finding = InspectionFinding.objects.create(
        agency=world.agency, item="columns_empty", key="1", title="栏目", found_at=now, seen_at=now
    )
    given = {"department": world.office.pk, "what": unseen, "due_on": due.isoformat()}
    client.post(url("inspection", "finding", finding.pk), given)
    assert not CorrectionTask.objects.exists()
    task = tasks.assign(world.agency, department=world.office, what="补充", due_on=due, by=office)
    tasks.step(task, "done", by=office)
    client.post(url("inspection", "task", task.pk), {"step": "returned", "note": unseen})
    assert CorrectionTask.objects.get().state == "done"
    duty = PublicationDuty.objects.create(category=world.category, rhythm="yearly", since=D(2024, 1, 1))
    client.post(url("duties", "done", duty.pk, 2025, 1), {"on": "2025-06-01", "note": unseen})
    assert not duty.done.exists()


# Days and years


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01", "0001-12-31"), ("2024-01-01", "9999-12-31"), ("1999-12-31", "2000-01-01")],
)
def test_statistics_of_an_impossible_period_are_not_begun(office_client, place, first, last):
    given = {"agency": place.agency.pk, "first_day": first, "last_day": last}
    assert office_client.post(url("statistics", "add"), given).status_code == 200
    assert not StatisticsPeriod.objects.exists()


def test_statistics_of_years_before_the_first_form_of_the_annual_report_are_shown(office_client, place):
    for first, last in ((D(2000, 1, 1), D(2000, 12, 31)), (D(2008, 1, 1), D(2008, 12, 31))):
        period = StatisticsPeriod.objects.create(agency=place.agency, first_day=first, last_day=last)
        assert office_client.get(url("statistics", "period", period.pk)).status_code == 200


@pytest.mark.parametrize("year", [0, 10_000, 99_999])
def test_a_duty_or_a_filing_of_an_impossible_year_is_not_found(client, world, year):
    client.force_login(factories_cases.overseer())
    duty = PublicationDuty.objects.create(category=world.category, rhythm="yearly", since=D(2024, 1, 1))
    for address in (url("duties", "done", duty.pk, year, 1), url("reports", "filing", 1, year)):
        assert client.get(address).status_code == 404
        assert client.post(address, {"on": "2025-01-01", "note": "公告栏"}).status_code == 404


@pytest.mark.parametrize("department", ["²", "9" * 5000, "99999999999999999999", "-1", "甲", "\0"])
def test_a_filter_by_something_that_is_no_department_is_none(office_client, place, department):
    address = url("inspection", "index")
    assert office_client.get(address, {"department": department}).status_code == 200


def test_numbers_are_those_of_the_agencys_clock_whatever_zone_the_reader_has_chosen(world):
    """Half an hour into the new year in Shanghai it is still the old one in New York."""
    root, clock = world.people.root, timezone.get_default_timezone()
    register_rows.fill(world, 1, days=0, end=datetime.datetime(2026, 1, 1, 0, 30, tzinfo=clock))
    period = StatisticsPeriod.objects.create(
        agency=world.agency, first_day=D(2026, 1, 1), last_day=D(2026, 1, 31)
    )
    with timezone.override("America/New_York"):
        assert (number_published(world.agency, 2025), number_published(world.agency, 2026)) == (0, 1)
        found = count(world.agency, D(2026, 1, 1), D(2026, 1, 31))
        assert (found[TOTAL], found[f"{MONTH}2026-01"]) == (1, 1)
        assert behind(period, f"{MONTH}2026-01", root).rows.count() == 1
        assert count(world.agency, D(2025, 12, 1), D(2025, 12, 31))[TOTAL] == 0


# What is said to whom


def test_few_letters_of_the_year_before_are_not_public_either(world):
    """Nor those that a correction names."""
    root = world.people.root
    before = StatisticsPeriod.objects.create(
        agency=world.agency, first_day=D(2024, 1, 1), last_day=D(2024, 12, 31), by_hand=True
    )
    period = StatisticsPeriod.objects.create(
        agency=world.agency, first_day=D(2025, 1, 1), last_day=D(2025, 12, 31), by_hand=True
    )
    for name, few, many in (("received", 2, 60), ("answered", 1, 58), ("on_time", 1, 58)):
        statistics.correct(before, f"{LETTERS}{name}", few, by=root, reason="登记簿")
        statistics.correct(period, f"{LETTERS}{name}", few, by=root, reason="登记簿")
        statistics.correct(period, f"{LETTERS}{name}", many, by=root, reason="漏登")
    statistics.publish(period, by=root)
    period.refresh_from_db()
    public, everything = Statistics(period, public=True), Statistics(period)
    code = f"{LETTERS}received"
    assert everything.row(code, "").texts()[2:4] == ["2", "+58"]
    assert public.row(code, "").texts()[0] == "60" and public.row(code, "").texts()[2:4] == ["—", "—"]
    assert {each["before"] for each in public.corrected()} == {"—"}
    assert "2" in {each["before"] for each in everything.corrected()}


def test_differences_are_numbers_in_a_file_and_what_could_be_a_formula_is_none(world):
    for sound in ("-5", "+2,885", "-87.04 %", "+54.63\u00a0%", "-1,234,567.5", "0"):
        assert neutralise(sound) == sound == restore(neutralise(sound))
    for formula in ("-1,23", "+1,234+cmd", "=1", "-1 %%", "+1%\n=1", "@1", "-（１）", "-1,234|x"):
        assert neutralise(formula) == f"'{formula}" and restore(neutralise(formula)) == formula
    items = register_rows.fill(world, 3, days=0, end=timezone.make_aware(datetime.datetime(2024, 5, 1)))
    period = StatisticsPeriod.objects.create(
        agency=world.agency, first_day=D(2025, 1, 1), last_day=D(2025, 12, 31)
    )
    lines = as_csv(Statistics(period)).content.decode("utf-8-sig").splitlines()
    assert len(items) == 3 and any(line.endswith(",0,—,3,-3,-100.00 %") for line in lines)


@pytest.mark.raw
def test_one_typed_address_that_is_none_does_not_end_the_look_at_all_others(world):
    body = [("paragraph", '<p><a href="http://[x">甲</a> <a href="/nowhere/at/all/">丁</a></p>')]
    factories.published(world, "有链接", body=body)
    assert "/nowhere/at/all/" in {target for _title, target in links.broken(Inspected(world.agency))}


def test_a_report_that_a_second_click_has_begun_meanwhile_is_not_begun_again(
    office_client, place, monkeypatch
):
    def save(form):
        AnnualReport.objects.create(agency=place.agency, year=2025, body_kind="department")
        return type(form).__mro__[1].save(form)

    monkeypatch.setattr(forms.ReportForm, "save", save)
    answer = office_client.post(
        url("reports", "create"), {"agency": place.agency.pk, "year": 2025, "body_kind": "department"}
    )
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
