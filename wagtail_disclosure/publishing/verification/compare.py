"""Which part of an item changed: field by field, row by row, file by file, in what was approved and what is public."""

from django.apps import apps
from wagtail.models import Revision

from ..content import content_of
from ..digest import digest_of
from ..guard import child_relations
from .findings import SHOWN, shortened

# What stands before the first difference of two texts, when they are shown.
BEFORE = 20
# What says where a file stands, not what it shows.
OWN_KEYS = frozenset({"sha256", "content_type", "object_id", "field"})


def explain(item, seal, approved, covered):
    """Yield ``(code, params)`` for what differs between ``item`` and what ``seal`` approved.

    ``approved`` and ``covered`` are the files and the shared rows as they were approved and as they are now.
    """
    yield from files(approved[0], covered[0])
    yield from objects(approved[1], covered[1])
    if digest_of(item, covered=approved).value == seal.digest:
        return
    before = approved_state(item, seal)
    if before is None:
        yield "unexplained", {}
        return
    yield from contents(before, item)
    # What the approved revision does not explain stands outside the row.
    rest = digest_of(before, covered=approved)
    if rest.body != seal.body_digest:
        yield "facts", {}
    elif rest.value != seal.digest:
        yield "parent", {"public": shortened(item.get_parent()) if hasattr(item, "get_parent") else ""}


def approved_state(item, seal):
    """The item as it was approved, from the revision that the seal names; None where that is gone."""
    revision = Revision.objects.filter(pk=seal.revision_id).first() if seal.revision_id else None
    if revision is None or revision.object_id != str(item.pk):
        return None
    try:
        approved = revision.as_object()
    except Exception:
        return None
    if revision.content.get("locale"):
        # Wagtail gives an old revision the language that the page has now.
        approved.locale_id = revision.content["locale"]
    return approved


# Files


def files(approved, public):
    """Yield what differs between two lists of files, each as digests and seals have them."""
    before, now = _by_place(approved), _by_place(public)
    for key, each in before.items():
        name = {"file": shortened(each.get("title") or key[-1])}
        if key not in now:
            yield "file_removed", name
            continue
        if now[key]["sha256"] == "missing" != each["sha256"]:
            yield "file_missing", name
        elif now[key]["sha256"] != each["sha256"]:
            yield "file_bytes", name
        for column in sorted((each.keys() | now[key].keys()) - OWN_KEYS):
            old, new = each.get(column, ""), now[key].get(column, "")
            if old != new:
                yield "file_field", {**name, "model": key[0], "field": column, **_excerpts(old, new)}
    for key in now.keys() - before.keys():
        yield "file_added", {"file": shortened(now[key].get("title") or key[1])}


def _by_place(facts):
    """Files by the row or the field that holds them."""
    return {
        (each.get("content_type", ""), each.get("object_id") or each.get("field")): each for each in facts
    }


def objects(approved, public):
    """Yield what differs between two lists of shared rows."""
    before = {(each["content_type"], each["object_id"]): each["fields"] for each in approved}
    now = {(each["content_type"], each["object_id"]): each["fields"] for each in public}
    for content_type, key in sorted(before.keys() | now.keys()):
        if before.get((content_type, key)) != now.get((content_type, key)):
            yield "shared_row", {"row": _row_name(content_type, key)}


def _row_name(content_type, key):
    try:
        model = apps.get_model(content_type)
    except (LookupError, ValueError):
        return f"{content_type} {key}"
    row = model._base_manager.filter(pk=key).first()
    return f"{model._meta.verbose_name} “{shortened(row if row is not None else key)}”"


# Fields and child rows


def contents(approved, public):
    """Yield what differs between two states of one item, field by field."""
    before, now = content_of(approved), content_of(public)
    model = public._meta.label_lower
    relations = {each.get_accessor_name(): each.related_model for each in child_relations(type(public))}
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if name in relations:
            child = relations[name]._meta.label_lower
            facts = {"relation": name, "model": model, "row_model": child}
            yield from _rows(facts, old or [], new or [])
        else:
            yield "field", {"field": name, "model": model, **_excerpts(old, new)}


def _rows(facts, before, now):
    for number in range(max(len(before), len(now))):
        place = {**facts, "row": number + 1}
        if number >= len(now):
            yield "row_missing", {**place, "approved": _row_text(before[number])}
        elif number >= len(before):
            yield "row_added", {**place, "public": _row_text(now[number])}
        else:
            old, new = before[number], now[number]
            for name in sorted(old.keys() | new.keys()):
                if old.get(name) != new.get(name):
                    yield "row_field", {**place, "field": name, **_excerpts(old.get(name), new.get(name))}


def _row_text(row):
    return shortened(" · ".join(str(value) for value in row.values() if value not in (None, "", [], {})))


def _excerpts(approved, public):
    """Both values from a little before the place where they differ."""
    old, new = _flat(approved), _flat(public)
    start = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, start - BEFORE) if max(len(old), len(new)) > SHOWN else 0
    mark = "…" if start else ""
    return {"approved": shortened(mark + old[start:]), "public": shortened(mark + new[start:])}


def _flat(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(_flat, value))
    if isinstance(value, dict):
        # Of a block its value is what people read.
        return (
            _flat(value["value"])
            if "value" in value and "type" in value
            else " ".join(map(_flat, value.values()))
        )
    return str(value)
