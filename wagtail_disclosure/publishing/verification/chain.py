"""The ledger against itself: gaps, edited and forged entries, a cut end, rows of evidence that are gone."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from .. import ledger
from ..models import (
    Acknowledgement,
    Approval,
    Delegation,
    LedgerEntry,
    LedgerHead,
    Seal,
    Takedown,
    ValidityChange,
    VerificationRun,
    Withdrawal,
)
from ..witness import OWN
from .chunks import chunks
from .findings import Finding

START = "0" * 64
# Entries looked at to tell one wrong key from entries that were forged.
SAMPLE = 50
# Entries at the very beginning, older than any key that came later.
OLDEST = 3
# The rows of evidence that entries name, by the first part of their key.
KINDS = {
    model._meta.model_name: model
    for model in (Approval, Acknowledgement, Seal, Withdrawal, Takedown, ValidityChange, Delegation)
}


class Chain:
    """One walk along the ledger.

    ``key_lost`` says whether no entry bears the mark of this site's key, ``key_replaced`` whether the oldest do not:
    the key was replaced and the former one is not among the settings.
    """

    def __init__(self):
        self.entries, self.last_sequence, self.last_hash = 0, 0, START
        first, last = _sample("sequence"), _sample("-sequence")
        self.key_lost = _is_unknown([*first, *last])
        self.key_replaced = not self.key_lost and _is_unknown(first[:OLDEST])

    def walk(self):
        """Yield a :class:`Finding` for everything in the ledger that is not as it was written."""
        if self.key_lost:
            yield Finding("chain_key", {"count": LedgerEntry.objects.count()})
        if self.key_replaced:
            yield Finding("chain_key_replaced")
        entries = LedgerEntry.objects.select_related("content_type", *OWN)
        for batch in chunks(entries, "sequence"):
            for entry in batch:
                yield from self._links(entry)
                yield from _contents(entry, self.key_lost)
            yield from _actors(batch)
            yield from _gone(batch)
        yield from self._head()
        yield from self._last_run()

    def _links(self, entry):
        self.entries += 1
        if entry.sequence != self.last_sequence + 1:
            yield Finding("chain_gap", {"first": self.last_sequence + 1, "last": entry.sequence - 1})
        elif entry.previous_hash != self.last_hash:
            yield Finding("chain_link", {"sequence": entry.sequence}, _item(entry))
        self.last_sequence, self.last_hash = entry.sequence, entry.hash

    def _head(self):
        head = LedgerHead.objects.filter(pk=1).first()
        if head is None:
            if self.entries:
                yield Finding("chain_head", {"last": self.last_sequence, "head": _("nothing")})
        elif head.sequence > self.last_sequence:
            yield Finding("chain_gap", {"first": self.last_sequence + 1, "last": head.sequence})
        elif (head.sequence, head.hash) != (self.last_sequence, self.last_hash):
            # Entries that were appended while the walk went on are no difference.
            now = LedgerEntry.objects.filter(sequence=head.sequence).values_list("hash", flat=True).first()
            if now != head.hash or head.sequence < self.last_sequence:
                yield Finding("chain_head", {"last": self.last_sequence, "head": head.sequence})

    def _last_run(self):
        """The runs before remember the end of the ledger as they saw it."""
        seen = VerificationRun.objects.exclude(ledger_hash="").order_by("-ledger_sequence", "-pk").first()
        if seen is not None and not _has(seen.ledger_sequence, seen.ledger_hash):
            yield Finding("chain_shorter", {"sequence": seen.ledger_sequence})


def _has(sequence, hash):
    return LedgerEntry.objects.filter(sequence=sequence, hash=hash).exists()


def _item(entry):
    return (entry.content_type_id, entry.object_id)


def _sample(order):
    return list(LedgerEntry.objects.select_related("content_type").order_by(order)[:SAMPLE])


def _is_unknown(sample):
    """Whether none of ``sample`` was authenticated with a key that the site knows, though their hashes are right."""
    right = [entry for entry in sample if ledger.hash_of(entry) == entry.hash]
    return len(right) > 1 and not any(ledger.is_signed(entry.hash, entry.mac) for entry in right)


def _contents(entry, key_lost):
    try:
        computed = ledger.hash_of(entry)
    except (AttributeError, TypeError, ValueError):
        computed = ""
    if computed != entry.hash:
        yield Finding("chain_edited", {"sequence": entry.sequence}, _item(entry))
    elif not key_lost and not ledger.is_signed(entry.hash, entry.mac):
        yield Finding("chain_forged", {"sequence": entry.sequence}, _item(entry))


def _actors(batch):
    """The account that an entry names is not part of its hash, because accounts may be deleted; its key is."""
    recorded = {
        entry.sequence: entry.data["actor"]
        for entry in batch
        if isinstance(entry.data, dict) and entry.data.get("actor")
    }
    vanished = {recorded[e.sequence] for e in batch if e.sequence in recorded and e.actor_id is None}
    users = get_user_model()._base_manager.filter(pk__in=vanished) if vanished else []
    still_there = {str(user.pk) for user in users}
    for entry in batch:
        key, now = recorded.get(entry.sequence, ""), "" if entry.actor_id is None else str(entry.actor_id)
        if now != key and (now or key in still_there):
            yield Finding("chain_actor", {"sequence": entry.sequence}, _item(entry))


def _gone(batch):
    """Rows of evidence that entries tell of and that are no longer there."""
    wanted = {}
    for entry in batch:
        rows = entry.data.get("rows", {}) if isinstance(entry.data, dict) else {}
        for name in rows if isinstance(rows, dict) else ():
            kind, _separator, key = name.partition(":")
            if name in OWN:
                if not hasattr(entry, name):
                    yield _is_gone(entry, KINDS[name])
            elif kind not in OWN and kind in KINDS and key.isdigit():
                wanted.setdefault((kind, int(key)), entry)
    for kind, model in KINDS.items():
        keys = {key for found, key in wanted if found == kind}
        there = set(model.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        for key in sorted(keys - there):
            yield _is_gone(wanted[kind, key], model)


def _is_gone(entry, model):
    name = str(model._meta.verbose_name)
    return Finding("evidence_gone", {"row": name, "sequence": entry.sequence}, _item(entry))
