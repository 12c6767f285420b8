"""Reminders of what goes on beside the state of a case: tasks of other departments, answers that do not come.

What ends by itself, such as silence that counts as consent, has ended before a run comes here. All else waits for people:
an agency that does not answer, a supplement that nobody makes.
"""

from django.utils import timezone

from ... import conf
from ...rules.working_days import working_days_between
from .. import notify, scope, tasks
from ..models import CaseAlarm
from ..standing import Standing
from .planned import Planned, late_step

Kind = CaseAlarm.Kind
TASKS = {Kind.TASK_SOON, Kind.TASK_OVERDUE}


def planned(case, today, used_calendar):
    """Yield the :class:`Planned` reminders of the open tasks of ``case``, and of answers that are overdue."""
    for task in _tasks(case).select_related("department"):
        if task.due_on is not None:
            yield from _of_task(case, task, today, used_calendar)
    for about, end in _overdue(Standing(case, used_calendar), today):
        step = late_step(end, today, used_calendar)
        if step is not None:
            yield Planned(Kind.ANSWER, f"{about}:{end}:{step}", notify.officers_of(case), end)


def _overdue(standing, today):
    """Pairs of a key and the last day of each answer that is awaited and did not come by then."""
    for enquiry, end in standing.awaited():
        if end is not None and end < today:
            yield f"{enquiry.wait.code}-{enquiry.key}", end


def _tasks(case):
    model = scope.tasks_of(type(case))
    return model.objects.open().filter(case=case) if model is not None else CaseAlarm.objects.none()


def _of_task(case, task, today, used_calendar):
    if today > task.due_on:
        step = late_step(task.due_on, today, used_calendar)
        if step is not None:
            about = f"{task.key}:{task.due_on}:{step}"
            people = {each.pk: each for each in [*tasks.people_of(task), *notify.officers_of(case)]}
            yield Planned(Kind.TASK_OVERDUE, about, list(people.values()), task.due_on)
        return
    left = working_days_between(today, task.due_on, used_calendar)
    given = working_days_between(timezone.localdate(task.asked_at), task.due_on, used_calendar)
    # With the question itself they were told already.
    if steps := [each for each in conf.get("CASE_ALARM_DAYS") if left <= each < given]:
        about = f"{task.key}:{task.due_on}:{min(steps)}"
        yield Planned(Kind.TASK_SOON, about, tasks.people_of(task), task.due_on)


def fits(row, case, today):
    """Whether the task or the answer that ``row`` reminds of is still awaited, by the same day."""
    key = row.about.partition(":")[0]
    if row.kind == Kind.ANSWER:
        return (key, row.due_on) in _overdue(Standing(case), today)
    return _tasks(case).filter(key=key, due_on=row.due_on).exists()
