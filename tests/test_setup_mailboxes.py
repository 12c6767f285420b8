"""What setup prepares for letters: mailboxes and their pages as drafts; and what the checks say of public ones."""

from copy import deepcopy

import pytest
from django.contrib.auth.models import Group
from django.core import checks
from django.db import transaction
from django.db.models import ProtectedError
from wagtail.models import Page

from tests import factories
from tests.installed import CODE, NAME, again, default_site, state
from wagtail_disclosure.departments.models import Agency, Department
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.installation.report import Outcome
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.mailboxes.models import Mailbox, MailboxLeader, MailboxPage, MailboxType
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.publishing.errors import GateRefused

CODES = ["complaints", "leader", "questions", "suggestions"]


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield setup(default_site(), name=NAME, organisation_code=CODE)
        transaction.set_rollback(True)


@pytest.fixture
def installed(once, db):
    return deepcopy(once)


@pytest.fixture
def before_mailboxes(installed):
    """The site as a release without mailboxes left it."""
    _delete()
    InstalledItem.objects.filter(key__contains="/mailbox-").delete()


def _delete():
    for page in MailboxPage.objects.all():
        page.delete()
    Mailbox.objects.all().delete()


def notes(report):
    return " ".join(report.of(Outcome.NOTE))


def test_the_notices_name_the_agency(installed):
    notices = {each.code: each.notice for each in Mailbox.objects.all()}
    assert NAME in notices["leader"]
    assert not any("<bound" in each or "&lt;" in each for each in notices.values()), notices


def reported(number):
    found = checks.run_checks(tags=["database"], databases=["default"], include_deployment_checks=True)
    return [each for each in found if each.id == f"wagtail_disclosure.{number}"]


def publish(code):
    mailbox = Mailbox.objects.get(code=code)
    gate.seal_installed(mailbox)
    mailbox.save_revision().publish()
    return Mailbox.objects.get(code=code)


def test_mailboxes_and_their_pages_are_drafts_that_wait_for_their_review(installed, client):
    found = Mailbox.objects.order_by("code")
    assert [each.code for each in found] == CODES and not any(each.live for each in found)
    pages = MailboxPage.objects.order_by("slug")
    assert [each.slug for each in pages] == CODES and not any(each.live for each in pages)
    assert client.get("/leader/").status_code == 404
    leader = found.get(code="leader")
    assert (leader.addressee_kind, leader.agency.name) == ("leader", NAME)
    assert dict(leader.types.values_list("type", "unit"))["petition"] == "days"
    for each in leader.types.all():
        each.full_clean(exclude=["mailbox"])
    assert leader.title in notes(installed.report)


def test_running_it_again_changes_neither_mailboxes_nor_pages(installed):
    leader = Mailbox.objects.get(code="leader")
    leader.title = "主任信箱"
    leader.save()
    before = state()
    assert not again().changed and state() == before
    assert Mailbox.objects.get(code="leader").title == "主任信箱" and Mailbox.objects.count() == 4


def test_those_that_were_deleted_stay_away_until_they_are_restored(installed):
    _delete()
    assert not again().changed and not Mailbox.objects.exists()
    again(restore=True)
    assert MailboxPage.objects.count() == Mailbox.objects.count() == 4


def test_an_agency_that_has_mailboxes_of_its_own_gets_none(before_mailboxes):
    agency = Agency.objects.get()
    Mailbox.objects.create(
        code="zhuren", title="主任信箱", agency=agency, locale=agency.site.root_page.locale, live=False
    )
    again()
    assert Mailbox.objects.get().code == "zhuren" and not MailboxPage.objects.exists()


def test_an_address_that_is_taken_is_told_and_stops_nothing(before_mailboxes):
    default_site().root_page.add_child(instance=Page(title="领导", slug="leader"))
    report = again()
    assert Mailbox.objects.count() == 4 and MailboxPage.objects.count() == 3
    assert "领导" in notes(report)


def test_letters_that_nobody_would_see_are_reported(installed):
    assert not reported("W035")
    publish("questions")
    assert len(reported("W035")) == 1
    MailboxType.objects.filter(mailbox__code="questions").update(department=Department.objects.first())
    assert not reported("W035")


def test_an_office_that_assigns_letters_is_enough(installed):
    publish("questions")
    office = Group.objects.get(pk=installed.groups["office"].pk)
    office.user_set.add(factories.user("clerk"))
    assert not reported("W035")


def test_a_mailbox_that_no_page_shows_is_reported(installed):
    mailbox = publish("questions")
    assert len(reported("W036")) == 1
    page = MailboxPage.objects.get(mailbox=mailbox)
    gate.seal_installed(page)
    page.save_revision().publish()
    assert not reported("W036")


def test_a_leaders_mailbox_without_a_leader_is_reported(installed):
    publish("suggestions")
    assert not reported("W037")
    person = factories.user("zhou")
    MailboxLeader.objects.create(mailbox=Mailbox.objects.get(code="leader"), user=person)
    publish("leader")
    assert not reported("W037")
    person.is_active = False
    person.save()
    assert len(reported("W037")) == 1


def test_a_mailbox_that_is_not_wanted_is_deleted_with_its_page(installed):
    MailboxPage.objects.get(slug="questions").delete()
    Mailbox.objects.get(code="questions").delete()
    assert Mailbox.objects.count() == 3
    with pytest.raises((GateRefused, ProtectedError)):
        Mailbox.objects.get(code="leader").delete()
