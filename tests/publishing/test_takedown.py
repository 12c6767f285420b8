"""Break-glass takedowns: one person acts, another one ratifies or refuses, and nothing comes back by itself."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Locale

from tests import factories
from tests.publishing.leaving import (
    EVERYWHERE,
    fresh,
    number_url,
    official,
    public_places,
    text,
    with_file,
)
from wagtail_disclosure.publishing import actions, ledger, takedowns
from wagtail_disclosure.publishing.errors import NotYourReview, ReviewRequired, WithdrawalRequired
from wagtail_disclosure.publishing.leaving.views import decision_url, leaving_url
from wagtail_disclosure.publishing.models import LedgerEntry, PublishedItem, Takedown, Withdrawal
from wagtail_disclosure.publishing.review.views import item_url

pytestmark = pytest.mark.django_db
SECRET = "正文第三段写了专线的走向。"
GIVEN = {"reason": "secrecy", "explanation": SECRET}
RATIFIED = {"action": "ratify", "ratify-reason": "secrecy", "ratify-explanation": "内容不宜公开，已撤下。"}


@pytest.fixture(autouse=True)
def _files_are_redirected_to(settings):
    # The storage of the tests has no paths to send files from.
    settings.WAGTAILDOCS_SERVE_METHOD = "redirect"


@pytest.fixture
def first(world):
    return official("first", name="孙一")


@pytest.fixture
def second(world):
    return official("second", name="钱二")


@pytest.fixture
def taken_down(world, first):
    page, attached = with_file(world)
    takedown = takedowns.take_down(page, first, **GIVEN)
    return page, attached, takedown


# Looking at it


def content_url(takedown):
    return reverse("wagtail_disclosure_leaving:taken_down", args=[takedown.pk])


def test_the_second_person_reads_what_was_taken_down_as_it_was(client, second, taken_down):
    page, _attached, takedown = taken_down
    draft = page.get_latest_revision_as_object()
    draft.summary = "后来改写的概述。"
    draft.save_revision()
    client.force_login(second)
    assert content_url(takedown) in client.get(decision_url(takedown)).content.decode()
    response = client.get(content_url(takedown))
    assert page.title in text(response) and "后来改写的概述" not in text(response)
    assert response["Content-Security-Policy"] == "sandbox allow-same-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("person", ["first", "copy", "nobody"])
def test_others_do_not_read_what_was_taken_down(client, world, first, taken_down, person):
    _page, _attached, takedown = taken_down
    reader = {"first": first, "copy": world.people.copy, "nobody": None}[person]
    if reader is not None:
        client.force_login(reader)
    assert client.get(content_url(takedown)).status_code in (302, 404)


def test_what_was_decided_is_not_looked_at_this_way_any_more(client, second, taken_down):
    _page, _attached, takedown = taken_down
    takedowns.refuse(takedown, second, comment="可以公开。", submit=False)
    client.force_login(second)
    assert client.get(content_url(takedown)).status_code == 404


# Taking down


def test_one_person_takes_an_item_down_at_once_and_the_public_learns_nothing_of_it(client, world, first):
    page, attached = with_file(world)
    assert public_places(client, world, page) == EVERYWHERE and client.get(attached.url).status_code == 302
    client.force_login(first)
    response = client.post(leaving_url("take_down", page), GIVEN)
    takedown = Takedown.objects.get()
    assert response["Location"] == decision_url(takedown)
    client.logout()
    assert public_places(client, world, page) == set()
    assert client.get(attached.url).status_code == 404
    for address in (page.url, number_url(world, page)):
        notice = client.get(address)
        assert notice.status_code == 410
        for hidden in (page.title, SECRET, takedown.get_reason_display(), first.first_name):
            assert hidden not in text(notice)
    record = text(client.get(f"{world.catalogue.url}record/{page.pk}/"))
    assert page.title not in record and attached.title not in record and SECRET not in record


def test_the_ledger_names_the_person_and_keeps_no_explanation(world, first, taken_down):
    entry = LedgerEntry.objects.latest("sequence")
    assert entry.kind == LedgerEntry.Kind.TAKEN_DOWN and entry.actor == first
    assert SECRET not in str(entry.data) and ledger.is_authentic(entry)


@pytest.mark.parametrize("person", ["officer", "head", "secrecy", "copy", "leader"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_permission_nothing_is_taken_down(client, world, person, method):
    page = factories.published(world)
    client.force_login(getattr(world.people, person))
    assert getattr(client, method)(leaving_url("take_down", page), GIVEN).status_code == 302
    assert fresh(page).live and not Takedown.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "mood"},
        {"reason": "duplicate"},
        {"explanation": " "},
        {"explanation": "长" * 5001},
    ],
)
def test_a_wrong_takedown_is_refused_with_what_was_typed_kept(client, world, first, wrong):
    page = factories.published(world)
    client.force_login(first)
    response = client.post(leaving_url("take_down", page), {**GIVEN, **wrong})
    assert (
        response.status_code == 200 and {**GIVEN, **wrong}["explanation"].strip() in response.content.decode()
    )
    assert fresh(page).live and not Takedown.objects.exists()


def test_an_item_under_review_and_scheduled_is_taken_down_all_the_same(world, first):
    page = factories.published(world)
    edition = fresh(page)
    edition.title = "下一版"
    edition.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    takedowns.take_down(fresh(page), first, **GIVEN)
    page = fresh(page)
    assert not page.live and not page.workflow_in_progress


@pytest.mark.raw
def test_what_got_live_behind_the_gates_back_is_taken_down_as_well(client, world, first):
    page = factories.draft(world)
    type(page).objects.filter(pk=page.pk).update(live=True)
    takedown = takedowns.take_down(fresh(page), first, **GIVEN)
    assert not fresh(page).live and takedown.carried_out_at is not None
    assert LedgerEntry.objects.latest("sequence").data["unsealed"] is True
    assert client.get(page.url).status_code == 410


def test_translations_are_offered_and_taken_along(client, world, first):
    english = Locale.objects.get_or_create(language_code="en")[0]
    page = factories.published(world)
    copy = page.copy_for_translation(english, copy_parents=True)
    copy.title = "Notice on price publicity"
    copy.save_revision(user=world.people.officer)
    translation = factories.publish(world, fresh(copy))
    client.force_login(first)
    shown = client.get(leaving_url("take_down", page)).content.decode()
    assert "Notice on price publicity" in shown
    client.post(leaving_url("take_down", page), {**GIVEN, "also": [str(translation.pk)]})
    assert not fresh(page).live and not fresh(translation).live
    lead = Takedown.objects.get(together_with=None)
    takedowns.ratify(lead, world.people.root, reason="secrecy", explanation="已撤下。")
    assert {each.state for each in Takedown.objects.all()} == {"ratified"} and Withdrawal.objects.count() == 2


def test_a_second_click_and_a_withdrawal_find_it_gone(client, world, first, second):
    page = factories.published(world)
    for person in (first, second):
        client.force_login(person)
        client.post(leaving_url("take_down", page), GIVEN)
    assert Takedown.objects.count() == 1
    response = client.post(item_url("withdraw", page), {"reason": "content_error", "explanation": "有误。"})
    assert response["Location"] == decision_url(Takedown.objects.get())
    assert not Withdrawal.objects.exists()
    with pytest.raises(WithdrawalRequired):
        takedowns.take_down(page, first, **GIVEN)


def test_the_mail_goes_to_those_who_may_decide_and_says_neither_what_nor_why(
    world, first, second, django_capture_on_commit_callbacks
):
    page = factories.published(world)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        takedown = takedowns.take_down(page, first, **GIVEN)
    by_person = {message.to[0]: message for message in mail.outbox}
    assert second.email in by_person and first.email not in by_person
    assert decision_url(takedown) in by_person[second.email].body
    assert (
        world.people.officer.email in by_person
        and decision_url(takedown) not in by_person[world.people.officer.email].body
    )
    for message in mail.outbox:
        assert page.title not in message.subject + message.body and SECRET not in message.body


# The second person


def test_ratified_it_is_a_withdrawal_with_a_public_explanation(client, world, second, taken_down):
    page, _attached, takedown = taken_down
    client.force_login(second)
    client.post(decision_url(takedown), RATIFIED)
    takedown.refresh_from_db()
    assert takedown.state == "ratified" and takedown.settled_by == second
    assert LedgerEntry.objects.latest("sequence").kind == LedgerEntry.Kind.RATIFIED
    client.logout()
    notice = client.get(page.url)
    assert notice.status_code == 410 and "内容不宜公开" in text(notice) and SECRET not in text(notice)


@pytest.mark.parametrize("who", ["first", "root who took it down", "without the permission"])
def test_who_may_not_ratify(client, world, first, who):
    page = factories.published(world)
    person = world.people.root if who.startswith("root") else first
    takedown = takedowns.take_down(page, person, **GIVEN)
    reader = official("reader", "view_takedown") if who.startswith("without") else person
    client.force_login(reader)
    assert 'value="ratify"' not in client.get(decision_url(takedown)).content.decode()
    client.post(decision_url(takedown), RATIFIED)
    with pytest.raises(NotYourReview):
        takedowns.refuse(takedown, reader, comment="没有问题")
    takedown.refresh_from_db()
    assert takedown.is_pending and not Withdrawal.objects.exists()


def test_whoever_has_no_part_in_takedowns_finds_none(client, world, taken_down):
    client.force_login(world.people.officer)
    assert client.get(decision_url(taken_down[2])).status_code == 404
    assert client.get(reverse("wagtail_disclosure_leaving:takedowns")).status_code == 302


def test_two_second_persons_decide_once(world, second, taken_down):
    takedown = taken_down[2]
    takedowns.ratify(takedown, second, reason="secrecy", explanation="已撤下。")
    with pytest.raises(NotYourReview):
        takedowns.refuse(takedown, world.people.root, comment="没有问题")


def test_a_ratification_without_an_explanation_keeps_what_was_typed(client, second, taken_down):
    client.force_login(second)
    response = client.post(
        decision_url(taken_down[2]), {**RATIFIED, "ratify-explanation": "", "ratify-comment": "内部备注"}
    )
    assert response.status_code == 200 and "内部备注" in response.content.decode()
    assert not Withdrawal.objects.exists()


def test_refused_it_comes_back_by_the_whole_review_only(client, world, second, taken_down):
    page, attached, takedown = taken_down
    client.force_login(second)
    client.post(
        decision_url(takedown), {"action": "refuse", "refuse-comment": "不涉密", "refuse-submit": "on"}
    )
    client.logout()
    page = fresh(page)
    assert not page.live and page.workflow_in_progress and client.get(page.url).status_code == 410
    people = world.people
    for reviewer in (people.head, people.secrecy, people.copy, people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).live and client.get(page.url).status_code == 200
    assert client.get(attached.url).status_code == 302
    assert public_places(client, world, page) == EVERYWHERE


def test_refused_with_another_draft_is_left_to_the_drafters(client, world, second, taken_down):
    page, _attached, takedown = taken_down
    edition = fresh(page)
    edition.summary = "下一版"
    edition.save_revision(user=world.people.officer)
    client.force_login(second)
    assert "refuse-submit" not in client.get(decision_url(takedown)).content.decode()
    client.post(
        decision_url(takedown), {"action": "refuse", "refuse-comment": "不涉密", "refuse-submit": "on"}
    )
    takedown.refresh_from_db()
    assert takedown.state == "refused" and not fresh(page).workflow_in_progress


def test_nothing_is_published_while_nobody_has_decided(world, second, taken_down):
    page, _attached, takedown = taken_down
    with pytest.raises(ReviewRequired):
        factories.publish(world, fresh(page))
    assert not fresh(page).live
    takedowns.refuse(takedown, second, comment="不涉密")
    factories.approve_step(fresh(page), world.people.leader)
    assert fresh(page).live


# Not in time


def test_not_ratified_in_time_it_is_escalated_daily_and_stays_down(
    client, world, first, second, django_capture_on_commit_callbacks
):
    page = factories.published(world)
    start = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False):
        takedown = takedowns.take_down(page, first, **GIVEN)
    mail.outbox.clear()

    def run(hours):
        with time_machine.travel(start + datetime.timedelta(hours=hours), tick=False):
            with django_capture_on_commit_callbacks(execute=True):
                call_command("disclosure_escalate")

    run(23)
    assert not mail.outbox
    run(25)
    run(26)
    told = [message.to[0] for message in mail.outbox]
    assert sorted(told) == sorted({second.email, first.email, world.people.root.email}) and len(told) == 3
    run(49)
    run(97)
    assert len(mail.outbox) == 9
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.ESCALATED).count() == 1
    takedown.refresh_from_db()
    assert takedown.is_pending and not fresh(page).live
    for message in mail.outbox:
        assert page.title not in message.subject + message.body


def test_the_start_page_shows_what_waits_and_that_it_is_overdue(
    client, first, second, taken_down, time_machine
):
    takedown = taken_down[2]
    home = reverse("wagtailadmin_home")
    client.force_login(second)
    assert decision_url(takedown) in client.get(home).content.decode()
    assert "disclosure-due--late" not in client.get(home).content.decode()
    time_machine.move_to(takedown.due_at + datetime.timedelta(minutes=1))
    assert "disclosure-due--late" in client.get(home).content.decode()
    client.force_login(first)
    assert decision_url(takedown) not in client.get(home).content.decode()


def test_the_report_filters_by_state_and_exports(client, world, first, taken_down):
    client.force_login(first)
    report = reverse("wagtail_disclosure_leaving:takedowns")
    assert taken_down[0].title in client.get(report).content.decode()
    assert taken_down[0].title in client.get(report, {"state": "pending"}).content.decode()
    for state in ("overdue", "ratified"):
        assert taken_down[0].title not in client.get(report, {"state": state}).content.decode()
    exported = b"".join(client.get(report, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert taken_down[0].title in exported and SECRET not in exported


# What editors see


def test_editors_read_in_the_editor_that_it_was_taken_down(client, world, taken_down):
    page = taken_down[0]
    client.force_login(world.people.officer)
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), follow=True).content.decode()
    assert "孙一" in shown and SECRET in shown


def test_lists_of_the_admin_say_so(world, second, taken_down):
    page, _attached, takedown = taken_down
    down = fresh(page).status_string
    takedowns.ratify(takedown, second, reason="secrecy", explanation="已撤下。")
    assert fresh(page).status_string not in ("draft", down)
    assert not PublishedItem.objects.filter(pk=page.pk).exists()


def test_the_button_stands_on_the_page_of_who_may(client, world, first):
    page = factories.published(world)
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.force_login(world.people.root)
    assert leaving_url("take_down", page) in client.get(editor).content.decode()
    client.force_login(world.people.officer)
    assert leaving_url("take_down", page) not in client.get(editor).content.decode()
