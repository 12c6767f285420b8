"""Conditions in the words of both databases. ``OLD`` and ``NEW`` are the row before and after."""

from dataclasses import dataclass

from django.db import models

from .window import FUNCTION, SETTING


def literal(text):
    return "'" + str(text).replace("'", "''") + "'"


def any_of(conditions):
    return "(" + " OR ".join(conditions) + ")"


def all_of(*conditions):
    return " AND ".join(conditions)


@dataclass(frozen=True)
class Dialect:
    """The differences between SQLite and PostgreSQL."""

    vendor: str
    quote: object

    @classmethod
    def of(cls, connection):
        return cls(connection.vendor, connection.ops.quote_name)

    @property
    def is_sqlite(self):
        return self.vendor == "sqlite"

    def column(self, row, field):
        return f"{row}.{self.quote(field.column)}"

    def differs(self, left, right):
        return f"{left} IS NOT {right}" if self.is_sqlite else f"{left} IS DISTINCT FROM {right}"

    def changed(self, fields):
        """Whether one of ``fields`` changes."""
        return any_of(self.differs(self.column("OLD", each), self.column("NEW", each)) for each in fields)

    def is_open(self, name, key):
        """Whether the gate is writing the item of the model ``name`` whose key is the expression ``key``."""
        if self.is_sqlite:
            return f"{FUNCTION}({literal(name)}, {key}) = 1"
        value = f"',{name}/' || replace(CAST({key} AS text), '-', '') || ','"
        return f"position({value} IN coalesce(current_setting({literal(SETTING)}, true), '')) > 0"

    def is_filled(self, row, field):
        column = self.column(row, field)
        text = column if self.is_sqlite else f"CAST({column} AS text)"
        return f"({column} IS NOT NULL AND {text} <> '')"

    def key_as_text(self, key, field):
        """The key of a row as evidence writes it down, and what has to be done to the written one for that."""
        stored = f"CAST({key} AS text)"
        if self.is_sqlite and isinstance(field, models.UUIDField):
            return stored, "replace({}, '-', '')".format
        return stored, "{}".format

    def below(self, path, above):
        """Whether the tree path ``path`` lies below ``above``; by the index on paths."""
        if self.is_sqlite:
            return f"{path} > {above} AND {path} < {above} || '['"
        return f"{path} LIKE {above} || '_%'"
