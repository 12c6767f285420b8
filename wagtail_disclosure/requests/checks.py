"""System checks of requests: what keeps a public form from being filled in, or what comes by it from being decided."""

from django.core.checks import Tags, Warning, register
from django.utils import timezone

from ..casework.standing import calendar
from ..casework.wizard.checks import public, without_address
from . import advice
from .models import RequestForm

TAG = "wagtail_disclosure"


@register(Tags.database)
def check_addresses_of_forms(app_configs, databases=None, **kwargs):
    """W029: a public form that nobody can fill in."""
    return without_address(RequestForm, databases, "request form")


@register(Tags.database)
def check_head(app_configs, databases=None, **kwargs):
    """W033: an agency that takes requests, and has nobody who decides as the head of the disclosure office."""
    agencies = {form.agency.pk: form.agency for form in public(RequestForm, databases)}
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
    if not public(RequestForm, databases) or not calendar().is_provisional_year(year):
        return []
    return [
        Warning(
            f"The holidays of {year} are not known for certain: all dates that are due in it are provisional.",
            hint="Update the package; or compare the calendar with the announcement under Working days in the admin, "
            "and enter the year there.",
            id=f"{TAG}.W034",
        )
    ]
