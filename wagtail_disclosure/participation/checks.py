"""System checks of consultations and surveys."""

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError, router

from . import addresses
from .models import ConsultationPage, SurveyPage


@register(Tags.database)
def check_addresses_of_participation(app_configs, databases=None, **kwargs):
    """W040: forms of public pages are sent below their page, where old or cached pages lose what was written."""
    if router.db_for_read(ConsultationPage) not in (databases or []):
        return []
    try:
        page = ConsultationPage.objects.live().first() or SurveyPage.objects.live().first()
    except DatabaseError:
        return []
    if page is None or not addresses.needs_token(page):
        return []
    return [
        Warning(
            "Consultations and surveys have no address of their own: a form that was open for long, or came from a "
            "cache, is refused without its answers.",
            hint='Add path("", include("wagtail_disclosure.urls")) to the URLconf before Wagtail\'s own pattern.',
            obj=page,
            id="wagtail_disclosure.W040",
        )
    ]
