"""Tasks of departments that take part in a case of another: rows that follow the events, who is asked, who is reminded."""

from django.utils.translation import gettext_lazy

from ..departments.models import DepartmentMember
from ..rules.errors import RuleError
from ..rules.working_days import add_working_days
from . import scope
from .standing import TASK, Standing, as_date


def touches(action):
    """Whether ``action`` gives, answers or ends tasks."""
    return TASK in (*action.opens, *action.closes, *action.clears)


def check(action, found):
    """A task is given to a department. Raises ``RuleError``."""
    if TASK in action.opens and not found.get("department"):
        raise RuleError(gettext_lazy("Say which department is asked."), "department")


def sync(case):
    """Write the tasks of ``case`` as its events have them. Safe to repeat; called inside the transaction of the event."""
    model = scope.tasks_of(type(case))
    if model is None:
        return
    for key, values in _from_events(Standing(case), model.State).items():
        model.objects.update_or_create(case=case, key=key, defaults=values)


def _from_events(standing, states):
    found = {}
    for event in standing.steps:
        action, key = standing.table.actions[event.type], event.data.get("key", "")
        if TASK in action.opens:
            found[key] = {
                "department_id": event.data["department"],
                "question": event,
                "asked_at": event.at,
                "due_on": _due(standing, event),
                "state": states.OPEN,
                "ended_at": None,
                "answer": None,
                "answered_by": None,
            }
        elif TASK in action.closes and key in found:
            answered = "answer" in action.fields
            found[key] |= {"state": states.ANSWERED if answered else states.WITHDRAWN, "ended_at": event.at}
            found[key] |= {"answer": event, "answered_by": event.actor} if answered else {}
        elif TASK in action.clears:
            for task in found.values():
                if task["state"] == states.OPEN:
                    task |= {"state": states.LAPSED, "ended_at": event.at}
    return found


def _due(standing, event):
    days = event.data.get("task_days")
    return add_working_days(as_date(event.data["on"]), days, standing.calendar) if days else None


def people_of(task):
    """Who is told of ``task``: the officers of the department asked, else its reviewers."""
    for role in (DepartmentMember.Role.OFFICER, DepartmentMember.Role.REVIEWER):
        if people := list(task.department.people(role)):
            return people
    return []


def files_of(user, case):
    """Keys of the files of ``case`` that ``user`` may have for a task: those named in its question and its answers."""
    model = scope.tasks_of(type(case))
    if model is None:
        return set()
    own = model.objects.of(user).filter(case=case).select_related("question", "answer")
    events = [event for task in own for event in (task.question, task.answer) if event is not None]
    return {key for event in events for key in event.documents}
