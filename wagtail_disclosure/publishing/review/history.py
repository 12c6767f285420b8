"""Everything that happened to an item, in order: submissions, decisions, publications, withdrawals."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import registry
from wagtail.models import TaskState

from .. import validity
from ..ledger import display_name
from ..models import Approval, LedgerEntry, Takedown, Withdrawal
from ..names import decided_by

# Wagtail's own log knows when an item entered and left review; decisions come from the ledger.
START, RESUME, CANCEL = "wagtail.workflow.start", "wagtail.workflow.resume", "wagtail.workflow.cancel"
LOGGED = {
    START: gettext_lazy("submitted"),
    RESUME: gettext_lazy("submitted again"),
    CANCEL: gettext_lazy("taken back"),
}
AT_ONCE = timedelta(seconds=10)
TAGS = {
    LedgerEntry.Kind.APPROVED: "w-status--primary",
    LedgerEntry.Kind.PUBLISHED: "w-status--primary",
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    at: datetime
    label: str
    who: str = ""
    step: str = ""
    comment: str = ""
    digest: str = ""
    void: bool = False
    sequence: int | None = None
    hash: str = ""
    tag: str = "w-status--label"


def history_of(item):
    """The events about ``item``, newest first."""
    events = [*_ledger_events(item), *_log_events(item)]
    return sorted(events, key=lambda event: (event.at, event.sequence or 0), reverse=True)


def _ledger_events(item):
    approvals = {
        approval.ledger_entry_id: approval for approval in Approval.objects.about(item).order_by("pk")
    }
    decisions = _decisions_about(item)
    refused = {each.settled_at: each.comment for each in Takedown.objects.about(item)}
    # A document changes its validity in all languages at once.
    entries = LedgerEntry.objects.about(item) | validity.entries_about(item)
    for entry in entries.order_by("sequence"):
        approval = approvals.get(entry.pk)
        decision = decisions.get(entry.at)
        yield Event(
            at=entry.at,
            label=entry.get_kind_display(),
            who=decided_by(entry) or (decision.decided_by_name if decision else ""),
            step=entry.data.get("step", "") or (decision.get_reason_display() if decision else ""),
            comment=_comment(entry, approval, decision) or refused.get(entry.at, ""),
            digest=entry.digest,
            void=bool(approval and approval.voided_at),
            sequence=entry.sequence,
            hash=entry.hash,
            tag=TAGS.get(entry.kind, "w-status--label"),
        )


def _decisions_about(item):
    """The decision behind each entry of the ledger, by its time: the entry and the decision carry the same one."""
    found = {each.carried_out_at: each for each in Withdrawal.objects.about(item)}
    found |= {each.carried_out_at: each for each in Takedown.objects.about(item)}
    return found


def _comment(entry, approval, decision):
    if approval is not None:
        return approval.comment
    return decision.explanation if decision is not None else entry.data.get("comment", "")


def _log_events(item):
    entries = registry.get_logs_for_instance(item).filter(action__in=LOGGED).select_related("user")
    entries = list(entries.order_by("timestamp", "pk"))
    returned = _returned_steps(entries)
    # Submitting what was returned ends the old review and starts a new one: one event for the reader.
    ends = {
        place
        for place, (entry, after) in enumerate(pairwise(entries))
        if (entry.action, after.action) == (CANCEL, START)
        and entry.user_id == after.user_id
        and _workflow(entry).get("task_state_id") in returned
        and after.timestamp - entry.timestamp < AT_ONCE
    }
    for place, entry in enumerate(entries):
        if place in ends:
            continue
        workflow = _workflow(entry)
        step = workflow.get("next") or workflow.get("task") or {}
        yield Event(
            at=entry.timestamp,
            label=str(LOGGED[RESUME if place - 1 in ends else entry.action]),
            who=display_name(entry.user) or _("the system"),
            step=step.get("title", ""),
        )


def _workflow(entry):
    return (entry.data or {}).get("workflow") or {}


def _returned_steps(entries):
    """Keys of the steps named in ``entries`` that returned the item."""
    named = {_workflow(entry).get("task_state_id") for entry in entries} - {None}
    rejected = TaskState.objects.filter(pk__in=named, status=TaskState.STATUS_REJECTED)
    return set(rejected.values_list("pk", flat=True))
