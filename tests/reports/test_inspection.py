"""The monitor finds what an inspection would find, says what it costs, and departments put it right."""

import datetime
import io
import json

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests import factories, factories_cases, factories_mail, register_rows
from tests.mailboxes.test_embedding import mailbox_page
from tests.reports.places import column
from wagtail_disclosure.catalogue import versions
from wagtail_disclosure.catalogue.models import Category
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.portal.models import ColumnCategory
from wagtail_disclosure.publishing.database_seal.window import register_open
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.reports.inspection import checks, digest, links, tasks
from wagtail_disclosure.reports.inspection.context import Inspected
from wagtail_disclosure.reports.inspection.run import inspect
from wagtail_disclosure.reports.inspection.sheet import sheet_of
from wagtail_disclosure.reports.models import CorrectionTask, InspectionFinding, InspectionRun, WeeklyDigest
from wagtail_disclosure.rules.profiles import get_profile

INDEX = reverse("wagtail_disclosure_inspection:index")


def found(world, code, at=None):
    """What one check finds now, as ``{title: facts}``."""
    item = get_profile("cn").inspection.get(code)
    return {
        each.title: each.facts
        for each in checks.CHECKS[item.fact("check")](Inspected(world.agency, at), item)
    }


def days(number):
    return timezone.now() + datetime.timedelta(days=number)


def test_every_check_of_the_list_is_there_and_has_its_words():
    for profile in ("cn", "uk"):
        for item in get_profile(profile).inspection:
            assert item.fact("outside") or item.fact("check") in checks.CHECKS
            if not item.fact("outside"):
                assert item.text("says", "zh-hans") and item.text("says", "en")


def test_columns_go_stale_by_the_days_of_their_type(world):
    register_rows.fill(world, 1)
    column(world, "动态", "news", categories=[world.category])
    column(world, "通知", "notices", categories=[world.category])
    column(world, "规划", "planning", categories=[world.category])
    assert found(world, "columns_stale", days(14)) == {}
    assert {each: facts["limit"] for each, facts in found(world, "columns_stale", days(15)).items()} == {
        "动态": 14
    }
    assert set(found(world, "columns_stale", days(181))) == {"动态", "通知"}
    assert found(world, "columns_neglected", days(365)) == {}
    assert found(world, "columns_neglected", days(366))["规划"]["days"] == 366


def test_an_empty_column_is_found_and_one_with_text_or_columns_below_is_none(world):
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    column(world, "空栏目", categories=[empty])
    column(world, "有文字", body=[("paragraph", "<p>说明</p>")])
    above = column(world, "上级栏目")
    column(world, "下级栏目", parent=above, categories=[empty])
    assert set(found(world, "columns_empty")) == {"空栏目", "下级栏目"}
    assert found(world, "columns_stale", days(900)).keys() == {"有文字"}, "what is empty is not stale as well"


def test_the_home_page_is_stale_after_two_weeks_without_anything_new(world):
    register_rows.fill(world, 1)
    assert found(world, "home_stale", days(14)) == {}
    [facts] = found(world, "home_stale", days(15)).values()
    assert facts == {"days": 15, "limit": 14}


def _change(**values):
    with register_open():
        PublishedItem.objects.update(**values)


@pytest.mark.raw
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"date_signed": datetime.date(2999, 1, 1)}, "signed_after"),
        ({"date_signed": datetime.date(1900, 1, 1)}, "too_early"),
        ({"date_published": datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)}, "not_the_evidence"),
        ({"date_generated": datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)}, "generated_after"),
    ],
)
def test_forged_and_impossible_dates_are_found(world, values, kind):
    factories.published(world, "价目表", date_signed=datetime.date(2020, 1, 1))
    assert found(world, "dates") == {}
    _change(**values)
    assert found(world, "dates") == {"价目表": {"kind": kind}}


def test_links_to_what_is_not_public_and_typed_addresses_that_lead_nowhere_are_found(world):
    hidden = factories.draft(world, "未公开")
    there = factories.published(world, "在这里")
    factories.published(
        world,
        "有链接",
        body=[
            (
                "paragraph",
                f'<p><a linktype="page" id="{hidden.pk}">甲</a> <a linktype="page" id="{there.pk}">乙</a></p>',
            ),
            ("paragraph", f'<p><a href="{there.url}">丙</a> <a href="/nowhere/at/all/">丁</a></p>'),
            (
                "paragraph",
                '<p><a href="https://elsewhere.example/x/">戊</a> <a href="/catalogue/search/">己</a></p>',
            ),
        ],
    )
    broken = [(page["title"], target) for page, target in links.broken(Inspected(world.agency))]
    assert len(broken) == 2 and {title for title, _target in broken} == {"有链接"}
    assert {"/nowhere/at/all/"} < {target for _title, target in broken}
    assert any(str(hidden.pk) in target for _title, target in broken)


