"""Review policies in the admin: who may change them, what is refused, and what happens to reviews that are running."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import ModelLogEntry, Task, Workflow, WorkflowTask
from wagtail.users.models import UserProfile

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import GateRefused, ReviewRequired
from wagtail_disclosure.publishing.evidence import required_steps
from wagtail_disclosure.publishing.models import CopyCheck, ReviewPolicy, ReviewPolicyStep

pytestmark = pytest.mark.django_db
NAME = "disclosure_review_policies"


@pytest.fixture
def world(world):
    for person in vars(world.people).values():
        profile = UserProfile.get_for_user(person)
        profile.preferred_language = "en"
        profile.save()
    return world


@pytest.fixture
def root(client, world):
    client.force_login(world.people.root)
    return world.people.root


def url(view, *args):
    return reverse(f"{NAME}:{view}", args=args)


def step(task, condition="always", **more):
    return {"task": getattr(task, "task_ptr_id", task.pk), "condition": condition, **more}


def form(page, workflow, steps, initial=0):
    data = {
        "page": page.pk,
        "workflow": workflow.pk,
        "steps-TOTAL_FORMS": len(steps),
        "steps-INITIAL_FORMS": initial,
        "steps-MIN_NUM_FORMS": 0,
        "steps-MAX_NUM_FORMS": 1000,
    }
    for place, row in enumerate(steps):
        row = {"ORDER": place + 1, **row}
        data.update({f"steps-{place}-{name}": value for name, value in row.items()})
    return data


def stored(policy, **changes):
    """The rows of ``policy`` as its form sends them; ``changes`` by number of the step."""
    rows = []
    for place, each in enumerate(policy.steps.all()):
        rows.append({"id": each.pk, **step(each.task, each.condition), **changes.get(f"step{place}", {})})
    return rows


def extra(name="法规审核", workflow=None, at=None):
    """A further step; it stands in ``workflow`` at the place ``at`` where one is given."""
    task = CopyCheck.objects.create(name=name)
    group = Group.objects.create(name=name)
    group.user_set.add(factories.user())
    task.groups.add(group)
    if workflow is not None:
        WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=at)
    return task


def copy_of(workflow, name):
    twin = Workflow.objects.create(name=name)
    for row in workflow.workflow_tasks.all():
        WorkflowTask.objects.create(workflow=twin, task=row.task, sort_order=row.sort_order)
    return twin


def errors(response):
    assert response.status_code == 200, "saved"
    form = response.context["form"]
    return " ".join(str(message) for field in form.errors.values() for message in field)


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


# Who may


@pytest.mark.parametrize("view", ["index", "index_results", "add", "edit", "delete", "history", "inspect"])
@pytest.mark.parametrize(
    ("codenames", "views"),
    [
        ((), ()),
        (("view_reviewpolicy",), ("index", "index_results", "inspect")),
        (("change_reviewpolicy",), ("index", "index_results", "inspect", "edit", "history")),
        (
            tuple(f"{each}_reviewpolicy" for each in ("add", "change", "delete", "view")),
            ("index", "index_results", "add", "edit", "delete", "history", "inspect"),
        ),
    ],
)
def test_each_address_is_open_to_whom_a_permission_opens_it(client, world, view, codenames, views):
    group = Group.objects.create(name="policy")
    group.permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(factories.user("somebody", groups=[group]))
    needs_none = view in ("index", "index_results", "add")
    page = factories.group_with_pages("pages", world.catalogue, "add")
    assert page.pk
    ReviewPolicy.objects.create(page=world.folder.page_ptr, workflow=world.workflow)
    policy = ReviewPolicy.objects.get(page=world.folder.page_ptr)
    response = client.get(url(view) if needs_none else url(view, policy.pk))
    assert (response.status_code == 200) == (view in views), response.status_code


@pytest.mark.parametrize("name", ["officer", "head", "secrecy", "copy", "leader"])
def test_those_who_draft_and_review_have_no_part_in_it(client, world, name):
    client.force_login(getattr(world.people, name))
    assert url("index") not in client.get(reverse("wagtailadmin_home")).content.decode()
    for address in (url("index"), url("edit", world.policy.pk), url("delete", world.policy.pk)):
        assert client.get(address).status_code == 302
    assert client.post(url("delete", world.policy.pk)).status_code == 302
    assert ReviewPolicy.objects.filter(pk=world.policy.pk).exists()


def test_the_menu_leads_the_webmaster_there(client, world, root):
    assert url("index") in client.get(reverse("wagtailadmin_home")).content.decode()


# What a webmaster does


def test_a_policy_below_adds_a_step(client, world, root):
    task = extra(workflow=world.workflow, at=9)
    response = client.post(url("add"), form(world.folder, world.workflow, [step(task, "important")]))
    assert response.status_code == 302
    policy = ReviewPolicy.objects.get(page_id=world.folder.pk)
    text = client.get(url("edit", policy.pk)).content.decode()
    assert "inherited from “政府信息公开目录”" in text and "委领导审批" in text and "法规审核" in text
    plain, important = factories.draft(world), factories.draft(world, important=True)
    assert len(required_steps(plain)) == 4 and len(required_steps(important)) == 5
    assert "inherited from" in client.get(url("inspect", policy.pk)).content.decode()


def test_a_step_of_a_policy_below_may_stand_anywhere_in_the_workflow(client, world, root):
    task = extra(workflow=world.workflow, at=-1)
    response = client.post(url("add"), form(world.folder, world.workflow, [step(task)]))
    assert response.status_code == 302


def test_a_change_is_recorded_with_what_was_and_what_is(client, world, root):
    rows = stored(world.policy, step3={"condition": "important"})
    assert (
        client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4)).status_code
        == 302
    )
    entry = ModelLogEntry.objects.get(action="wagtail_disclosure.review_policy")
    assert entry.user == root and "委领导审批" in entry.data["before"]
    assert entry.data["before"] != entry.data["after"]
    assert "委领导审批" in client.get(url("history", world.policy.pk)).content.decode()


def test_a_save_that_changes_nothing_is_no_change_of_the_review(client, world, root):
    data = form(world.catalogue, world.workflow, stored(world.policy), 4)
    assert client.post(url("edit", world.policy.pk), data).status_code == 302
    assert not ModelLogEntry.objects.filter(action="wagtail_disclosure.review_policy").exists()


def test_a_step_that_nobody_holds_is_named_after_saving(client, world, root):
    task = extra(workflow=world.workflow, at=9)
    task.groups.get().user_set.clear()
    data = form(world.folder, world.workflow, [step(task)])
    text = client.post(url("add"), data, follow=True).content.decode()
    assert "Nobody holds “法规审核” yet" in text


# What is refused


def test_only_active_steps_of_the_disclosure_review_are_offered(client, world, root):
    from wagtail.models import GroupApprovalTask

    other = GroupApprovalTask.objects.create(name="别的审批")
    asleep = extra("停用的一步")
    Task.objects.filter(pk=asleep.pk).update(active=False)
    text = client.get(url("add")).content.decode()
    assert "委领导审批" in text and "别的审批" not in text and "停用的一步" not in text
    WorkflowTask.objects.create(workflow=world.workflow, task=other, sort_order=9)
    response = client.post(url("add"), form(world.folder, world.workflow, [step(other)]))
    assert response.status_code == 200 and not ReviewPolicy.objects.filter(page_id=world.folder.pk).exists()


@pytest.mark.parametrize("rows", [[], [{"task": "", "condition": "always"}]])
def test_a_policy_without_a_step_is_refused(client, world, root, rows):
    response = client.post(url("add"), form(world.folder, world.workflow, rows))
    assert response.status_code == 200 and not ReviewPolicy.objects.filter(page_id=world.folder.pk).exists()


def test_one_step_at_least_holds_for_every_item(client, world, root):
    rows = [dict(row, condition="important") for row in stored(world.policy)]
    response = client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert "a review needs two people" in errors(response)
    rows[0]["condition"] = "always"
    response = client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert response.status_code == 302


def test_the_workflow_leads_through_every_step(client, world, root):
    task = extra()
    response = client.post(url("add"), form(world.folder, world.workflow, [step(task)]))
    assert "“法规审核” is required, but the workflow “政府信息公开审查” does not lead to it" in errors(
        response
    )


def test_the_workflow_of_a_policy_below_leads_through_the_inherited_steps_too(client, world, root):
    short = Workflow.objects.create(name="短流程")
    task = extra(workflow=short, at=0)
    response = client.post(url("add"), form(world.folder, short, [step(task)]))
    assert "“委领导审批” is required, but the workflow “短流程” does not lead to it" in errors(response)


def test_a_step_that_was_switched_off_is_no_step_of_the_workflow(client, world, root):
    Task.objects.filter(pk=world.tasks[2].pk).update(active=False)
    data = form(world.catalogue, world.workflow, stored(world.policy), 4)
    assert "“办公室核稿” is required" in errors(client.post(url("edit", world.policy.pk), data))


def test_the_steps_stand_in_the_order_of_the_workflow(client, world, root):
    rows = stored(world.policy, step0={"ORDER": 3}, step2={"ORDER": 1})
    response = client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert "another order" in errors(response)


def test_a_step_stands_in_a_policy_once(client, world, root):
    task = extra(workflow=world.workflow, at=9)
    response = client.post(url("add"), form(world.folder, world.workflow, [step(task), step(task)]))
    assert response.context["form"].formsets["steps"].non_form_errors()
    assert not ReviewPolicy.objects.filter(page_id=world.folder.pk).exists()


def test_a_step_is_not_required_again_below(client, world, root):
    response = client.post(url("add"), form(world.folder, world.workflow, [step(world.tasks[3])]))
    assert "holds here already" in errors(response)


def test_a_new_step_above_is_refused_while_a_workflow_below_does_not_lead_to_it(client, world, root):
    below = copy_of(world.workflow, "价格科流程")
    own = extra("价格审核", below, 9)
    policy = ReviewPolicy.objects.create(page_id=world.other_folder.pk, workflow=below)
    ReviewPolicyStep.objects.create(policy=policy, task=own.task_ptr)
    task = extra("法规审核", world.workflow, 9)
    data = form(world.catalogue, world.workflow, [*stored(world.policy), step(task)], 4)
    assert "“价格管理科” below" in errors(client.post(url("edit", world.policy.pk), data))
    WorkflowTask.objects.create(workflow=below, task=task.task_ptr, sort_order=20)
    assert client.post(url("edit", world.policy.pk), data).status_code == 302


def test_the_catalogue_keeps_its_policy(client, world, root):
    response = client.get(url("delete", world.policy.pk), follow=True)
    assert "would be left without a review policy" in response.content.decode()
    client.post(url("delete", world.policy.pk))
    data = form(world.folder, world.workflow, stored(world.policy), 4)
    assert "would be left without a review policy" in errors(client.post(url("edit", world.policy.pk), data))
    assert ReviewPolicy.objects.get(pk=world.policy.pk).page_id == world.catalogue.pk


def test_a_policy_moves_up_and_goes_when_another_stands_above(client, world, root):
    home = world.site.root_page
    data = form(home, world.workflow, stored(world.policy), 4)
    assert client.post(url("edit", world.policy.pk), data).status_code == 302
    task = extra(workflow=world.workflow, at=9)
    client.post(url("add"), form(world.catalogue, world.workflow, [step(task)]))
    policy = ReviewPolicy.objects.get(page_id=world.catalogue.pk)
    assert client.post(url("delete", policy.pk)).status_code == 302
    assert not ReviewPolicy.objects.filter(pk=policy.pk).exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete").exists()


# Reviews that are running


def in_review(world, *reviewers):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    for reviewer in reviewers:
        factories.approve_step(page, reviewer)
    return fresh(page)


def require(world, task):
    ReviewPolicyStep.objects.create(policy=world.policy, task=task.task_ptr, sort_order=9)


def review_text(client, world, page, person):
    client.force_login(person)
    address = reverse("wagtail_disclosure_review:review", args=[fresh(page).current_workflow_task_state.pk])
    return client.get(address).content.decode()


def test_a_review_that_cannot_end_says_so_at_every_step(client, world):
    page = in_review(world)
    assert "cannot come to its end" not in review_text(client, world, page, world.people.head)
    require(world, extra())
    text = review_text(client, world, page, world.people.head)
    assert "“法规审核” is required" in text and "Ask the webmaster" in text


def test_the_last_approval_of_such_a_review_is_refused_in_words(client, world):
    people = world.people
    page = in_review(world, people.head, people.secrecy, people.copy)
    require(world, extra())
    with pytest.raises(ReviewRequired, match="法规审核"):
        factories.approve_step(page, people.leader)
    text = review_text(client, world, page, people.leader)
    digest = text.split('name="approve-digest" value="')[1][:64]
    address = reverse("wagtail_disclosure_review:review", args=[fresh(page).current_workflow_task_state.pk])
    response = client.post(address, {"action": "approve", "approve-digest": digest, "approve-comment": ""})
    assert response.status_code == 200 and not fresh(page).live
    assert "does not lead to it" in response.content.decode()


def test_once_the_workflow_leads_to_the_step_the_review_goes_on(client, world):
    people = world.people
    page = in_review(world, people.head, people.secrecy, people.copy)
    task = extra()
    require(world, task)
    WorkflowTask.objects.create(workflow=world.workflow, task=task.task_ptr, sort_order=9)
    assert "cannot come to its end" not in review_text(client, world, page, people.leader)
    factories.approve_step(page, people.leader)
    assert not fresh(page).live
    factories.approve_step(page, task.groups.get().user_set.get())
    assert fresh(page).live


def test_a_review_by_an_earlier_workflow_is_taken_back_and_submitted_again(client, world):
    page = in_review(world, world.people.head)
    wider = copy_of(world.workflow, "新流程")
    task = extra(workflow=wider, at=9)
    require(world, task)
    ReviewPolicy.objects.filter(pk=world.policy.pk).update(workflow=wider)
    assert "take the draft back" in review_text(client, world, page, world.people.secrecy)
    page.current_workflow_state.cancel(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    assert fresh(page).current_workflow_state.workflow == wider
    assert "cannot come to its end" not in review_text(client, world, page, world.people.head)


def test_a_returned_draft_enters_the_workflow_that_holds_by_then(world):
    page = in_review(world)
    actions.reject(page.current_workflow_task_state, world.people.head, comment="请改")
    wider = copy_of(world.workflow, "新流程")
    ReviewPolicy.objects.filter(pk=world.policy.pk).update(workflow=wider)
    actions.submit(fresh(page), world.people.officer)
    assert fresh(page).current_workflow_state.workflow == wider


def test_nothing_enters_a_review_that_cannot_end(client, world):
    page = factories.draft(world)
    require(world, extra())
    with pytest.raises(GateRefused, match="法规审核"):
        actions.submit(page, world.people.officer)
    assert not fresh(page).workflow_in_progress


def test_the_webmaster_is_told_of_running_reviews_that_miss_a_step(client, world, root):
    in_review(world)
    wider = copy_of(world.workflow, "新流程")
    task = extra(workflow=wider, at=9)
    data = form(world.catalogue, wider, [*stored(world.policy), step(task)], 4)
    text = client.post(url("edit", world.policy.pk), data, follow=True).content.decode()
    assert "1 review that is running does not lead to every step" in text
