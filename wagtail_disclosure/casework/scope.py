"""P7: whose cases a person sees. Every view, list, file and export asks here and nowhere else.

A department sees the cases that it is responsible for, and those of departments it has taken over; whoever has a case
in hand sees that case. The disclosure office sees all cases of its agency, those that no department has yet included.

A department that was asked to take part in a case of another (协办) reaches its page and its own tasks, and nothing
else: only a view that says ``involved`` opens to it.
"""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q

from ..departments.models import Agency, Department
from .models.case import nothing

# Permission of the office (政府信息公开工作机构): it takes in, assigns and oversees the cases of its agency.
OVERSEE = "wagtail_disclosure.oversee_cases"


def condition(user, model, *, involved=False):
    """A ``Q`` on cases of ``model``: those that ``user`` may see.

    ``involved``: with those in which a department of ``user`` takes or took part.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return nothing()
    if user.is_superuser:
        return Q()
    own = list(Department.objects.looked_after_by(user).values_list("pk", flat=True))
    found = Q(department__in=own) | Q(officer=user.pk)
    agencies = overseen_by(user)
    if agencies:
        found |= Q(agency__in=agencies)
    found |= model.seen_besides(user)
    if involved and (tasks := tasks_of(model)) is not None:
        # What was taken back gives nothing to see any more.
        asked = tasks.objects.filter(department__in=own).exclude(state=tasks.State.WITHDRAWN)
        found |= Q(pk__in=asked.values("case"))
    return found


def tasks_of(case_model):
    """The model of the tasks of a kind of case, or None for a kind without."""
    try:
        return case_model._meta.get_field("tasks").related_model
    except FieldDoesNotExist:
        return None


def overseen_by(user, permission=OVERSEE):
    """Keys of the agencies whose cases ``user`` oversees, or for which ``user`` holds another ``permission``.

    In an installation with several agencies, a person of an office has a role in a department of that agency.
    """
    if not user.has_perm(permission):
        return []
    own = set(Department.objects.filter(members__user=user).values_list("agency_id", flat=True))
    if own:
        return sorted(own)
    every = list(Agency.objects.values_list("pk", flat=True)[:2])
    return every if len(every) == 1 else []


def may_see(user, case, *, involved=False):
    """Whether ``user`` may see ``case``; ``involved``: or takes part in it for another department."""
    return type(case).objects.visible_to(user, involved=involved).filter(pk=case.pk).exists()
