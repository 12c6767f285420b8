"""Rules for what items show without owning it: documents, images, and rows that several items share."""

from django.apps import apps
from django.db import models
from wagtail.snippets.models import get_snippet_models

from .. import guard
from ..manifest import UNSEEN, file_field, is_shared, many_to_many, row_fields
from ..models import FileUse, Seal
from ..models.items import base_model
from .rules import DELETE, INSERT, UPDATE, Rule, replaced
from .sql import all_of, any_of, literal

USED = "something public uses this file"
SHOWN = "something public shows this row"


def file_rules(dialect):
    """What something public uses is neither changed nor deleted."""
    for model in apps.get_models():
        if file_field(model) is not None:
            name = file_field(model).name
            shown = [
                field
                for field in model._meta.local_concrete_fields
                if field.primary_key or field.name == name or not (field.name in UNSEEN or field.is_relation)
            ]
            yield from _row_rules(dialect, model, model, shown, USED)


def shared_rules(dialect, parts):
    """The same of shared rows, with their child rows. ``parts`` are the models whose rows are part of items."""
    for model in sorted(shared_models(parts), key=lambda each: each._meta.label_lower):
        names = {field.name for field in row_fields(model)}
        shown = [
            field for field in model._meta.local_concrete_fields if field.primary_key or field.name in names
        ]
        yield from _row_rules(dialect, model, base_model(model), shown, SHOWN)
        for relation in guard.child_relations(model):
            yield from _child_rules(dialect, model, relation.field.model, relation.field)
        for field in model._meta.local_many_to_many:
            through = field.remote_field.through
            if through._meta.auto_created:
                link = through._meta.get_field(field.m2m_field_name())
                yield from _child_rules(dialect, model, through, link)


def shared_models(parts):
    """Snippets of the site, and what rows of items and other shared rows refer to."""
    found, wanted = set(), {*filter(is_shared, get_snippet_models()), *_targets(parts)}
    while wanted:
        found |= wanted
        wanted = set(_targets(wanted)) - found
    return found


def _targets(rows):
    for model in rows:
        for field in [*model._meta.local_fields, *many_to_many(model)]:
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and is_shared(
                field.related_model
            ):
                yield field.related_model


def _row_rules(dialect, model, named, shown, reason):
    """Rules for the rows of ``model``, which evidence knows under the type ``named``."""
    table, pk = model._meta.db_table, model._meta.pk
    used = _is_used(dialect, named, dialect.column("OLD", pk))
    yield Rule(table, UPDATE, all_of(dialect.changed(shown), used), reason)
    yield Rule(table, DELETE, used, reason)
    for condition in replaced(dialect, model, _is_used(dialect, named, dialect.column("r", pk))):
        yield Rule(table, INSERT, condition, reason)


def _child_rules(dialect, model, child, link):
    table, named = child._meta.db_table, base_model(model)
    used = {row: _is_used(dialect, named, dialect.column(row, link)) for row in ("OLD", "NEW")}
    changed = dialect.changed(child._meta.local_concrete_fields)
    yield Rule(table, INSERT, used["NEW"], SHOWN)
    yield Rule(table, DELETE, used["OLD"], SHOWN)
    yield Rule(table, UPDATE, all_of(changed, any_of(used.values())), SHOWN)


def _is_used(dialect, model, key):
    quote = dialect.quote
    stored, written = dialect.key_as_text(key, model._meta.pk)
    label, name = literal(model._meta.app_label), literal(model._meta.model_name)
    return (
        f"EXISTS (SELECT 1 FROM {quote(FileUse._meta.db_table)} u"
        f" JOIN {quote(Seal._meta.db_table)} s ON s.id = u.seal_id"
        f" JOIN django_content_type ct ON ct.id = u.content_type_id"
        f" WHERE {written('u.object_id')} = {stored} AND ct.app_label = {label} AND ct.model = {name}"
        " AND s.opened_at IS NOT NULL AND s.closed_at IS NULL)"
    )
