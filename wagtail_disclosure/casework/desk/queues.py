"""The queues of the desk: which cases are mine, not assigned, due soon, waiting for my approval, and how many."""

from functools import cache

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ... import conf
from ...departments.models import Department
from ...rules.transition_data import get_table
from ...rules.working_days import add_working_days
from .. import moves, reprojection, scope
from ..models.case import nothing, unassigned
from ..standing import DECISION, calendar, profile

QUEUES = [
    ("mine", _("my cases")),
    ("department", _("of my departments")),
    ("waiting", _("not assigned")),
    ("tasks", _("with a task for my departments")),
    ("approval", _("waiting for my approval")),
    ("soon", _("due soon")),
    ("overdue", _("overdue")),
    ("answers", _("with an answer overdue")),
    ("supervised", _("under supervision")),
    ("open", _("all open cases")),
    ("closed", _("closed cases")),
    ("held", _("under legal hold")),
]


def queues_of(model):
    """Pairs of name and label: the queues of cases of ``model``, those that only they have at the end."""
    return [*QUEUES, *((name, label) for name, (label, _found) in model.further_queues().items())]


def kinds_of(model):
    """The kinds of cases, items of the profile, that rows of ``model`` may be.

    A model with a field for them takes all that no other model stands for.
    """
    kinds = profile().case_kinds
    if not _has_kinds(model):
        return [kinds.get(model.table)]
    return [kind for kind in kinds if kind.code not in _of_one_model()]


@cache
def _of_one_model():
    """Codes of the kinds that have a model of their own."""
    return {each.table for each in reprojection.models() if not _has_kinds(each)}


def _has_kinds(model):
    return any(field.name == "case_kind" for field in model._meta.concrete_fields)


def by_kind(model):
    """Pairs of a ``Q`` and the kind of the cases that it finds."""
    for kind in kinds_of(model):
        yield Q(case_kind=kind.code) if _has_kinds(model) else Q(), kind


def tables_of(model):
    """Pairs of a ``Q`` and the transition table of the cases that it finds."""
    for cases, kind in by_kind(model):
        yield cases, get_table(profile().code, kind.fact("table"))


def states_of(model):
    """The states by their codes that cases of ``model`` may have, in the words of the first kind that has them."""
    found = {}
    for _cases, table in tables_of(model):
        found |= {code: state for code, state in table.states.items() if code not in found}
    return found


def soon_until(today=None):
    """The last day that is "due soon": so many working days ahead as the first reminder."""
    return add_working_days(today or timezone.localdate(), max(conf.get("CASE_ALARM_DAYS")), calendar())


def conditions(model, user, today=None):
    """A ``Q`` by the name of each queue, about the cases that ``user`` may see."""
    today, is_open = today or timezone.localdate(), Q(closed_on=None)
    own = list(Department.objects.looked_after_by(user).values_list("pk", flat=True))
    return {
        "mine": is_open & Q(officer=user.pk),
        "department": is_open & Q(department__in=own),
        "waiting": is_open & unassigned(),
        "tasks": with_tasks(model, user),
        "approval": is_open & awaiting_approval(model, user),
        "soon": is_open & Q(due_on__range=(today, soon_until(today))),
        "overdue": is_open & Q(due_on__lt=today),
        "answers": is_open & Q(answer_due_on__lt=today),
        "supervised": is_open & Q(is_supervised=True),
        "open": is_open,
        "closed": Q(closed_on__isnull=False),
        "held": Q(legal_hold=True),
        **{name: found for name, (_label, found) in model.further_queues().items()},
    }


def queue(cases, name, user, today=None):
    """Those of ``cases`` that are in the queue ``name`` of ``user``."""
    found = conditions(cases.model, user, today)
    return cases.filter(found[name]) if name in found else cases


def counts(model, user, today=None):
    """How many cases each queue of ``user`` has, and ``next_due`` among those of their own: one query."""
    found = conditions(model, user, today)
    wanted = {f"in_{name}": Count("pk", filter=each) for name, each in found.items()}
    got = (
        model.objects.visible_to(user, involved=True)
        .order_by()
        .aggregate(**wanted, next_due=Min("due_on", filter=found["mine"]))
    )
    return {name.removeprefix("in_"): value for name, value in got.items()}


def with_tasks(model, user):
    """A ``Q``: a department of ``user`` is asked for something and has not answered."""
    tasks = scope.tasks_of(model)
    return Q(pk__in=tasks.objects.of(user).open().values("case")) if tasks else nothing()


# What waits for the approval of a second person


def awaiting_approval(model, user):
    """A ``Q``: what a table wants a second person for, and ``user`` may be that one."""
    found = nothing()
    places = {"reviewer": _reviewed_by(user), "head": _headed_by(user)}
    events = model._meta.get_field("events").related_model
    for cases, table in tables_of(model):
        for move in table.moves:
            if not move.action.second_person:
                continue
            where = nothing()
            for role in move.roles & places.keys():
                where |= places[role]
            pending, worked = _pending(table, move.action, events)
            mine = worked.filter(actor=user.pk)
            found |= cases & Q(state=move.source) & where & pending & ~Exists(mine)
    return found


def _reviewed_by(user):
    if user.is_superuser:
        return Q()
    keys = set()
    for department in Department.objects.reviewed_by(user):
        keys.update([department.pk, *(each.pk for each in department.forerunners())])
    return Q(department__in=sorted(keys)) if keys else nothing()


def _headed_by(user):
    if user.is_superuser:
        return Q()
    return Q(agency__in=scope.overseen_by(user)) if user.has_perm(moves.HEAD) else nothing()


def _pending(table, action, events):
    """Whether something waits for ``action``, and the events of those who may not take it because they worked on it."""
    of_case = events.objects.filter(case=OuterRef("pk"))
    closes = set(action.closes)
    if not closes:
        made = [code for code, each in table.actions.items() if DECISION in each.fields]
        reopened = {
            m.code for m in table.moves if table.states[m.source].closed and not table.states[m.target].closed
        }
        return Q(), _after(of_case.filter(type__in=made), events, reopened)
    opening = [code for code, each in table.actions.items() if closes & set(each.opens)]
    ending = [code for code, each in table.actions.items() if closes & {*each.closes, *each.clears}]
    opened = _after(of_case.filter(type__in=opening), events, ending)
    return Q(Exists(opened)), opened


def _after(found, events, types):
    """Those of ``found`` that came after the last event of ``types`` of the same case."""
    last = events.objects.filter(case=OuterRef("case"), type__in=types).order_by()
    last = last.values("case").annotate(last=Max("pk")).values("last")
    return found.annotate(ended=Coalesce(Subquery(last), 0)).filter(pk__gt=F("ended"))
