"""Reminders of what goes on beside the state of a case: tasks of other departments."""

from django.utils import timezone

from ... import conf
from ...rules.working_days import working_days_between
from .. import notify, scope, tasks
from ..models import CaseAlarm
from .planned import Planned

Kind = CaseAlarm.Kind
TASKS = {Kind.TASK_SOON, Kind.TASK_OVERDUE}


def planned(case, today, used_calendar):
    """Yield the :class:`Planned` reminders of the open tasks of ``case``."""
    for task in _tasks(case).select_related("department"):
        if task.due_on is not None:
            yield from _of_task(case, task, today, used_calendar)


def _tasks(case):
    model = scope.tasks_of(type(case))
    return model.objects.open().filter(case=case) if model is not None else CaseAlarm.objects.none()


def _of_task(case, task, today, used_calendar):
    if today > task.due_on:
        late = working_days_between(task.due_on, today, used_calendar)
        if steps := [each for each in conf.get("CASE_OVERDUE_DAYS") if each <= late]:
            about = f"{task.key}:{task.due_on}:{max(steps)}"
            people = {each.pk: each for each in [*tasks.people_of(task), *notify.officers_of(case)]}
            yield Planned(Kind.TASK_OVERDUE, about, list(people.values()), task.due_on)
        return
    left = working_days_between(today, task.due_on, used_calendar)
    given = working_days_between(timezone.localdate(task.asked_at), task.due_on, used_calendar)
    # With the question itself they were told already.
    if steps := [each for each in conf.get("CASE_ALARM_DAYS") if left <= each < given]:
        about = f"{task.key}:{task.due_on}:{min(steps)}"
        yield Planned(Kind.TASK_SOON, about, tasks.people_of(task), task.due_on)


def fits(row, case):
    """Whether the task that ``row`` reminds of is still open, and due on the same day."""
    key = row.about.partition(":")[0]
    return _tasks(case).filter(key=key, due_on=row.due_on).exists()