def test_items_without_a_summary_are_counted_for_their_department(world):
    register_rows.fill(world, 6)
    facts = [
        each
        for each in checks.item_metadata(Inspected(world.agency), None)
        if each.facts["fields"] == ["summary"]
    ]
    assert sum(each.facts["count"] for each in facts) == 6
    behind = facts[0].facts["lacking"]
    assert (
        len(checks.lacking(Inspected(world.agency), behind["element"], behind["department"]))
        == facts[0].facts["count"]
    )


def test_no_mailbox_is_found_until_one_is_public_and_its_findings_are_taken_over(world):
    assert found(world, "no_channel") and not found(world, "replies_not_public", days(70))
    world.prices = world.office
    mailbox_page(factories_mail.mailbox(world))
    assert found(world, "no_channel") == {}
    assert set(found(world, "replies_not_public", days(70))) == {"局长信箱"}


def test_findings_stay_the_same_from_run_to_run_and_are_closed_when_gone(world):
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    column(world, "空栏目", categories=[empty])
    inspect(world.agency)
    first = InspectionFinding.objects.get(item="columns_empty")
    inspect(world.agency)
    assert InspectionFinding.objects.get(item="columns_empty").pk == first.pk
    assert "空栏目" in str(first)
    register_rows.fill(world, 1)
    ColumnCategory.objects.filter(category=empty).update(category=world.category)
    versions.bump(world.site.pk)
    inspect(world.agency)
    first.refresh_from_db()
    assert first.gone_at is not None and InspectionRun.objects.count() == 3


def test_the_score_sheet_says_what_fails_the_site_and_what_was_not_looked_at(world):
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    columns = [column(world, f"空栏目{number}", categories=[empty]) for number in range(4)]
    inspect(world.agency)
    lines = {line.item.code: line for line in sheet_of(world.agency).lines}
    assert (lines["columns_empty"].count, lines["columns_empty"].standing) == (4, "noted")
    assert lines["availability"].standing == "outside" and lines["no_channel"].standing == "fails"
    column(world, "第五个", categories=[empty])
    inspect(world.agency)
    sheet = sheet_of(world.agency)
    assert {line.item.code for line in sheet.vetoes} >= {"columns_empty", "no_channel"} and not sheet.passes
    assert len(columns) == 4


def test_a_check_that_fails_closes_nothing_and_is_named(world, monkeypatch):
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    column(world, "空栏目", categories=[empty])
    inspect(world.agency)

    def broken(site, item):
        raise RuntimeError

    monkeypatch.setitem(checks.CHECKS, "columns_empty", broken)
    run = inspect(world.agency)
    assert run.counts["columns_empty"] is None
    assert InspectionFinding.objects.open().filter(item="columns_empty").exists()
    assert {line.item.code: line.standing for line in sheet_of(world.agency).lines}[
        "columns_empty"
    ] == "unknown"


def test_the_number_of_queries_does_not_grow_with_the_site(world):
    register_rows.fill(world, 5)
    column(world, "栏目一", categories=[world.category])
    inspect(world.agency)
    with CaptureQueriesContext(connection) as one:
        inspect(world.agency)
    for number in range(4):
        column(world, f"栏目{number}", categories=[world.category])
    register_rows.fill(world, 40)
    inspect(world.agency)
    with CaptureQueriesContext(connection) as many:
        inspect(world.agency)
    assert len(many) <= len(one) + 2


@pytest.fixture
def finding(world):
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    column(world, "空栏目", categories=[empty], department=world.office)
    inspect(world.agency)
    return InspectionFinding.objects.get(item="columns_empty")


@pytest.fixture
def office(world):
    return factories_cases.overseer()


def due():
    return timezone.localdate() + datetime.timedelta(days=14)


