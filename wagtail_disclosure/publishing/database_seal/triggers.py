"""Putting the rules into a database as triggers, taking them out, and comparing what is there with what should be."""

from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.backends.utils import truncate_name

from .rules import all_rules
from .sql import literal

PREFIX = "disclosure_seal"
VENDORS = ("sqlite", "postgresql")
NO_TRUNCATE = f"{PREFIX}_truncate"


@dataclass(frozen=True)
class State:
    """How the triggers in the database compare with the rules: names of tables."""

    sealed: tuple
    missing: tuple
    outdated: tuple

    @property
    def is_installed(self):
        return bool(self.sealed or self.outdated)

    @property
    def is_current(self):
        return bool(self.sealed) and not self.missing and not self.outdated


def tables_of(connection):
    """The names of the tables that exist, so that what is not migrated yet is left alone."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def state(connection):
    """The :class:`State` of the database."""
    wanted, there = _wanted(connection), _installed(connection)
    tables = {table for table, _name in wanted}
    current = {t for t in tables if _of(wanted, t) == _of(there, t)}
    begun = {table for table, _name in there}
    return State(
        sealed=tuple(sorted(current)),
        missing=tuple(sorted(tables - begun)),
        outdated=tuple(sorted(begun - current)),
    )


def install(connection):
    """Bring the triggers up to date and return the :class:`State` before. Repeating it changes nothing."""
    before = state(connection)
    with transaction.atomic(using=connection.alias):
        wanted = _wanted(connection)
        if before.outdated or before.missing:
            _drop(connection, before.outdated)
            _create(connection, wanted, {*before.outdated, *before.missing})
    return before


def remove(connection):
    """Take all triggers out and return the names of their tables."""
    tables = sorted({table for table, _name in _installed(connection)})
    with transaction.atomic(using=connection.alias):
        _drop(connection, tables)
    return tables


def rules_by_table(connection):
    """The rules of each table that exists, as ``{table: [Rule, …]}``."""
    existing = tables_of(connection)
    found = sorted(all_rules(connection), key=lambda rule: rule.table)
    return {table: list(rules) for table, rules in groupby(found, key=lambda r: r.table) if table in existing}


def _of(triggers, table):
    return {name: text for (its_table, name), text in triggers.items() if its_table == table}


def _wanted(connection):
    """``{(table, name): text}`` of each trigger; the text is what the database gives back for it."""
    make = _sqlite_texts if connection.vendor == "sqlite" else _postgresql_texts
    found = {}
    for table, rules in rules_by_table(connection).items():
        for name, text in make(connection, table, rules):
            found[table, name] = text
    return found


def _message(rule):
    return f"wagtail_disclosure, database seal: {rule.operation} on {rule.table} refused, {rule.reason}"


# SQLite: a trigger for each operation


def _sqlite_texts(connection, table, rules):
    quote = connection.ops.quote_name
    for operation, of_it in groupby(sorted(rules, key=lambda r: r.operation), key=lambda r: r.operation):
        name = f"{PREFIX}_{table}_{operation.lower()}"
        body = "\n".join(
            f"SELECT RAISE(ABORT, {literal(_message(rule))}) WHERE {rule.condition};" for rule in of_it
        )
        yield name, f"CREATE TRIGGER {quote(name)} BEFORE {operation} ON {quote(table)} BEGIN\n{body}\nEND"


def _sqlite_installed(cursor):
    cursor.execute(
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB %s",
        [f"{PREFIX}_*"],
    )
    return {(table, name): text for table, name, text in cursor.fetchall()}


# PostgreSQL: a function and a trigger for each table, and one function against TRUNCATE


def _function(connection, table):
    return connection.ops.quote_name(truncate_name(f"{PREFIX}_{table}", 63))


def _postgresql_texts(connection, table, rules):
    lines = ["BEGIN"]
    for rule in rules:
        lines += [
            f"IF TG_OP = '{rule.operation}' THEN IF {rule.condition} THEN",
            f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {literal(_message(rule))};",
            "END IF; END IF;",
        ]
    lines += ["IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;", "RETURN NEW;", "END"]
    yield PREFIX, "\n".join(lines)
    yield NO_TRUNCATE, _TRUNCATE


_TRUNCATE = """BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
MESSAGE = 'wagtail_disclosure, database seal: TRUNCATE on ' || TG_TABLE_NAME || ' refused';
END"""


def _postgresql_installed(cursor):
    """A trigger that somebody disabled has no text, so that it counts as outdated."""
    cursor.execute(
        "SELECT c.relname, t.tgname, CASE WHEN t.tgenabled = 'O' THEN p.prosrc ELSE '' END FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND t.tgname IN (%s, %s) AND pg_table_is_visible(c.oid)",
        [PREFIX, NO_TRUNCATE],
    )
    return {(table, name): text for table, name, text in cursor.fetchall()}


def _installed(connection):
    if connection.vendor not in VENDORS:
        return {}
    read = _sqlite_installed if connection.vendor == "sqlite" else _postgresql_installed
    with connection.cursor() as cursor:
        return read(cursor)


def _create(connection, wanted, tables):
    statements = []
    for (table, name), text in wanted.items():
        if table not in tables:
            continue
        if connection.vendor == "sqlite":
            statements.append(text)
        else:
            statements += _postgresql_statements(connection, table, name, text)
    with connection.cursor() as cursor:
        for statement in statements:
            # Without parameters, so that a percent sign is one.
            cursor.execute(statement)


def _postgresql_statements(connection, table, name, text):
    quoted = connection.ops.quote_name(table)
    if name == NO_TRUNCATE:
        function, when, each = NO_TRUNCATE, "BEFORE TRUNCATE", "STATEMENT"
    else:
        function, when, each = _function(connection, table), "BEFORE INSERT OR UPDATE OR DELETE", "ROW"
    yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $seal${text}$seal$"
    yield f"CREATE TRIGGER {name} {when} ON {quoted} FOR EACH {each} EXECUTE FUNCTION {function}()"


def _drop(connection, tables):
    quote = connection.ops.quote_name
    there = _installed(connection)
    with connection.cursor() as cursor:
        for table, name in there:
            if table not in tables:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {quote(name)}")
            else:
                cursor.execute(f"DROP TRIGGER {quote(name)} ON {quote(table)}")
                if name == PREFIX:
                    cursor.execute(f"DROP FUNCTION IF EXISTS {_function(connection, table)}()")
        left = {table for table, _name in there} - set(tables)
        if connection.vendor == "postgresql" and not left:
            cursor.execute(f"DROP FUNCTION IF EXISTS {NO_TRUNCATE}()")
