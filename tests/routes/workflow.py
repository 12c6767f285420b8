"""Workflows: what leads to a publication in plain Wagtail is no evidence here."""

from django.contrib.auth.models import Group as People
from django.test import override_settings
from wagtail.models import (
    GroupApprovalTask,
    Task,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from tests import factories
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import Approval, LedgerEntry, ReviewPolicy, ReviewPolicyStep

from .route import HARMLESS, NOBODY, Group
from .scene import EDITOR, FOREIGN, PUBLISHER, SUPERUSER

group = Group("Workflow")
PEOPLE = (EDITOR, PUBLISHER, SUPERUSER)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def step(page):
    return fresh(page).current_workflow_task_state


def decide(attempt, page, action="approve", **data):
    """Wagtail's own dialog for a step."""
    state = step(page)
    attempt.post(
        "wagtailadmin_pages:workflow_action", page.pk, action, state.pk, data={"comment": "", **data}
    )


@group.route(
    "each step approved in Wagtail's dialog by one person",
    "reviewed",
    who=PEOPLE,
    covers=["wagtailadmin_pages:workflow_action"],
)
def approve_all(attempt, page):
    for _step in range(4):
        if step(page):
            decide(attempt, page)


@group.route("steps approved by code", "reviewed", who=NOBODY)
def approve_by_code(attempt, page):
    for _step in range(4):
        if step(page):
            step(page).approve(user=attempt.scene.superuser)


@group.route(
    "last reviewer edits and approves in one POST",
    "reviewed",
    who=("leader", SUPERUSER),
    covers=["wagtailadmin_pages:edit"],
)
def edit_and_approve(attempt, page):
    factories.approve_step(page, attempt.scene.copy)
    attempt.edit(
        "wagtailadmin_pages:edit",
        page.pk,
        **{"title": FOREIGN, "action-workflow-action": "1", "workflow-action-name": "approve"},
    )
    if step(page):
        decide(attempt, page)


@group.route(
    "remaining tasks made inactive",
    "reviewed",
    who=(SUPERUSER,),
    expects=HARMLESS,
    covers=["wagtailadmin_workflows:disable_task"],
)
def disable_tasks(attempt, page):
    for task in Task.objects.all():
        attempt.post("wagtailadmin_workflows:disable_task", task.pk)


@group.route(
    "workflow made inactive during a review",
    "reviewed",
    who=(SUPERUSER,),
    expects=HARMLESS,
    covers=["wagtailadmin_workflows:disable"],
)
def disable_workflow(attempt, page):
    attempt.post("wagtailadmin_workflows:disable", attempt.scene.world.workflow.pk)


@group.route("steps taken out of the workflow during a review", "reviewed", who=("copy",))
def remove_steps(attempt, page):
    WorkflowTask.objects.filter(workflow=attempt.scene.world.workflow, task__name="委领导审批").delete()
    state = step(page)
    digest = factories.digest_of(fresh(page).get_latest_revision().as_object()).value
    actions.approve(state, attempt.user, digest=digest)


@group.route("workflow without active steps", "draft", "revised", who=NOBODY)
def submit_to_nothing(attempt, page):
    Task.objects.update(active=False)
    actions.submit(page, attempt.scene.editor)


@group.route("the same, started by Wagtail itself", "draft", "revised", "news_draft", who=NOBODY)
def start_nothing(attempt, page):
    Task.objects.update(active=False)
    attempt.scene.world.workflow.start(page, attempt.scene.superuser)


def one_step(attempt):
    """A workflow of one step, which the superuser holds."""
    people = People.objects.create(name="one")
    task = GroupApprovalTask.objects.create(name="one")
    task.groups.add(people)
    attempt.scene.superuser.groups.add(people)
    workflow = Workflow.objects.create(name="one")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    return workflow


@group.route(
    "another workflow put on the folder",
    "draft",
    who=(SUPERUSER,),
    expects=HARMLESS,
    covers=["wagtailadmin_pages:edit"],
)
def reassign(attempt, page):
    WorkflowPage.objects.create(workflow=one_step(attempt), page=attempt.scene.folder.page_ptr)
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-submit": "1"})
    if step(page):
        decide(attempt, page)


@group.route("another workflow started by code", "draft", "news_draft", "notice_draft", who=NOBODY)
def start_another(attempt, row):
    workflow = one_step(attempt)
    workflow.start(row, attempt.scene.superuser)
    step(row).approve(user=attempt.scene.superuser)


@group.route("another workflow in the policy", "draft", who=NOBODY)
def change_policy(attempt, page):
    ReviewPolicy.objects.update(workflow=one_step(attempt))
    actions.submit(page, attempt.scene.editor)


@group.route("a policy of its own below that requires less", "draft", who=NOBODY)
def add_policy(attempt, page):
    workflow = one_step(attempt)
    policy = ReviewPolicy.objects.create(page=attempt.scene.folder.page_ptr, workflow=workflow)
    ReviewPolicyStep.objects.create(policy=policy, task=workflow.tasks[0])
    workflow.start(page, attempt.scene.editor)
    step(page).approve(user=attempt.scene.superuser)


@group.route("policies deleted", "draft", "reviewed", who=NOBODY)
def delete_policies(attempt, page):
    ReviewPolicy.objects.all().delete()
    page.get_latest_revision().publish()


@group.route("review cancelled, then published", "reviewed", who=NOBODY)
def cancel_and_publish(attempt, page):
    page.current_workflow_state.cancel(user=attempt.scene.superuser)
    page.get_latest_revision().publish()


@group.route("workflow finished by code", "reviewed", who=NOBODY)
def finish(attempt, page):
    page.current_workflow_state.finish(user=attempt.scene.superuser)


@group.route("workflows switched off", "draft", "revised", who=PEOPLE, expects=HARMLESS)
def switch_off(attempt, page):
    with override_settings(WAGTAIL_WORKFLOW_ENABLED=False):
        attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


@group.route("workflows switched off, published by code", "draft", "reviewed", who=NOBODY)
def switch_off_and_publish(attempt, page):
    with override_settings(WAGTAIL_WORKFLOW_ENABLED=False):
        page.get_latest_revision().publish()


@group.route("states of steps forged in the database", "reviewed", "draft", who=NOBODY)
def forge_states(attempt, page):
    TaskState.objects.update(status=TaskState.STATUS_APPROVED)
    WorkflowState.objects.update(status=WorkflowState.STATUS_APPROVED)
    page.get_latest_revision().publish()


@group.route("a step of another item's review", "draft", who=NOBODY)
def cross_states(attempt, page):
    actions.submit(page, attempt.scene.editor)
    theirs = step(attempt.scene.reviewed)
    TaskState.objects.filter(pk=theirs.pk).update(workflow_state=fresh(page).current_workflow_state)
    digest = factories.digest_of(fresh(page).get_latest_revision().as_object()).value
    actions.approve(TaskState.objects.get(pk=theirs.pk), attempt.scene.copy, digest=digest)


@group.route("approvals of another item", "draft", who=NOBODY)
def cross_approvals(attempt, page):
    digest = factories.digest_of(page.get_latest_revision().as_object()).value
    Approval.objects.update(object_id=str(page.pk), digest=digest, voided_at=None)
    page.get_latest_revision().publish()


@group.route("approval recorded by code", "reviewed", who=NOBODY)
def forge_approvals(attempt, page):
    entry = LedgerEntry.objects.latest("sequence")
    given = Approval.objects.about(page).latest("pk")
    for number, name in enumerate(("copy", "leader"), start=1):
        entry.pk, entry.sequence, entry.hash = None, entry.sequence + 1, str(number) * 64
        entry.data = {"task": given.task_id, "user": str(getattr(attempt.scene, name).pk)}
        entry.save(force_insert=True)
        given.pk, given.user_key, given.ledger_entry = None, entry.data["user"], entry
        given.save(force_insert=True)
    page.get_latest_revision().publish()


@group.route("autosave over the revision under review", "reviewed", who=NOBODY)
def autosave(attempt, page):
    draft = page.get_latest_revision_as_object()
    draft.title = FOREIGN
    draft.save_revision(user=attempt.scene.editor, overwrite_revision=page.get_latest_revision())
    factories.approve_step(page, attempt.scene.copy)


@group.route(
    "earlier text brought back during review",
    "reviewed",
    who=PEOPLE,
    covers=["wagtailadmin_pages:revisions_revert"],
)
def revert(attempt, page):
    first = page.revisions.order_by("pk").first()
    form = attempt.form("wagtailadmin_pages:revisions_revert", page.pk, first.pk)
    attempt.post(
        "wagtailadmin_pages:edit",
        page.pk,
        data={**form, "revision": first.pk, "title": FOREIGN, "action-publish": "1"},
    )


@group.route("text forged in the revision under review", "reviewed", who=NOBODY)
def forge_revision(attempt, page):
    revision = page.get_latest_revision()
    revision.content = {**revision.content, "title": FOREIGN}
    type(revision).objects.filter(pk=revision.pk).update(content=revision.content)
    factories.approve_step(page, attempt.scene.copy)
    factories.approve_step(page, attempt.scene.leader)
