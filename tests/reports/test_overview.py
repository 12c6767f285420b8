"""Disclosure at a glance: my departments, the office, the leader, each told what concerns them."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases
from tests.reports.places import column
from wagtail_disclosure.catalogue.models import Category
from wagtail_disclosure.reports.inspection import tasks
from wagtail_disclosure.reports.inspection.run import inspect
from wagtail_disclosure.reports.models import InspectionFinding, PublicationDuty
from wagtail_disclosure.reports.overview import Glance, lines_for

PAGE, HOME = reverse("wagtail_disclosure_overview:index"), reverse("wagtailadmin_home")


@pytest.fixture
def office(world):
    return factories_cases.overseer()


@pytest.fixture
def scene(world, office):
    """The first department has a finding with a task, and a duty of last year that was missed."""
    empty = Category.objects.create(scheme=world.scheme, code="02", name="空类目")
    column(world, "空栏目", categories=[empty], department=world.office)
    inspect(world.agency)
    finding = InspectionFinding.objects.get(item="columns_empty")
    due = timezone.localdate() + datetime.timedelta(days=1)
    world.task = tasks.assign(
        world.agency, department=world.office, what="补充内容", due_on=due, by=office, finding=finding
    )
    PublicationDuty.objects.create(
        category=empty, department=world.office, rhythm="yearly", since=datetime.date(2000, 1, 1)
    )
    return world


def counts(lines):
    return {each["label"]: each["count"] for each in lines}


def test_an_officer_is_told_of_the_own_department(client, scene):
    client.force_login(scene.people.officer)
    text = client.get(PAGE).content.decode()
    assert "glance-own" in text and "glance-office" not in text
    lines = Glance(scene.people.officer).own()
    assert [each["count"] for each in lines][:2] == [1, 1]
    assert Glance(scene.people.officer).office() == [] and Glance(scene.people.officer).leader() == []
    for each in lines:
        assert client.get(each["url"]).status_code == 200


def test_a_task_that_is_overdue_is_urgent(scene):
    day = timezone.localdate() + datetime.timedelta(days=2)
    line = Glance(scene.people.officer, day).own()[0]
    assert line["is_urgent"] and "1" in line["note"]


def test_the_office_is_told_of_everything_and_how_the_agency_stands(client, scene, office):
    client.force_login(office)
    text = client.get(PAGE).content.decode()
    assert "glance-office" in text and str(scene.agency) in text
    glance = Glance(office)
    for each in glance.office():
        assert client.get(each["url"]).status_code == 200
    [standing] = glance.leader()
    assert len(standing.facts) == 7


def test_a_leader_who_reads_reports_sees_how_the_agency_stands(client, scene):
    leader = scene.people.leader
    leader.user_permissions.add(Permission.objects.get(codename="view_annualreport"))
    client.force_login(type(leader).objects.get(pk=leader.pk))
    text = client.get(PAGE).content.decode()
    assert f"glance-{scene.agency.pk}" in text and "glance-office" not in text


def behind(client, address, selector):
    response = client.get(address)
    assert response.status_code == 200
    return len(BeautifulSoup(response.content, "html.parser").select(selector))


def test_a_number_leads_to_exactly_what_it_counts(client, scene, office):
    column(scene, "另一个空栏目", department=scene.other)
    inspect(scene.agency)
    other = Category.objects.create(scheme=scene.scheme, code="03", name="月报")
    PublicationDuty.objects.create(
        category=other, department=scene.other, rhythm="monthly", since=datetime.date(2000, 1, 1)
    )
    for user, lines in ((office, Glance(office).office()), (scene.people.officer, None)):
        client.force_login(user)
        for each in lines or Glance(user).own():
            if "/duties/" in each["url"]:
                assert behind(client, each["url"], ".disclosure-periods li") == each["count"], each
            if "task=none" in each["url"]:
                assert behind(client, each["url"], "#findings ~ table tbody tr") == each["count"] > 0, each


def test_the_numbers_of_the_year_lead_to_items_and_cases(client, scene, office):
    factories.published(scene)
    client.force_login(office)
    [standing] = Glance(office).leader()
    numbers = {url: text for _name, text, url in standing.facts if "/items/" in url or "/requests/" in url}
    assert len(numbers) == 2
    for address, text in numbers.items():
        assert str(behind(client, address, ".disclosure-review li a")) == text.replace("—", "0")
    address = reverse("wagtail_disclosure_overview:number", args=[scene.agency.pk, "items/total"])
    client.force_login(scene.people.officer)
    assert client.get(address).status_code == 404, "who sees the own department alone"
    client.force_login(office)
    assert client.get(address.replace("items/total", "nothing")).status_code == 404


def test_the_start_page_shows_what_waits_and_nothing_to_others(client, scene):
    client.force_login(scene.people.officer)
    assert "disclosure-overview" in client.get(HOME).content.decode()
    client.force_login(factories.user("outsider"))
    assert "panel-disclosure-overview" not in client.get(HOME).content.decode()
    assert client.get(PAGE).status_code == 302


def test_what_is_none_is_not_told(world, office):
    assert all(each["count"] for each in lines_for(world.people.officer))


def test_the_number_of_queries_does_not_grow(scene, office):
    def queries():
        with CaptureQueriesContext(connection) as found:
            lines_for(office)
        return len(found)

    queries()
    before = queries()
    for number in range(4):
        category = Category.objects.create(scheme=scene.scheme, code=f"03{number}", name=f"类目{number}")
        PublicationDuty.objects.create(
            category=category, department=scene.other, rhythm="monthly", since=datetime.date(2000, 1, 1)
        )
    assert queries() == before
