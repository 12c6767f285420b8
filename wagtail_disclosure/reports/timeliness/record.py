"""Keeping the record of Art. 26: written when a document becomes public, caught up with for what was public before."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Locale

from ...catalogue.models import DisclosurePage
from ...departments.models import Agency
from ...publishing.evidence import is_translation
from ...publishing.models import PublishedItem
from ...publishing.review.deadline import LATE, due_from
from ...publishing.signals import register_entered
from ...rules.profiles import PROACTIVE
from ..models import ProactiveRecord

CHUNK = 500
COLUMNS = ("due_on", "is_provisional", "is_late", "days_late")


@receiver(register_entered)
def _entered(sender, published, item, **kwargs):
    if not isinstance(item, DisclosurePage) or published.attribute != PROACTIVE or is_translation(item):
        return
    agency = Agency.objects.filter(site=published.site_id).first()
    if agency is None:
        return
    days = list(
        ProactiveRecord.objects.filter(translation_key=item.translation_key)
        .order_by("-public_on")
        .values_list("starts_on", "public_on")
    )
    row = row_of(item, published, agency.pk)
    # A day up to which the document has been public already begins no time limit.
    if row is None or any(row.starts_on == starts or row.starts_on <= public for starts, public in days):
        return
    row.is_change = row.is_change or bool(days)
    row.save()


def row_of(item, published, agency_id):
    """The record of ``item`` as the register has it, unsaved; None where no time limit runs."""
    zone = timezone.get_default_timezone()
    first, last = (
        timezone.localdate(each, zone) for each in (published.date_published, published.date_updated)
    )
    starts = item.formed_on or item.date_signed
    if starts is None:
        return None
    public_on = first if starts <= first else last
    limit = limit_of(item.formed_on, item.date_signed, public_on)
    if limit is None:
        return None
    return ProactiveRecord(
        agency_id=agency_id,
        department_id=item.department_id,
        page_id=item.pk,
        translation_key=item.translation_key,
        title=item.title,
        starts_on=starts,
        basis="formed_on" if item.formed_on else "date_signed",
        is_change=starts > first,
        public_on=public_on,
        **limit,
    )


def limit_of(formed_on, date_signed, public_on):
    """The columns about the time limit of what became public on that day; None where the law sets none."""
    due = due_from(formed_on, date_signed, today=public_on)
    if due is None or due.on is None:
        return None
    is_late = due.level == LATE
    return {
        "due_on": due.on,
        "is_provisional": due.provisional,
        "is_late": is_late,
        "days_late": max(0, -due.days_left) if is_late and due.days_left is not None else None,
    }


def catch_up():
    """Write what is missing for documents that were public before, and count anew what was provisional. Returns how many.

    Safe to repeat. Only the present day of formation of such a document is known.
    """
    known = ProactiveRecord.objects.filter(translation_key=OuterRef("translation_key"))
    agencies = dict(Agency.objects.values_list("site_id", "pk"))
    published = PublishedItem.objects.filter(
        ~Exists(known), attribute=PROACTIVE, language=Locale.get_default().language_code, site__in=agencies
    )
    return _write(published, agencies) + _recount()


def _write(published, agencies):
    written = 0
    keys = list(published.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), CHUNK):
        some = PublishedItem.objects.in_bulk(keys[first : first + CHUNK])
        items = DisclosurePage.objects.filter(pk__in=some)
        rows = [row_of(each, some[each.pk], agencies[some[each.pk].site_id]) for each in items]
        rows = [each for each in rows if each is not None]
        ProactiveRecord.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(rows)
    return written


@transaction.atomic
def _recount():
    changed = []
    for row in ProactiveRecord.objects.select_for_update().filter(is_provisional=True):
        before = [getattr(row, name) for name in COLUMNS]
        days = {row.basis: row.starts_on}
        limit = limit_of(days.get("formed_on"), days.get("date_signed"), row.public_on)
        if limit is not None and [limit[name] for name in COLUMNS] != before:
            for name in COLUMNS:
                setattr(row, name, limit[name])
            changed.append(row)
    ProactiveRecord.objects.bulk_update(changed, COLUMNS, batch_size=CHUNK)
    return len(changed)
