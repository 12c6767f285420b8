"""Writing the published register. Only the gate calls ``enter`` and ``leave``, in the publishing transaction."""

from functools import reduce
from operator import or_

from django.db.models import F, Q

from .evidence import first_public_at
from .models import PublishedItem, PublishedItemCategory, RegisterCounter, Withholding
from .records import register_open
from .signals import register_entered, register_left

# Facets with a maintained count: register column -> axis name.
COUNTED = {
    "department_id": "department",
    "year": "year",
    "genre": "genre",
    "attribute": "attribute",
    "kind": "kind",
    "reporting_class": "reporting_class",
    "topic": "topic",
}


def position_of(date_published, page_id):
    """The sort key of lists: publication time in milliseconds, then the page, in one integer."""
    return int(date_published.timestamp() * 1000) * 1_000_000 + page_id % 1_000_000


def enter(item, seal):
    """Write the register row of ``item`` under ``seal``, with its categories and the counters."""
    row = item.register_row(seal) if hasattr(item, "register_row") else None
    if row is None or Withholding.objects.about(item).in_force().exists():
        return None
    categories = set(row.pop("categories", ()))
    old = PublishedItem.objects.filter(pk=item.pk).first()
    if old is not None:
        _count(old, _categories_of(old), -1)
    row |= dates_of(item, seal, row.pop("marked_at", None))
    published = PublishedItem(page_id=item.pk, **row)
    with register_open():
        published.save(force_insert=old is None)
        PublishedItemCategory.objects.filter(item_id=item.pk).delete()
    PublishedItemCategory.objects.bulk_create(
        PublishedItemCategory(
            item=published,
            category_id=category,
            site_id=published.site_id,
            language=published.language,
            position=published.position,
        )
        for category in sorted(categories)
    )
    _count(published, categories, 1)
    register_entered.send(sender=PublishedItem, published=published, item=item)
    return published


def dates_of(item, seal, marked_at=None):
    """The columns of the register that come from the evidence; ``marked_at`` is the last change of validity."""
    # Publishing sets the date, and nothing moves it afterwards: the page's own dates are fields like any other.
    first = first_public_at(item)
    return {
        "date_published": first,
        "date_updated": max(filter(None, [seal.opened_at, marked_at])),
        "year": _local_year(first),
        "position": position_of(first, item.pk),
    }


def leave(item):
    """Take ``item`` out of the register."""
    old = PublishedItem.objects.filter(pk=item.pk).first()
    if old is None:
        return
    _count(old, _categories_of(old), -1)
    register_left.send(sender=PublishedItem, page_id=item.pk)
    with register_open():
        old.delete()


def _local_year(moment):
    from django.utils import timezone

    return timezone.localtime(moment).year


def _categories_of(published):
    return set(published.categories.values_list("category_id", flat=True))


def counted_values(published, categories):
    """The (axis, value) pairs a register row counts for."""
    yield "all", ""
    for column, axis in COUNTED.items():
        value = getattr(published, column)
        if value not in (None, ""):
            yield axis, str(value)
    for category in categories:
        yield "category", str(category)


def _count(published, categories, step):
    """Add ``step`` to the counters of a row. The ledger is held, so nobody else counts at the same time."""
    counters = RegisterCounter.objects.filter(site_id=published.site_id, language=published.language)
    values = sorted(set(counted_values(published, categories)))
    which = reduce(or_, (Q(axis=axis, value=value) for axis, value in values))
    if counters.filter(which).update(count=F("count") + step) == len(values):
        return
    known = set(counters.filter(which).values_list("axis", "value"))
    RegisterCounter.objects.bulk_create(
        RegisterCounter(
            site_id=published.site_id, language=published.language, axis=axis, value=value, count=max(step, 0)
        )
        for axis, value in values
        if (axis, value) not in known
    )
