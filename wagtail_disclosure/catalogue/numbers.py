"""Reserving and issuing index numbers, atomically and once."""

from django.db import transaction
from django.utils import timezone

from .models.numbers import IndexNumber, NumberCounter


def number_of(translation_key):
    """The number of a document, or an empty string."""
    found = IndexNumber.objects.filter(translation_key=translation_key).exclude(state=IndexNumber.State.VOID)
    return found.values_list("number", flat=True).first() or ""


@transaction.atomic
def issue_for(page, at=None):
    """Issue the number of ``page`` at its first publication; a number reserved for it is kept verbatim."""
    at = at or timezone.now()
    held = (
        IndexNumber.objects.select_for_update()
        .filter(translation_key=page.translation_key)
        .exclude(state=IndexNumber.State.VOID)
        .first()
    )
    if held is None:
        held = _allot(page, at)
    if held.state != IndexNumber.State.ISSUED:
        held.state, held.issued_at, held.title = IndexNumber.State.ISSUED, at, page.title
        held.save()
    return held


def _allot(page, at):
    agency = page.department.agency
    year = timezone.localtime(at).year
    scope = f"{agency.organisation_code}/{year}"
    NumberCounter.objects.get_or_create(scope=scope)
    counter = NumberCounter.objects.select_for_update().get(scope=scope)
    counter.last_serial += 1
    counter.save()
    return IndexNumber.objects.create(
        agency=agency,
        number=f"{agency.organisation_code}/{year}-{counter.last_serial:05d}",
        scope=scope,
        serial=counter.last_serial,
        translation_key=page.translation_key,
        reserved_at=at,
    )
