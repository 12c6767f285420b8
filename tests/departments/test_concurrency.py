"""Two people who save departments at the same moment: each form is checked against what the other saved."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Site

from tests import factories
from wagtail_disclosure.departments.models import Agency, Department
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.installation.setup import setup

LIST = "wagtailsnippets_wagtail_disclosure_department"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chief():
    Locale.objects.get_or_create(language_code="zh-hans")
    return factories.user("chief", superuser=True)


def at_once(*tasks):
    """Run the functions in threads of their own, started together, and return what they return."""
    outcomes = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(number, task):
        start.wait(10)
        try:
            outcomes[number] = task()
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        # The test database is in memory and belongs to one thread.
        return [task() for task in tasks]
    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def post(user, view, *args, **data):
    def send():
        client = Client()
        client.force_login(user)
        formset = {f"members-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
        fields = {"sort_order": 0, "status": "active", "members-MAX_NUM_FORMS": 1000} | formset | data
        return client.post(reverse(f"{LIST}:{view}", args=args), fields).status_code

    return send


def new_agency():
    return Agency.objects.create(site=Site.objects.get(is_default_site=True), name="机关")


def test_one_code_is_given_once(chief):
    agency = new_agency()
    tasks = [post(chief, "add", agency=agency.pk, code="01", name=name) for name in ("一科", "二科")]
    assert sorted(at_once(*tasks)) == [200, 302]
    assert Department.objects.count() == 1


def test_two_departments_do_not_succeed_each_other(chief):
    agency = new_agency()
    one, two = (Department.objects.create(agency=agency, code=code, name=code) for code in ("01", "02"))
    ends = {"agency": agency.pk, "status": "merged", "status_date": "2024-01-01"}
    outcomes = at_once(
        post(chief, "edit", one.pk, code="01", name="01", successors=[two.pk], **ends),
        post(chief, "edit", two.pk, code="02", name="02", successors=[one.pk], **ends),
    )
    assert sorted(outcomes) == [200, 302]


def test_two_departments_do_not_stand_below_each_other(chief):
    agency = new_agency()
    one, two = (Department.objects.create(agency=agency, code=code, name=code) for code in ("01", "02"))

    def move(department, parent):
        def save():
            found = Department.objects.get(pk=department.pk)
            found.parent_id = parent.pk
            try:
                found.save()
            except ValidationError:
                return "refused"
            return "moved"

        return save

    assert sorted(at_once(move(one, two), move(two, one))) == ["moved", "refused"]


def test_an_agency_is_set_up_once(chief):
    site = Site.objects.get(is_default_site=True)
    at_once(*[lambda: setup(site, name="机关").report.changed] * 2)
    assert Agency.objects.count() == 1
    assert InstalledItem.objects.filter(key__endswith="/catalogue").count() == 1
    assert not setup(site).report.changed
