"""What reviewers returned: to whom it falls now, and what has to be changed."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from ...compat import PAGE_MODEL
from ...departments.models import Department
from ..ledger import display_name
from ..models import ReviewTask
from ..queue import review_content_types


@dataclass(frozen=True)
class Returned:
    """A draft that a reviewer sent back: at which step, by whom, when and why."""

    title: str
    step: str
    by: str
    at: datetime | None
    comment: str
    key: str

    @cached_property
    def sentence(self):
        return _("Returned at the step “%(step)s” by %(name)s on %(time)s.") % {
            "step": self.step,
            "name": self.by,
            "time": date_format(localtime(self.at), "SHORT_DATETIME_FORMAT") if self.at else "–",
        }


def is_returned(item):
    """Whether a step of the disclosure review sent ``item`` back, and nothing was done about it since."""
    state = getattr(item, "current_workflow_state", None)
    return (
        state is not None
        and state.status == state.STATUS_NEEDS_CHANGES
        and state.current_task_state is not None
        and isinstance(state.current_task_state.task.specific, ReviewTask)
    )


def returned(item):
    """The :class:`Returned` of ``item``; None when it was not returned."""
    return _of(item.current_workflow_state) if is_returned(item) else None


def returned_to(user):
    """The reviews of pages that were returned to ``user``, who submitted them or drafts for their department."""
    departments = list(Department.objects.drafted_by(user).values_list("pk", flat=True))
    mine = Q(requested_by=user) | Q(current_task_state__revision__content__department__in=departments)
    states = WorkflowState.objects.filter(
        mine,
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        base_content_type=ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL)),
        current_task_state__task__content_type__in=review_content_types(),
    ).select_related(
        "current_task_state__task", "current_task_state__finished_by", "current_task_state__revision"
    )
    return [_of(state) for state in states.order_by("-current_task_state__finished_at", "-pk")]


def _of(state):
    step = state.current_task_state
    return Returned(
        title=step.revision.content.get("title") or step.revision.object_str,
        step=step.task.name,
        by=display_name(step.finished_by) or _("the system"),
        at=step.finished_at,
        comment=step.comment,
        key=state.object_id,
    )
