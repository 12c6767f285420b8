"""What a site needs before it takes requests. Setup tells it as things to do, the checks as warnings."""

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import conf
from ..casework import moves, scope
from ..casework.notify import AUTH_BACKEND
from ..casework.standing import calendar
from ..casework.wizard import addresses
from ..rules.labels import joined
from .models import RequestForm

# Jobs of casework and of what stands on it, and when they run.
JOBS = {
    "disclosure_run_cases": "0 7 * * *",
    "disclosure_clean_cases": "20 3 * * *",
    "disclosure_anonymise": "40 3 * * *",
    "disclosure_participation": "25 3 * * *",
    "disclosure_deliveries": "30 3 * * *",
    "disclosure_monitor": "0 6 * * *",
}


def advice_about(agency):
    """All that is left to do, as sentences."""
    found = (about_keys(), about_address(), about_head(agency), about_calendar(), about_jobs())
    return [each for each in found if each]


def about_keys():
    if conf.get("FIELD_KEYS"):
        return ""
    return _(
        "Personal data of applicants is encrypted with a key made of SECRET_KEY. Give it secrets of its own with the "
        "setting FIELD_KEYS before the first request comes."
    )


def about_address():
    if addresses.has_own_addresses(RequestForm):
        return ""
    return _(
        "The addresses of requests are not part of the site. Add path(“”, include(“wagtail_disclosure.urls”)) to the "
        "URLconf, before Wagtail's own pattern."
    )


def heads_of(agency):
    """Those who decide as the head of the disclosure office of ``agency``, without superusers."""
    people = get_user_model().objects.with_perm(moves.HEAD, backend=AUTH_BACKEND, include_superusers=False)
    return [each for each in people.filter(is_active=True) if agency.pk in scope.overseen_by(each)]


def about_head(agency):
    if heads_of(agency):
        return ""
    return _(
        "Nobody decides as the head of the disclosure office: extensions, fee notices and abandoned requests would wait. "
        "Put that person into the group of leaders, or into one with the permission “Can decide as the head of the "
        "disclosure office”."
    )


def about_calendar(today=None):
    """Years in which a time limit that begins now ends, and whose holidays nobody has announced."""
    year, used = (today or timezone.localdate()).year, calendar()
    years = [each for each in (year, year + 1) if used.is_provisional_year(each)]
    if not years:
        return ""
    return _(
        "The holidays of %(years)s are not announced in this version: dates in it are provisional. When they are "
        "announced, compare them under “Working days” and enter the year."
    ) % {"years": joined(years)}


def about_jobs():
    lines = [f"{when}  python manage.py {name}" for name, when in JOBS.items()]
    return "\n".join([_("Let cron run:"), *lines])
