"""Who works on annual reports and who reads them; whose cases a drill-down shows is asked of ``casework.scope`` (P7)."""

from django.db.models import Q

from ..casework.scope import OVERSEE, overseen_by
from ..departments.models import Agency, Department
from .models import AnnualReport

VIEW = "wagtail_disclosure.view_annualreport"


def worked_on_by(user):
    """The agencies on whose reports ``user`` works: those whose disclosure office they belong to."""
    if user.is_superuser and user.is_active:
        return Agency.objects.all()
    return Agency.objects.filter(pk__in=overseen_by(user))


def read_by(user):
    """The agencies whose reports ``user`` sees: those, and with the permission to see reports that of their department."""
    found = Q(pk__in=worked_on_by(user).values("pk"))
    if user.has_perm(VIEW):
        own = Department.objects.filter(members__user=user).values("agency")
        found |= Q(pk__in=own)
        if not Department.objects.filter(members__user=user).exists() and Agency.objects.count() == 1:
            return Agency.objects.all()
    return Agency.objects.filter(found)


def may_read(user):
    """Whether the reports open to ``user`` at all."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or user.has_perm(OVERSEE) or user.has_perm(VIEW)


def reports_for(user):
    return AnnualReport.objects.filter(agency__in=read_by(user)).select_related("agency", "page")
