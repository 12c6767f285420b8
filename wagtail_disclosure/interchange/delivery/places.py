"""Reading points and intake points as the public sees them."""

from django.db.models.signals import post_delete, post_save

from ...catalogue import versions
from ...departments.context import agency_for_request
from ...rules.labels import joined
from ..models import IntakePoint, ReadingPoint

MODELS = (ReadingPoint, IntakePoint)


def install():
    """Pages that show places get a new version when one changes."""
    uid = "wagtail_disclosure.places"
    for model in MODELS:
        post_save.connect(_changed, sender=model, dispatch_uid=uid)
        post_delete.connect(_changed, sender=model, dispatch_uid=uid)


def _changed(sender, raw=False, **kwargs):
    if not raw:
        versions.bump_all()


def public(model, request):
    """The places of the agency of the requested site that are in use today, in order, as ``[{name, kind, rows}]``."""
    agency = agency_for_request(request)
    if agency is None:
        return []
    found = model.objects.in_use().filter(agency=agency)
    if model is IntakePoint:
        found = found.select_related("department")
    return [_shown(each) for each in found]


def _shown(place):
    intake = isinstance(place, IntakePoint)
    return {
        "name": place.local_name(),
        "kind": "" if intake else place.kind_label,
        "department": place.department.local_name() if intake and place.department else "",
        "address": place.local("address"),
        "office_hours": place.local("office_hours"),
        "directions": place.local("directions"),
        "phone": place.phone,
        "fax": place.fax if intake else "",
        "email": place.email if intake else "",
        "accepts": joined(place.accepts_labels) if intake else "",
    }
