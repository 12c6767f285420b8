"""Everything that is public against the seal under which it is public."""

import datetime
from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from modelcluster.models import ClusterableModel
from wagtail.models import COMMENTS_RELATION_NAME

from .. import guard, ledger
from ..content import content_of
from ..digest import digest_of
from ..manifest import file_hash, manifest_of
from ..models import LedgerEntry, Seal
from ..models.items import base_content_type, base_model
from .chunks import SIZE, chunks
from .compare import explain
from .findings import Finding, shortened
from .places import Places

PUBLICATIONS = (LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED)
# How long after its approved time something may still be there before it is said that nobody takes it off.
GRACE = datetime.timedelta(days=1)
# Files whose hash is remembered within a run, because several items may use them.
REMEMBERED = 10_000


class PublicItems:
    """One walk over everything guarded that is public. ``items`` and ``files`` count what was looked at."""

    def __init__(self, *, read_files=True, key_lost=False, progress=None):
        self.read_files, self.key_lost = read_files, key_lost
        self.progress = progress or (lambda items: None)
        self.items = self.files = 0
        self.places = Places()
        self._hashes = {}
        self._opened = self._missing = 0

    @property
    def is_storage_away(self):
        """Whether not one of several files was there: no single file is gone, but their storage is not mounted."""
        return self._missing > 1 and not self._opened

    def walk(self):
        """Yield a :class:`Finding` for each difference between what is public and what was approved."""
        for model in guard.guarded_models():
            for batch in self._batches(model):
                yield from self._batch(model, batch)
                self.progress(self.items)
        yield from self._departed()

    def one(self, item):
        """Yield the differences of one item."""
        model = type(item)
        if item.live:
            yield from self._batch(model, [item.pk])
        elif Seal.objects.about(item).in_force().exists():
            yield self._finding("left", item)

    def _batches(self, model):
        """The keys of the live items of exactly this class."""
        if hasattr(model, "url_path"):
            own = ContentType.objects.get_for_model(model, for_concrete_model=False)
            rows = base_model(model)._base_manager.filter(content_type=own, live=True)
        else:
            rows = model._base_manager.filter(live=True)
            for other in guard.guarded_models():
                if other is not model and issubclass(other, model):
                    rows = rows.exclude(pk__in=other._base_manager.values("pk"))
        for batch in chunks(rows.only("pk")):
            yield [row.pk for row in batch]

    def _batch(self, model, keys):
        self.items += len(keys)
        loaded = model._base_manager.in_bulk(keys)
        for key in keys:
            if key not in loaded:
                yield from self._without_specific(model, key)
        items = list(loaded.values())
        load_children(model, items)
        for item, found in self._judged(items):
            # Somebody may publish while this goes on: what differs is looked at again while nobody can.
            if found:
                yield from self._again(model, item.pk)

    def _again(self, model, key):
        with transaction.atomic():
            ledger.hold()
            items = list(model._base_manager.filter(pk=key, live=True))
            return [finding for _item, found in self._judged(items) for finding in found]

    def _without_specific(self, model, key):
        row = base_model(model)._base_manager.filter(pk=key).first()
        if row is not None and row.live:
            yield self._finding("table_row_gone", row)

    def _judged(self, items):
        """Pairs of an item and the list of its differences."""
        if not items:
            return
        content_type = base_content_type(items[0])
        keys = [str(item.pk) for item in items]
        seals = Seal.objects.in_force().filter(content_type=content_type, object_id__in=keys)
        seal_of = {seal.object_id: seal for seal in seals}
        entries = self._entries(content_type, keys)
        self.places.load(items)
        for item in items:
            key = str(item.pk)
            yield item, list(self._differences(item, seal_of.get(key), entries.get(key, ())))

    def _entries(self, content_type, keys):
        found = defaultdict(list)
        entries = LedgerEntry.objects.filter(
            content_type=content_type, object_id__in=keys, kind__in=PUBLICATIONS
        )
        for entry in entries.select_related("content_type").order_by("sequence"):
            if self.key_lost or ledger.is_authentic(entry):
                found[entry.object_id].append(entry)
        return found

    def _differences(self, item, seal, entries):
        for code, params in self.places.restrictions(item):
            yield self._finding(code, item, params)
        if seal is None:
            yield self._finding("no_seal", item)
            return
        entry = next(
            (each for each in reversed(entries) if seal.ledger_key in each.data.get("rows", {})), None
        )
        if entry is None or entry.digest != seal.digest:
            yield self._finding("seal_not_in_ledger", item)
        try:
            yield from self._content(item, seal, entry)
        except Exception as error:
            yield self._finding("unreadable", item, {"error": shortened(f"{type(error).__name__}: {error}")})
        for code, params in self.places.differences(item, entry):
            yield self._finding(code, item, params)
        expiry = getattr(item, "expire_at", None)
        if expiry is not None and expiry < timezone.now() - GRACE:
            yield self._finding("overdue", item, {"date": timezone.localtime(expiry).date().isoformat()})

    def _content(self, item, seal, entry):
        hash_file = self._hash_of if self.read_files else _hash_from(seal)
        covered = manifest_of(item, content_of(item), hash_file)
        self.files += len(covered[0])
        if digest_of(item, covered=covered).value != seal.digest:
            approved = (seal.manifest, entry.data.get("objects", []) if entry is not None else [])
            for code, params in explain(item, seal, approved, covered):
                yield self._finding(code, item, params)
        for code, params in self.places.hidden_files(item):
            yield self._finding(code, item, params)

    def _hash_of(self, stored):
        key = (type(stored.instance), stored.instance.pk, stored.field.name, stored.name)
        if key not in self._hashes:
            if len(self._hashes) >= REMEMBERED:
                self._hashes.clear()
            self._hashes[key] = found = file_hash(stored)
            if found == "missing":
                self._missing += 1
            else:
                self._opened += 1
        return self._hashes[key]

    @staticmethod
    def _finding(code, item, params=None):
        title = shortened(getattr(item, "title", None) or item)
        return Finding(code, params or {}, (base_content_type(item).pk, str(item.pk)), title)

    # What is sealed and no longer there

    def _departed(self):
        pages = {
            ContentType.objects.get_for_model(model, for_concrete_model=False).pk
            for model in guard.guarded_models()
            if hasattr(model, "url_path")
        }
        for batch in chunks(Seal.objects.in_force()):
            by_type = defaultdict(list)
            for seal in batch:
                by_type[seal.content_type_id].append(seal)
            for content_type, seals in by_type.items():
                model = ContentType.objects.get_for_id(content_type).model_class()
                if model is not None:
                    yield from self._departed_of(model, seals, pages)

    def _departed_of(self, model, seals, pages):
        keys = [key_of(model, seal) for seal in seals]
        rows = model._base_manager.in_bulk([key for key in keys if key is not None])
        by_key = {str(key): row for key, row in rows.items()}
        for seal in seals:
            row = by_key.get(seal.object_id)
            there = row is not None and getattr(row, "live", False)
            if there and (not hasattr(row, "url_path") or row.content_type_id in pages):
                continue
            if not Seal.objects.in_force().filter(pk=seal.pk).exists():
                # It has left meanwhile.
                continue
            if row is None:
                yield Finding("deleted", {}, (seal.content_type_id, seal.object_id))
            elif not there:
                yield self._finding("left", row)
            else:
                yield self._finding("kind_changed", row, {"public": str(row.content_type)})


