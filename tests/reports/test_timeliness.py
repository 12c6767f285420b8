"""Art. 26: what was formed or changed is public within 20 working days, and what is late has a reason."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, factories_cases
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.reports.models import LateReason, ProactiveRecord
from wagtail_disclosure.reports.timeliness import reasons, record

D = datetime.date
REPORT = reverse("wagtail_disclosure_timeliness:report")


def records():
    return [
        (each.starts_on, each.is_late, each.days_late, each.is_change)
        for each in ProactiveRecord.objects.order_by("pk")
    ]


@pytest.mark.parametrize(
    ("day", "late", "days"), [("2026-03-16", False, None), ("2026-03-17", True, 1), ("2026-03-20", True, 4)]
)
def test_twenty_working_days_count_make_up_saturdays(world, time_machine, day, late, days):
    """Formed on Tue 2026-02-10: the Spring Festival and its make-up days end the limit on 2026-03-16."""
    time_machine.move_to(f"{day}T10:00:00+08:00")
    factories.published(world, formed_on=D(2026, 2, 10))
    found = ProactiveRecord.objects.get()
    assert found.due_on == D(2026, 3, 16)
    assert (found.is_late, found.days_late, found.public_on.isoformat()) == (late, days, day)
    assert (found.agency, found.department_id) == (world.agency, world.office.pk)


def test_a_change_after_publication_has_a_limit_of_its_own(world, time_machine):
    time_machine.move_to("2026-03-02T10:00:00+08:00")
    page = factories.published(world, formed_on=D(2026, 3, 2))
    time_machine.move_to("2026-06-30T10:00:00+08:00")
    page.formed_on, page.title = D(2026, 5, 6), "关于价格公示的通知（修订）"
    page.save_revision(user=world.people.officer)
    factories.publish(world, page)
    assert [each[:2] + each[3:] for each in records()] == [
        (D(2026, 3, 2), False, False),
        (D(2026, 5, 6), True, True),
    ]
    page = type(page).objects.get(pk=page.pk)
    page.summary = "只改了摘要"
    page.save_revision(user=world.people.officer)
    factories.publish(world, page)
    assert len(records()) == 2, "nothing was formed or changed since"


def test_what_has_no_day_or_lies_before_the_law_has_no_limit(world):
    factories.published(world)
    factories.published(world, "一九九九年的文件", date_signed=D(1999, 5, 4))
    assert records() == []


def test_what_was_public_before_is_caught_up_with_once(world, time_machine):
    time_machine.move_to("2026-03-20T10:00:00+08:00")
    factories.published(world, formed_on=D(2026, 2, 10))
    before = records()
    ProactiveRecord.objects.all().delete()
    assert (record.catch_up(), record.catch_up()) == (1, 0)
    assert records() == before


@pytest.fixture
def late(world, time_machine):
    time_machine.move_to("2026-03-20T10:00:00+08:00")
    factories.published(world, formed_on=D(2026, 2, 10))
    return ProactiveRecord.objects.get()


def test_the_department_says_why_and_the_newest_reason_counts(client, world, late):
    client.force_login(world.people.officer)
    address = reverse("wagtail_disclosure_timeliness:reason", args=[late.pk])
    assert reasons.unexplained(reasons.records_for(world.people.officer)).count() == 1
    client.post(address, {"kind": "other", "note": ""})
    assert not LateReason.objects.exists(), "this reason needs words"
    client.post(address, {"kind": "consulted", "note": "征求财政局意见"})
    client.post(address, {"kind": "secrecy", "note": ""})
    assert [each.kind for each in late.reasons.all()] == ["consulted", "secrecy"]
    assert reasons.unexplained(reasons.records_for(world.people.officer)).count() == 0
    text = client.get(REPORT).content.decode()
    assert "保密审查需报有关主管部门" in text and "征求财政局意见" not in text


def test_no_reason_is_given_for_what_was_in_time(world, time_machine):
    time_machine.move_to("2026-03-02T10:00:00+08:00")
    factories.published(world, formed_on=D(2026, 3, 2))
    with pytest.raises(ValidationError):
        reasons.state(ProactiveRecord.objects.get(), kind="other", note="x", by=world.people.root)


def test_a_department_sees_its_own_records_and_the_office_all(client, world, late):
    stranger = factories.user("stranger")
    DepartmentMember.objects.create(department=world.other, user=stranger, role="officer")
    address = reverse("wagtail_disclosure_timeliness:reason", args=[late.pk])
    seen = {}
    for name, person in (
        ("own", world.people.officer),
        ("foreign", stranger),
        ("office", factories_cases.overseer()),
        ("outsider", factories.user("outsider")),
    ):
        client.force_login(person)
        answer = client.get(REPORT)
        seen[name] = (
            answer.status_code,
            late.title in answer.content.decode(),
            client.get(address).status_code,
        )
    assert seen == {
        "own": (200, True, 200),
        "foreign": (200, False, 404),
        "office": (200, True, 200),
        "outsider": (302, False, 404),
    }


def test_the_export_has_the_reason_and_the_list_costs_the_same(client, world, late):
    reasons.state(late, kind="archive", note="", by=world.people.officer)
    client.force_login(world.people.root)
    text = b"".join(client.get(f"{REPORT}?export=csv").streaming_content).decode("utf-8-sig")
    assert "历史信息补录" in text and "2026-02-10" in text
    client.get(REPORT)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(REPORT)
    for number in range(5):
        ProactiveRecord.objects.create(
            **{
                name: getattr(late, name)
                for name in ("agency", "department", "title", "basis", "public_on", "due_on", "is_late")
            },
            translation_key=late.translation_key,
            starts_on=late.starts_on - datetime.timedelta(days=number + 1),
        )
    with CaptureQueriesContext(connection) as many:
        client.get(REPORT)
    assert len(many) == len(one)


@pytest.mark.parametrize("choice", ["in_time", "explained", "unexplained"])
def test_the_report_is_filtered(client, world, late, choice):
    client.force_login(world.people.root)
    text = client.get(f"{REPORT}?limit={choice}").content.decode()
    assert (f"/{late.pk}/" in text and late.title in text) == (choice == "unexplained")
