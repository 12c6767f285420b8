"""System checks of requests: what keeps a public form from being filled in, or what comes by it from being decided."""

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError, router
from django.utils import timezone

from ..casework.standing import calendar
from ..casework.wizard import addresses
from . import advice
from .models import RequestForm

TAG = "wagtail_disclosure"


def _public_forms(databases):
    """The forms that the public sees; none where the database is not to be asked or has no tables yet."""
    if router.db_for_read(RequestForm) not in (databases or []):
        return []
    try:
        return list(RequestForm.objects.filter(live=True).select_related("agency", "locale"))
    except DatabaseError:
        return []


@register(Tags.database)
def check_addresses_of_forms(app_configs, databases=None, **kwargs):
    """W029: a public form that nobody can fill in."""
    return [
        Warning(
            f"The request form {form.code!r} ({form.locale.language_code}) has no address: nobody can fill it in.",
            hint='Add path("", include("wagtail_disclosure.urls")) to the URLconf before Wagtail\'s own pattern, or '
            "publish a request form page for it.",
            obj=form,
            id=f"{TAG}.W029",
        )
        for form in _public_forms(databases)
        if addresses.base_of(form) is None
    ]


@register(Tags.database)
def check_head(app_configs, databases=None, **kwargs):
    """W033: an agency that takes requests, and has nobody who decides as the head of the disclosure office."""
    agencies = {form.agency.pk: form.agency for form in _public_forms(databases)}
    return [
        Warning(
            f"{agency.name} takes requests, but nobody decides as the head of its disclosure office: extensions, fee "
            "notices and abandoned requests wait.",
            hint="Put that person into the group of leaders that disclosure_setup made, or into one with the "
            "permissions oversee_cases and head_cases.",
            obj=agency,
            id=f"{TAG}.W033",
        )
        for agency in agencies.values()
        if not advice.heads_of(agency)
    ]


@register(Tags.database, deploy=True)
def check_calendar(app_configs, databases=None, **kwargs):
    """W034: the holidays of this year are a guess, and with them every date that is due."""
    year = timezone.localdate().year
    if not _public_forms(databases) or not calendar().is_provisional_year(year):
        return []
    return [
        Warning(
            f"The holidays of {year} are not known for certain: all dates that are due in it are provisional.",
            hint="Update the package; or compare the calendar with the announcement under Working days in the admin, "
            "and enter the year there.",
            id=f"{TAG}.W034",
        )
    ]
