"""Screens of snippets that a setting guards, as Wagtail makes them."""

from django.utils import timezone
from time_machine import travel

from .pages import typed
from .route import DRAFT, HARMLESS, Group
from .scene import FOREIGN, days

group = Group("Snippets")


def screen(row, name):
    return f"wagtailsnippets_testapp_{row._meta.model_name}:{name}"


def covers(*names):
    return [f"wagtailsnippets:{name}" for name in names]


@group.route(
    "“Publish” in the editor", "notice", "notice_draft", stock="memo", expects=DRAFT, covers=covers("edit")
)
def publish(attempt, row):
    attempt.edit(screen(row, "edit"), row.pk, **{"text": FOREIGN, "action-publish": "1"})


@group.route("A new snippet, published", "notice", stock="memo", expects=DRAFT, covers=covers("add"))
def create(attempt, row):
    attempt.edit(screen(row, "add"), **{"text": FOREIGN, "action-publish": "1"})


@group.route("A copy, published", "notice", stock="memo", expects=DRAFT, covers=covers("copy"))
def copy(attempt, row):
    form = attempt.form(screen(row, "copy"), row.pk)
    attempt.post(screen(row, "add"), data={**form, "text": FOREIGN, "action-publish": "1"})


@group.route("Unpublish", "notice", stock="memo", covers=covers("unpublish"))
def unpublish(attempt, row):
    attempt.post(screen(row, "unpublish"), row.pk)


@group.route("Delete", "notice", stock="memo", covers=covers("delete"))
def delete(attempt, row):
    attempt.post(screen(row, "delete"), row.pk)


@group.route(
    "An old revision, opened and published",
    "notice",
    stock="memo",
    expects=DRAFT,
    covers=covers("revisions_revert"),
)
def revert(attempt, row):
    first = row.revisions.order_by("created_at", "pk").first()
    form = attempt.form(screen(row, "revisions_revert"), row.pk, first.pk)
    data = {**form, "text": FOREIGN, "revision": first.pk, "action-publish": "1"}
    attempt.post(screen(row, "edit"), row.pk, data=data)


@group.route(
    "A time of release, then the scheduled command",
    "notice_draft",
    stock="memo_draft",
    expects=DRAFT,
    covers=covers("edit", "revisions_unschedule"),
)
def schedule(attempt, row):
    moment = typed(timezone.now() + days(1))
    attempt.edit(screen(row, "edit"), row.pk, **{"go_live_at": moment, "action-publish": "1"})
    with travel(timezone.now() + days(1.5)):
        attempt.command("publish_scheduled")


@group.route("Locking and unlocking", "notice", expects=HARMLESS, covers=covers("lock", "unlock"))
def lock(attempt, row):
    attempt.post(screen(row, "lock"), row.pk)
    attempt.post(screen(row, "unlock"), row.pk)


@group.route(
    "Approving by the dialogs of Wagtail's workflow",
    "notice_draft",
    expects=HARMLESS,
    covers=covers("workflow_action", "collect_workflow_action_data", "confirm_workflow_cancellation"),
)
def approve(attempt, row):
    workflow = row.get_workflow()
    state = workflow.start(row, attempt.scene.editor)
    task = state.current_task_state
    for name in ("workflow_action", "collect_workflow_action_data"):
        attempt.post(screen(row, name), row.pk, "approve", task.pk, data={"comment": ""})
    attempt.get(screen(row, "confirm_workflow_cancellation"), row.pk)
