"""What system checks of all kinds of public forms have in common."""

from django.core.checks import Warning
from django.db import DatabaseError, router

from . import addresses

TAG = "wagtail_disclosure"


def public(model, databases):
    """The definitions that the public sees; none where the database is not to be asked or has no tables yet."""
    if router.db_for_read(model) not in (databases or []):
        return []
    try:
        return list(model.objects.filter(live=True).select_related("agency", "locale"))
    except DatabaseError:
        return []


def without_address(model, databases, called):
    """W029 for each public form that nobody can fill in; ``called`` says what it is."""
    return [
        Warning(
            f"The {called} {form.code!r} ({form.locale.language_code}) has no address: nobody can fill it in.",
            hint='Add path("", include("wagtail_disclosure.urls")) to the URLconf before Wagtail\'s own pattern, or '
            f"publish a {called} page for it.",
            obj=form,
            id=f"{TAG}.W029",
        )
        for form in public(model, databases)
        if addresses.base_of(form) is None
    ]
