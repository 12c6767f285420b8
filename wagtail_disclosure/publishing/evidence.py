"""Whether an item may be public: the steps its place requires, and who passed them for exactly its content."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from wagtail.models import Locale, Task

from . import delegation, ledger
from .models import (
    Approval,
    Contribution,
    Delegation,
    LedgerEntry,
    ReviewPolicy,
    ReviewPolicyStep,
    Seal,
)
from .models.items import base_model

ENDS_A_REVIEW = (
    LedgerEntry.Kind.REJECTED,
    LedgerEntry.Kind.VOIDED,
    LedgerEntry.Kind.PUBLISHED,
    LedgerEntry.Kind.INSTALLED,
    LedgerEntry.Kind.WITHDRAWN,
    LedgerEntry.Kind.TAKEN_DOWN,
    LedgerEntry.Kind.FILED,
)


@dataclass(frozen=True)
class Verdict:
    """The outcome of looking for evidence. ``missing`` explains in words what is not there."""

    approvals: tuple
    missing: tuple

    @property
    def complete(self):
        return not self.missing


@dataclass(frozen=True)
class Right:
    """Whether somebody may decide at a step now. ``reason`` says why not; ``delegation`` for whom they stand in."""

    reason: str = ""
    delegation: Delegation | None = None


def user_key(user):
    return str(user.pk) if user is not None else ""


def policies_covering(page):
    """The policies that stand on ``page`` or above it, outermost first. A translation stands under the original's."""
    paths = [page.path[: length * page.steplen] for length in range(1, page.depth + 1)]
    places = base_model(page).objects.filter(path__in=paths).values_list("translation_key", flat=True)
    return _policies().filter(page__translation_key__in=list(places))


def _policies():
    policies = ReviewPolicy.objects.select_related("page").prefetch_related("steps__task")
    return policies.order_by("page__depth", "page__path")


def policies_for(item):
    """The review policies of the item's place, outermost first.

    A translation stands under the policies of the original's place. An item that stands under no policy, or in no
    tree, is held by the outermost policy of its site: what is guarded is never without review.
    """
    if not hasattr(item, "get_ancestors"):
        return list(_policies()[:1])
    found = list(policies_covering(item))
    if found:
        return found
    in_site = _policies().filter(page__path__startswith=item.path[: 2 * item.steplen])
    return list(in_site[:1]) or list(_policies()[:1])


def workflow_for(item):
    """The workflow that leads ``item`` through its review, or None where no policy holds."""
    policies = policies_for(item)
    return policies[-1].workflow if policies else None


def applies(step, item):
    if step.condition == ReviewPolicyStep.Condition.IMPORTANT:
        return bool(getattr(item, "is_important", False))
    if step.condition == ReviewPolicyStep.Condition.TRANSLATION:
        return is_translation(item)
    return True


def is_translation(item):
    return getattr(item, "locale_id", None) not in (None, Locale.get_default().pk)


def required_steps(item):
    """The tasks that ``item`` must pass, in order. A policy below adds steps and never removes one."""
    tasks = {}
    for policy in policies_for(item):
        for step in policy.steps.all():
            if applies(step, item):
                tasks.setdefault(step.task_id, step.task)
    return list(tasks.values())


def not_led_to(workflow, tasks):
    """Those of ``tasks`` that ``workflow`` does not lead through: they stand in it no more, or are not active."""
    run = set(
        Task.objects.filter(workflow_tasks__workflow=workflow, active=True).values_list("pk", flat=True)
    )
    return [task for task in tasks if task.pk not in run]


def why_no_end(workflow, item, digest=""):
    """Why the review of ``item`` by ``workflow`` cannot come to its end, in words; empty when it can.

    Policy and workflow are two things, and both may change while an item is under review.
    """
    required = required_steps(item)
    passed = {each.task_id for each in current_approvals(item, digest)} if digest else set()
    missing = [task for task in not_led_to(workflow, required) if task.pk not in passed]
    if not missing:
        return ""
    now = workflow_for(item)
    if now is not None and now.pk != workflow.pk and not not_led_to(now, required):
        advice = _("Another workflow holds here by now: take the draft back and submit it again.")
    else:
        advice = _("Ask the webmaster to put this right in the workflow or the review policy.")
    sentences = [
        _("“%(step)s” is required, but the workflow “%(workflow)s” does not lead to it.")
        % {"step": task.name, "workflow": workflow.name}
        for task in missing
    ]
    return " ".join([*sentences, advice])


def step_applies(task, item):
    """False only when every policy that names the step exempts the item from it."""
    named = [step for policy in policies_for(item) for step in policy.steps.all() if step.task_id == task.pk]
    return not named or any(applies(step, item) for step in named)


def last_public_at(item):
    seal = Seal.objects.about(item).filter(opened_at__isnull=False).order_by("-opened_at").first()
    return seal.opened_at if seal else None


def first_public_at(item):
    """When ``item`` was published for the first time, by the evidence; None if it never was (发布日期)."""
    seal = Seal.objects.about(item).filter(opened_at__isnull=False).order_by("opened_at").first()
    return seal.opened_at if seal else None


def contributors(item):
    """Keys of everybody who worked on any draft since the item was last public."""
    since = last_public_at(item)
    rows = Contribution.objects.about(item)
    if since is not None:
        rows = rows.filter(at__gt=since)
    keys = set(rows.values_list("user_key", flat=True))
    if since is None and getattr(item, "owner_id", None):
        keys.add(str(item.owner_id))
    return keys - {""}


