"""Who works with submissions: departments with their own, the office with all, webmasters with the platforms."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ...casework.scope import overseen_by
from ...departments.models import Agency, Department
from ..models.upward import UpwardPlatform, UpwardSubmission

VIEW = "wagtail_disclosure.view_upwardsubmission"
CHANGE = "wagtail_disclosure.change_upwardsubmission"
VIEW_PLATFORM = "wagtail_disclosure.view_upwardplatform"
ADD_PLATFORM = "wagtail_disclosure.add_upwardplatform"
CHANGE_PLATFORM = "wagtail_disclosure.change_upwardplatform"


def may_see(user):
    """Whether ``user`` sees submissions at all."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.has_perm(VIEW) or Department.objects.looked_after_by(user).exists()


def may_handle(user):
    """Whether ``user`` marks submissions, of some department at least."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.has_perm(CHANGE) or Department.objects.looked_after_by(user).exists()


def submission_or_404(user, pk, *, to_handle=False):
    # The address of an inspected row takes any text.
    if not (str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19):
        raise Http404
    seen = UpwardSubmission.objects.seen_by(user) | UpwardSubmission.objects.handled_by(user)
    found = seen.select_related("platform__agency__site").filter(pk=pk).first()
    if found is None:
        raise Http404
    if to_handle and not UpwardSubmission.objects.handled_by(user).filter(pk=pk).exists():
        raise PermissionDenied
    return found


def platforms_of(user):
    """The platforms of the agencies in which ``user`` works, for the office or for a department; a superuser's are all."""
    if user.is_superuser:
        return UpwardPlatform.objects.all()
    agencies = {
        *Department.objects.looked_after_by(user).values_list("agency_id", flat=True),
        *(key for each in (VIEW, CHANGE, VIEW_PLATFORM, CHANGE_PLATFORM) for key in overseen_by(user, each)),
    }
    return UpwardPlatform.objects.filter(agency__in=agencies)


def agencies_of(user):
    """The agencies whose platforms ``user`` enters and changes."""
    if user.is_superuser:
        return Agency.objects.all()
    keys = {*overseen_by(user, ADD_PLATFORM), *overseen_by(user, CHANGE_PLATFORM)}
    return Agency.objects.filter(pk__in=keys)


def platform_or_404(user, pk):
    """A platform for whoever hands items over to it."""
    if not may_handle(user):
        raise PermissionDenied
    found = platforms_of(user).select_related("agency__site").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
