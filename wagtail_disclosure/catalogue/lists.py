"""Lists of public items, read from the published register alone.

A page of a list costs one query on a composite index however long the list is: no count, no offset. Places in a
list are positions (see ``publishing.register.position_of``): ``after`` asks for older items, ``before`` for newer.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import pgettext

from .. import conf
from ..publishing.models import PublishedItem, PublishedItemCategory

LARGEST_POSITION = 2**63 - 1
# Years outside these are nobody's; Python's own limits lie beyond.
FIRST_YEAR, LAST_YEAR = 1900, 2200


class InvalidPlace(ValueError):
    """``after`` or ``before`` is not a position, or a year or month does not exist."""


@dataclass(frozen=True)
class ListPage:
    """One page of a list. ``older`` and ``newer`` are the positions to continue from, or None."""

    items: list
    older: int | None = None
    newer: int | None = None


def parse_position(text):
    """The position that ``text`` names, or None for None. Raises :class:`InvalidPlace`."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_POSITION):
        raise InvalidPlace(text)
    return int(text)


def period(year, month=None):
    """First position of a local year or month and of the next. Raises :class:`InvalidPlace`."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and (month is None or 1 <= month <= 12)):
        raise InvalidPlace(f"{year}/{month}")
    if month is None:
        return _position_at(year, 1), _position_at(year + 1, 1)
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    return _position_at(year, month), _position_at(*following)


def period_name(year, month=None):
    """A year or month as the active language writes it: 2025年, 2025年6月; 2025, June 2025."""
    pattern = "YEAR_MONTH_FORMAT" if month else pgettext("date format of a year", "Y")
    return formats.date_format(date(year, month or 1, 1), pattern)


def _position_at(year, month):
    moment = datetime(year, month, 1, tzinfo=timezone.get_current_timezone())
    return int(moment.timestamp()) * 1_000_000_000


def is_ended(today=None):
    """Condition on register rows: the document is not in force today."""
    # The first half says the same again, so that the index over these few is used.
    return Q(ended_on__isnull=False) & Q(ended_on__lte=today or timezone.localdate())


def rows(scope, *, category=None, ended=None, **columns):
    """Register rows of ``scope`` with these columns, or under the category with this key. Not yet ordered.

    ``ended`` limits them to documents that are not in force today, or to those that are.
    """
    if category is not None:
        return PublishedItemCategory.objects.filter(
            site_id=scope.site_id, language=scope.language, category_id=category
        )
    found = PublishedItem.objects.filter(site_id=scope.site_id, language=scope.language, **columns)
    if ended is not None:
        found = found.filter(is_ended()) if ended else found.exclude(is_ended())
    return found.defer("data")


def list_page(found, *, after=None, before=None, between=None, size=None):
    """One :class:`ListPage` of ``found`` (from ``rows``), newest first.

    ``between`` limits it to positions from the first (included) to the second (not included).
    """
    size = size or conf.get("PAGE_SIZE")
    if between is not None:
        found = found.filter(position__gte=between[0], position__lt=between[1])
    if found.model is PublishedItemCategory:
        found = found.select_related("item").defer("item__data")
    if before is not None:
        read = list(found.filter(position__gt=before).order_by("position")[: size + 1])
        shown, more_newer, more_older = read[:size][::-1], len(read) > size, bool(read)
    else:
        if after is not None:
            found = found.filter(position__lt=after)
        read = list(found.order_by("-position")[: size + 1])
        shown, more_newer, more_older = read[:size], after is not None and bool(read), len(read) > size
    return ListPage(
        items=[getattr(row, "item", row) for row in shown],
        older=shown[-1].position if more_older else None,
        newer=shown[0].position if more_newer else None,
    )


def latest(scope, count, **filters):
    """The ``count`` newest items; ``filters`` as for ``rows``."""
    return list_page(rows(scope, **filters), size=count).items
