"""P7: whose cases a person sees. Every view, list, file and export asks here and nowhere else.

A department sees the cases that it is responsible for, and those of departments it has taken over; whoever has a case
in hand sees that case. The disclosure office sees all cases of its agency, those that no department has yet included.
"""

from django.db.models import Q

from ..departments.models import Agency, Department
from .models.case import nothing

# Permission of the office (政府信息公开工作机构): it takes in, assigns and oversees the cases of its agency.
OVERSEE = "wagtail_disclosure.oversee_cases"


def condition(user):
    """A ``Q`` on cases: those that ``user`` may see."""
    if user is None or not user.is_authenticated or not user.is_active:
        return nothing()
    if user.is_superuser:
        return Q()
    own = Department.objects.looked_after_by(user).values_list("pk", flat=True)
    found = Q(department__in=list(own)) | Q(officer=user.pk)
    agencies = overseen_by(user)
    return found | Q(agency__in=agencies) if agencies else found


def overseen_by(user):
    """Keys of the agencies whose cases ``user`` oversees.

    In an installation with several agencies, a person of an office has a role in a department of that agency.
    """
    if not user.has_perm(OVERSEE):
        return []
    own = set(Department.objects.filter(members__user=user).values_list("agency_id", flat=True))
    if own:
        return sorted(own)
    every = list(Agency.objects.values_list("pk", flat=True)[:2])
    return every if len(every) == 1 else []


def may_see(user, case):
    """Whether ``user`` may see ``case``."""
    return type(case).objects.visible_to(user).filter(pk=case.pk).exists()