def test_a_task_goes_to_a_department_and_back_until_the_office_confirms(client, world, finding, office):
    client.force_login(office)
    address = reverse("wagtail_disclosure_inspection:finding", args=[finding.pk])
    given = {"department": world.office.pk, "what": "补充内容", "due_on": due().isoformat()}
    assert client.post(address, given).status_code == 302
    task = CorrectionTask.objects.get()
    with pytest.raises(ValidationError):
        tasks.assign(
            world.agency, department=world.office, what="x", due_on=due(), by=office, finding=finding
        )
    page = reverse("wagtail_disclosure_inspection:task", args=[task.pk])
    client.force_login(world.people.officer)
    assert "补充内容" in client.get(page).content.decode()
    client.post(page, {"step": "confirmed"})
    assert CorrectionTask.objects.get().state == "open", "who does it does not confirm it"
    client.post(page, {"step": "done", "note": "已补充"})
    client.force_login(office)
    client.post(page, {"step": "returned", "note": ""})
    assert CorrectionTask.objects.get().state == "done", "a return says why"
    client.post(page, {"step": "returned", "note": "仍为空"})
    client.force_login(world.people.officer)
    client.post(page, {"step": "done"})
    client.force_login(office)
    client.post(page, {"step": "confirmed"})
    task.refresh_from_db()
    assert [each.kind for each in task.steps.all()] == ["assigned", "done", "returned", "done", "confirmed"]
    assert task.state == "confirmed"


def test_nobody_gets_a_task_that_is_due_in_the_past_or_belongs_to_another_agency(world, finding, office):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(ValidationError):
        tasks.assign(world.agency, department=world.office, what="x", due_on=yesterday, by=office)
    world.other.status = "closed"
    with pytest.raises(ValidationError):
        tasks.assign(world.agency, department=world.other, what="x", due_on=due(), by=office)


def test_a_department_sees_its_own_findings_and_tasks_and_assigns_none(client, world, finding, office):
    task = tasks.assign(
        world.agency, department=world.office, what="补充内容", due_on=due(), by=office, finding=finding
    )
    stranger = factories.user("stranger")
    DepartmentMember.objects.create(department=world.other, user=stranger, role="officer")
    addresses = [
        reverse("wagtail_disclosure_inspection:finding", args=[finding.pk]),
        reverse("wagtail_disclosure_inspection:task", args=[task.pk]),
    ]
    for person, expected in ((world.people.officer, 200), (stranger, 404), (factories.user("outsider"), 302)):
        client.force_login(person)
        assert [client.get(each).status_code for each in addresses] == [expected, expected]
    client.force_login(stranger)
    assert "空栏目" not in client.get(INDEX).content.decode()
    client.force_login(world.people.officer)
    text = client.get(INDEX).content.decode()
    assert "空栏目" in text and "sheet-" not in text
    run = reverse("wagtail_disclosure_inspection:run", args=[world.agency.pk])
    before = InspectionRun.objects.count()
    assert client.post(run).status_code in (302, 403) and InspectionRun.objects.count() == before
    client.post(addresses[0], {"department": world.office.pk, "what": "x", "due_on": due().isoformat()})
    assert CorrectionTask.objects.count() == 1


def test_the_office_sees_the_sheet_filters_it_and_looks_again(client, world, finding, office):
    client.force_login(office)
    text = client.get(INDEX).content.decode()
    assert "空白栏目" in text and "须从站外监测" in text
    assert "空栏目" in client.get(f"{INDEX}?item=columns_empty&department={world.office.pk}").content.decode()
    assert "空栏目" not in client.get(f"{INDEX}?item=no_channel").content.decode()
    client.post(reverse("wagtail_disclosure_inspection:run", args=[world.agency.pk]))
    assert InspectionRun.objects.count() == 2


def run(*options):
    call_command("disclosure_monitor", *options, verbosity=0, stdout=io.StringIO())


def test_the_digest_goes_out_once_a_week_and_a_missed_monday_is_made_up_for(world, finding, office):
    with time_machine.travel("2026-12-01T08:00:00+08:00"):
        run()
        sent = {each.to[0]: each for each in mail.outbox}
        assert {world.people.officer.email, office.email} <= set(sent)
        assert "/admin/disclosure/inspection/" in sent[office.email].body
        run()
        assert len(mail.outbox) == len(sent), "nobody gets two of a week"
    with time_machine.travel("2026-12-07T08:00:00+08:00"):
        run()
        assert len(mail.outbox) == 2 * len(sent)


def test_a_digest_that_could_not_be_sent_is_sent_by_the_next_run(world, finding, office, monkeypatch):
    def fail(*args):
        raise OSError

    with time_machine.travel("2026-12-01T08:00:00+08:00"):
        with monkeypatch.context() as patched:
            patched.setattr(digest, "send_mail", fail)
            sent, unsent = digest.send()
            assert (
                sent == 0
                and unsent >= 2
                and not WeeklyDigest.objects.exclude(sent_at=None).filter(user=office)
            )
        assert digest.send()[0] == unsent


def test_a_finding_is_stored_as_data_and_said_in_the_language_of_the_reader(finding):
    json.dumps(finding.facts)
    with override("en"):
        assert finding.sentence == "nothing stands in the column “空栏目”"