def key_of(model, seal):
    """The key of the item that ``seal`` names; None for what is no key of ``model``: the seal was changed."""
    try:
        return model._meta.pk.clean(seal.object_id, None)
    except ValidationError:
        return None


def _hash_from(seal):
    """Gives the hash of a stored file as it was approved: nothing is read."""
    known = {
        (each["content_type"], each["object_id"]) if "object_id" in each else each["title"]: each["sha256"]
        for each in seal.manifest
    }

    def approved_hash(stored):
        row = stored.instance
        key = (f"{row._meta.app_label}.{row._meta.model_name}", str(row.pk))
        return known.get(key) or known.get(stored.name.rsplit("/", 1)[-1], "")

    return approved_hash


def load_children(model, items):
    """Read the child rows of ``items`` at once, a query for each relation."""
    if not items or not issubclass(model, ClusterableModel):
        return
    for item in items:
        # Comments of the editor are part of no item; Wagtail would look for them all the same.
        item.__dict__.setdefault("_cluster_related_objects", {})[COMMENTS_RELATION_NAME] = []
    for start in range(0, len(items), SIZE):
        part = items[start : start + SIZE]
        for relation in guard.child_relations(model):
            rows = defaultdict(list)
            field = relation.field
            found = relation.related_model._default_manager.filter(**{f"{field.name}__in": part})
            for row in found:
                rows[getattr(row, field.attname)].append(row)
            for item in part:
                item._cluster_related_objects[relation.get_accessor_name()] = rows[item.pk]
