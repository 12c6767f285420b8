"""What setup prepares for requests: a form and its page as drafts, and a list of what is left to people."""

import re
from copy import deepcopy

import pytest
from django.contrib.auth.models import Group
from django.core import checks
from django.db import transaction
from wagtail.models import Page

from tests import factories
from tests.installed import CODE, NAME, again, default_site, state
from tests.source import ROOT
from wagtail_disclosure.departments.models import Agency
from wagtail_disclosure.installation import request_form
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.installation.report import Outcome
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.requests import advice
from wagtail_disclosure.requests.models import RequestForm, RequestFormPage
from wagtail_disclosure.rules.profiles import get_profile


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield setup(default_site(), name=NAME, organisation_code=CODE)
        transaction.set_rollback(True)


@pytest.fixture
def installed(once, db):
    return deepcopy(once)


@pytest.fixture
def before_requests(installed):
    """The site as a release without request forms left it."""
    _delete()
    InstalledItem.objects.filter(key__contains="/request-").delete()


def _delete():
    for page in RequestFormPage.objects.all():
        page.delete()
    RequestForm.objects.all().delete()


def notes(report):
    return " ".join(report.of(Outcome.NOTE))


def reported(number):
    found = checks.run_checks(tags=["database"], databases=["default"], include_deployment_checks=True)
    return [each for each in found if each.id == f"wagtail_disclosure.{number}"]


def publish(form):
    gate.seal_installed(form)
    form.save_revision().publish()


def test_form_and_page_are_drafts_that_wait_for_their_review(installed, client):
    form, page = (
        RequestForm.objects.get(case_kind="request"),
        RequestFormPage.objects.get(form__case_kind="request"),
    )
    assert (form.code, form.agency.name, form.live) == ("requests", NAME, False)
    assert page.form == form and not page.live and page.get_parent() == default_site().root_page
    assert client.get("/requests/").status_code == 404
    said = notes(installed.report)
    assert form.title in said and "FIELD_KEYS" in said and "disclosure_anonymise" in said


def test_the_forms_name_the_agency(installed):
    texts = [each.introduction for each in RequestForm.objects.all()]
    assert any(NAME in each for each in texts)
    assert not any("<bound" in each or "&lt;" in each for each in texts), texts


def test_running_it_again_changes_neither_the_form_nor_its_page(installed):
    form = RequestForm.objects.get(case_kind="request")
    form.title = "申请公开"
    form.save()
    before = state()
    assert not again().changed and state() == before
    assert (
        RequestForm.objects.get(case_kind="request").title == "申请公开"
        and RequestFormPage.objects.count() == 2
    )


def test_a_form_that_was_deleted_stays_away_until_it_is_restored(installed):
    _delete()
    assert not again().changed and not RequestForm.objects.exists()
    again(restore=True)
    assert RequestFormPage.objects.get(form__case_kind="request").form == RequestForm.objects.get(
        case_kind="request"
    )


def test_a_form_made_by_hand_is_kept_and_gets_no_page(before_requests):
    locale = Agency.objects.get().site.root_page.locale
    own = RequestForm.objects.create(
        code="ours", title="我们的", agency=Agency.objects.get(), locale=locale, live=False
    )
    again()
    assert RequestForm.objects.get(case_kind="request") == own
    assert not RequestFormPage.objects.filter(form=own).exists()


def test_corrections_have_a_form_and_a_page_of_their_own_where_the_law_has_them(installed):
    form = RequestForm.objects.get(case_kind="correction")
    page = RequestFormPage.objects.get(form=form)
    assert (form.code, form.live, page.slug, page.live) == ("corrections", False, "corrections", False)
    assert form.title in notes(installed.report)


def test_where_the_law_knows_no_corrections_there_is_no_form_for_them(before_requests, monkeypatch):
    monkeypatch.setattr(request_form.vocabularies, "kinds", lambda: get_profile("uk").case_kinds)
    again()
    assert [form.case_kind for form in RequestForm.objects.all()] == ["request"]


def test_an_address_that_is_taken_is_told_and_stops_nothing(before_requests):
    default_site().root_page.add_child(instance=Page(title="申请", slug="requests"))
    report = again()
    assert RequestForm.objects.count() == 2 and RequestFormPage.objects.get().form.case_kind == "correction"
    assert "申请" in notes(report)


def test_the_head_of_the_office_is_asked_for_until_there_is_one(installed):
    said = advice.about_head(installed.agency)
    assert said and said in notes(again())
    publish(RequestForm.objects.get(case_kind="request"))
    assert len(reported("W033")) == 1
    leaders = Group.objects.get(pk=installed.groups["leader"].pk)
    leaders.user_set.add(factories.user("leader"))
    assert not advice.about_head(installed.agency) and said not in notes(again()) and not reported("W033")


def test_setup_and_its_page_say_the_same_hours_of_the_jobs():
    page = (ROOT / "docs/setup.md").read_text(encoding="utf-8")
    lines = re.findall(r"^((?:\S+ ){5}) *python manage.py (\w+)", page, re.M)
    found = {name: when.strip() for when, name in lines}
    assert advice.JOBS.items() <= found.items()


@pytest.mark.parametrize(("address", "found"), [("tests.urls", 1), ("tests.urls_with_requests", 0)])
def test_a_public_form_without_an_address_is_reported(installed, settings, address, found):
    settings.ROOT_URLCONF = address
    assert not reported("W029")
    publish(RequestForm.objects.get(case_kind="request"))
    assert len(reported("W029")) == found
    assert bool(advice.about_address()) == bool(found)


@pytest.mark.parametrize(("year", "found"), [("2026-11-20", 0), ("2031-03-03", 1)])
def test_a_year_without_announced_holidays_is_reported(installed, time_machine, year, found):
    publish(RequestForm.objects.get(case_kind="request"))
    time_machine.move_to(f"{year} 10:00+08:00")
    assert len(reported("W034")) == found
    assert advice.about_calendar()
