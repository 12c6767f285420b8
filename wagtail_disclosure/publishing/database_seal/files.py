"""Rules for documents and images: what something public uses is neither changed nor deleted."""

from django.apps import apps

from ..digest import UNSEEN, file_field
from ..models import FileUse, Seal
from .rules import DELETE, INSERT, UPDATE, Rule, replaced
from .sql import all_of, literal


def file_rules(dialect):
    for model in apps.get_models():
        if file_field(model) is not None:
            yield from _rules_of(dialect, model)


def _rules_of(dialect, model):
    table, pk = model._meta.db_table, model._meta.pk
    name = file_field(model).name
    shown = [
        field
        for field in model._meta.local_concrete_fields
        if field.primary_key or field.name == name or (field.name not in UNSEEN and not field.is_relation)
    ]
    reason = "something public uses this file"
    used = _is_used(dialect, model, dialect.column("OLD", pk))
    yield Rule(table, UPDATE, all_of(dialect.changed(shown), used), reason)
    yield Rule(table, DELETE, used, reason)
    for condition in replaced(dialect, model, _is_used(dialect, model, dialect.column("r", pk))):
        yield Rule(table, INSERT, condition, reason)


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
