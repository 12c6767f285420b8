"""Whose duties, findings and figures a person sees (P7): the office those of its agency, a department its own."""

from ..casework.scope import OVERSEE
from ..catalogue.forms import OFFICE
from ..departments.models import Agency, Department
from .access import VIEW

# Those who look after the agency's disclosure; and those who may read how it stands.
WORKS = (OVERSEE, OFFICE)
READS = (*WORKS, VIEW)


def _agencies(user, permissions):
    if not user.is_authenticated or not user.is_active:
        return Agency.objects.none()
    if user.is_superuser:
        return Agency.objects.all()
    if not any(user.has_perm(each) for each in permissions):
        return Agency.objects.none()
    own = list(Department.objects.filter(members__user=user).values_list("agency_id", flat=True))
    # In an installation with several agencies, a person of an office has a role in a department of that agency.
    if not own and Agency.objects.count() == 1:
        return Agency.objects.all()
    return Agency.objects.filter(pk__in=own)


def worked_on(user):
    """The agencies whose duties, findings and figures ``user`` looks after."""
    return _agencies(user, WORKS)


def read_by(user):
    """The agencies of which ``user`` sees everything."""
    return _agencies(user, READS)


def own_departments(user):
    """The departments in which ``user`` drafts or reviews, with those that these have taken over."""
    if not user.is_authenticated or not user.is_active:
        return Department.objects.none()
    return Department.objects.looked_after_by(user)


def departments_seen(user):
    """The departments whose duties and findings ``user`` sees."""
    keys = set(own_departments(user).values_list("pk", flat=True))
    keys |= set(Department.objects.filter(agency__in=read_by(user)).values_list("pk", flat=True))
    return Department.objects.filter(pk__in=keys)


def may_open(user):
    """Whether the monitors open to ``user`` at all."""
    return read_by(user).exists() or own_departments(user).exists()


def may_answer(user, department):
    """Whether ``user`` may say why something of ``department`` was late, or that it was put right."""
    if department is None:
        return False
    if worked_on(user).filter(pk=department.agency_id).exists():
        return True
    return own_departments(user).filter(pk=department.pk).exists()
