"""What people do with items: submit, approve, return, take back, withdraw.

Views, bulk actions, imports and the demo all call these; each checks, acts, and records in one transaction.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import TaskState

from . import departures, ledger, pinned, places, sealing
from .digest import digest_of
from .errors import GateRefused, NotReady, NotYourReview, ReviewRequired, StaleReview
from .evidence import required_steps, right_to_decide, user_key, why_no_end
from .models import Approval, LedgerEntry, ReviewTask, Withdrawal
from .seen import keep_seen
from .signals import review_passed, review_returned


def specific(item):
    return item.specific if hasattr(item, "specific") else item


def submit(item, user):
    """Send the latest draft of ``item`` into review and return the ``WorkflowState``.

    Raises :class:`GateRefused` if no review is set up here, if its workflow does not lead to every step that is
    required, or if the draft has a file that is accepted nowhere, and ``ValidationError`` if required fields are
    empty or it is not ready (for a disclosure page: its disclosure attribute is not determined, Arts. 13–18).
    """
    # Looking into files takes time, in which nobody else should have to wait.
    pinned.prepare(specific(item).get_latest_revision_as_object())
    return _submit(item, user)


@transaction.atomic
def _submit(item, user):
    ledger.hold()
    item = specific(item)
    draft = item.get_latest_revision_as_object()
    if item.get_latest_revision() is None:
        item.save_revision(user=user, clean=False)
        item.refresh_from_db()
    if item.workflow_in_progress:
        raise GateRefused(_("“%(title)s” is already under review.") % {"title": item})
    workflow = item.get_workflow()
    if workflow is None or not required_steps(draft):
        raise GateRefused(_("No review is set up here. Run disclosure_setup or add a review policy."))
    no_end = why_no_end(workflow, draft)
    if no_end:
        raise GateRefused(no_end)
    places.check_address(item, draft)
    draft.full_clean()
    returned = item.current_workflow_state
    if returned is not None:
        # Not resumed: every step is passed again, so the log tells of a new review.
        returned.cancel(user=user)
    try:
        return workflow.start(item, user)
    except NotReady as error:
        # A form says at which field.
        raise error.reason from error


def _locked(task_state):
    ledger.hold()
    rows = TaskState.objects.select_for_update(of=("self", "workflow_state"))
    state = rows.select_related("workflow_state", "task").get(pk=task_state.pk)
    workflow_state = state.workflow_state
    open_step = (
        state.status == TaskState.STATUS_IN_PROGRESS
        and workflow_state.status == workflow_state.STATUS_IN_PROGRESS
        and workflow_state.current_task_state_id == state.pk
    )
    if not open_step:
        raise StaleReview(_("This step has been decided already, or the review has moved on."))
    task = state.task.specific
    if not isinstance(task, ReviewTask):
        raise GateRefused(_("“%(step)s” is not a step of the disclosure review.") % {"step": state.task.name})
    return state, task, specific(workflow_state.content_object)


def approve(task_state, user, *, digest, comment="", details=None):
    """Record that ``user`` passed this step for exactly ``digest``; after the last step the item is published.

    Raises :class:`NotYourReview`, :class:`StaleReview` if the draft is no longer what the reviewer saw,
    :class:`FindingsOpen` while a finding that blocks is not acknowledged, :class:`FileRefused` for a file that is
    accepted nowhere or cannot be scanned,
    ``ValidationError`` for an incomplete checklist, and :class:`ReviewRequired` if publication lacks evidence.
    """
    item = specific(task_state.workflow_state.content_object)
    if item is not None:
        pinned.prepare_approval(item, digest)
    return _approve(task_state, user, digest, comment, details)


@transaction.atomic
def _approve(task_state, user, digest, comment, details):
    state, task, item = _locked(task_state)
    draft = item.get_latest_revision().as_object()
    right = right_to_decide(task, item, user, draft)
    if right.reason:
        raise NotYourReview(right.reason)
    found = _as_seen(draft, digest)
    pinned.require_acknowledged(item, pinned.pin(item, draft, found))
    details = task.clean_details(details or {})
    keep_seen(item, draft, found)
    _record_approval(item, task, user, right.delegation, digest=digest, comment=comment, details=details)
    try:
        state.approve(user=user, comment=comment)
    except ReviewRequired as error:
        no_end = why_no_end(state.workflow_state.workflow, draft, digest)
        raise ReviewRequired(no_end or str(error)) from error
    review_passed.send(sender=Approval, task_state=state, item=item, user=user)
    return state


def _for_whom(delegation):
    """What the ledger says of a decision that was taken for somebody absent."""
    if delegation is None:
        return {}
    return {
        "acted_for": user_key(delegation.delegator),
        "acted_for_name": delegation.delegator_name,
        "delegation": delegation.ledger_entry.sequence,
    }


def _as_seen(draft, digest):
    found = digest_of(draft)
    if found.value != digest:
        raise StaleReview(_("The draft changed after you opened it. Read it again before you decide."))
    return found


@transaction.atomic
def acknowledge(task_state, user, *, digest, reasons):
    """Record that ``user``, who may decide now, answers for findings: ``reasons`` maps their keys to a reason each.

    Raises :class:`NotYourReview`, :class:`StaleReview`, and ``ValidationError`` for an empty reason.
    """
    state, task, item = _locked(task_state)
    draft = item.get_latest_revision().as_object()
    right = right_to_decide(task, item, user, draft)
    if right.reason:
        raise NotYourReview(right.reason)
    check = pinned.pin(item, draft, _as_seen(draft, digest))
    pinned.record(item, check, user, reasons, task=task, data=_for_whom(right.delegation))
    return state


def _record_approval(item, task, user, delegation, *, digest, comment, details):
    now, absent = timezone.now(), delegation and delegation.delegator
    approval = Approval(
        digest=digest,
        task=task.task_ptr,
        step_name=task.name,
        user=user,
        user_key=user_key(user),
        user_name=ledger.display_name(user),
        acted_for=absent,
        acted_for_key=user_key(absent),
        acted_for_name=delegation.delegator_name if delegation else "",
        comment=comment,
        details=details,
        approved_at=now,
    )
    approval.set_item(item)
    approval.ledger_entry = ledger.append(
        LedgerEntry.Kind.APPROVED,
        item,
        digest=digest,
        actor=user,
        data={
            "task": task.pk,
            "step": task.name,
            "user": user_key(user),
            "details": details,
            **_for_whom(delegation),
        },
        at=now,
        rows=[approval],
    )
    approval.save()
    return approval


@transaction.atomic
def reject(task_state, user, *, comment):
    """Return the item to its drafter with ``comment``. Raises ``ValidationError`` without one."""
    if not comment.strip():
        raise ValidationError(_("Say what has to be changed."))
    state, task, item = _locked(task_state)
    draft = item.get_latest_revision().as_object()
    right = right_to_decide(task, item, user, draft)
    if right.reason:
        raise NotYourReview(right.reason)
    now = timezone.now()
    found = digest_of(draft)
    keep_seen(item, draft, found)
    standing = list(Approval.objects.about(item).filter(voided_at=None, seals=None))
    Approval.objects.filter(pk__in=[each.pk for each in standing]).update(voided_at=now)
    for each in standing:
        each.voided_at = now
    ledger.append(
        LedgerEntry.Kind.REJECTED,
        item,
        digest=found.value,
        actor=user,
        data={"task": task.pk, "step": task.name, "comment": comment, **_for_whom(right.delegation)},
        at=now,
        rows=standing,
    )
    state.reject(user=user, comment=comment)
    # Submitted again, it passes every step again.
    passed = [TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED]
    state.workflow_state.task_states.filter(status__in=passed).update(status=TaskState.STATUS_CANCELLED)
    review_returned.send(sender=Approval, task_state=state, item=item, user=user)
    return state


@transaction.atomic
def withdraw(item, user, *, reason, explanation, successor_url="", successor=None, redirects=False, also=()):
    """Take a public item, and its translations in ``also``, off the site; returns the :class:`Withdrawal`.

    Raises :class:`WithdrawalRequired` if it is not public any more, and ``ValidationError`` for an unknown reason,
    an empty explanation, or a successor that the reason forbids or the public cannot read.
    """
    ledger.hold()
    item = departures.public_item(item)
    others = {each.pk: each for each in departures.public_translations(item)}
    leaving = [item, *(others[each.pk] for each in also if each.pk in others)]
    decided = {
        "reason": reason,
        "explanation": explanation.strip(),
        "successor": successor,
        "successor_url": successor_url,
        "redirects": redirects,
    }
    decisions = [_withdraw_one(specific(each), user, decided) for each in leaving]
    return decisions[0]


def _withdraw_one(item, user, decided):
    decision = Withdrawal(
        title=str(item)[:255],
        decided_by=user,
        # Nobody decides where something follows by itself, such as from a consent that is withdrawn.
        decided_by_name=ledger.display_name(user) or pgettext("disclosure", "system"),
        decided_at=timezone.now(),
        **decided,
    )
    decision.set_item(item)
    decision.full_clean(exclude=["content_type"])
    decision.save()
    departures.take_off(item, user)
    decision.refresh_from_db()
    if decision.carried_out_at is None:
        sealing.close_unsealed(item, decision)
        decision.refresh_from_db()
    return decision
