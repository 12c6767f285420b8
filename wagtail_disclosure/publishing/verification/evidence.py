"""Approvals, seals and withdrawals against the entries of the ledger that tell of them."""

import datetime
from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from .. import ledger
from ..delegation import agrees_with_ledger
from ..models import Approval, Contribution, Delegation, LedgerEntry, Seal, Withdrawal
from ..witness import OWN, agrees, contributions_witness
from .chunks import chunks
from .findings import Finding

PUBLICATIONS = (LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED)


def check(key_lost=False, only=None):
    """Yield a :class:`Finding` for each row of evidence that is not as the ledger has it.

    ``only`` is ``(content type key, object key)`` of one item.
    """
    for model, judge in ((Approval, _approval), (Seal, _seal), (Withdrawal, _withdrawal)):
        rows = _rows(model)
        if only is not None:
            rows = rows.filter(content_type=only[0], object_id=only[1])
        for batch in chunks(rows):
            suspects = {finding.item for finding in _judged(batch, judge, key_lost)}
            for item in sorted(suspects):
                keys = [row.pk for row in batch if (row.content_type_id, row.object_id) == item]
                yield from _again(model, keys, judge, key_lost)
    yield from _contributions(only)
    if only is None:
        yield from _delegations(key_lost)


def _rows(model):
    rows = model.objects.select_related("content_type")
    if model is Approval:
        return rows.select_related("ledger_entry")
    return rows.prefetch_related("files", "approvals__ledger_entry") if model is Seal else rows


def _judged(rows, judge, key_lost):
    about = _entries_about(rows, key_lost)
    for row in rows:
        yield from _witnessed(row, about.get((row.content_type_id, row.object_id), []), judge)


def _again(model, keys, judge, key_lost):
    """Somebody may decide while this goes on: what differs is looked at again while nobody can."""
    with transaction.atomic():
        ledger.hold()
        return list(_judged(list(_rows(model).filter(pk__in=keys)), judge, key_lost))


def _entries_about(rows, key_lost):
    """The authentic entries about the items of ``rows``, in order."""
    found = {}
    entries = LedgerEntry.objects.filter(
        content_type__in={row.content_type_id for row in rows},
        object_id__in={row.object_id for row in rows},
    )
    for entry in entries.select_related("content_type").order_by("sequence"):
        if key_lost or ledger.is_authentic(entry):
            found.setdefault((entry.content_type_id, entry.object_id), []).append(entry)
    return found


def _witnessed(row, entries, judge):
    name = row.ledger_key
    last = None
    for entry in entries:
        rows = entry.data.get("rows", {})
        if name in rows:
            last = rows[name]
        elif OWN in rows and isinstance(row, Approval) and row.ledger_entry_id == entry.pk:
            last = rows[OWN]
    item = (row.content_type_id, row.object_id)
    if last is None:
        yield Finding("evidence_unknown", {"row": _name(row)}, item)
        return
    if not agrees(row, last):
        facts = {
            "row": _name(row),
            "model": row._meta.label_lower,
            "columns": sorted(set(judge(row, entries))),
        }
        yield Finding("evidence_changed", facts, item)
    if isinstance(row, Seal):
        yield from _parts_of_seal(row, item, entries)


def _name(row):
    return f"{row._meta.verbose_name} “{row}” ({row.pk})"


# Which columns: as far as the entries themselves tell.


def _approval(row, entries):
    entry = row.ledger_entry
    data = entry.data
    facts = {
        "digest": entry.digest,
        "task_id": data.get("task"),
        "step_name": data.get("step"),
        "user_key": data.get("user"),
        "details": data.get("details"),
        "user_name": entry.actor_name,
        "acted_for_key": data.get("acted_for", ""),
        "acted_for_name": data.get("acted_for_name", ""),
        "approved_at": entry.at,
        "object_id": entry.object_id,
    }
    yield from _differing(row, facts)
    facts = {
        "user": (row.user_id, data.get("user")),
        "acted_for": (row.acted_for_id, data.get("acted_for", "")),
    }
    yield from (name for name, (key, recorded) in facts.items() if key is not None and str(key) != recorded)
    ends = [each.at for each in entries if each.kind in (LedgerEntry.Kind.VOIDED, LedgerEntry.Kind.REJECTED)]
    if row.voided_at is not None and not any(_is_near(row.voided_at, at) for at in ends):
        yield "voided_at"


