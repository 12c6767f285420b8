"""By when a step of review is to be decided: the working days that the policies allow, from the day it began to wait."""

from collections import defaultdict

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import conf
from ...compat import PAGE_MODEL
from ...rules.profiles import get_profile
from ...rules.working_days import count_working_days, working_days_between
from ..evidence import applies, policies_for
from ..models import ReviewPolicyStep
from .deadline import AHEAD, FAR, LATE, SOON, Due

# A step takes days and not weeks: it is close on its last working day and the one before.
CLOSE = 1


class StepDue(Due):
    """The deadline of a step as a reader sees it: by then it is decided, not public."""

    @property
    def _late(self):
        if not self.days_left:
            return _("Decision overdue since %(date)s") % {"date": self.date}
        return ngettext(
            "Decision overdue since %(date)s, %(count)d working day late",
            "Decision overdue since %(date)s, %(count)d working days late",
            -self.days_left,
        ) % {"count": -self.days_left, "date": self.date}


def step_due(state, today=None):
    """The :class:`StepDue` of an open step (a ``TaskState``); None where no policy sets a deadline for it."""
    return steps_due([state], today).get(state.pk)


def steps_due(states, today=None):
    """The :class:`StepDue` of each of several open steps, by key; those without a deadline are left out.

    The strictest of the policies that require the step decides. The queries do not grow with the number of steps.
    """
    today, calendar = today or timezone.localdate(), get_profile(conf.get("JURISDICTION")).calendar()
    days = _allowed(states)
    return {
        state.pk: _due(timezone.localdate(state.started_at), days[state.pk], today, calendar)
        for state in states
        if state.pk in days
    }


def days_allowed(task, item):
    """The working days that the policies of its place allow for ``task``; None where they set no deadline."""
    return _strictest(
        step
        for policy in policies_for(item)
        for step in policy.steps.all()
        if step.task_id == task.pk and applies(step, item)
    )


def _strictest(steps):
    return min((step.working_days for step in steps if step.working_days), default=None)


def _due(began, days, today, calendar):
    counted = count_working_days(began, days, calendar)
    due = counted.end
    if today - due > FAR:
        left = None
    else:
        left = working_days_between(today, due, calendar)
    # On rest days after the due day no working day has passed, and it is over all the same.
    level = LATE if today > due else SOON if left <= CLOSE else AHEAD
    return StepDue(due, left, level, counted.provisional, "", "")


def _allowed(states):
    """The working days allowed for each of ``states``, by key."""
    tasks = {state.task_id for state in states}
    by_task = defaultdict(list)
    for step in ReviewPolicyStep.objects.filter(task__in=tasks).select_related("policy__page"):
        by_task[step.task_id].append(step)
    if not any(step.working_days for found in by_task.values() for step in found):
        return {}
    pages = apps.get_model(PAGE_MODEL)
    is_page = ContentType.objects.get_for_model(pages).pk
    keys = [state.revision.object_id for state in states if state.revision.base_content_type_id == is_page]
    paths = {str(pk): path for pk, path in pages.objects.filter(pk__in=keys).values_list("pk", "path")}
    below = _paths_below(pages, [step for found in by_task.values() for step in found])
    found = {}
    for state in states:
        path = paths.get(state.revision.object_id) if state.revision.base_content_type_id == is_page else None
        here = [step for step in by_task[state.task_id] if _covers(below[step.policy_id], path)]
        days = (
            _strictest(_applying(here, state))
            if here
            else days_allowed(state.task, state.revision.as_object())
        )
        if days:
            found[state.pk] = days
    return found


def _paths_below(pages, steps):
    """The paths on which each policy stands: its page and the page's translations."""
    policies = defaultdict(set)
    for step in steps:
        policies[step.policy.page.translation_key].add(step.policy_id)
    found = defaultdict(list)
    for path, key in pages.objects.filter(translation_key__in=policies).values_list(
        "path", "translation_key"
    ):
        for policy in policies[key]:
            found[policy].append(path)
    return found


def _covers(paths, path):
    return path is not None and any(path.startswith(each) for each in paths)


def _applying(steps, state):
    """Those of ``steps`` that hold for the item. It waits at the step, so one of them does."""
    if len({step.condition for step in steps}) <= 1:
        return steps
    draft = state.revision.as_object()
    return [step for step in steps if applies(step, draft)]
