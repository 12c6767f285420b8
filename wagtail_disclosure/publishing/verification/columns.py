"""Which columns of a row of evidence were changed, as far as the entries of the ledger themselves tell."""

import datetime

from ..models import (
    Acknowledgement,
    Approval,
    Delegation,
    LedgerEntry,
    Seal,
    Takedown,
    ValidityChange,
    Withdrawal,
)

PUBLICATIONS = (LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED)


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


def _own(row, entries):
    """Those of ``entries`` that tell of ``row``."""
    return [each for each in entries if row.ledger_key in each.data.get("rows", {})]


def _takedown(row, entries):
    own = _own(row, entries)
    left = [each for each in own if each.kind == LedgerEntry.Kind.TAKEN_DOWN]
    if left and row.reason != left[0].data.get("reason", row.reason):
        yield "reason"
    if left and row.decided_by_id is not None and row.decided_by_id != left[0].actor_id:
        yield "decided_by"
    states = {
        LedgerEntry.Kind.RATIFIED: Takedown.State.RATIFIED,
        LedgerEntry.Kind.NOT_RATIFIED: Takedown.State.REFUSED,
    }
    settled = [each for each in own if each.kind in states]
    facts = {"state": states[settled[-1].kind] if settled else Takedown.State.PENDING}
    if settled:
        facts |= {"settled_at": settled[-1].at, "settled_by_name": settled[-1].actor_name}
    yield from _differing(row, facts)


def _validity_change(row, entries):
    own = _own(row, entries)
    if not own:
        return
    states = {
        LedgerEntry.Kind.VALIDITY: ValidityChange.State.CONFIRMED,
        LedgerEntry.Kind.VALIDITY_DECLINED: ValidityChange.State.DECLINED,
    }
    proposed, last = own[0], own[-1]
    said = last.data.get("change", {})
    facts = {
        "state": states.get(last.kind, ValidityChange.State.PROPOSED),
        "ledger_entry_id": last.pk if last.kind == LedgerEntry.Kind.VALIDITY else None,
        "decided_at": proposed.at,
        "decided_by_name": proposed.actor_name,
        "kind": said.get("kind"),
        "explanation": said.get("explanation"),
    }
    if last.kind in states:
        facts |= {"confirmed_at": last.at, "confirmed_by_name": last.actor_name}
    yield from _differing(row, facts)
    if row.effective_on.isoformat() != said.get("effective_on"):
        yield "effective_on"


def _acknowledgement(row, entries):
    entry = row.ledger_entry
    facts = {
        "digest": entry.digest,
        "key": entry.data.get("finding"),
        "reason": entry.data.get("comment"),
        "user_key": entry.data.get("user"),
        "user_name": entry.actor_name,
        "at": entry.at,
        "object_id": entry.object_id,
    }
    yield from _differing(row, facts)


def _delegation(row, entries):
    began = [each for each in entries if each.kind == LedgerEntry.Kind.DELEGATED]
    ended = [each for each in entries if each.kind == LedgerEntry.Kind.DELEGATION_ENDED]
    if not began:
        return
    if row.ledger_entry_id != began[0].pk:
        yield "ledger_entry"
    said = began[0].data
    facts = {
        "delegator_name": said.get("delegator_name"),
        "deputy_name": said.get("deputy_name"),
        "created_at": began[0].at,
        "ended_at": ended[0].at if ended else None,
    }
    yield from _differing(row, facts)
    for name in ("delegator", "deputy"):
        key = getattr(row, f"{name}_id")
        if key is not None and str(key) != said.get(name):
            yield name
    if (row.starts_on.isoformat(), row.ends_on.isoformat()) != (said.get("from"), said.get("until")):
        yield from ("starts_on", "ends_on")
    if row.ledger_facts() != said.get("tasks"):
        yield "tasks"


def _differing(row, facts):
    for name, value in facts.items():
        if getattr(row, name) != value:
            yield name.removesuffix("_id") if name != "object_id" else name


def _is_near(one, other):
    return abs(one - other) < datetime.timedelta(seconds=60)


# Given a row and the entries about its item, the names of columns that differ.
JUDGES = {
    Approval: _approval,
    Acknowledgement: _acknowledgement,
    Seal: _seal,
    Withdrawal: _withdrawal,
    Takedown: _takedown,
    ValidityChange: _validity_change,
    Delegation: _delegation,
}
