"""Who may look at drafts, reviews and histories: a department sees its own and no other's."""

from ..evidence import required_steps, stands_in
from ..models import ReviewTask


def may_see(user, item, draft=None):
    """Whether ``user`` may read the draft of ``item`` and what was decided about it.

    Those who may edit it, those who hold a step of its review, and superusers; and deputies of such holders, as
    long as the delegation is in force and the review stands at their step.
    """
    if not user.is_active:
        return False
    if user.is_superuser or may_edit(user, item):
        return True
    if draft is None:
        draft = item.get_latest_revision_as_object()
    if any(step.specific.reviewers(draft).filter(pk=user.pk).exists() for step in required_steps(draft)):
        return True
    return _stands_in(user, item, draft)


def _stands_in(user, item, draft):
    state = item.current_workflow_task_state
    if state is None or state.status != state.STATUS_IN_PROGRESS:
        return False
    task = state.task.specific
    return isinstance(task, ReviewTask) and stands_in(task, draft, user)


def may_edit(user, item):
    """Whether ``user`` may edit the draft of ``item``."""
    if hasattr(item, "permissions_for_user"):
        return item.permissions_for_user(user).can_edit()
    return user.has_perm(f"{item._meta.app_label}.change_{item._meta.model_name}")
