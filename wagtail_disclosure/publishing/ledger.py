"""The hash-chained ledger: approvals, publications and withdrawals, in order, each bound to the one before."""

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
from .models.evidence import LedgerEntry, LedgerHead
from .models.items import base_content_type


def _keys():
    named = conf.get("LEDGER_KEY")
    secrets = [named] if named else [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(b"wagtail_disclosure.ledger" + force_bytes(each)).digest() for each in secrets]


def _mac(value, key):
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def _hash(entry):
    fields = {
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
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


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
def append(kind, item, *, digest="", actor=None, data=None, at=None):
    """Append an event about ``item`` and return the :class:`LedgerEntry`."""
    head = hold()
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
        data=data or {},
        previous_hash=head.hash,
    )
    entry.hash = _hash(entry)
    entry.mac = _mac(entry.hash, _keys()[0])
    entry.save()
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save()
    return entry


def is_authentic(entry):
    """True when the entry's fields give its hash and its hash was authenticated by this site."""
    return hmac.compare_digest(_hash(entry), entry.hash) and any(
        hmac.compare_digest(_mac(entry.hash, key), entry.mac) for key in _keys()
    )


def display_name(user):
    return person_name(user)
