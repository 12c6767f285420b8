"""Deadlines of steps, the reminders about them, and to whom overdue steps are told."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import TaskState
from wagtail.users.models import UserProfile

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import ReviewPolicy, ReviewPolicyStep, ReviewReminder
from wagtail_disclosure.publishing.review.step_deadline import step_due, steps_due

from .test_delegation import delegate

pytestmark = pytest.mark.django_db
DAYS = (2, 3, 2, 3)


@pytest.fixture
def world(time_machine):
    time_machine.move_to("2026-03-02 09:00+08:00", tick=False)
    world = factories.world()
    for step, days in zip(world.policy.steps.all(), DAYS, strict=True):
        ReviewPolicyStep.objects.filter(pk=step.pk).update(working_days=days)
    for person in vars(world.people).values():
        in_english(person)
    return world


def in_english(person, **more):
    profile = UserProfile.get_for_user(person)
    for name, value in {"preferred_language": "en", **more}.items():
        setattr(profile, name, value)
    profile.save()
    return person


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def state_of(page):
    return TaskState.objects.get(pk=fresh(page).current_workflow_task_state.pk)


def in_review(world, *reviewers, **fields):
    page = factories.draft(world, **fields)
    actions.submit(page, world.people.officer)
    for reviewer in reviewers:
        factories.approve_step(page, reviewer)
    return fresh(page)


def remind(*args):
    outbox.outbox.clear()
    text = StringIO()
    call_command("disclosure_remind", *args, stdout=text, stderr=text)
    return list(outbox.outbox), text.getvalue()


def to(mails):
    return sorted(mail.to[0].split("@")[0] for mail in mails)


def clerk(*permissions, name="clerk"):
    group = Group.objects.create(name=name)
    group.permissions.add(*Permission.objects.filter(codename__in=permissions))
    return in_english(factories.user(name, groups=[group], name="吴办"))


# Counting


def test_the_days_of_a_step_are_working_days_of_the_calendar(world, time_machine):
    """Spring Festival 2026: of the days after Friday the 13th of February, the 14th, 24th and 25th are worked."""
    time_machine.move_to("2026-02-13 17:00+08:00", tick=False)
    page = in_review(world, world.people.head)
    due = step_due(state_of(page))
    assert due.on.isoformat() == "2026-02-25" and due.days_left == 3 and due.level == "ahead"


@pytest.mark.parametrize(
    ("day", "level", "left"),
    [
        ("03-02", "ahead", 2),
        ("03-03", "soon", 1),
        ("03-04", "soon", 0),
        ("03-05", "late", -1),
        ("03-09", "late", -3),
    ],
)
def test_a_step_is_close_on_its_last_two_days_and_late_after(world, time_machine, day, level, left):
    page = in_review(world)
    time_machine.move_to(f"2026-{day} 09:00+08:00", tick=False)
    due = step_due(state_of(page))
    assert (due.level, due.days_left) == (level, left)


def test_each_step_counts_from_the_day_it_began_to_wait(world, time_machine):
    page = in_review(world)
    time_machine.move_to("2026-03-10 09:00+08:00", tick=False)
    factories.approve_step(page, world.people.head)
    assert step_due(state_of(page)).on.isoformat() == "2026-03-13"


def test_a_step_without_days_has_no_deadline(client, world):
    ReviewPolicyStep.objects.update(working_days=None)
    page = in_review(world)
    assert step_due(state_of(page)) is None
    client.force_login(world.people.head)
    url = reverse("wagtail_disclosure_review:review", args=[state_of(page).pk])
    assert "working days left" not in client.get(url).content.decode()


def test_the_strictest_policy_decides(world):
    below = ReviewPolicy.objects.create(page=world.folder.page_ptr, workflow=world.workflow)
    ReviewPolicyStep.objects.create(policy=below, task=world.tasks[0].task_ptr, working_days=1)
    elsewhere = factories.draft(world, department=world.other, folder=world.other_folder)
    actions.submit(elsewhere, world.people.officer)
    here = in_review(world)
    found = steps_due([state_of(here), state_of(elsewhere)])
    assert [found[state_of(each).pk].days_left for each in (here, elsewhere)] == [1, 2]


def test_days_kept_for_important_items_hold_for_those_only(world):
    below = ReviewPolicy.objects.create(page=world.folder.page_ptr, workflow=world.workflow)
    ReviewPolicyStep.objects.create(
        policy=below, task=world.tasks[0].task_ptr, working_days=1, condition="important"
    )
    plain, important = in_review(world), in_review(world, important=True)
    found = steps_due([state_of(plain), state_of(important)])
    assert [found[state_of(each).pk].days_left for each in (plain, important)] == [2, 1]


# Screens


def test_reviewers_see_the_deadline_on_the_review_page_and_in_their_list(client, world, time_machine):
    page = in_review(world)
    time_machine.move_to("2026-03-06 09:00+08:00", tick=False)
    client.force_login(world.people.head)
    url = reverse("wagtail_disclosure_review:review", args=[state_of(page).pk])
    for text in (client.get(url).content.decode(), client.get(reverse("wagtailadmin_home")).content.decode()):
        assert "disclosure-due--late" in text and "2 working days late" in text


def test_the_report_of_drafts_says_when_the_step_is_due(client, world, time_machine):
    in_review(world)
    time_machine.move_to("2026-03-06 09:00+08:00", tick=False)
    client.force_login(world.people.head)
    url = reverse("wagtail_disclosure_drafts:report")
    assert "2 working days late" in client.get(url).content.decode()
    csv = client.get(url, {"export": "csv"}).getvalue().decode()
    assert "2026-03-04" in csv


def test_the_policy_shows_and_takes_the_days(client, world):
    client.force_login(world.people.root)
    text = client.get(reverse("disclosure_review_policies:index")).content.decode()
    assert "[2 working days]" in text
    text = client.get(reverse("disclosure_review_policies:edit", args=[world.policy.pk])).content.decode()
    assert 'name="steps-0-working_days"' in text


# Reminders


def test_nothing_is_sent_while_there_is_time(world):
    in_review(world)
    mails, text = remind()
    assert mails == [] and "0" in text


def test_on_the_day_before_and_when_it_is_late_the_holder_gets_one_mail_for_all_steps(world, time_machine):
    first, second = in_review(world, title="第一件"), in_review(world, title="第二件")
    time_machine.move_to("2026-03-03 08:00+08:00", tick=False)
    (mail,), _text = remind()
    assert mail.to == ["head@agency.example"] and "2 reviews are due soon" in mail.subject
    for page in (first, second):
        assert reverse("wagtail_disclosure_review:review", args=[state_of(page).pk]) in mail.body
    assert "第一件" in mail.body and "1 working day left" in mail.body
    assert remind()[0] == [], "running it again sends nothing"
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    (mail,), _text = remind()
    assert "2 reviews are overdue" in mail.subject


def test_a_missed_run_is_made_up_and_rest_days_are_kept(world, time_machine):
    in_review(world)
    time_machine.move_to("2026-03-07 08:00+08:00", tick=False)
    assert remind()[0] == []
    time_machine.move_to("2026-03-09 08:00+08:00", tick=False)
    assert "head" in to(remind()[0])


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(world, time_machine):
    in_review(world, title="第一件")
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    mails, text = remind("--dry-run")
    assert mails == [] and "head@agency.example" in text and "第一件" in text
    assert not ReviewReminder.objects.exists()
    assert to(remind()[0]) == ["head"]


def test_who_wants_no_mails_gets_none(world, time_machine):
    in_english(world.people.head, submitted_notifications=False)
    in_review(world)
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    assert remind()[0] == []


def test_mails_speak_the_language_of_the_person(world, time_machine):
    in_english(world.people.head, preferred_language="zh-hans")
    in_review(world)
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    assert "2026年3月4日" in remind()[0][0].body


def test_a_mail_server_that_is_down_loses_no_reminder(world, time_machine, monkeypatch):
    in_review(world)
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)

    def down(*args, **kwargs):
        raise OSError("down")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", down)
        mails, text = remind()
        assert mails == [] and not ReviewReminder.objects.exists()
    assert to(remind()[0]) == ["head"]


def test_only_those_who_may_take_the_step_are_reminded(world, time_machine):
    both = in_english(factories.user("both", groups=[world.groups["secrecy"]]))
    DepartmentMember.objects.create(department=world.office, user=both, role="reviewer")
    in_review(world, both)
    time_machine.move_to("2026-03-12 08:00+08:00", tick=False)
    reminded = to(mail for mail in remind()[0] if "overdue for days" not in mail.subject)
    assert reminded == ["secrecy"]


def test_the_deputy_is_reminded_and_the_absent_person_is_not(world, time_machine):
    deputy = in_english(factories.user("deputy", name="孙副"))
    delegate(world.people.head, deputy, days=20)
    in_review(world)
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    (mail,), _text = remind()
    assert mail.to == ["deputy@agency.example"] and "for 王处" in mail.body


def test_the_absent_person_is_reminded_of_what_the_deputy_may_not_take(world, time_machine):
    delegate(world.people.head, world.people.officer, days=20)
    in_review(world)
    time_machine.move_to("2026-03-05 08:00+08:00", tick=False)
    assert to(remind()[0]) == ["head"]


# Overdue for longer


def test_days_after_the_deadline_department_and_office_are_told_once(world, time_machine):
    clerk("add_delegation", "add_attributedetermination")
    in_review(world, world.people.head, title="积压的通知")
    time_machine.move_to("2026-03-09 08:00+08:00", tick=False)
    assert to(remind()[0]) == ["secrecy"]
    time_machine.move_to("2026-03-10 08:00+08:00", tick=False)
    mails, _text = remind()
    assert to(mails) == ["clerk", "head", "secrecy"]
    told = next(mail for mail in mails if mail.to == ["clerk@agency.example"])
    assert "积压的通知" in told.body and "李密" in told.body
    time_machine.move_to("2026-03-11 08:00+08:00", tick=False)
    assert to(remind()[0]) == ["secrecy"], "the office is told once of a step, its holder every working day"


def test_the_office_is_told_when_nobody_can_take_a_step(world, time_machine):
    clerk("add_delegation", "add_attributedetermination")
    world.people.secrecy.groups.remove(world.groups["secrecy"])
    in_review(world, world.people.head)
    time_machine.move_to("2026-03-10 08:00+08:00", tick=False)
    told = next(mail for mail in remind()[0] if mail.to == ["clerk@agency.example"])
    assert "Nobody can take this step at present." in told.body


def test_who_may_not_read_the_draft_is_not_told_of_it(world, time_machine):
    clerk("add_delegation")
    in_review(world, world.people.head)
    time_machine.move_to("2026-03-10 08:00+08:00", tick=False)
    assert "clerk" not in to(remind()[0])


# A mail for every step


def test_a_step_that_opens_because_others_are_skipped_is_mailed(world, django_capture_on_commit_callbacks):
    ReviewPolicyStep.objects.filter(task__in=[task.pk for task in world.tasks[1:3]]).update(
        condition="important"
    )
    page = in_review(world)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        factories.approve_step(page, world.people.head)
    assert to(outbox.outbox) == ["leader"]


def test_a_deputy_is_mailed_when_a_step_opens(world, django_capture_on_commit_callbacks):
    deputy = factories.user("deputy")
    delegate(world.people.secrecy, deputy, days=20)
    page = in_review(world)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        factories.approve_step(page, world.people.head)
    assert to(outbox.outbox) == ["deputy", "secrecy"]


def test_both_people_are_mailed_about_a_delegation_that_another_entered(
    world, django_capture_on_commit_callbacks
):
    office = clerk("add_delegation")
    deputy = in_english(factories.user("deputy", name="孙副"), submitted_notifications=False)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        delegate(world.people.head, deputy, by=office)
    assert to(outbox.outbox) == ["deputy", "head"]
    assert "吴办" in outbox.outbox[0].body
