"""Published statistics: counted from the register and the cases, compared, frozen, and corrected only visibly."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases, factories_mail, register_rows
from tests.reports.conftest import case
from tests.reports.places import figures_page
from wagtail_disclosure.catalogue.models import Category
from wagtail_disclosure.publishing.database_seal.window import register_open
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.reports.models import StatisticsCorrection, StatisticsPeriod
from wagtail_disclosure.reports.statistics import actions, figures
from wagtail_disclosure.reports.statistics.behind import behind
from wagtail_disclosure.reports.statistics.showing import Statistics

D = datetime.date
FIRST, LAST = D(2025, 1, 1), D(2025, 12, 31)
INDEX = reverse("wagtail_disclosure_statistics:index")
XINJIANG = {
    **{"institution": 3, "decision": 37, "policy": 11, "powers": 37, "enforcement": 1, "service": 22},
    **{"news": 189, "other": 23},
}


def url(name, *args):
    return reverse(f"wagtail_disclosure_statistics:{name}", args=args)


def period(world, first=FIRST, last=LAST, **fields):
    return StatisticsPeriod.objects.create(agency=world.agency, first_day=first, last_day=last, **fields)


def items(world, day, number):
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    return register_rows.fill(world, number, days=0, end=at)


@pytest.fixture
def root(world):
    return world.people.root


@pytest.mark.raw
def test_xinjiangs_323_items_stand_in_eight_classes(world):
    keys = items(world, D(2025, 6, 2), 323)
    with register_open():
        for code, number in XINJIANG.items():
            PublishedItem.objects.filter(pk__in=keys[:number]).update(reporting_class=code)
            keys = keys[number:]
    found = figures.count(world.agency, D(2025, 1, 1), D(2025, 12, 31))
    assert found["items/total"] == 323
    assert {code: found[f"items/class/{code}"] for code in XINJIANG} == XINJIANG
    statistics = Statistics(period(world))
    [table] = [each for each in statistics.tables if each.name == "class"]
    assert sum(row.value for row in table.rows) == 323


def test_guangxis_growth_is_computed_from_a_base_that_was_entered(world, root):
    """Jan–Jul 2009: 8,166 items, 2,885 more than in the same months of 2008, 54.63 %."""
    before = period(world, D(2008, 1, 1), D(2008, 7, 31), by_hand=True)
    now = period(world, D(2009, 1, 1), D(2009, 7, 31), by_hand=True)
    actions.correct(before, "items/total", 5281, by=root, reason="2008年统计")
    actions.correct(now, "items/total", 8166, by=root, reason="2009年统计")
    row = Statistics(now).total
    assert (row.value, row.change.difference, str(row.change.rate)) == (8166, 2885, "54.63")


def test_groups_need_not_add_up_and_shares_are_not_forced(world):
    outside = Category.objects.create(scheme=world.scheme, code="09", name="专题")
    items(world, D(2025, 3, 3), 4)
    found = {row.code: row for table in Statistics(period(world)).tables for row in table.rows}
    assert found[f"items/category/{outside.pk}"].value == 0
    assert found["items/class/none"].value == 4, "what stands in no class is a line of its own"
    assert found[f"items/category/{world.parent_category.pk}"].texts()[1].startswith("100")


def test_an_item_counts_on_the_day_of_its_first_publication_by_month(world):
    items(world, D(2025, 1, 31), 2)
    items(world, D(2025, 2, 1), 3)
    items(world, D(2024, 12, 31), 7)
    items(world, D(2024, 1, 15), 1)
    statistics = Statistics(period(world))
    [months] = [each for each in statistics.tables if each.name == "month"]
    assert [row.value for row in months.rows] == [2, 3, *[0] * 10]
    assert months.rows[0].change.before == 1
    assert (statistics.total.value, statistics.total.change.before) == (5, 8)


def test_full_text_is_what_has_text_or_a_file(world):
    factories.published(world)
    today = timezone.localdate()
    assert figures.count(world.agency, today, today)["items/full_text"] == 1
    rows = figures.without_text(figures.items_of(world.agency, today, today))
    assert not rows.exists()


@pytest.fixture
def busy(world):
    world.prices = world.office
    case(world, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    case(world, D(2025, 4, 1))
    case(world, D(2024, 12, 1), (D(2025, 1, 10), "provided"))
    return world


def test_requests_and_letters_received_and_answered(busy):
    found = figures.count(busy.agency, D(2025, 1, 1), D(2025, 12, 31))
    assert (found["requests/received"], found["requests/answered"]) == (2, 2)
    assert found["letters/received"] == 0


def test_what_is_behind_a_number_is_what_a_person_may_see(client, busy):
    work = period(busy)
    office = factories_cases.overseer()
    assert behind(work, "requests/received", office).rows.count() == 2
    outsider = behind(work, "requests/received", factories.user("outsider"))
    assert (outsider.rows.count(), outsider.hidden) == (0, 2)
    keys = items(busy, D(2025, 6, 2), 5)
    assert behind(work, "items/total", office).rows.count() == 5 == len(keys)
    values = actions.values_of(work)
    for code, value in values.items():
        found = behind(work, code, office)
        assert found is not None and found.rows.count() + found.hidden == value, code


def test_published_numbers_stay_whatever_happens_to_the_register(world, root):
    items(world, D(2025, 6, 2), 5)
    work = actions.publish(period(world), by=root)
    items(world, D(2025, 7, 2), 4)
    world.office.name = "新名称"
    world.office.save()
    statistics = Statistics(StatisticsPeriod.objects.get())
    assert statistics.total.value == 5
    assert "新名称" not in json.dumps(work.figures, ensure_ascii=False)
    with pytest.raises(ValidationError):
        actions.publish(work, by=root)


def test_a_period_that_has_not_ended_is_not_published(world, root):
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        actions.publish(period(world, today.replace(day=1), today), by=root)


def test_a_correction_is_visible_and_stays(world, root):
    items(world, D(2025, 6, 2), 5)
    work = actions.publish(period(world), by=root)
    for value, reason in ((6, ""), (5, "一样"), (-1, "负数")):
        with pytest.raises(ValidationError):
            actions.correct(work, "items/total", value, by=root, reason=reason)
    row = actions.correct(work, "items/total", 6, by=root, reason="漏计一条")
    assert (row.before, Statistics(work).total.value) == (5, 6)
    with pytest.raises(ProtectedError):
        StatisticsCorrection.objects.update(value=7)
    with pytest.raises(ProtectedError):
        row.delete()
    actions.correct(work, "items/total", 5, by=root, reason="重复")
    assert [each["value"] for each in Statistics(work).corrected()] == ["5", "6"]


def test_numbers_that_are_entered_by_hand_are_no_corrections_until_they_are_public(client, world, root):
    page = figures_page(world)
    work = period(world, by_hand=True)
    actions.correct(work, "items/total", 44, by=root, reason="2023年台账")
    work = actions.publish(work, by=root)
    found = Statistics(work)
    assert (found.corrected(), found.total.correction) == ([], None)
    assert [reason for reason, _at in found.sources()] == ["2023年台账"]
    # Nothing is known of the year before it, which is not 0.
    assert found.total.change.before is None
    text = BeautifulSoup(client.get(page.url).content, "html.parser")
    assert "2023年台账" in text.get_text() and not text.find(id="statistics-corrections")
    actions.correct(work, "items/total", 45, by=root, reason="漏计一条")
    found = Statistics(work)
    assert [each["value"] for each in found.corrected()] == ["45"] and found.total.correction
    assert [each["is_entry"] for each in found.history("items/total")] == [False, True]


def test_a_department_that_published_nothing_has_0_where_it_was_counted(world):
    def numbers(year):
        rows = _table(_of(world, year), "department").rows
        return {row.value for row in rows}, {row.change.before for row in rows}

    items(world, D(2024, 6, 2), 1)
    assert numbers(2025) == ({0}, {1})
    items(world, D(2026, 6, 2), 1)
    assert numbers(2026) == ({1}, {0})
    period(world, D(2026, 1, 1), D(2026, 12, 31), by_hand=True)
    items(world, D(2027, 6, 2), 1)
    assert numbers(2027) == ({1}, {None}), "nobody has entered it"


def _of(world, year):
    return Statistics(
        StatisticsPeriod(agency=world.agency, first_day=D(year, 1, 1), last_day=D(year, 12, 31))
    )


def _table(statistics, name):
    return next(each for each in statistics.tables if each.name == name)


def test_numbers_that_fell_are_numbers_in_the_file(client, world, root):
    items(world, D(2024, 6, 2), 4)
    items(world, D(2025, 6, 2), 1)
    client.force_login(root)
    text = client.get(url("period", period(world).pk), {"export": "csv"}).content.decode("utf-8-sig")
    assert ",-3,-75.00 %" in text and "'-" not in text


def test_a_number_that_counts_otherwise_today_says_so_beside_its_rows(client, world, root):
    client.force_login(root)
    items(world, D(2025, 6, 2), 5)
    work = actions.publish(period(world), by=root)
    page = BeautifulSoup(client.get(url("number", work.pk, "items/total")).content, "html.parser")
    assert len(page.select(".disclosure-review li a")) == 5
    assert not page.select(".disclosure-review > .disclosure-figures__note")
    items(world, D(2025, 7, 2), 2)
    page = BeautifulSoup(client.get(url("number", work.pk, "items/total")).content, "html.parser")
    assert len(page.select(".disclosure-review li a")) == 7
    assert "7" in page.select_one(".disclosure-review > .disclosure-figures__note").get_text()


def test_the_public_reads_published_periods_and_no_others(client, world, root):
    page = figures_page(world)
    assert client.get(page.url).status_code == 200
    items(world, D(2025, 6, 2), 5)
    work = period(world)
    address = f"{page.url}2025-01-01/2025-12-31/"
    assert client.get(address).status_code == 404, "in preparation"
    actions.publish(work, by=root)
    actions.correct(work, "items/total", 6, by=root, reason="漏计一条")
    for each in (page.url, address):
        soup = BeautifulSoup(client.get(each).content, "html.parser")
        assert "漏计一条" in soup.get_text()
        chart = soup.select_one("figure svg")
        assert chart["role"] == "img" and chart["aria-label"]
        assert soup.select("section table tbody tr")
    text = client.get(f"{address}csv/").content.decode("utf-8-sig")
    assert "漏计一条" in text and "2025-12-31" in text
    for wrong in ("2025-02-30/2025-12-31/", "2025-01-01/2025-12-30/"):
        assert client.get(f"{page.url}{wrong}").status_code == 404


def test_small_numbers_of_letters_are_not_public(client, world, root):
    world.prices = world.office
    mailbox = factories_mail.mailbox(world)
    factories_mail.letter(world, mailbox=mailbox, at=timezone.make_aware(datetime.datetime(2025, 3, 3, 9)))
    work = period(world)
    code = "letters/received"
    everything = Statistics(work)
    assert everything.values[code] in (0, 1)
    everything.values[code] = 1
    shown = Statistics(work, public=True)
    shown.values[code] = 1
    assert everything.row(code, "").texts()[0] == "1"
    assert "1" not in shown.row(code, "").texts()[0].replace("3", "")


def test_the_office_enters_publishes_and_corrects_in_the_admin_and_readers_only_read(client, world, root):
    office = factories_cases.overseer()
    client.force_login(office)
    client.post(url("add"), {"agency": world.agency.pk, "first_day": "2025-01-01", "last_day": "2025-12-31"})
    work = StatisticsPeriod.objects.get()
    items(world, D(2025, 6, 2), 5)
    assert client.get(url("period", work.pk)).status_code == 200
    assert "5" in client.get(url("number", work.pk, "items/total")).content.decode()
    client.post(url("publish", work.pk))
    client.post(url("number", work.pk, "items/total"), {"value": 6, "reason": "漏计一条"})
    assert StatisticsCorrection.objects.get().by_name
    assert client.get(f"{url('period', work.pk)}?export=csv").status_code == 200
    assert client.get(url("number", work.pk, "items/nothing")).status_code == 404
    world.people.officer.user_permissions.add(Permission.objects.get(codename="view_annualreport"))
    client.force_login(world.people.officer)
    assert client.get(url("period", work.pk)).status_code == 200
    client.post(url("number", work.pk, "items/total"), {"value": 9, "reason": "x"})
    assert StatisticsCorrection.objects.count() == 1
    assert client.get(url("add")).status_code in (302, 403)
    assert client.get(url("publish", work.pk)).status_code in (302, 403, 404)


def test_others_see_no_statistics_in_preparation(client, world):
    work = period(world)
    client.force_login(world.people.officer)
    for address in (INDEX, url("period", work.pk), url("number", work.pk, "items/total")):
        assert client.get(address).status_code in (302, 403, 404)


def test_the_number_of_queries_does_not_grow(world):
    items(world, D(2025, 3, 3), 2)
    work = period(world)
    Statistics(work)
    with CaptureQueriesContext(connection) as one:
        Statistics(work)
    for number in range(5):
        Category.objects.create(scheme=world.scheme, code=f"03{number}", name=f"类目{number}")
    items(world, D(2025, 4, 3), 30)
    with CaptureQueriesContext(connection) as many:
        Statistics(work)
    assert len(many) == len(one)
