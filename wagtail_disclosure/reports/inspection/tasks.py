"""Correction tasks: a department is asked to put a finding right, says when it has, and the office confirms or returns it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...publishing.ledger import display_name
from .. import scope
from ..models import CorrectionStep, CorrectionTask

State, Kind = CorrectionTask.State, CorrectionStep.Kind
# From which state each step leads to which.
STEPS = {
    Kind.DONE: (State.OPEN, State.DONE),
    Kind.RETURNED: (State.DONE, State.OPEN),
    Kind.CONFIRMED: (State.DONE, State.CONFIRMED),
}


def tasks_for(user):
    """The tasks that ``user`` sees: those of their departments, and of agencies that they read."""
    own = CorrectionTask.objects.filter(department__in=scope.departments_seen(user).values("pk"))
    every = CorrectionTask.objects.filter(agency__in=scope.read_by(user).values("pk"))
    return (own | every).select_related("department", "finding")


@transaction.atomic
def assign(agency, *, department, what, due_on, by, finding=None):
    """Give a department the task to put something right. Raises ``ValidationError`` where that cannot be."""
    if department.agency_id != agency.pk or department.status != department.Status.ACTIVE:
        raise ValidationError({"department": _("Choose an active department of the agency.")})
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": _("This day is past.")})
    if finding is not None:
        if finding.gone_at is not None:
            raise ValidationError(_("This is found no more."))
        if finding.tasks.exclude(state=State.CONFIRMED).exists():
            raise ValidationError(_("A department has this task already."))
    task = CorrectionTask.objects.create(
        agency=agency,
        department=department,
        finding=finding,
        what=what,
        due_on=due_on,
        made_at=timezone.now(),
    )
    _note(task, Kind.ASSIGNED, by, "")
    return task


def offered(task, user):
    """The steps that ``user`` may take with ``task`` now."""
    works = scope.worked_on(user).filter(pk=task.agency_id).exists()
    own = scope.own_departments(user).filter(pk=task.department_id).exists()
    allowed = {Kind.DONE: own or works, Kind.RETURNED: works, Kind.CONFIRMED: works}
    return [kind for kind, (before, _after) in STEPS.items() if task.state == before and allowed[kind]]


@transaction.atomic
def step(task, kind, *, by, note=""):
    """Take a step. Raises ``ValidationError`` where it is not offered, or where a return gives no reason."""
    task = CorrectionTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if kind not in offered(task, by):
        raise ValidationError(_("This cannot be done with the task now."))
    if kind == Kind.RETURNED and not note.strip():
        raise ValidationError({"note": _("Say what is still missing.")})
    task.state = STEPS[kind][1]
    task.save(update_fields=["state"])
    _note(task, kind, by, note)
    return task


def _note(task, kind, by, note):
    CorrectionStep.objects.create(
        task=task, kind=kind, note=note.strip()[:500], by=by, by_name=display_name(by), at=timezone.now()
    )
