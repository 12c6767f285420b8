"""What the seal refuses, table by table, derived from the models: a :class:`Rule` for each."""

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from .kinds import AppendOnly, OfPublicItem, OnlyGrows
from .sql import Dialect, all_of, any_of

INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"


@dataclass(frozen=True)
class Rule:
    """An operation on a table is refused where ``condition`` holds; ``reason`` says why, for the log."""

    table: str
    operation: str
    condition: str
    reason: str


def all_rules(connection):
    """Every :class:`Rule` for the models as they are guarded now."""
    from .files import file_rules, shared_rules
    from .items import families

    dialect = Dialect.of(connection)
    found, parts = list(file_rules(dialect)), []
    for family in families(dialect):
        found += family.rules()
        parts += [family.base, *(part.model for part in family.parts())]
    found += shared_rules(dialect, parts)
    for model in apps.get_models():
        kind = vars(model).get("database_seal")
        if kind is not None:
            found += MAKERS[type(kind)](dialect, model, kind)
    # Two guarded types may share a table.
    return list(dict.fromkeys(found))


def replaced(dialect, model, condition=None):
    """On SQLite, whether an INSERT OR REPLACE would delete a row without asking its triggers; an iterable of one."""
    if not dialect.is_sqlite:
        return
    same = [
        f"r.{dialect.quote(field.column)} = {dialect.column('NEW', field)}"
        for field in model._meta.local_concrete_fields
        if field.unique
    ]
    if not same:
        return
    table = dialect.quote(model._meta.db_table)
    where = all_of(any_of(same), condition) if condition else any_of(same)
    yield f"EXISTS (SELECT 1 FROM {table} r WHERE {where})"


def _append_only(dialect, model, kind):
    table, refused = model._meta.db_table, []
    moves = dict(kind.moves)
    for field in model._meta.local_concrete_fields:
        if field.name in kind.free:
            continue
        changed = dialect.changed([field])
        if field.name in moves:
            old, new = dialect.column("OLD", field), dialect.column("NEW", field)
            allowed = [
                f"({old} = '{before}' AND {new} = '{after}')" for before, after in sorted(moves[field.name])
            ]
            refused.append(f"({changed} AND NOT {any_of(allowed)})")
        elif field.name in kind.later:
            refused.append(f"({changed} AND {dialect.is_filled('OLD', field)})")
        elif field.is_relation and field.remote_field.on_delete is models.SET_NULL:
            refused.append(f"({changed} AND {dialect.column('NEW', field)} IS NOT NULL)")
        else:
            refused.append(changed)
    reason = "rows of this table are added, and neither changed nor deleted"
    yield Rule(table, UPDATE, any_of(refused), reason)
    yield Rule(table, DELETE, "1 = 1", reason)
    for condition in replaced(dialect, model):
        yield Rule(table, INSERT, condition, reason)
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through._meta.auto_created:
            yield from _append_only(dialect, through, AppendOnly())


def _of_public_item(dialect, model, kind):
    from ...compat import Page
    from .window import ALL, REGISTER, name_of

    table, key = model._meta.db_table, model._meta.get_field(kind.key)
    reason = "only the gate writes the register of public items"

    def closed(row):
        item = dialect.is_open(name_of(Page), dialect.column(row, key))
        return f"NOT ({item} OR {dialect.is_open(REGISTER, repr(ALL))})"

    yield Rule(table, INSERT, closed("NEW"), reason)
    yield Rule(table, DELETE, closed("OLD"), reason)
    changed = dialect.changed(model._meta.local_concrete_fields)
    yield Rule(table, UPDATE, all_of(changed, any_of([closed("OLD"), closed("NEW")])), reason)


def _only_grows(dialect, model, kind):
    table, field = model._meta.db_table, model._meta.get_field(kind.field)
    less = f"{dialect.column('NEW', field)} < {dialect.column('OLD', field)}"
    reason = "the end of the ledger does not go back"
    yield Rule(table, UPDATE, less, reason)
    yield Rule(table, DELETE, "1 = 1", reason)
    for condition in replaced(dialect, model):
        yield Rule(table, INSERT, condition, reason)


MAKERS = {AppendOnly: _append_only, OfPublicItem: _of_public_item, OnlyGrows: _only_grows}
