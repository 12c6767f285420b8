"""What an inspection would find in mailboxes is shown to those who can do something about it, before anybody inspects."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from tests import factories_mail
from tests.case_admin import browser
from tests.mailboxes.published import drafted, publish, reviewed
from tests.mailboxes.test_embedding import mailbox_page
from wagtail_disclosure.mailboxes import leading, monitors
from wagtail_disclosure.mailboxes.models import Mailbox

pytestmark = pytest.mark.django_db


def codes(user, today=None):
    return [each.code for each in monitors.findings(monitors.mailboxes_for(user), today)]


def days_ago(number):
    return timezone.now() - datetime.timedelta(days=number)


def later(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def test_a_letter_unanswered_for_three_months_is_found_and_spam_is_not(place):
    mailbox_page(place.mailbox)
    old = factories_mail.letter(place, mailbox=place.mailbox, at=days_ago(100))
    factories_mail.letter(place, mailbox=place.mailbox, at=days_ago(60))
    [found] = [each for each in monitors.findings(Mailbox.objects.all()) if each.code == "unanswered"]
    assert found.is_serious and "1" in found.detail and f"mailbox={place.mailbox.pk}" in found.url
    factories_mail.through(old, place, "mark_invalid", note="广告")
    assert "unanswered" not in codes(place.head)


def test_two_months_without_a_public_reply_are_found_until_there_is_one(place):
    reviewed(place)
    assert codes(place.head) == [], "the mailbox was opened today"
    assert codes(place.head, later(70)) == ["nothing_public"]
    draft = drafted(place)
    [found] = monitors.findings(monitors.mailboxes_for(place.head), later(70))
    assert f"mailbox={place.mailbox.pk}" in found.url and "publication=ready" in found.url
    publish(place, draft)
    assert codes(place.head, later(30)) == []
    assert "nothing_public" in codes(place.head, later(70))


def test_a_mailbox_without_a_page_publishes_no_statistics(place):
    assert codes(place.head) == ["no_statistics"]
    mailbox_page(place.mailbox)
    assert codes(place.head) == []


@pytest.mark.parametrize("hidden", ["log-in", "no site"])
def test_a_page_that_not_everybody_can_open_publishes_no_statistics(place, hidden):
    if hidden == "log-in":
        home = Site.objects.get().root_page
        PageViewRestriction.objects.create(page=home, restriction_type="login")
    mailbox_page(place.mailbox)
    if hidden == "no site":
        other = Page.get_first_root_node().add_child(instance=Page(title="另一个网站", slug="other"))
        Site.objects.update(root_page=other)
    assert codes(place.head) == ["no_statistics"]


def test_office_and_leaders_are_told_and_nobody_else(place):
    label = "没有公开留言受理反馈情况统计"
    home = reverse("wagtailadmin_home")
    assert label in browser(place.head).get(home).content.decode()
    assert label in browser(place.leader).get(home).content.decode()
    assert label in browser(place.leader).get(reverse(leading.NAME)).content.decode()
    for person in (place.officer, place.stranger):
        assert label not in browser(person).get(home).content.decode()


def test_many_mailboxes_take_as_many_queries_as_one(place):
    with CaptureQueriesContext(connection) as few:
        monitors.findings(Mailbox.objects.all())
    for _each in range(3):
        factories_mail.mailbox(place)
    with CaptureQueriesContext(connection) as many:
        assert len(monitors.findings(Mailbox.objects.all())) == 4
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("day", "number", "before"),
    [
        (datetime.date(2026, 5, 31), 3, datetime.date(2026, 2, 28)),
        (datetime.date(2026, 1, 15), 2, datetime.date(2025, 11, 15)),
        (datetime.date(2026, 3, 1), 3, datetime.date(2025, 12, 1)),
    ],
)
def test_months_are_counted_by_the_calendar(day, number, before):
    assert monitors.months_before(day, number) == before
