"""The numbers of the catalogue: documents made, repealed and in force (表一), items disclosed proactively."""

import datetime

from django.utils import timezone

from ... import conf
from ...catalogue.models import AttributeDetermination, Category
from ...publishing.models import PublishedItem
from ...rules.annual_report.counting import end_of

SETTING = "REPORT_CATEGORIES"


def categories_of(agency, documents):
    """The categories of the agency's catalogue that hold such ``documents`` (a key of the setting)."""
    codes = conf.get(SETTING).get(documents, ())
    return Category.objects.filter(code__in=codes, scheme__kind="agency", scheme__agency=agency)


def documents_of(agency, documents):
    """The public documents of a kind, one of each in whatever languages it has."""
    held = PublishedItem.objects.filter(
        site=agency.site_id, categories__category_id__in=categories_of(agency, documents).values("pk")
    )
    return _once(held.order_by("position").distinct())


def _once(items):
    found = {}
    for each in items:
        found.setdefault(each.translation_key, each)
    return list(found.values())


def counts_in(counts, item, year):
    """Whether a document counts as ``made``, ``repealed`` or ``in_force`` in the report of ``year``."""
    made = item.date_signed or timezone.localdate(item.date_published, timezone.get_default_timezone())
    if counts == "made":
        return made.year == year
    if counts == "repealed":
        return item.ended_on is not None and item.ended_on.year == year
    return made <= end_of(year) and (item.ended_on is None or item.ended_on > end_of(year))


def published_in(agency, year):
    """The items that became public in ``year`` for the first time, in every language they have."""
    # The year is that of the agency, also for a reader whose account has another time zone.
    zone = timezone.get_default_timezone()
    return PublishedItem.objects.filter(
        site=agency.site_id,
        date_published__gte=datetime.datetime(year, 1, 1, tzinfo=zone),
        date_published__lt=datetime.datetime(year + 1, 1, 1, tzinfo=zone),
        attribute=AttributeDetermination.Attribute.PROACTIVE,
    ).order_by("position")


def number_published(agency, year):
    """How many items that were; one in two languages is one."""
    return published_in(agency, year).order_by().values("translation_key").distinct().count()
