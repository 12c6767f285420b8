"""What an item itself says, in a form in which equal content is equal text.

A date from the database equals the same date from a revision, a stream with every block as it is stored after an
edit equals the same stream from an import, and what saving makes up (keys, positions, ids of blocks) is left out.
"""

import decimal
import json
import re
from functools import cache

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from treebeard.mp_tree import MP_Node
from wagtail.blocks import ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
)

from ..compat import Page
from .guard import child_relations

# A line break as browsers send it, in JSON; what follows a backslash that is itself text is none.
CR_LF = re.compile(r"(?<!\\)((?:\\\\)*)\\r\\n")
# Bookkeeping that changes without the content changing.
VOLATILE = frozenset(
    """pk id page_ptr path depth numchild url_path draft_title live has_unpublished_changes
    first_published_at last_published_at live_revision latest_revision latest_revision_created_at
    expired locked locked_at locked_by owner content_type alias_of translation_key""".split()
) | {COMMENTS_RELATION_NAME}
# Whose bookkeeping it is.
BOOKKEEPERS = (Page, MP_Node, DraftStateMixin, RevisionMixin, LockableMixin, TranslatableMixin)


def content_of(item):
    """The fields, child rows and many-to-many keys of ``item``, as JSON-ready data."""
    volatile = volatile_of(type(item))
    data = {key: value for key, value in item.serializable_data().items() if key not in volatile}
    data |= _chosen_rows(item)
    _normalise(item._meta.model, data)
    if isinstance(item, ClusterableModel):
        _normalise_children(item._meta.model, data)
    # Through JSON and back; a browser sends line breaks as CR LF, which no visitor can tell from LF.
    return json.loads(CR_LF.sub(r"\1\\n", json.dumps(data, cls=DjangoJSONEncoder)))


@cache
def volatile_of(model):
    """Names of the bookkeeping that ``model`` has from Wagtail. A field of the site's own may have such a name."""
    ours = {"pk", COMMENTS_RELATION_NAME}
    ours |= {each._meta.pk.name for each in (model, *model._meta.get_parent_list())}
    for base in BOOKKEEPERS:
        if issubclass(model, base):
            ours |= {field.name for field in base._meta.local_fields}
    return VOLATILE & ours


def many_to_many(model):
    """The fields of ``model`` that join it with many rows of another, tags left out: those are child rows."""
    return [field for field in model._meta.many_to_many if isinstance(field, models.ManyToManyField)]


def chosen_keys(item, field):
    """The keys of the rows that ``item`` names in a many-to-many field, from memory where it holds them there."""
    if item.pk is None and not isinstance(field, ParentalManyToManyField):
        return []
    return sorted((row.pk for row in getattr(item, field.name).all()), key=str)


def _chosen_rows(item):
    return {field.name: chosen_keys(item, field) for field in many_to_many(type(item))}


def _normalise_children(model, data):
    """Child rows without what is given on saving, and theirs."""
    for relation in child_relations(model):
        child = relation.related_model
        dropped = {"pk", relation.field.name, child._meta.pk.name, "sort_order"}
        rows = []
        for row in _in_order(data.get(relation.get_accessor_name()) or []):
            row = {key: value for key, value in row.items() if key not in dropped}
            _normalise(child, row)
            if issubclass(child, ClusterableModel):
                _normalise_children(child, row)
            rows.append(row)
        data[relation.get_accessor_name()] = rows


def _in_order(rows):
    """Child rows in the order they are shown; positions are given on saving, so only the order counts."""

    def place(numbered):
        position, row = numbered
        return (position if row.get("sort_order") is None else row["sort_order"], position)

    return [row for _position, row in sorted(enumerate(rows), key=place)]


def number_rows(item):
    """Give the child rows that ``item`` holds the positions they lack.

    A database returns rows without one in any order, and not always in the same.
    """
    in_memory = getattr(item, "_cluster_related_objects", None)
    for relation in child_relations(type(item)) if in_memory else ():
        held = in_memory.get(relation.get_accessor_name()) or []
        for row in held:
            number_rows(row)
        name = getattr(relation.related_model, "sort_order_field", None)
        if name is None or all(getattr(row, name) is not None for row in held):
            continue
        shown = _in_order([{"sort_order": getattr(row, name), "row": row} for row in held])
        for position, each in enumerate(shown):
            setattr(each["row"], name, position)


def _normalise(model, data):
    """Give values the form in which they come back from the database."""
    for field in model._meta.get_fields():
        if field.name not in data:
            continue
        value = data[field.name]
        if is_clock(field):
            del data[field.name]
        elif isinstance(field, StreamField) and isinstance(value, str):
            data[field.name] = stream_content(field, value)
        elif isinstance(field, models.DecimalField) and value is not None:
            places = decimal.Decimal(1).scaleb(-field.decimal_places)
            data[field.name] = str(decimal.Decimal(str(value)).quantize(places))


def is_clock(field):
    """Whether saving sets the field to the time of saving: two looks at one content would differ."""
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def stream_content(field, text):
    """A stream with every block as it is stored after an edit: keys that were left out have their defaults."""
    stream = field.to_python(text)
    return [
        {
            "type": child.block_type,
            "value": _without_ids(child.block, child.block.get_prep_value(child.value)),
        }
        for child in stream
    ]


def _without_ids(block, value):
    """The stored value of ``block`` without the ids of blocks, which are made up on saving and are no content.

    What a block of the site itself calls ``id`` stays.
    """
    if isinstance(block, StreamBlock) and isinstance(value, list):
        return [
            {
                "type": each["type"],
                "value": _without_ids(block.child_blocks.get(each["type"]), each["value"]),
            }
            for each in value
        ]
    if isinstance(block, ListBlock) and isinstance(value, list):
        return [{"type": "item", "value": _without_ids(block.child_block, each["value"])} for each in value]
    if isinstance(block, StructBlock) and isinstance(value, dict):
        return {key: _without_ids(block.child_blocks.get(key), each) for key, each in value.items()}
    if _is_typed_table(block) and isinstance(value, dict):
        return _table_without_ids(block, value)
    return value


def _is_typed_table(block):
    return hasattr(block, "child_blocks") and type(block).__name__ == "TypedTableBlock"


def _table_without_ids(block, table):
    kinds = [block.child_blocks.get(column["type"]) for column in table["columns"]]
    rows = [
        {"values": [_without_ids(kind, value) for kind, value in zip(kinds, row["values"], strict=True)]}
        for row in table["rows"]
    ]
    return {**table, "rows": rows}