def _seal(row, entries):
    own = [
        each for each in entries if each.kind in PUBLICATIONS and row.ledger_key in each.data.get("rows", {})
    ]
    if not own:
        return
    facts = {"digest": own[-1].digest, "manifest": own[-1].data.get("files")}
    opened = [each for each in own if each.kind == LedgerEntry.Kind.PUBLISHED and each.digest == row.digest]
    if opened:
        facts["opened_at"] = opened[0].at
    yield from _differing(row, facts)
    if row.closed_at is not None and row.closed_at not in [each.at for each in entries]:
        yield "closed_at"


def _withdrawal(row, entries):
    left = [each for each in entries if row.ledger_key in each.data.get("rows", {})]
    if left and row.carried_out_at not in [each.at for each in left]:
        yield "carried_out_at"


def _differing(row, facts):
    for name, value in facts.items():
        if getattr(row, name) != value:
            yield name.removesuffix("_id") if name != "object_id" else name


def _is_near(one, other):
    return abs(one - other) < datetime.timedelta(seconds=60)


def _parts_of_seal(seal, item, entries):
    """The files that a seal holds, and the approvals that it rests on."""
    uses = sorted((each.content_type_id, each.object_id, each.sha256) for each in seal.files.all())
    wanted = sorted(_uses_of(seal, entries))
    if seal.opened_at is not None and uses != wanted:
        yield Finding("file_uses", {}, item)
    if seal.authority != Seal.Authority.REVIEW:
        return
    approvals = list(seal.approvals.all())
    reasons = []
    if not approvals:
        reasons.append(_("there is none"))
    if any(each.digest != seal.digest for each in approvals):
        reasons.append(_("one was given to other content"))
    if sum(len(each.people) for each in approvals) > len({key for each in approvals for key in each.people}):
        reasons.append(_("one person took two steps"))
    if any(not _is_entry_of(each, seal) for each in approvals):
        reasons.append(_("one is not in the ledger"))
    if reasons:
        yield Finding("evidence_people", {"row": _name(seal), "columns": "; ".join(reasons)}, item)


def _is_entry_of(approval, seal):
    entry = approval.ledger_entry
    return (
        entry.kind == LedgerEntry.Kind.APPROVED
        and entry.digest == seal.digest
        and entry.object_id == seal.object_id
        and entry.data.get("task") == approval.task_id
        and entry.data.get("user") == approval.user_key
    )


def _uses_of(seal, entries):
    """The files and shared rows that the ledger says the seal holds."""
    own = [each.data for each in entries if seal.ledger_key in each.data.get("rows", {})]
    objects = next((data["objects"] for data in own if data.get("objects")), [])
    for each in (*seal.manifest, *objects):
        if "object_id" in each:
            app_label, model = each["content_type"].split(".")
            content_type = ContentType.objects.get_by_natural_key(app_label, model)
            yield content_type.pk, each["object_id"], each.get("sha256") or each["fields"]


def _delegations(key_lost):
    """Who stood in for whom: the row and the entries that tell of its beginning and its end."""
    rows = Delegation.objects.select_related("ledger_entry__content_type").prefetch_related("tasks")
    for batch in chunks(rows):
        keys = {str(row.pk): row for row in batch}
        ended = LedgerEntry.objects.filter(
            kind=LedgerEntry.Kind.DELEGATION_ENDED,
            content_type=ContentType.objects.get_for_model(Delegation),
            object_id__in=keys,
        ).values_list("object_id", flat=True)
        ended = set(ended)
        for key, row in keys.items():
            columns = ["ended_at"] if (row.ended_at is not None) != (key in ended) else []
            # The names of accounts that are gone still stand in the ledger; the row has lost their keys.
            whole = row.delegator_id is not None and row.deputy_id is not None
            if columns or (whole and not key_lost and not agrees_with_ledger(row)):
                facts = {"row": _name(row), "model": row._meta.label_lower, "columns": columns}
                yield Finding("evidence_changed", facts)


def _contributions(only):
    """Who worked on an item up to its last publication, as the ledger has it."""
    entries = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.PUBLISHED).select_related("content_type")
    if only is not None:
        entries = entries.filter(content_type=only[0], object_id=only[1])
    for batch in chunks(entries, "sequence"):
        last = {(entry.content_type_id, entry.object_id): entry for entry in batch}
        rows = _contributions_to(last)
        for item, entry in last.items():
            recorded = entry.data.get("contributions") if isinstance(entry.data, dict) else None
            if recorded and contributions_witness(rows[item], recorded.get("last", 0)) != recorded:
                yield Finding("contributions", {}, item)


def _contributions_to(items):
    found = defaultdict(list)
    rows = Contribution.objects.filter(
        content_type__in={content_type for content_type, _key in items},
        object_id__in={key for _type, key in items},
    )
    for row in rows.order_by("pk").only("content_type_id", "object_id", "user_key", "at"):
        found[row.content_type_id, row.object_id].append(row)
    return found