def current_approvals(item, digest):
    """Approvals of this digest in the present review that are not void and whose ledger entry is authentic."""
    rows = _approvals_of_this_review(item).filter(digest=digest).select_related("ledger_entry__content_type")
    rows = rows.order_by("approved_at", "pk")
    return [row for row in rows if _is_authentic(row)]


def _is_authentic(approval):
    entry = approval.ledger_entry
    return (
        ledger.records(entry, approval, entry.Kind.APPROVED)
        and entry.digest == approval.digest
        and entry.data.get("task") == approval.task_id
        and entry.data.get("user") == approval.user_key
        and entry.data.get("acted_for", "") == approval.acted_for_key
    )


def verdict(item, digest):
    """Judge whether every required step was passed for ``digest`` by distinct people who did not contribute.

    A review needs two people at least, whatever is configured; superusers are no exception. An approval by a deputy
    counts for both people: neither contributed, neither has another step.
    """
    required = required_steps(item)
    if not required:
        return Verdict((), (_("No review policy covers this place. Run disclosure_setup or add a policy."),))
    wrote = contributors(item)
    used, kept, missing = set(), [], []
    approvals = current_approvals(item, digest)
    for task in required:
        found = next(
            (each for each in approvals if each.task_id == task.pk and not each.people & (used | wrote)),
            None,
        )
        if found is None:
            missing.append(_("“%(step)s” has not approved this content.") % {"step": task.name})
        else:
            used |= found.people
            kept.append(found)
    # Those who were stood in for did nothing themselves.
    if not missing and len({each.user_key for each in kept} | wrote) < 2:
        missing.append(_("A review needs two people at least."))
    if not missing:
        from . import pinned, policy_record

        missing += [*filter(None, [policy_record.why_not_trusted(item)]), *pinned.obstacles(item, digest)]
    return Verdict(tuple(kept), tuple(missing))


def _approvals_of_this_review(item):
    """Approvals since the last entry of the ledger that ended a review.

    The position in the ledger decides, not the rows' own times: what was voided, returned, used for a publication
    or given before a withdrawal cannot be made valid again.
    """
    ended = LedgerEntry.objects.about(item).filter(kind__in=ENDS_A_REVIEW).order_by("-sequence")
    last = ended.values_list("sequence", flat=True).first() or 0
    return Approval.objects.about(item).filter(voided_at=None, ledger_entry__sequence__gt=last)


def _spent(item):
    """Keys of all who passed a step of this review, in person or by a deputy."""
    rows = _approvals_of_this_review(item).values_list("user_key", "acted_for_key")
    return {key for row in rows for key in row} - {""}


def why_not_reviewer(task, item, user, draft=None):
    """Why ``user`` may not pass ``task`` for ``item`` now, as a sentence; empty when they may.

    ``draft`` is the latest draft where the caller has it at hand.
    """
    return right_to_decide(task, item, user, draft).reason


def right_to_decide(task, item, user, draft=None):
    """The :class:`Right` of ``user`` to pass ``task`` for ``item`` now, in person or for somebody absent."""
    if not user.is_active:
        return Right(_("This account is not active."))
    draft = draft or item.get_latest_revision_as_object()
    in_person = task.reviewers(draft).filter(pk=user.pk).exists()
    found = [] if in_person else delegation.for_step(task, draft, user)
    if not in_person and not found:
        return Right(_("You do not hold this step of the review."))
    wrote, spent = contributors(draft), _spent(item)
    if user_key(user) in wrote:
        return Right(_("You worked on this draft, so somebody else has to review it."))
    if user_key(user) in spent:
        return Right(_("You have already passed another step of this review."))
    if in_person:
        return Right()
    reason = ""
    for each in found:
        reason = _why_not_for(each, wrote, spent)
        if not reason:
            return Right(delegation=each)
    return Right(reason)


def _why_not_for(found, wrote, spent):
    """Why the step was not the absent person's to hand over for this item; empty when it was."""
    key, name = str(found.delegator_id), {"name": found.delegator_name}
    if key in wrote:
        return (
            _("%(name)s, for whom you stand in, worked on this draft, so somebody else has to review it.")
            % name
        )
    if key in spent:
        return _("%(name)s, for whom you stand in, has another step of this review already.") % name
    return ""


def stands_in(task, draft, user):
    """Whether ``user`` stands in at ``task`` for somebody whose step it is for ``draft``."""
    found = delegation.for_step(task, draft, user)
    if not found:
        return False
    wrote, spent = contributors(draft), _spent(draft)
    return any(not _why_not_for(each, wrote, spent) for each in found)


def reviewers_for(task, item):
    """The users who may pass ``task`` now: holders of the step and their deputies.

    Contributors and earlier reviewers of the item are left out, and the deputies of such people as well.
    """
    task = task.specific
    to_key = get_user_model()._meta.pk.to_python
    excluded = {to_key(key) for key in contributors(item) | _spent(item)}
    holders = task.reviewers(item).exclude(pk__in=excluded)
    standing_in = [each for each in delegation.in_force() if delegation.covers(each, task)]
    if not standing_in:
        return holders
    keys = set(holders.values_list("pk", flat=True))
    deputies = {each.deputy_id for each in standing_in if each.delegator_id in keys}
    return get_user_model().objects.filter(pk__in=keys | (deputies - excluded))
