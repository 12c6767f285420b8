"""Candidates by comparing texts, for databases without an index of their own here.

It reads every document of the site and compares as the database compares, so traditional and full-width forms are
found only as they are written. Fine for some thousand items; beyond that use PostgreSQL.
"""

from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.utils import timezone

from ..models import SearchDocument

COLUMNS = {
    "title": ("item__title",),
    "body": ("body",),
    "number": ("item__index_number", "item__document_number"),
    "issuing_body": ("item__issuing_body",),
}
COLUMNS["all"] = tuple(column for columns in COLUMNS.values() for column in columns)


def _stands_in(terms, where):
    return reduce(
        and_, (reduce(or_, (Q(**{f"{c}__icontains": term}) for c in COLUMNS[where])) for term in terms), Q()
    )


def positions(using, request, *, after=None, before=None, limit):
    """Up to ``limit`` positions: descending from ``after``, or ascending from ``before``."""
    scope, columns = request.scope, request.filters.columns()
    found = SearchDocument.objects.using(using).filter(
        item__site_id=scope.site_id, item__language=scope.language
    )
    category, has_ended = columns.pop("category", None), columns.pop("ended", None)
    if has_ended is not None:
        condition = Q(item__ended_on__lte=timezone.localdate())
        found = found.filter(condition) if has_ended else found.exclude(condition)
    if category:
        found = found.filter(item__categories__category_id=category)
    found = found.filter(**{f"item__{name}": value for name, value in columns.items()})
    if request.filters.between:
        first, end = request.filters.between
        found = found.filter(position__gte=first, position__lt=end)
    found = found.filter(_stands_in(request.terms, request.where))
    if request.unwanted:
        found = found.exclude(_stands_in(request.terms, "title"))
    if before is not None:
        found = found.filter(position__gt=before).order_by("position")
    else:
        found = found.order_by("-position")
        if after is not None:
            found = found.filter(position__lt=after)
    return list(found.values_list("position", flat=True)[:limit])
