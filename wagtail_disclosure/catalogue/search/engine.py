"""Answering a query: candidates from the database's index, decided by the text itself, a page at a time."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connections
from django.db.models import Count

from ... import conf
from ...publishing.models import PublishedItem, PublishedItemCategory
from ...rules.text import contains
from ..filters import ENDED
from ..lists import LARGEST_POSITION, InvalidPlace, is_ended
from ..models import SearchDocument
from . import clauses, documents, postgresql, scan, sqlite
from .snippets import snippet

LONGEST_QUERY = 200
# Counting stops here: "more than 1,000".
MOST_COUNTED = 1000
# Candidates that turn out not to contain the query are passed over, this many at most for one page.
MOST_PASSED_OVER = 2000
BACKENDS = {"sqlite": sqlite, "postgresql": postgresql}
DATE, RELEVANCE = "date", "relevance"


@dataclass(frozen=True)
class SearchPage:
    """One page of results. ``older`` and ``newer`` are places to continue from (see ``parse_place``), or None.

    ``count`` is the number of results, or of candidates when ``count_is_exact`` is false; ``count_is_capped``
    says that there are more. ``facets`` maps axes to {value: count}, or is None when there are too many results.
    """

    items: list
    older: str | None = None
    newer: str | None = None
    count: int = 0
    count_is_exact: bool = True
    count_is_capped: bool = False
    facets: dict | None = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a page of results begins: in which group (title hits come before the rest) and at which position."""

    group: int
    position: int

    def __str__(self):
        return f"{self.group}-{self.position}"


def parse_place(text):
    """The :class:`Place` that ``text`` names, or None for None. Raises :class:`InvalidPlace`."""
    if text is None:
        return None
    group, dash, position = text.partition("-")
    good = group in ("0", "1") and dash and position.isascii() and position.isdigit() and len(position) <= 19
    if not good or int(position) > LARGEST_POSITION:
        raise InvalidPlace(text)
    return Place(int(group), int(position))


def backend():
    return BACKENDS.get(connections[using()].vendor, scan)


def using():
    return SearchDocument.objects.db


class Search:
    """A query in ``scope``: ``text`` in the fields of ``where``, limited by ``filters``."""

    def __init__(self, scope, text, where="all", filters=None, sort=RELEVANCE):
        self.scope, self.text, self.where, self.filters = scope, text, where, filters
        self.terms = clauses.terms_of(text)
        self.exact = clauses.is_exact(self.terms)
        titles_first = sort == RELEVANCE and where == "all" and self.terms
        self.groups = (
            [self._request(only="title"), self._request(without="title")]
            if titles_first
            else [self._request()]
        )

    def _request(self, **options):
        return clauses.request(self.scope, self.terms, self.where, self.filters, **options)

    def page(self, *, after=None, before=None, size=None):
        """One :class:`SearchPage` after or before a :class:`Place`."""
        size = size or conf.get("PAGE_SIZE")
        found, exhausted, stopped = self._walk(size + 1, start=before or after, upwards=before is not None)
        shown = found[:size]
        if before is not None:
            shown, more_newer, more_older = shown[::-1], not exhausted or len(found) > size, bool(found)
        else:
            more_newer = after is not None and bool(found)
            more_older = not exhausted or len(found) > size
        count, capped, facets = self._count()
        whole = after is None and before is None and exhausted and len(found) <= size
        older = shown[-1][0] if shown and more_older else None
        newer = shown[0][0] if shown and more_newer else None
        if stopped is not None:
            older, newer = (older, stopped) if before is not None else (stopped, newer)
        return SearchPage(
            items=[self._item(document) for _place, document in shown],
            older=str(older) if older else None,
            newer=str(newer) if newer else None,
            count=len(shown) if whole else count,
            count_is_exact=whole or self.exact,
            count_is_capped=capped and not whole,
            facets=facets,
        )

    def _walk(self, wanted, *, start, upwards):
        """The next ``wanted`` documents that contain the query, and whether these were the last there are.

        The third is the place where looking was given up, or None.
        """
        found, passed_over = [], 0
        first = start.group if start and start.group < len(self.groups) else (len(self.groups) - 1) * upwards
        order = range(first, -1, -1) if upwards else range(first, len(self.groups))
        for group in order:
            edge = start.position if start and start.group == group else (0 if upwards else None)
            while len(found) < wanted:
                batch = wanted if self.exact else 2 * wanted
                bounds = {"before": edge} if upwards else {"after": edge}
                positions = backend().positions(using(), self.groups[group], **bounds, limit=batch)
                documents = self._documents(positions)
                kept = [each for each in documents if self.exact or self._contains(each)]
                found += [(Place(group, each.position), each) for each in kept]
                passed_over += len(documents) - len(kept)
                if len(positions) < batch:
                    break
                edge = positions[-1]
                if passed_over > MOST_PASSED_OVER and len(found) < wanted:
                    return found, False, Place(group, edge)
            if len(found) >= wanted:
                return found[:wanted], False, None
        return found, True, None

    def _documents(self, positions):
        found = SearchDocument.objects.filter(position__in=positions).select_related("item")
        by_position = {each.position: each for each in found.defer("tokens", "item__data")}
        return [by_position[position] for position in positions if position in by_position]

    def _fields(self, document):
        item = document.item
        texts = {
            "title": item.title,
            "body": document.body,
            "number": documents.numbers_of(item),
            "issuing_body": item.issuing_body,
        }
        return "\n".join(texts.values()) if self.where == "all" else texts[self.where]

    def _contains(self, document):
        return contains(self._fields(document), self.text)

    def _item(self, document):
        item = document.item
        item.snippet = snippet(document.body, self.text) if self.terms else item.summary
        return item

    def _count(self):
        """The number of candidates, whether there are more, and their facets."""
        request = self._request()
        positions = backend().positions(using(), request, limit=MOST_COUNTED + 1)
        if len(positions) > MOST_COUNTED:
            return MOST_COUNTED, True, None
        rows = PublishedItem.objects.filter(search_document__position__in=positions)
        facets = {axis: Counter() for axis in ("department", "year", "attribute", "genre")}
        columns = ("department_id", "year", "attribute", "genre")
        for values in rows.values_list(*columns):
            for axis, value in zip(facets, values, strict=True):
                if value not in (None, ""):
                    facets[axis][str(value)] += 1
        under = PublishedItemCategory.objects.filter(item__search_document__position__in=positions)
        counted = under.order_by().values_list("category_id").annotate(number=Count("pk"))
        ended = rows.filter(is_ended()).count()
        facets["validity"] = {ENDED: ended} if ended else {}
        facets["category"] = {str(category): number for category, number in counted}
        return len(positions), False, facets
