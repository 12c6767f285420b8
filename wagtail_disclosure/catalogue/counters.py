"""Checking what is derived from the live pages against them, and making it anew: register, counters, search."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db import connections, router, transaction
from django.utils import timezone

from ..publishing import guard, ledger, records, register, validity
from ..publishing.database_seal.window import register_open
from ..publishing.models import PublishedItem, PublishedItemCategory, RegisterCounter, Seal, Withholding
from ..publishing.models.items import base_content_type
from . import versions
from .models import SearchDocument
from .search import documents, sqlite

BATCH = 200


@dataclass(frozen=True)
class Drift:
    """One difference: ``kind`` says what is wrong, ``key`` with which row, ``found`` and ``expected`` how."""

    kind: str
    key: str
    found: object = ""
    expected: object = ""

    def __str__(self):
        return f"{self.kind}: {self.key} ({self.found!r}, {self.expected!r})"


def listed_models():
    """Guarded page types whose items may stand in the register; of a type and its subtypes the lowest counts."""
    return [
        model
        for model in guard.guarded_models()
        if hasattr(model, "register_row") and hasattr(model, "url_path")
    ]


def live_items():
    """Every live item in its specific class, in batches, with the seal in force."""
    for model in listed_models():
        label = model._meta.label_lower.split(".")
        last = 0
        while batch := list(
            model.objects.filter(
                pk__gt=last, live=True, content_type__app_label=label[0], content_type__model=label[1]
            ).order_by("pk")[:BATCH]
        ):
            seals = Seal.objects.in_force().filter(
                content_type=base_content_type(batch[0]), object_id__in=[str(each.pk) for each in batch]
            )
            by_key = {seal.object_id: seal for seal in seals}
            for item in batch:
                yield item, by_key.get(str(item.pk))
            last = batch[-1].pk


def check(search=True):
    """Yield every :class:`Drift` between the live pages and what is derived from them.

    ``search=False`` leaves out the texts of the search, for which every attachment is read.
    """
    yield from _register_drift()
    yield from _counter_drift()
    if search:
        yield from _search_drift()


def _register_drift():
    seen, withheld = set(), _withheld()
    for item, seal in live_items():
        if str(item.pk) in withheld:
            continue
        if seal is None:
            yield Drift("live without a seal", str(item.pk))
            continue
        row = item.register_row(seal)
        if row is None:
            continue
        row |= register.dates_of(item, seal, row.pop("marked_at", None))
        seen.add(item.pk)
        published = PublishedItem.objects.filter(pk=item.pk).first()
        if published is None:
            yield Drift("missing in the register", str(item.pk))
            continue
        yield from _row_drift(published, row | _validity_before_its_day(item, published))
    for key in PublishedItem.objects.values_list("pk", flat=True).iterator():
        if key not in seen:
            yield Drift("in the register but not public", str(key))


def _day_before_change(published):
    """The day as of which a register row may stay when an announced change has come; None where none has.

    Until the job writes it anew, everything that shows it compares the day itself.
    """
    day = published.next_validity_on
    if day is None or day > timezone.localdate():
        return None
    return day - datetime.timedelta(days=1)


def _validity_before_its_day(item, published):
    today = _day_before_change(published)
    if today is None or not hasattr(item, "validity"):
        return {}
    return validity.columns_of(item, item.validity, today)


def _row_drift(published, row):
    categories = set(row.pop("categories", ()))
    for name, expected in row.items():
        found = getattr(published, name)
        if found != expected:
            yield Drift(f"register: {name}", str(published.pk), found, expected)
    placed = PublishedItemCategory.objects.filter(item=published)
    found = set(placed.values_list("category_id", flat=True))
    if found != categories:
        yield Drift("register: categories", str(published.pk), sorted(found), sorted(categories))
    wrong = placed.exclude(
        position=published.position, site_id=published.site_id, language=published.language
    )
    if wrong.exists():
        yield Drift("register: place of categories", str(published.pk))


def _withheld():
    """The keys of the pages that are kept out of the register after a verification."""
    pages = Withholding.objects.in_force().filter(
        content_type=base_content_type(PublishedItem.page.field.related_model)
    )
    return set(pages.values_list("object_id", flat=True))


def counted():
    """What the counters should say: {(site, language, axis, value): count}."""
    counts = Counter()
    columns = ["site_id", "language", *register.COUNTED]
    rows = PublishedItem.objects.only(*columns).prefetch_related("categories")
    for published in rows.iterator(chunk_size=BATCH):
        under = [each.category_id for each in published.categories.all()]
        for axis, value in register.counted_values(published, under):
            counts[(published.site_id, published.language, axis, value)] += 1
    return counts


def _counter_drift():
    expected = counted()
    found = {
        (row.site_id, row.language, row.axis, row.value): row.count
        for row in RegisterCounter.objects.iterator()
    }
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key, 0) != found.get(key, 0):
            yield Drift("counter", "/".join(map(str, key)), found.get(key, 0), expected.get(key, 0))


def _search_drift():
    if not index_exists():
        yield Drift("the search index does not exist", sqlite.TABLE)
        return
    missing = PublishedItem.objects.filter(search_document=None).values_list("pk", flat=True)
    for key in missing.iterator():
        yield Drift("missing in the search", str(key))
    for document in (
        SearchDocument.objects.select_related("item__page")
        .prefetch_related("item__categories")
        .iterator(chunk_size=BATCH)
    ):
        item = document.item
        under = [each.category_id for each in item.categories.all()]
        page = item.page.specific
        if not hasattr(page, "search_text"):
            yield Drift("in the search but no document", str(item.pk))
            continue
        today = _day_before_change(item)
        expected = documents.document_for(item, page.search_text()[1], under, today)
        if (document.position, document.body) != (expected.position, expected.body) or set(
            document.tokens.split(" ")
        ) != set(expected.tokens.split(" ")):
            yield Drift("search document", str(item.pk))


def index_exists():
    """Whether the database has the index of the migration ``0002_search_index``; true where there is none to have."""
    connection = connections[router.db_for_read(SearchDocument)]
    if connection.vendor == "sqlite":
        query = "SELECT count(*) FROM sqlite_master WHERE name IN (%s, %s, %s, %s)"
        params = [sqlite.TABLE, *(f"{sqlite.TABLE}_{event}" for event in ("insert", "update", "delete"))]
    elif connection.vendor == "postgresql":
        query, params = "SELECT count(*) FROM pg_indexes WHERE indexname = %s", [sqlite.TABLE]
    else:
        return True
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()[0] == len(params)


def rebuild():
    """Write register rows, counters and search documents anew from the live pages. Returns how many items.

    It works in small transactions, so that publishing goes on meanwhile.
    """
    seen = set()
    for item, seal in live_items():
        with transaction.atomic(), register_open():
            ledger.hold()
            if seal is not None and register.enter(item, seal) is not None:
                seen.add(item.pk)
    for published in PublishedItem.objects.only("pk").iterator():
        if published.pk not in seen:
            with transaction.atomic(), register_open(), records.register_open():
                published.delete()
    rebuild_counters()
    if connections[router.db_for_write(SearchDocument)].vendor == "sqlite":
        sqlite.rebuild(router.db_for_write(SearchDocument))
    versions.bump_all()
    return len(seen)


@transaction.atomic
def rebuild_counters():
    """Count anew. Publishing waits for it at the counters, so none is missed and none counted twice."""
    list(RegisterCounter.objects.select_for_update().order_by("pk"))
    RegisterCounter.objects.all().delete()
    RegisterCounter.objects.bulk_create(
        RegisterCounter(site_id=site, language=language, axis=axis, value=value, count=count)
        for (site, language, axis, value), count in sorted(counted().items())
    )
