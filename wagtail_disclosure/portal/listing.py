"""What columns list: the union of their categories, read from the register in one query of constant cost.

For each category an index scan gives as many items as one page needs; an item in several of them appears once. A
column that is limited to a department reads the department's items and keeps those under one of its categories.
"""

from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.db.models.expressions import RawSQL

from .. import conf
from ..catalogue import lists
from ..publishing.models import PublishedItem, PublishedItemCategory

NEWEST, OLDEST = "newest", "oldest"


@dataclass(frozen=True)
class Selection:
    """The keys of the categories that a column lists, and of the department it is limited to."""

    categories: tuple
    department_id: int | None = None

    def __bool__(self):
        return bool(self.categories)


def selection_of(scope, categories, department_id=None):
    """The :class:`Selection` of these categories (keys), without those that another of them includes."""
    directory, chosen = scope.directory, dict.fromkeys(categories)
    nodes = [directory.category_by_id[key] for key in chosen if key in directory.category_by_id]
    return Selection(
        tuple(
            node.pk
            for node in nodes
            if not any(above.pk in chosen for above in directory.path_to(node) if above.pk != node.pk)
        ),
        department_id,
    )


def column_page(scope, selection, *, after=None, before=None, size=None, sort=NEWEST):
    """One page of the items of ``selection`` as a ``lists.ListPage``, in one query."""
    size = size or conf.get("PAGE_SIZE")
    first = sort == OLDEST and after is None and before is None
    # The oldest items are those just newer than nothing.
    bounds = {"after": after, "before": -1 if first else before}
    found = lists.list_page(_found(scope, selection, bounds, size), size=size, **bounds)
    if sort == OLDEST:
        found = replace(found, items=found.items[::-1], older=None if first else found.older)
    return found


def latest_of_each(scope, selections, count):
    """For each :class:`Selection` its ``count`` newest items, in one query for all of them."""
    parts, params = [], []
    for number, selection in enumerate(selections):
        if selection:
            sql, given = _union(_branches(scope, selection, {}, count))
            parts.append(
                f"SELECT {number} AS place, item_key, item_position "
                f"FROM ({sql} ORDER BY item_position DESC LIMIT {int(count)}) AS found"
            )
            params += given
    shown = [[] for _selection in selections]
    if parts:
        for item in PublishedItem.objects.raw(_with_items(" UNION ALL ".join(parts)), params):
            shown[item.place].append(item)
    return shown


def _found(scope, selection, bounds, size):
    """The register rows to take the page from; not many more than the page needs, if there are several categories."""
    branches = _branches(scope, selection, bounds, size + 1)
    if len(branches) == 1:
        return _sources(scope, selection)[0]
    if not branches:
        return PublishedItem.objects.none()
    sql, params = _union(branches)
    keys = RawSQL(f"SELECT item_key FROM ({sql}) AS found", params)
    return PublishedItem.objects.filter(pk__in=keys).defer("data")


def _sources(scope, selection):
    """Querysets whose union is the selection; each of them can be read newest first by an index."""
    if selection.department_id is None:
        return [lists.rows(scope, category=category) for category in selection.categories]
    if not selection.categories:
        return []
    under = PublishedItemCategory.objects.filter(item=OuterRef("pk"), category_id__in=selection.categories)
    return [lists.rows(scope, department_id=selection.department_id).filter(Exists(under))]


def _branches(scope, selection, bounds, count):
    """SQL and parameters of the first ``count`` rows of each source, as (key of the item, position)."""
    branches = []
    for found in _sources(scope, selection):
        if bounds.get("before") is not None:
            found = found.filter(position__gt=bounds["before"]).order_by("position")
        else:
            if bounds.get("after") is not None:
                found = found.filter(position__lt=bounds["after"])
            found = found.order_by("-position")
        key = "item_id" if found.model is PublishedItemCategory else "page_id"
        named = found.annotate(item_key=F(key), item_position=F("position"))
        branches.append(named.values_list("item_key", "item_position")[:count].query.sql_with_params())
    return branches


def _union(branches):
    """One SELECT of (item_key, position) without repetitions. SQLite takes limits in subqueries only."""
    parts, params = [], []
    for number, (sql, given) in enumerate(branches):
        parts.append(f"SELECT item_key, item_position FROM ({sql}) AS part{number}")
        params += given
    return " UNION ".join(parts), params


def _with_items(sql):
    quote = connection.ops.quote_name
    table = quote(PublishedItem._meta.db_table)
    columns = ", ".join(
        f"{table}.{quote(each.column)}" for each in PublishedItem._meta.concrete_fields if each.name != "data"
    )
    key = quote(PublishedItem._meta.pk.column)
    return (
        f"SELECT {columns}, listed.place FROM ({sql}) AS listed JOIN {table} ON {table}.{key} = listed.item_key "
        "ORDER BY listed.place, listed.item_position DESC"
    )
