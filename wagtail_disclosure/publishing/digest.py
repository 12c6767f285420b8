"""The content digest: sha-256 over everything a visitor would be served of an item.

Approvals are given to a digest, never to a revision, because autosave rewrites revisions.
"""

import decimal
import hashlib
import json
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, ReferenceIndex

from .guard import child_relations
from .models.items import base_model

# Bookkeeping that changes without the content changing.
VOLATILE = frozenset(
    """pk id page_ptr path depth numchild url_path draft_title live has_unpublished_changes
    first_published_at last_published_at live_revision latest_revision latest_revision_created_at
    expired locked locked_at locked_by owner content_type alias_of translation_key""".split()
) | {COMMENTS_RELATION_NAME}
# What may differ between an item and its alias.
PLACE = frozenset({"slug", "locale", "go_live_at", "expire_at", "show_in_menus"})


@dataclass(frozen=True)
class Digest:
    """The digest of one state of an item, with the files it covers."""

    value: str
    body: str
    files: tuple

    def __str__(self):
        return self.value


def digest_of(item):
    """Compute the :class:`Digest` of ``item`` (specific instance, from memory or from the database)."""
    content = _content(item)
    files = tuple(_files(item))
    extras = item.digest_extras() if hasattr(item, "digest_extras") else {}
    body = {
        "model": item._meta.label_lower,
        "content": {key: value for key, value in content.items() if key not in PLACE},
        "files": files,
        "extras": extras,
    }
    whole = {
        "body": body,
        "place": {key: content.get(key) for key in sorted(PLACE)},
        "pk": str(item.pk),
        "parent": _parent_key(item),
    }
    return Digest(value=_sha256(whole), body=_sha256(body), files=files)


def _sha256(data):
    text = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(item):
    data = {key: value for key, value in item.serializable_data().items() if key not in VOLATILE}
    _normalise(item._meta.model, data)
    if isinstance(item, ClusterableModel):
        _normalise_children(item._meta.model, data)
    # Through JSON and back, so that a date from the database equals the same date from a revision; a browser
    # sends line breaks as CR LF, which no visitor can tell from LF.
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder).replace("\\r\\n", "\\n"))


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


def _normalise(model, data):
    """Give values the form in which they come back from the database."""
    for field in model._meta.get_fields():
        value = data.get(field.name)
        if isinstance(field, StreamField) and isinstance(value, str):
            data[field.name] = _without_block_ids(_in_full(field, value))
        elif isinstance(field, models.DecimalField) and value is not None:
            places = decimal.Decimal(1).scaleb(-field.decimal_places)
            data[field.name] = str(decimal.Decimal(str(value)).quantize(places))


def _in_full(field, text):
    """A stream with every block as it is stored after an edit: keys that were left out have their defaults."""
    stream = field.to_python(text)
    return [{"type": child.block_type, "value": child.block.get_prep_value(child.value)} for child in stream]


def _without_block_ids(value):
    """Block ids are made up on saving; they are no content."""
    if isinstance(value, list):
        return [_without_block_ids(each) for each in value]
    if isinstance(value, dict):
        is_block = "type" in value and "value" in value
        return {
            key: _without_block_ids(each) for key, each in value.items() if not (is_block and key == "id")
        }
    return value


def _parent_key(item):
    if not hasattr(item, "depth") or not item.depth or item.depth < 2:
        return None
    parent_path = item.path[: -item.steplen]
    return base_model(item).objects.filter(path=parent_path).values_list("pk", flat=True).first()


def _references(item):
    """What the item refers to, as pairs of content type and key."""
    found = ReferenceIndex._extract_references_from_object(item)
    return {(content_type_id, str(object_id)) for content_type_id, object_id, *_path in found}


def uses_file(item, row):
    """Whether ``item`` refers to the document or image ``row``."""
    return (ContentType.objects.get_for_model(type(row)).pk, str(row.pk)) in _references(item)


def referenced_files(item):
    """Yield ``(model, key, row or None)`` of each document and image the item refers to."""
    for content_type_id, object_id in sorted(_references(item)):
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is not None and file_field(model):
            yield model, object_id, model._base_manager.filter(pk=object_id).first()


def _files(item):
    """The files of the item, with the hash of the bytes as they lie in storage now."""
    for model, object_id, row in referenced_files(item):
        yield {
            "content_type": f"{model._meta.app_label}.{model._meta.model_name}",
            "object_id": object_id,
            "title": "",
            **(shown_fields(row) if row else {}),
            "sha256": file_hash(getattr(row, file_field(model).name)) if row else "missing",
        }


# Columns of a document or image that a visitor cannot see, or that follow from the file.
UNSEEN = frozenset("id file file_size file_hash width height collection created_at uploaded_by_user".split())


def shown_fields(row):
    """What a document or image shows besides its file, empty values left out: title, description, focal point …"""
    fields = (field for field in row._meta.concrete_fields if field.name not in UNSEEN)
    values = {field.name: field.value_to_string(row) for field in fields if not field.is_relation}
    return {name: value for name, value in values.items() if value not in ("", "None")}


def file_field(model):
    """The field of a document or image model that holds its file, or None."""
    if not hasattr(model, "file_hash") and not hasattr(model, "get_file_hash"):
        return None
    return next((f for f in model._meta.get_fields() if isinstance(f, models.FileField)), None)


def file_hash(stored):
    """sha-256 of a stored file, or ``"missing"``."""
    sha = hashlib.sha256()
    try:
        with stored.storage.open(stored.name) as handle:
            for chunk in iter(lambda: handle.read(1 << 20), b""):
                sha.update(chunk)
    except (FileNotFoundError, OSError, ValueError):
        return "missing"
    return sha.hexdigest()
