"""The public list of documents that are disclosed on request: by title, from the filing register."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from .. import conf
from .lists import InvalidPlace, ListPage
from .models import AttributeDetermination, FiledItem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def parse_place(text):
    """The (time, key) that ``text`` names, or None for None. Raises :class:`InvalidPlace`."""
    if text is None:
        return None
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in parts):
        raise InvalidPlace(text)
    return EPOCH + int(parts[0]) * MICROSECOND, int(parts[1])


def place_of(filed):
    return f"{(filed.filed_at - EPOCH) // MICROSECOND}-{filed.pk}"


def filed_page(scope, *, after=None, before=None, size=None):
    """One ``ListPage`` of the on-request list, newest first."""
    size = size or conf.get("PAGE_SIZE")
    found = FiledItem.objects.filter(
        site_id=scope.site_id,
        language=scope.language,
        attribute=AttributeDetermination.Attribute.ON_REQUEST,
        closed_at=None,
    )
    if before is not None:
        at, key = before
        found = found.filter(filed_at__gte=at).exclude(filed_at=at, pk__lte=key).order_by("filed_at", "pk")
        read = list(found[: size + 1])
        shown, more_newer, more_older = read[:size][::-1], len(read) > size, bool(read)
    else:
        if after is not None:
            at, key = after
            found = found.filter(filed_at__lte=at).exclude(filed_at=at, pk__gte=key)
        read = list(found.order_by("-filed_at", "-pk")[: size + 1])
        shown, more_newer, more_older = read[:size], after is not None and bool(read), len(read) > size
    return ListPage(
        items=[_shown(filed) for filed in shown],
        older=place_of(shown[-1]) if more_older else None,
        newer=place_of(shown[0]) if more_newer else None,
    )


def _shown(filed):
    """A filed document as lists show it: without an address, for there is nothing to open."""
    return SimpleNamespace(
        title=filed.title,
        path="",
        key=filed.pk,
        index_number=filed.index_number,
        document_number=filed.document_number,
        issuing_body=filed.issuing_body,
        date_published=filed.filed_at,
        # Every item of the list has the same attribute.
        attribute="",
        validity="",
        summary="",
        date_updated=filed.filed_at,
        anchor=f"filed-{filed.pk}",
    )
