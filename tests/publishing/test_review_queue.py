"""What waits for whom: the queue agrees with the rule, and the start page costs the same however much waits."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.evidence import why_not_reviewer
from wagtail_disclosure.publishing.queue import open_steps, waiting_for

pytestmark = pytest.mark.django_db


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def titles(states):
    return [state.revision.content["title"] for state in states.select_related("revision")]


def test_the_queue_agrees_with_the_rule_for_everybody_at_every_step(world):
    people = world.people
    head_and_secrecy = factories.user("both", groups=[world.groups["secrecy"]])
    DepartmentMember.objects.create(department=world.office, user=head_and_secrecy, role="reviewer")
    other_head = factories.user("otherhead")
    DepartmentMember.objects.create(department=world.other, user=other_head, role="reviewer")
    gone = factories.user("gone", groups=[world.groups["secrecy"]])
    gone.is_active = False
    gone.save()
    chain = (people.head, people.secrecy, people.copy, people.leader)
    for steps in range(4):
        page = factories.draft(world, f"第{steps}步")
        actions.submit(page, people.officer)
        for reviewer in chain[:steps]:
            factories.approve_step(page, reviewer)
    own = factories.draft(world, "自己起草", by=head_and_secrecy)
    actions.submit(own, head_and_secrecy)
    passed = factories.draft(world, "自己初审")
    actions.submit(passed, people.officer)
    factories.approve_step(passed, head_and_secrecy)
    second = factories.published(world, "第二版")
    fresh(second).save_revision(user=people.officer)
    actions.submit(fresh(second), people.officer)
    elsewhere = factories.draft(world, "别的科室", department=world.other, folder=world.other_folder)
    actions.submit(elsewhere, people.officer)

    users = [*vars(people).values(), head_and_secrecy, other_head, gone]
    for user, state in itertools.product(users, open_steps()):
        item = state.workflow_state.content_object.specific
        allowed = not why_not_reviewer(state.task.specific, item, user)
        assert (state in waiting_for(user)) == allowed, (user, state.task.name, str(item))


def test_the_oldest_waits_first(world, time_machine):
    for day, title in ((2, "较晚"), (1, "较早")):
        time_machine.move_to(f"2026-03-0{day} 09:00+08:00")
        actions.submit(factories.draft(world, title), world.people.officer)
    assert titles(waiting_for(world.people.head)) == ["较早", "较晚"]


def test_a_decided_step_waits_for_nobody(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    assert not waiting_for(world.people.head).exists()
    assert waiting_for(world.people.secrecy).count() == 1


def test_wagtail_is_told_the_same(world):
    actions.submit(factories.draft(world), world.people.officer)
    assert TaskState.objects.reviewable_by(world.people.head).count() == 1
    assert not TaskState.objects.reviewable_by(world.people.officer).exists()


# The start page


def home(client, user):
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home"))


def test_the_start_page_lists_what_waits_with_its_time_limit(client, world):
    page = factories.draft(world, "等待初审的通知", formed_on=timezone.localdate())
    actions.submit(page, world.people.officer)
    state = fresh(page).current_workflow_task_state
    text = home(client, world.people.head).content.decode()
    assert "等待初审的通知" in text
    assert reverse("wagtail_disclosure_review:review", args=[state.pk]) in text
    assert "disclosure-due--ahead" in text
    assert "disclosure-reviews-section" in text
    assert "awaiting-review-section" not in text, "Wagtail's own panel does not repeat it"


def test_what_is_disclosed_on_request_waits_without_a_time_limit(client, world):
    page = factories.draft(world, attribute="on_request", formed_on="2020-01-02")
    actions.submit(page, world.people.officer)
    assert "disclosure-due--" not in home(client, world.people.head).content.decode()


@pytest.mark.parametrize("person", ["officer", "secrecy", "leader", "root"])
def test_the_start_page_lists_nothing_that_waits_for_others(client, world, person):
    actions.submit(factories.draft(world, "等待初审的通知"), world.people.officer)
    text = home(client, getattr(world.people, person)).content.decode()
    assert "disclosure-reviews" not in text


def test_a_drafter_sees_the_drafts_of_the_department_nearest_first(client, world, time_machine):
    time_machine.move_to("2026-03-25 09:00+08:00")
    factories.draft(world, "宽裕的草稿", formed_on="2026-03-24")
    factories.draft(world, "逾期的草稿", formed_on="2026-02-10")
    factories.draft(world, "没有日期的草稿")
    factories.draft(world, "别处的草稿", department=world.other, folder=world.other_folder)
    text = home(client, world.people.officer).content.decode()
    panel = text[text.index("disclosure-drafts") :]
    assert panel.index("逾期的草稿") < panel.index("宽裕的草稿") < panel.index("没有日期的草稿")
    assert "disclosure-due--late" in panel and "disclosure-due--ahead" in panel
    assert "2026" in panel and "别处的草稿" not in panel


def test_the_time_limit_is_the_twentieth_working_day(client, world, time_machine):
    """Formed on Tuesday 2026-02-10: with Spring Festival and make-up days, 2026-03-16 is the last day."""
    time_machine.move_to("2026-03-16 09:00+08:00")
    factories.draft(world, formed_on="2026-02-10")
    assert "disclosure-due--soon" in home(client, world.people.officer).content.decode()
    time_machine.move_to("2026-03-17 09:00+08:00")
    assert "disclosure-due--late" in home(client, world.people.officer).content.decode()


def test_what_is_not_disclosed_proactively_has_no_such_limit(client, world):
    factories.draft(world, "依申请的草稿", attribute="on_request", formed_on="2020-01-02")
    text = home(client, world.people.officer).content.decode()
    assert "依申请的草稿" in text and "disclosure-due--late" not in text


def test_a_published_item_is_no_draft_until_it_is_edited(client, world):
    page = factories.published(world, "已公开的通知")
    assert "disclosure-drafts" not in home(client, world.people.officer).content.decode()
    fresh(page).save_revision(user=world.people.officer)
    assert "已公开的通知" in home(client, world.people.officer).content.decode()


def test_who_belongs_to_no_department_has_no_drafts_panel(client, world):
    factories.draft(world)
    assert "disclosure-drafts" not in home(client, world.people.leader).content.decode()


def queries(client, user):
    home(client, user)
    with CaptureQueriesContext(connection) as captured:
        assert home(client, user).status_code == 200
    return len(captured)


def test_the_start_page_costs_the_same_however_much_waits(client, world):
    for _each in range(2):
        actions.submit(factories.draft(world, formed_on="2026-03-02"), world.people.officer)
    before = queries(client, world.people.head)
    for number in range(4):
        actions.submit(factories.draft(world, f"更多 {number}", formed_on="2026-03-02"), world.people.officer)
    assert queries(client, world.people.head) <= before
