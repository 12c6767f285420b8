"""What an item shows besides its own words: files, and rows of the site that several items share.

Pages and guarded snippets are links: each passes a review of its own. Categories, departments and other rows of the
package, accounts, sites and languages are the frame in which items stand.
"""

import hashlib
import json
import re
from collections import defaultdict
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import setting_changed
from django.db import models
from django.urls import NoReverseMatch, reverse
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.models import ReferenceIndex, Site

from ..compat import Page
from . import guard
from .content import chosen_keys, content_of, is_clock, many_to_many, stream_content, volatile_of
from .hashing import sha256_of
from .models.items import base_content_type

# Parts of Django and Wagtail whose rows are the frame of a page, not its content.
FRAME = ("django.", "wagtail.", "wagtail_localize.", "wagtail_disclosure.")
# Columns of a document or image that a visitor cannot see, or that follow from the file.
UNSEEN = frozenset("id file file_size file_hash width height collection created_at uploaded_by_user".split())
# Whether a shared row is published may decide about what is shown.
SAID_BY_ROWS = {"live", "id"}


# References


def references(row):
    """What ``row`` refers to, as pairs of content type and key. ``row`` is an item or a shared row."""
    found = {
        (content_type_id, str(object_id))
        for content_type_id, object_id, *_path in ReferenceIndex._extract_references_from_object(row)
    }
    for field in many_to_many(type(row)):
        content_type = base_content_type(field.related_model)
        found |= {(content_type.pk, str(key)) for key in chosen_keys(row, field)}
    return found


def addressed_documents(data):
    """Documents of this site whose address is typed somewhere in ``data`` instead of being chosen."""
    pattern = _document_address()
    if pattern is None:
        return set()
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    found = {(match["host"], match["key"]) for match in pattern.finditer(text)}
    if any(host for host, _key in found):
        own = _own_hosts()
        found = {(host, key) for host, key in found if not host or host.lower() in own}
    content_type = base_content_type(get_document_model())
    return {(content_type.pk, key) for _host, key in found}


@cache
def _document_address():
    """What an address of a document looks like, with the host that is named before it; None if none is served."""
    try:
        start = reverse("wagtaildocs_serve", args=(0, "x")).removesuffix("0/x")
    except NoReverseMatch:
        return None
    before = r"(?:(?:https?:)?//(?P<host>[^/\s\"'\\<>]+)|(?<![\w./:-]))"
    return re.compile(before + re.escape(start) + r"(?P<key>\d+)/", re.I)


def _own_hosts():
    hosts = set()
    for hostname, port in Site.objects.values_list("hostname", "port"):
        hosts |= {hostname.lower(), f"{hostname.lower()}:{port}"}
    return hosts


@cache
def is_shared(model):
    """Whether rows of ``model`` are content that items show without owning it: snippets and other site data."""
    if model is None or model._meta.abstract or model.__module__ == "__fake__":
        return False
    if model.__module__.startswith(FRAME) or issubclass(model, (Page, get_user_model())):
        return False
    if file_field(model) or guard.is_guarded(model) or guard.guarded_parent_field(model):
        return False
    return True


def _all_references(item, content=None):
    """References of ``item`` and of the shared rows that it shows, with those rows: ``(references, rows)``.

    One look a model and level: its cost does not grow with the number of rows.
    """
    found = references(item) | addressed_documents(content_of(item) if content is None else content)
    rows, wanted = {}, found
    while wanted:
        level = _shared_rows(wanted - rows.keys())
        rows |= level
        wanted = set()
        for parts in level.values():
            for part in parts:
                wanted |= references(part) | addressed_documents(_texts(part))
        found = found | wanted
    return found, rows


def _shared_rows(wanted):
    """``{(content type, key): [row and the rows of its subclasses]}`` for those of ``wanted`` that are shared."""
    by_model = defaultdict(dict)
    for content_type_id, key in wanted:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if is_shared(model):
            by_model[model][key] = (content_type_id, key)
    found = {}
    for model, keys in by_model.items():
        for each in keys.values():
            found[each] = []
        for part in _with_subclasses(model):
            for row in _with_parts(part, keys):
                found[keys[str(row.pk)]].append(row)
    return found


def _with_subclasses(model):
    yield model
    for relation in model._meta.related_objects:
        if relation.one_to_one and getattr(relation.field.remote_field, "parent_link", False):
            if relation.related_model is not model and not guard.is_guarded(relation.related_model):
                yield from _with_subclasses(relation.related_model)


def _with_parts(model, keys):
    names = [relation.get_accessor_name() for relation in guard.child_relations(model)]
    names += [field.name for field in many_to_many(model)]
    return model._base_manager.filter(pk__in=list(keys)).prefetch_related(*names)


# Shared rows


