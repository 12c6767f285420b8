"""What has to be published, when it was, by whom, and what is missing: category × department × period."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests import factories, factories_cases, register_rows
from tests.reports.places import figures_page
from wagtail_disclosure.catalogue.models import Category
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.reports.duties.matrix import matrix, pending
from wagtail_disclosure.reports.models import DutyDone, PublicationDuty

D = datetime.date
MATRIX = reverse("wagtail_disclosure_duties:matrix")
TODAY = D(2026, 8, 15)


def duty(world, rhythm="half_yearly", category=None, **fields):
    fields = {"since": D(2020, 1, 1), **fields}
    return PublicationDuty.objects.create(category=category or world.category, rhythm=rhythm, **fields)


def items(world, day, number=1):
    """Items that were published on a day."""
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    register_rows.fill(world, number, days=0, end=at)


def cells(world, found=None, year=2026, today=TODAY):
    rows = matrix(world.agency, year, today)
    found = found or PublicationDuty.objects.get()
    [row] = [row for row in rows if row.duty and row.duty.pk == found.pk]
    return [cell.standing for cell in row.cells], row


def test_a_half_yearly_duty_is_done_by_what_was_published_in_the_half(world):
    duty(world)
    items(world, D(2026, 5, 6), 3)
    states, row = cells(world)
    assert states == ["done", "open"]
    assert (row.cells[0].count, row.cells[0].on, row.cells[0].deadline) == (3, D(2026, 5, 6), D(2026, 6, 30))
    assert row.last.department_name == "办公室" and row.count == 3


def test_a_half_in_which_nothing_was_published_is_missing(world):
    duty(world)
    items(world, D(2025, 12, 31))
    assert cells(world)[0] == ["missing", "open"]
    assert cells(world, today=D(2026, 12, 10))[0] == ["missing", "soon"]


def test_a_yearly_report_comes_after_the_year_and_is_late_after_its_day(world):
    found = duty(world, "yearly", afterwards=True, days=31)
    assert cells(world, found, 2026, D(2026, 1, 20))[0] == ["soon"]
    items(world, D(2026, 2, 3))
    states, row = cells(world, found, 2026, TODAY)
    assert states == ["late"] and row.cells[0].name == "2025"
    assert cells(world, found, 2027, TODAY)[0] == ["ahead"], "what is about 2025 is not about 2026"


def test_what_is_due_in_january_about_december_stands_in_the_new_year(world):
    found = duty(world, "monthly", afterwards=True, days=20)
    items(world, D(2026, 1, 9))
    _states, row = cells(world, found, 2026, TODAY)
    assert len(row.cells) == 12 and row.cells[0].deadline == D(2026, 1, 20)
    assert (row.cells[0].standing, row.cells[0].on) == ("done", D(2026, 1, 9))
    assert "2025" in row.cells[0].name and "2026" not in row.cells[1].name


def test_periods_outside_the_duty_are_none(world):
    duty(world, "quarterly", since=D(2026, 4, 1), until=D(2026, 9, 30))
    assert cells(world)[0] == ["none", "missing", "open", "none"]


def test_items_below_the_category_count_and_those_of_another_department_only_where_none_is_named(world):
    open_to_all = duty(world, "yearly", category=world.parent_category)
    own = duty(world, "yearly", department=world.other)
    items(world, D(2026, 3, 2))
    assert PublishedItem.objects.get().department_id in (world.office.pk, world.other.pk)
    assert cells(world, open_to_all)[0] == ["done"]
    expected = "done" if PublishedItem.objects.get().department_id == world.other.pk else "open"
    assert cells(world, own)[0] == [expected]


def test_a_department_fulfils_with_what_those_it_took_over_had_published(world):
    found = duty(world, "yearly", department=world.office)
    items(world, D(2026, 3, 2), 8)
    before = cells(world, found)[1].count
    world.office.predecessors.add(world.other)
    assert before < 8 and cells(world, found)[1].count == 8


def test_categories_without_a_duty_are_kept_up_and_empty_ones_are_seen(world):
    empty = Category.objects.create(
        scheme=world.scheme, code="0102", name="空类目", parent=world.parent_category
    )
    items(world, D(2026, 3, 2))
    rows = {row.category.pk: row for row in matrix(world.agency, 2026, TODAY)}
    assert set(rows) == {world.category.pk, empty.pk} and not rows[world.category.pk].is_empty
    assert rows[empty.pk].is_empty and rows[empty.pk].cells == []


def test_what_was_done_elsewhere_fulfils_an_internal_duty(client, world):
    found = duty(world, department=world.office, audience="internal")
    client.force_login(world.people.officer)
    address = reverse("wagtail_disclosure_duties:done", args=[found.pk, 2026, 1])
    assert client.post(address, {"on": "2999-01-01", "note": "公告栏"}).status_code == 200
    client.post(address, {"on": "2026-06-01", "note": "公告栏"})
    assert DutyDone.objects.get().period == D(2026, 1, 1)
    states, row = cells(world)
    assert states[0] == "done" and row.cells[0].done.note == "公告栏"
    assert client.get(reverse("wagtail_disclosure_duties:done", args=[found.pk, 2026, 3])).status_code == 404


def test_only_who_looks_after_a_duty_records_it(client, world):
    found = duty(world, department=world.other)
    address = reverse("wagtail_disclosure_duties:done", args=[found.pk, 2026, 1])
    for person in (world.people.officer, factories.user("outsider")):
        client.force_login(person)
        assert client.post(address, {"on": "2026-06-01", "note": "x"}).status_code in (302, 404)
    assert not DutyDone.objects.exists()


def test_what_is_missing_or_due_soon_is_pending(world, time_machine):
    duty(world)
    found = [
        (row.category.pk, cell.name, cell.standing) for row, cell in pending(world.agency, D(2026, 6, 10))
    ]
    assert [each[2] for each in found] == ["missing", "missing", "soon"]


def test_a_duty_that_makes_no_sense_is_refused(world):
    with pytest.raises(ValidationError):
        PublicationDuty(
            category=world.category, rhythm="yearly", since=D(2026, 1, 1), until=D(2025, 1, 1)
        ).full_clean(exclude=["agency"])
    with pytest.raises(ValidationError):
        PublicationDuty(category=world.category, rhythm="yearly", since=D(2026, 1, 1), days=31).full_clean(
            exclude=["agency"]
        )


def test_the_office_enters_changes_and_takes_away_duties_and_nobody_else_does(client, world):
    given = {
        **{"category": world.category.pk, "rhythm": "yearly", "days": 0, "audience": "public"},
        **{"since": "2026-01-01", "note": "条例第49条"},
    }
    add = reverse("wagtail_disclosure_duties:add")
    client.force_login(world.people.officer)
    assert client.post(add, given).status_code in (302, 403) and not PublicationDuty.objects.exists()
    client.force_login(factories_cases.overseer())
    client.post(add, given)
    found = PublicationDuty.objects.get()
    assert found.agency == world.agency
    edit = reverse("wagtail_disclosure_duties:edit", args=[found.pk])
    client.post(edit, {**given, "rhythm": "monthly"})
    found.refresh_from_db()
    assert found.rhythm == "monthly"
    client.post(edit, {"delete": "1"})
    assert not PublicationDuty.objects.exists()


def test_a_department_sees_its_own_duties_the_office_all(client, world):
    duty(world, department=world.office, note="本处室的职责")
    duty(world, department=world.other, note="别处室的职责")
    stranger = factories.user("stranger")
    DepartmentMember.objects.create(department=world.other, user=stranger, role="officer")
    seen = {}
    for name, person in (
        ("own", world.people.officer),
        ("other", stranger),
        ("office", factories_cases.overseer()),
    ):
        client.force_login(person)
        text = client.get(f"{MATRIX}?year=2026").content.decode()
        seen[name] = ("本处室的职责" in text, "别处室的职责" in text)
    assert seen == {"own": (True, False), "other": (False, True), "office": (True, True)}
    client.force_login(factories.user("outsider"))
    assert client.get(MATRIX).status_code == 302


def test_the_matrix_is_exported_and_shows_what_is_missing_alone(client, world):
    duty(world, "quarterly", since=D(2020, 1, 1))
    empty = Category.objects.create(
        scheme=world.scheme, code="0102", name="空类目", parent=world.parent_category
    )
    client.force_login(factories_cases.overseer())
    text = client.get(f"{MATRIX}?year=2025&export=csv").content.decode("utf-8-sig")
    assert text.count("年度报告") == 4 and "缺" not in text.splitlines()[0]
    shown = BeautifulSoup(client.get(f"{MATRIX}?year=2025&show=missing").content, "html.parser").get_text()
    assert str(empty) in shown


def test_the_number_of_queries_does_not_grow(world):
    duty(world)
    items(world, D(2026, 3, 2))
    with CaptureQueriesContext(connection) as one:
        matrix(world.agency, 2026, TODAY)
    for number in range(5):
        category = Category.objects.create(scheme=world.scheme, code=f"03{number}", name=f"类目{number}")
        duty(world, "monthly", category=category, department=world.other)
    items(world, D(2026, 4, 2), 20)
    with CaptureQueriesContext(connection) as many:
        matrix(world.agency, 2026, TODAY)
    assert len(many) == len(one)


def test_what_is_missing_is_not_said_to_be_so_until_a_day(client, world):
    duty(world, "monthly")
    UserProfile.objects.create(user=world.people.root, preferred_language="en")
    client.force_login(world.people.root)
    page = client.get(MATRIX, {"year": timezone.localdate().year - 1}).content.decode()
    text = " ".join(BeautifulSoup(page, "html.parser").select_one(".disclosure-periods").get_text().split())
    assert "missing due " in text and "until" not in text


def test_the_public_leafs_back_to_the_first_year_of_a_duty(client, world):
    year = timezone.localdate().year
    duty(world, since=D(year - 1, 7, 1))
    page = client.get(f"{figures_page(world).url}duties/")
    links = BeautifulSoup(page.content, "html.parser").select(".disclosure-years a")
    assert [link.get_text() for link in links] == [str(year), str(year - 1)]


def test_the_public_sees_the_matrix_without_internal_duties(client, world):
    duty(world, note="x")
    duty(world, category=world.parent_category, audience="internal", note="内部")
    page = figures_page(world)
    answer = client.get(f"{page.url}duties/")
    text = BeautifulSoup(answer.content, "html.parser").select_one("main, .disclosure").get_text()
    assert str(world.category) in text
    table = BeautifulSoup(answer.content, "html.parser").select_one(".disclosure-table")
    assert len(table.select("tbody tr")) == 1
    year = timezone.localdate().year
    assert client.get(f"{page.url}duties/{year - 1}/").status_code == 200
    assert client.get(f"{page.url}duties/{year + 1}/").status_code == 404
