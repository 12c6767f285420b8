"""Mails about reviews: who gets them, what they say, and that they follow the commit."""

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask
from wagtail.users.models import UserProfile

from tests import factories
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.review import mail
from wagtail_disclosure.publishing.review.deadline import due_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run a function as a transaction that commits."""

    def run(function, *args, **kwargs):
        outbox.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return outbox.outbox

    return run


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def addressees(mails):
    return sorted(address for each in mails for address in each.to)


def address(name):
    return f"{name}@agency.example"


def second_head(world):
    user = factories.user("head2", name="钱处")
    DepartmentMember.objects.create(department=world.office, user=user, role="reviewer")
    return user


def profile(user, **preferences):
    found = UserProfile.get_for_user(user)
    for name, value in preferences.items():
        setattr(found, name, value)
    found.save()


def reject(page, by):
    actions.reject(fresh(page).current_workflow_task_state, by, comment="请补充附件二")


# To reviewers


def test_submission_mails_every_reviewer_of_the_department_once(world, committed):
    second_head(world)
    page = factories.draft(world)
    mails = committed(actions.submit, page, world.people.officer)
    assert addressees(mails) == sorted([address("head"), address("head2")])


def test_the_mail_links_to_the_review_page(world, committed):
    page = factories.draft(world)
    (sent,) = committed(actions.submit, page, world.people.officer)
    state = fresh(page).current_workflow_task_state
    link = "http://testserver" + reverse("wagtail_disclosure_review:review", args=[state.pk])
    assert link in sent.body
    assert "关于价格公示的通知" in sent.subject and "处室负责人初审" in sent.subject
    assert "陈信" in sent.body


def test_each_step_mails_the_next_reviewers(world, committed):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    assert addressees(committed(factories.approve_step, page, world.people.head)) == [address("secrecy")]
    assert addressees(committed(factories.approve_step, page, world.people.secrecy)) == [address("copy")]
    assert addressees(committed(factories.approve_step, page, world.people.copy)) == [address("leader")]


def test_who_drafted_or_passed_an_earlier_step_is_not_asked(world, committed):
    """The head sits in the secrecy group, too, and the officer in the copy group."""
    world.people.head.groups.add(world.groups["secrecy"])
    world.people.officer.groups.add(world.groups["copy"])
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    assert addressees(committed(factories.approve_step, page, world.people.head)) == [address("secrecy")]
    assert addressees(committed(factories.approve_step, page, world.people.secrecy)) == [address("copy")]


def test_reviewers_read_their_own_language(world, committed):
    profile(second_head(world), preferred_language="en")
    profile(world.people.head, preferred_language="zh-hans")
    page = factories.draft(world, formed_on=timezone.localdate())
    due = due_from(timezone.localdate()).on
    mails = {each.to[0]: each.body for each in committed(actions.submit, page, world.people.officer)}
    for name, language in (("head", "zh-hans"), ("head2", "en")):
        with override(language):
            assert date_format(due, "DATE_FORMAT") in mails[address(name)]


def test_who_turned_the_mails_off_gets_none(world, committed):
    profile(world.people.head, submitted_notifications=False)
    page = factories.draft(world)
    assert committed(actions.submit, page, world.people.officer) == []


def test_without_an_address_nothing_is_sent_and_nothing_breaks(world, committed):
    world.people.head.email = ""
    world.people.head.save()
    page = factories.draft(world)
    assert committed(actions.submit, page, world.people.officer) == []
    assert fresh(page).workflow_in_progress


def test_a_change_behind_the_lock_asks_the_first_reviewer_again(world, committed):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    draft = fresh(page).get_latest_revision().as_object()
    draft.title = "锁后改动"
    asked, told = committed(draft.save_revision, user=world.people.officer)
    assert asked.to == told.to == [address("head")]
    assert "“锁后改动”等待您办理" in asked.subject and "“锁后改动”在您审核后有修改" in told.subject


# To drafters


def test_a_returned_item_mails_its_drafters_with_the_comment(world, committed):
    colleague = factories.user("colleague", groups=[world.drafters])
    page = factories.draft(world)
    fresh(page).save_revision(user=colleague)
    actions.submit(fresh(page), world.people.officer)
    mails = committed(reject, page, world.people.head)
    assert addressees(mails) == [address("colleague"), address("officer")]
    assert all("请补充附件二" in each.body for each in mails)


def test_publication_mails_the_drafter_with_the_public_address(world, committed):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy):
        factories.approve_step(page, reviewer)
    (sent,) = committed(factories.approve_step, page, world.people.leader)
    assert sent.to == [address("officer")]
    assert fresh(page).full_url in sent.body


def test_a_second_edition_mails_only_its_own_drafters(world, committed):
    page = factories.published(world)
    colleague = factories.user("colleague", groups=[world.drafters])
    draft = fresh(page).get_latest_revision().as_object()
    draft.title = "第二版"
    draft.save_revision(user=colleague)
    actions.submit(fresh(page), colleague)
    assert addressees(committed(reject, page, world.people.head)) == [address("colleague")]


def test_drafters_turn_each_kind_of_mail_off_by_itself(world, committed):
    profile(world.people.officer, rejected_notifications=False)
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    assert committed(reject, page, world.people.head) == []


# Delivery


def test_nothing_is_sent_when_the_transaction_fails(world, django_capture_on_commit_callbacks):
    page = factories.draft(world)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.submit(page, world.people.officer)
            raise RuntimeError
    assert outbox.outbox == []


def test_steps_passed_in_the_same_transaction_ask_nobody(world, committed):
    page = factories.draft(world)
    mails = committed(factories.publish, world, page)
    assert addressees(mails) == [address("officer")]


def test_one_failing_address_does_not_stop_the_others(world, committed, monkeypatch):
    second_head(world)
    original = EmailBackend.send_messages

    def refuse(self, messages):
        if messages[0].to == [address("head")]:
            raise OSError("mailbox unavailable")
        return original(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = factories.draft(world)
    assert addressees(committed(actions.submit, page, world.people.officer)) == [address("head2")]
    assert fresh(page).workflow_in_progress


def test_a_server_that_cannot_be_reached_stops_nothing(world, committed, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    page = factories.draft(world)
    committed(actions.submit, page, world.people.officer)
    assert fresh(page).workflow_in_progress


def test_a_title_with_line_breaks_makes_no_second_header(world, committed):
    page = factories.draft(world, "第一行\r\nBcc: victim@example.org")
    (sent,) = committed(actions.submit, page, world.people.officer)
    assert "\n" not in sent.subject and sent.bcc == []


def test_suppressed_mails_come_as_one_summary(world, committed):
    drafts = [factories.draft(world, f"批量导入 {number}") for number in range(3)]

    def bulk():
        with mail.suppress() as held:
            for page in drafts:
                actions.submit(page, world.people.officer)
        bulk.counts = held.counts()

    assert committed(bulk) == []
    assert bulk.counts == {world.people.head: 3}
    assert mail.send_summary(bulk.counts) == 1
    (sent,) = outbox.outbox
    assert sent.to == [address("head")] and "3" in sent.subject


def test_an_empty_summary_sends_nothing(world):
    outbox.outbox.clear()
    assert mail.send_summary({}) == 0
    assert mail.send_summary({world.people.head: 0}) == 0
    assert outbox.outbox == []


def test_pages_outside_the_gate_keep_wagtails_own_mails(world, committed):
    task = GroupApprovalTask.objects.create(name="editors")
    task.groups.add(world.groups["copy"])
    workflow = Workflow.objects.create(name="plain")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    page = world.site.root_page.add_child(instance=PlainPage(title="普通页面", slug="plain", live=False))
    page.save_revision(user=world.people.officer)
    mails = committed(workflow.start, page, world.people.officer)
    assert address("copy") in addressees(mails)
    state = page.current_workflow_task_state
    mails = committed(state.task.specific.on_action, state, world.people.copy, "reject", comment="重写")
    assert addressees(mails) == [address("officer")]


# After a withdrawal


def withdraw(page, by):
    actions.withdraw(page, by, reason="content_error", explanation="表二数字有误，更正后重新公布。")


def test_a_withdrawal_mails_the_officers_and_reviewers_of_the_department(world, committed):
    page = factories.published(world)
    mails = committed(withdraw, page, world.people.root)
    assert addressees(mails) == [address("head"), address("officer")]
    assert all("表二数字有误" in each.body and "关于价格公示的通知" in each.subject for each in mails)
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in mails[0].body


def test_who_withdraws_gets_no_mail_about_it(world, committed):
    page = factories.published(world)
    assert addressees(committed(withdraw, page, world.people.head)) == [address("officer")]


def test_a_withdrawal_that_was_rolled_back_mails_nobody(world, django_capture_on_commit_callbacks):
    page = factories.published(world)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError), transaction.atomic():
            withdraw(page, world.people.root)
            raise RuntimeError
    assert outbox.outbox == []


def test_held_back_a_withdrawal_mails_nobody(world, committed):
    page = factories.published(world)

    def quietly():
        with mail.suppress():
            withdraw(page, world.people.root)

    assert committed(quietly) == []


def test_after_a_return_the_mail_says_how_to_submit_again(world, committed):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    profile(world.people.officer, preferred_language="en")
    (each,) = committed(reject, page, world.people.head)
    assert "Submit again (from the first step)" in each.body
