"""The ledger for the world outside: its export, receipts of its end, and the comparison with them later.

Whoever holds the key and the database can write a whole ledger anew. A receipt that was printed, mailed or
time-stamped before tells.
"""

import datetime
import json

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import ledger
from ..models import LedgerEntry
from .chunks import chunks
from .findings import Finding

RECEIPT = "wagtail_disclosure ledger receipt"


class BadAnchor(ValueError):
    """A file that is no export and no receipt of a ledger."""


def receipt():
    """The end of the ledger as JSON-ready data: sequence, hash, time, and this site's mark on them; None if empty."""
    last = LedgerEntry.objects.order_by("-sequence").values("sequence", "hash").first()
    if last is None:
        return None
    now = timezone.now().astimezone(datetime.UTC).isoformat(timespec="seconds")
    facts = {"type": RECEIPT, "sequence": last["sequence"], "hash": last["hash"], "time": now}
    return {**facts, "mac": ledger.sign(_signed(facts))}


def _signed(facts):
    return "|".join(str(facts[name]) for name in ("type", "sequence", "hash", "time"))


def lines(since=0, hashes_only=False):
    """Yield each entry after ``since`` as a line of JSON, with its hash and mark.

    ``hashes_only`` leaves out everything but the chain itself, so that no name leaves the house.
    """
    entries = LedgerEntry.objects.filter(sequence__gt=since).select_related("content_type")
    for batch in chunks(entries, "sequence"):
        for entry in batch:
            facts = {"sequence": entry.sequence} if hashes_only else ledger.fields_of(entry)
            facts |= {"hash": entry.hash, "mac": entry.mac}
            yield json.dumps(facts, sort_keys=True, ensure_ascii=False)


def compare(handle):
    """Yield a :class:`Finding` for each line of an export or receipt that the present ledger does not bear out.

    Raises :class:`BadAnchor` for a file that is neither.
    """
    batch, seen = [], 0
    for number, line in enumerate(handle, 1):
        if not line.strip():
            continue
        facts = _read(line, number)
        seen += 1
        text = _signed(facts) if facts.get("type") == RECEIPT else facts["hash"]
        if not ledger.is_signed(text, facts["mac"]):
            yield Finding("anchor_forged", {"line": number})
            continue
        batch.append(facts)
        if len(batch) == 200:
            yield from _present(batch)
            batch = []
    if not seen:
        raise BadAnchor(_("The file is empty."))
    yield from _present(batch)


def _read(line, number):
    try:
        facts = json.loads(line)
        good = (
            isinstance(facts["sequence"], int)
            and isinstance(facts["hash"], str)
            and isinstance(facts["mac"], str)
            and (facts.get("type") != RECEIPT or isinstance(facts["time"], str))
        )
    except (ValueError, TypeError, KeyError):
        good = False
    if not good:
        raise BadAnchor(_("Line %(line)d is no entry and no receipt of a ledger.") % {"line": number})
    return facts


def _present(batch):
    wanted = {facts["sequence"]: facts["hash"] for facts in batch}
    found = dict(LedgerEntry.objects.filter(sequence__in=wanted).values_list("sequence", "hash"))
    for sequence, value in sorted(wanted.items()):
        if sequence not in found:
            yield Finding("anchor_missing", {"sequence": sequence})
        elif found[sequence] != value:
            yield Finding("anchor_differs", {"sequence": sequence})
