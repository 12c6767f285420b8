"""Rules for the rows of guarded items: base row, own tables, child rows, and rows that join many to many."""

from dataclasses import dataclass
from itertools import groupby

from .. import guard
from ..judging import BOOKKEEPING
from ..models.items import base_model
from .rules import DELETE, INSERT, UPDATE, Rule, replaced
from .sql import all_of, any_of, literal
from .window import NEW, name_of

CHANGED = "what is public changes only with its review"
APPEARS = "nothing becomes public without its review"
LEAVES = "what is public leaves by a decision"
MOVES = "what is public keeps its address"


def families(dialect):
    """The guarded models as :class:`Family` by family."""
    models = sorted(guard.guarded_models(), key=lambda each: (name_of(base_model(each)), name_of(each)))
    for base, family in groupby(models, key=base_model):
        yield Family(dialect, base, list(family))


class Family:
    """The guarded models that share a base table."""

    def __init__(self, dialect, base, models):
        self.dialect, self.base, self.models = dialect, base, models
        self.table, self.pk, self.name = base._meta.db_table, base._meta.pk, name_of(base)
        self.is_tree = hasattr(base, "url_path")

    def rules(self):
        yield from self._base_rules()
        for part in self.parts():
            yield from self._part_rules(part)

    # What is public

    def _is_public(self, row):
        """Whether ``row`` of the base table is a guarded item that is public."""
        live = f"{row}.{self.dialect.quote('live')}"
        if "content_type" in {field.name for field in self.base._meta.local_fields}:
            # By name: after a flush the content types have other keys.
            names = ", ".join(literal(name_of(model)) for model in self.models)
            types = (
                f"SELECT ct.id FROM django_content_type ct WHERE ct.app_label || '.' || ct.model IN ({names})"
            )
            return all_of(live, f"{row}.content_type_id IN ({types})")
        if self.base in self.models:
            return live
        key = self.dialect.column(row, self.pk)
        own = (
            f"EXISTS (SELECT 1 FROM {self.dialect.quote(m._meta.db_table)} own"
            f" WHERE {self.dialect.column('own', m._meta.pk)} = {key})"
            for m in self.models
        )
        return all_of(live, any_of(own))

    def _is_closed(self, key, inserted=False):
        opened = [self.dialect.is_open(self.name, key)]
        if inserted:
            opened.append(self.dialect.is_open(self.name, repr(NEW)))
        return f"NOT {any_of(opened)}"

    # The base row

    def _base_rules(self):
        dialect, quote = self.dialect, self.dialect.quote
        old, new = dialect.column("OLD", self.pk), dialect.column("NEW", self.pk)
        public = {row: self._is_public(row) for row in ("OLD", "NEW")}
        yield Rule(self.table, INSERT, all_of(public["NEW"], self._is_closed(new, inserted=True)), APPEARS)
        condition = all_of(self._is_public("r"), self._is_closed(f"r.{quote(self.pk.column)}"))
        for found in replaced(dialect, self.base, condition):
            yield Rule(self.table, INSERT, found, CHANGED)
        yield Rule(self.table, DELETE, public["OLD"], LEAVES)
        changed = any_of([dialect.changed(self._content_fields()), *self._emptied_only()])
        concerned = any_of(f"({each})" for each in public.values())
        yield Rule(self.table, UPDATE, all_of(concerned, changed, self._is_closed(old)), CHANGED)
        if self.is_tree:
            yield from self._place_rules(public["NEW"])

    def _content_fields(self):
        free = {*BOOKKEEPING, "live_revision", *(("path", "depth") if self.is_tree else ())}
        return [field for field in self.base._meta.local_concrete_fields if field.name not in free]

    def _emptied_only(self):
        """Old revisions may be purged, also the one that was published."""
        for field in self.base._meta.local_concrete_fields:
            if field.name == "live_revision":
                yield f"({self.dialect.changed([field])} AND {self.dialect.column('NEW', field)} IS NOT NULL)"

    def _place_rules(self, public):
        """Siblings may be reordered; nothing public gets another parent, and no page above it another slug."""
        table, steplen = self.dialect.quote(self.table), self.base.steplen
        parent = f"substr(NEW.path, 1, length(NEW.path) - {steplen})"
        address = "substr(NEW.url_path, 1, length(NEW.url_path) - length(NEW.slug) - 1)"
        elsewhere = f"EXISTS (SELECT 1 FROM {table} p WHERE p.path = {parent} AND p.url_path <> {address})"
        moved = [f"NEW.depth * {steplen} <> length(NEW.path)", elsewhere]
        yield Rule(
            self.table,
            UPDATE,
            all_of("(NEW.path <> OLD.path OR NEW.depth <> OLD.depth)", public, any_of(moved)),
            MOVES,
        )
        below = (
            f"EXISTS (SELECT 1 FROM {table} d"
            f" WHERE {self.dialect.below('d.path', 'OLD.path')} AND {self._is_public('d')})"
        )
        renamed = "(NEW.slug <> OLD.slug OR NEW.url_path <> OLD.url_path)"
        yield Rule(self.table, UPDATE, all_of(renamed, "OLD.numchild > 0", below), MOVES)

    # Everything that hangs on the base row

    def _part_rules(self, part):
        """Rows of an item's other tables are written while the item itself is."""
        dialect, table = self.dialect, part.model._meta.db_table

        def refused(row, inserted=False):
            key = part.item_of(dialect.column(row, part.link))
            own = f"b.{dialect.quote(self.pk.column)}"
            return (
                f"EXISTS (SELECT 1 FROM {dialect.quote(self.table)} b WHERE {own} = {key}"
                f" AND {self._is_public('b')} AND {self._is_closed(own, inserted)})"
            )

        yield Rule(table, INSERT, refused("NEW", inserted=True), CHANGED)
        yield Rule(table, DELETE, refused("OLD"), CHANGED)
        changed = dialect.changed(part.model._meta.local_concrete_fields)
        yield Rule(table, UPDATE, all_of(changed, any_of([refused("OLD"), refused("NEW")])), CHANGED)

    def parts(self):
        """Every :class:`Part` but the base table."""
        found = {}
        for model in self.models:
            for own in [model, *model._meta.get_parent_list()]:
                if own is not self.base:
                    found.setdefault(own._meta.db_table, Part(own, own._meta.pk, _itself))
            self._visit(found, model, _itself)
        return found.values()

    def _visit(self, found, model, item_of):
        """Add what hangs on the rows of ``model``, which ``item_of`` leads from to their item."""
        for owner in [model, *model._meta.get_parent_list()]:
            for field in owner._meta.local_many_to_many:
                through = field.remote_field.through
                if through._meta.auto_created:
                    link = through._meta.get_field(field.m2m_field_name())
                    found.setdefault(through._meta.db_table, Part(through, link, item_of))
        for relation in guard.child_relations(model):
            child, link = relation.field.model, relation.field
            if child._meta.db_table not in found:
                found[child._meta.db_table] = Part(child, link, item_of)
                self._visit(found, child, self._over(child, link, item_of, f"c{len(found)}"))

    def _over(self, child, link, item_of, alias):
        """From the key of a row of ``child`` over the row it stands in to the item."""
        quote = self.dialect.quote

        def item_of_child(key):
            above = item_of(self.dialect.column(alias, link))
            table, pk = quote(child._meta.db_table), quote(child._meta.pk.column)
            return f"(SELECT {above} FROM {table} {alias} WHERE {alias}.{pk} = {key})"

        return item_of_child


@dataclass(frozen=True)
class Part:
    """A table whose rows are part of items: ``link`` names the row above, and ``item_of`` leads on to the item."""

    model: type
    link: object
    item_of: object


def _itself(key):
    return key