def objects_of(rows):
    """The shared rows of an item with the hash of their fields, as JSON-ready data."""
    for (content_type_id, key), parts in sorted(rows.items()):
        content_type = ContentType.objects.get_for_id(content_type_id)
        yield {
            "content_type": f"{content_type.app_label}.{content_type.model}",
            "object_id": key,
            "fields": sha256_of([_fields_of(part) for part in parts]) if parts else "missing",
        }


def row_fields(model):
    """The columns of a shared row that say something."""
    volatile = volatile_of(model) - SAID_BY_ROWS
    return [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.name in volatile or is_clock(field))
    ]


def _fields_of(row):
    data = {field.name: _stored_value(field, row) for field in row_fields(type(row))}
    for field in many_to_many(type(row)):
        data[field.name] = sorted((each.pk for each in getattr(row, field.name).all()), key=str)
    for relation in guard.child_relations(type(row)):
        children = list(getattr(row, relation.get_accessor_name()).all())
        children.sort(key=lambda child: (getattr(child, "sort_order", None) or 0, child.pk or 0))
        left_out = {relation.field.name, "sort_order"}
        data[relation.get_accessor_name()] = [
            {name: value for name, value in _fields_of(child).items() if name not in left_out}
            for child in children
        ]
    return data


def _texts(row):
    kinds = (models.TextField, models.CharField, StreamField)
    return [field.value_to_string(row) for field in row_fields(type(row)) if isinstance(field, kinds)]


def _stored_value(field, row):
    if isinstance(field, models.FileField):
        stored = field.value_from_object(row)
        return [stored.name, file_hash(stored)] if stored else ["", ""]
    if field.is_relation:
        return field.value_from_object(row)
    text = field.value_to_string(row)
    return stream_content(field, text) if isinstance(field, StreamField) else text


# Files


def uses(item, row):
    """Whether ``item`` shows ``row``, a document, an image or a shared row, itself or through a shared row."""
    found, _rows = _all_references(item)
    return (base_content_type(row).pk, str(row.pk)) in found


def referenced_files(item):
    """Yield ``(model, key, row or None)`` of each document and image that the item shows."""
    found, _rows = _all_references(item)
    yield from _file_rows(found)


def _file_rows(found):
    by_model = defaultdict(set)
    for content_type_id, key in found:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is not None and file_field(model):
            by_model[model].add((content_type_id, key))
    listed = []
    for model, keys in by_model.items():
        rows = model._base_manager.filter(pk__in=[key for _content_type, key in keys])
        stored = {str(row.pk): row for row in rows}
        listed += [(each, model, stored.get(each[1])) for each in keys]
    for (_content_type, key), model, row in sorted(listed, key=lambda each: each[0]):
        yield model, key, row


def manifest_of(item, content, hash_file=None):
    """The files and the shared rows that ``item`` shows, as two tuples of JSON-ready data.

    ``hash_file`` takes a stored file and gives its hash, by default that of its bytes as they lie in storage now.
    """
    hash_file = hash_file or file_hash
    found, rows = _all_references(item, content)
    files = [_file_entry(*each, hash_file) for each in _file_rows(found)]
    return tuple([*files, *_own_files(item, hash_file)]), tuple(objects_of(rows))


def _file_entry(model, key, row, hash_file):
    """A document or image, with the hash of its bytes."""
    return {
        "content_type": f"{model._meta.app_label}.{model._meta.model_name}",
        "object_id": key,
        "title": "",
        **(shown_fields(row) if row else {}),
        "sha256": hash_file(getattr(row, file_field(model).name)) if row else "missing",
    }


def _own_files(row, hash_file):
    for path, stored in own_files(row):
        yield {"field": path, "title": stored.name.rsplit("/", 1)[-1], "sha256": hash_file(stored)}


def own_files(row, path=""):
    """Yield ``(path of the field, stored file)`` of the files in fields of the item itself and of its child rows."""
    for field in type(row)._meta.concrete_fields:
        stored = field.value_from_object(row) if isinstance(field, models.FileField) else None
        if stored:
            yield path + field.name, stored
    for relation in guard.child_relations(type(row)):
        if holds_files(relation.related_model):
            name = relation.get_accessor_name()
            for child in getattr(row, name).all():
                yield from own_files(child, f"{path}{name}.")


@cache
def holds_files(model):
    """Whether the model or one of its child rows has fields for files."""
    own = any(isinstance(field, models.FileField) for field in model._meta.concrete_fields)
    return own or any(holds_files(each.related_model) for each in guard.child_relations(model))


def shown_fields(row):
    """What a document or image shows besides its file, empty values left out: title, description, focal point …"""
    fields = (field for field in row._meta.concrete_fields if field.name not in UNSEEN)
    values = {field.name: field.value_to_string(row) for field in fields if not field.is_relation}
    return {name: value for name, value in values.items() if value not in ("", "None")}


@cache
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


def _forget(**kwargs):
    if kwargs.get("setting") == "WAGTAIL_DISCLOSURE":
        is_shared.cache_clear()
    elif kwargs.get("setting") == "ROOT_URLCONF":
        _document_address.cache_clear()


setting_changed.connect(_forget)
