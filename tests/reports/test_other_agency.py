"""In an installation with several agencies, reports and monitors of one do not exist for the people of another (P7)."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from tests import factories, factories_cases
from tests.reports.conftest import case
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.reports.inspection import digest, tasks
from wagtail_disclosure.reports.models import (
    AnnualReport,
    CorrectionTask,
    InspectionFinding,
    InspectionRun,
    LateReason,
    ProactiveRecord,
    PublicationDuty,
    ReportFiling,
    StatisticsPeriod,
    SubordinateBody,
)

D = datetime.date
# Stands in everything of the first agency that a page of the second could show.
MARK = "青龙"


def url(place, name, *args):
    return reverse(f"wagtail_disclosure_{place}:{name}", args=args)


@pytest.fixture
def theirs(world):
    """An agency with one of everything."""
    world.agency.name = world.agency.short_name = f"{MARK}机关"
    world.agency.save()
    world.office.name = f"{MARK}办公室"
    world.office.save()
    world.category.name = f"{MARK}类目"
    world.category.save()
    world.prices, world.projects = world.office, world.other
    world.case = case(world, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    world.report = AnnualReport.objects.create(agency=world.agency, year=2025, body_kind="department")
    world.report.texts.create(section="problems", text=f"{MARK}问题", at=timezone.now())
    world.body = SubordinateBody.objects.create(agency=world.agency, name=f"{MARK}粮食局", kind="department")
    world.period = StatisticsPeriod.objects.create(
        agency=world.agency, first_day=D(2025, 1, 1), last_day=D(2025, 12, 31)
    )
    world.duty = PublicationDuty.objects.create(
        category=world.category, department=world.office, rhythm="yearly", since=D(2020, 1, 1)
    )
    now = timezone.now()
    world.finding = InspectionFinding.objects.create(
        agency=world.agency,
        item="columns_empty",
        key="1",
        department=world.office,
        title=f"{MARK}栏目",
        found_at=now,
        seen_at=now,
    )
    world.task = tasks.assign(
        world.agency,
        department=world.office,
        what=f"{MARK}补充",
        due_on=timezone.localdate(),
        by=world.people.root,
        finding=world.finding,
    )
    factories.published(world, f"{MARK}通知", formed_on=D(2020, 2, 10))
    world.record = ProactiveRecord.objects.get()
    return world


@pytest.fixture
def stranger(theirs):
    """A person of the office of another agency, with every permission that an office has."""
    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(depth=1))
    agency = Agency.objects.create(site=site, name="另一机关")
    department = Department.objects.create(agency=agency, code="91", name="别的办公室")
    person = factories_cases.overseer("stranger")
    names = ["view_annualreport", "head_cases", "change_category", "add_category"]
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    DepartmentMember.objects.create(department=department, user=person, role="officer")
    return type(person).objects.get(pk=person.pk)


def lists():
    for place in ("reports", "statistics", "inspection", "overview"):
        yield url(place, "index")
    yield from (url("reports", "bodies"), url("reports", "create"), url("reports", "body_add"))
    yield from (url("statistics", "add"), url("duties", "matrix"), url("duties", "add"))
    yield from (url("inspection", "tasks"), url("timeliness", "report"), url("timeliness", "report_results"))
    yield reverse("wagtailadmin_home")


def exports():
    yield f"{url('duties', 'matrix')}?export=csv"
    for kind in ("csv", "xlsx"):
        yield f"{url('timeliness', 'report')}?export={kind}"


def of_one(their):
    for name in ("report", "enter", "import", "freeze", "take_up", "draft"):
        yield url("reports", name, their.report.pk)
    yield url("reports", "text", their.report.pk, "problems")
    for kind in ("xlsx", "docx", "pdf", "csv", "json"):
        yield url("reports", "download", their.report.pk, kind)
    yield from (url("reports", "cases", their.report.pk, each) for each in ("unplaced", "reopened"))
    yield url("reports", "cell", their.report.pk, "B/new/natural")
    yield from (url("reports", "body_edit", their.body.pk), url("reports", "filing", their.body.pk, 2025))
    yield from (url("statistics", name, their.period.pk) for name in ("period", "publish"))
    yield f"{url('statistics', 'period', their.period.pk)}?export=csv"
    yield url("statistics", "number", their.period.pk, "items/total")
    yield from (url("duties", "edit", their.duty.pk), url("duties", "done", their.duty.pk, 2025, 1))
    yield from (url("inspection", "finding", their.finding.pk), url("inspection", "task", their.task.pk))
    yield url("timeliness", "reason", their.record.pk)


def test_no_list_and_no_file_holds_anything_of_it(client, theirs, stranger):
    client.force_login(stranger)
    for address in (*lists(), *exports()):
        response = client.get(address)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200 and MARK not in text.decode(errors="replace"), address


def test_a_filter_by_its_department_shows_nothing_of_it(client, theirs, stranger):
    client.force_login(stranger)
    for address in (url("inspection", "index"), url("timeliness", "report")):
        response = client.get(address, {"department": theirs.office.pk})
        assert response.status_code == 200 and MARK not in response.content.decode(), address


def test_no_page_about_one_thing_of_it_is_there_whatever_is_sent(client, theirs, stranger):
    client.force_login(stranger)
    given = {
        **{
            "despite": "on",
            "source": "x",
            "cell0": "1",
            "value": "1",
            "reason": "x",
            "text": "x",
            "step": "done",
        },
        **{"published_on": "2026-01-05", "on": "2025-06-01", "note": "x", "kind": "other", "delete": "1"},
        **{"department": theirs.office.pk, "what": "x", "due_on": timezone.localdate().isoformat()},
    }
    for address in of_one(theirs):
        assert client.get(address).status_code == 404, address
        assert client.post(address, given).status_code in (404, 405), address
    client.post(url("inspection", "run", theirs.agency.pk))
    assert not theirs.report.cells.exists() and AnnualReport.objects.get().is_working
    assert not (
        ReportFiling.objects.exists() or InspectionRun.objects.exists() or LateReason.objects.exists()
    )
    assert PublicationDuty.objects.exists() and not theirs.duty.done.exists()
    assert CorrectionTask.objects.get().state == "open" and not StatisticsPeriod.objects.get().is_public


def test_nothing_is_begun_for_it(client, theirs, stranger):
    client.force_login(stranger)
    agency = theirs.agency.pk
    client.post(url("reports", "create"), {"agency": agency, "year": 2024, "body_kind": "department"})
    client.post(
        url("reports", "body_add"),
        {"agency": agency, "name": "x", "kind": "department", "since": 2020, "sort_order": 0},
    )
    client.post(
        url("statistics", "add"), {"agency": agency, "first_day": "2024-01-01", "last_day": "2024-12-31"}
    )
    client.post(
        url("duties", "add"),
        {
            **{"category": theirs.category.pk, "rhythm": "yearly", "days": 0, "audience": "public"},
            **{"since": "2024-01-01", "note": ""},
        },
    )
    counts = [
        each.objects.count() for each in (AnnualReport, SubordinateBody, StatisticsPeriod, PublicationDuty)
    ]
    assert counts == [1, 1, 1, 1]


def test_the_digest_tells_the_office_of_another_agency_nothing_of_it(theirs, stranger):
    digest.send()
    assert [stranger.email] not in [each.to for each in mail.outbox] and mail.outbox


def test_one_digest_that_cannot_be_made_holds_up_no_other(theirs, stranger, monkeypatch):
    lines_for = digest.lines_for

    def broken(user, today):
        if user == first:
            raise ValueError("a duty with a rhythm that is no more")
        return lines_for(user, today)

    first = next(iter(digest.readers()))
    monkeypatch.setattr(digest, "lines_for", broken)
    sent, unsent = digest.send()
    assert unsent == 1 and sent and [first.email] not in [each.to for each in mail.outbox]
    monkeypatch.undo()
    assert digest.send()[1] == 0
