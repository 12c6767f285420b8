"""Approvals, seals and decisions against the entries of the ledger that tell of them."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from .. import ledger, policy_record
from ..models import (
    Acknowledgement,
    Approval,
    Contribution,
    Delegation,
    LedgerEntry,
    Seal,
    Withholding,
)
from ..models.items import base_content_type
from ..witness import OWN, agrees, contributions_witness
from . import authors
from .chunks import chunks
from .columns import JUDGES
from .findings import Finding
from .withholding import ENDS

# What begins and ends a withholding.
WITHHOLDING = (LedgerEntry.Kind.WITHHELD, LedgerEntry.Kind.RELEASED, *ENDS)
ABOUT_ITEMS = [model for model in JUDGES if model is not Delegation]


def check(key_lost=False, only=None):
    """Yield a :class:`Finding` for each row of evidence that is not as the ledger has it.

    ``only`` is ``(content type key, object key)`` of one item.
    """
    for model in ABOUT_ITEMS:
        rows = _rows(model)
        if only is not None:
            rows = rows.filter(content_type=only[0], object_id=only[1])
        for batch in chunks(rows):
            suspects = {finding.item for finding in _judged(batch, key_lost)}
            for item in sorted(suspects):
                keys = [row.pk for row in batch if (row.content_type_id, row.object_id) == item]
                yield from _again(model, keys, key_lost)
    yield from _contributions(only)
    yield from authors.check(only)
    yield from _withholdings(key_lost, only)
    if only is None:
        yield from _delegations(key_lost)
        yield from _policies()


def _rows(model):
    if model is Delegation:
        return model.objects.select_related("ledger_entry").prefetch_related("tasks")
    rows = model.objects.select_related("content_type")
    if model is Approval:
        return rows.select_related("ledger_entry")
    if model is Acknowledgement:
        return rows.select_related("ledger_entry", "finding")
    return rows.prefetch_related("files", "approvals__ledger_entry") if model is Seal else rows


def _judged(rows, key_lost):
    about = _entries_about(rows, key_lost)
    for row in rows:
        yield from _witnessed(row, about.get((row.content_type_id, row.object_id), []))


def _again(model, keys, key_lost):
    """Somebody may decide while this goes on: what differs is looked at again while nobody can."""
    with transaction.atomic():
        ledger.hold()
        return list(_judged(list(_rows(model).filter(pk__in=keys)), key_lost))


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


def _witnessed(row, entries):
    item = (row.content_type_id, row.object_id)
    last = _last_witness(row, entries)
    if last is None:
        yield Finding("evidence_unknown", {"row": _name(row)}, item)
        return
    columns = set(JUDGES[type(row)](row, entries))
    if not agrees(row, last) or "ledger_entry" in columns:
        yield _changed(row, columns, item)
    if isinstance(row, Seal):
        yield from _parts_of_seal(row, item, entries)


def _last_witness(row, entries):
    """What the last of ``entries`` that tells of ``row`` says of it; None if none does."""
    name, own, last = row.ledger_key, row._meta.model_name, None
    for entry in entries:
        rows = entry.data.get("rows", {})
        if name in rows:
            last = rows[name]
        elif own in OWN and own in rows and row.ledger_entry_id == entry.pk:
            last = rows[own]
    return last


def _changed(row, columns, item=None):
    facts = {"row": _name(row), "model": row._meta.label_lower, "columns": sorted(columns)}
    return Finding("evidence_changed", facts, item)


def _name(row):
    return f"{row._meta.verbose_name} “{row}” ({row.pk})"


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
    # The row of the seal may have been changed: what the entry has of its files counts.
    files, objects = (
        next((data[name] for data in own if data.get(name)), []) for name in ("files", "objects")
    )
    for each in (*files, *objects):
        if "object_id" not in each:
            yield seal.content_type_id, seal.object_id, each["sha256"]
            continue
        app_label, model = each["content_type"].split(".")
        content_type = ContentType.objects.get_by_natural_key(app_label, model)
        yield content_type.pk, each["object_id"], each.get("sha256") or each["fields"]


def _delegations(key_lost):
    """Who stood in for whom: the ledger tells of the row itself, not of an item."""
    for batch in chunks(_rows(Delegation)):
        if list(_delegations_in(batch, key_lost)):
            # Somebody may end one while this goes on: what differs is looked at again while nobody can.
            with transaction.atomic():
                ledger.hold()
                again = list(_rows(Delegation).filter(pk__in=[row.pk for row in batch]))
                yield from list(_delegations_in(again, key_lost))


def _delegations_in(rows, key_lost):
    entries = LedgerEntry.objects.filter(
        content_type=base_content_type(Delegation), object_id__in=[str(row.pk) for row in rows]
    )
    about = defaultdict(list)
    for entry in entries.select_related("content_type").order_by("sequence"):
        if key_lost or ledger.is_authentic(entry):
            about[entry.object_id].append(entry)
    for row in rows:
        entries = about[str(row.pk)]
        last = _last_witness(row, entries)
        columns = set(JUDGES[Delegation](row, entries))
        if last is None:
            yield Finding("evidence_unknown", {"row": _name(row)})
        elif columns & {"ledger_entry"} or not agrees(row, last):
            yield _changed(row, columns)


def _policies():
    """The required review, which lowers what everything else rests on."""
    changed, gone = policy_record.changed_unrecorded()
    for policy in changed:
        yield Finding("policy_changed", {"policy": str(policy)})
    for entry in gone:
        yield Finding("policy_gone", {"policy": entry.data.get("after", ""), "sequence": entry.sequence})


def _withholdings(key_lost, only):
    """A row alone keeps an item from visitors: the ledger has to know why."""
    rows = Withholding.objects.in_force()
    if only is not None:
        rows = rows.filter(content_type=only[0], object_id=only[1])
    for row in rows:
        entries = LedgerEntry.objects.filter(
            content_type=row.content_type_id, object_id=row.object_id, kind__in=WITHHOLDING
        )
        last = entries.select_related("content_type").order_by("-sequence").first()
        known = last is not None and last.kind == LedgerEntry.Kind.WITHHELD
        if not (known and (key_lost or ledger.is_authentic(last))):
            yield Finding("evidence_unknown", {"row": _name(row)}, (row.content_type_id, row.object_id))


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
            elif any(row.user_id is not None and str(row.user_id) != row.user_key for row in rows[item]):
                yield Finding("contributions", {}, item)


def _contributions_to(items):
    found = defaultdict(list)
    rows = Contribution.objects.filter(
        content_type__in={content_type for content_type, _key in items},
        object_id__in={key for _type, key in items},
    )
    for row in rows.order_by("pk").only("content_type_id", "object_id", "user_id", "user_key", "at"):
        found[row.content_type_id, row.object_id].append(row)
    return found
