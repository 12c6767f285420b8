"""The hash-chained ledger: approvals, publications and withdrawals, in order, each bound to the one before.

An entry also bears witness of the rows of evidence as they were when it was written, so that a change of any of
their columns is found afterwards. Whoever changes such a row appends an entry with the row among its ``rows``.
"""

import datetime
import hashlib
import hmac
import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes

from .. import conf
from ..departments.names import person_name
from .hashing import sha256_of
from .models.evidence import LedgerEntry, LedgerHead
from .models.items import base_content_type
from .witness import witness_of


def _keys():
    """The key that signs, and those by which earlier entries are recognised."""
    named = conf.get("LEDGER_KEY")
    secrets = [named] if named else [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    secrets += conf.get("LEDGER_KEY_FALLBACKS")
    return [hashlib.sha256(b"wagtail_disclosure.ledger" + force_bytes(each)).digest() for each in secrets]


def _mac(value, key):
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def fields_of(entry):
    """What the hash of an entry is made of, as JSON-ready data; anybody can recompute the chain from it."""
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "content_type": ".".join(entry.content_type.natural_key()),
        "object_id": entry.object_id,
        "digest": entry.digest,
        "actor_name": entry.actor_name,
        "at": entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "data": json.loads(json.dumps(entry.data, cls=DjangoJSONEncoder)),
        "previous": entry.previous_hash,
    }


def hash_of(entry):
    """The hash that the fields of ``entry`` give: sha-256 over their JSON with sorted keys."""
    return sha256_of(fields_of(entry))


def sign(text):
    """The code by which this site recognises ``text`` as its own."""
    return _mac(text, _keys()[0])


def is_signed(text, mac):
    """True when ``mac`` was made of ``text`` with the key of this site, or with one that it had before."""
    return any(_same(_mac(text, key), mac) for key in _keys())


def _same(one, other):
    # As bytes: what stands in a row that was tampered with may be anything.
    return hmac.compare_digest(force_bytes(one), force_bytes(other))


@transaction.atomic
def hold():
    """Lock the end of the chain until the transaction ends.

    It is the first lock of everything that decides about an item (approval, determination, publication,
    withdrawal), whichever rows follow, so that two of them wait for each other and never both for one another.
    """
    rows = LedgerHead.objects.select_for_update()
    head = rows.filter(pk=1).first()
    if head is None:
        LedgerHead.objects.get_or_create(pk=1)
        head = rows.get(pk=1)
    return head


@transaction.atomic
def append(kind, item, *, digest="", actor=None, data=None, at=None, rows=()):
    """Append an event about ``item`` and return the :class:`LedgerEntry`.

    ``rows`` are the rows of evidence that are added or changed with it, as they are stored from now on.
    """
    head = hold()
    data = dict(data or {})
    if actor is not None:
        data["actor"] = str(actor.pk)
    if rows:
        data["rows"] = {row.ledger_key: witness_of(row) for row in rows}
    entry = LedgerEntry(
        content_type=base_content_type(item),
        object_id=str(item.pk),
        sequence=head.sequence + 1,
        kind=kind,
        digest=digest,
        actor=actor,
        actor_name=display_name(actor),
        # UTC, so that the hash does not depend on the time zone the row is read in.
        at=(at or timezone.now()).astimezone(datetime.UTC),
        data=data,
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    entry.mac = sign(entry.hash)
    entry.save()
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save()
    return entry


def is_authentic(entry):
    """True when the entry's fields give its hash and its hash was authenticated by this site."""
    return _same(hash_of(entry), entry.hash) and is_signed(entry.hash, entry.mac)


def records(entry, row, kind):
    """True when ``entry`` is authentic, of ``kind``, and about the item that ``row``, a row of evidence, is about."""
    return (
        is_authentic(entry)
        and entry.kind == kind
        and (entry.content_type_id, entry.object_id) == (row.content_type_id, row.object_id)
    )


def display_name(user):
    return person_name(user)
