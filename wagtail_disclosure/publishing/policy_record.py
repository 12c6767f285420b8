"""The review policies in the ledger: every change with what was and what is, so that lowering the review is provable."""

from django.utils.translation import gettext as _

from . import ledger
from .evidence import policies_for
from .models import LedgerEntry, ReviewPolicy
from .models.items import base_content_type
from .policies import steps_of


def in_words(policy):
    """``policy`` as a line of the log: its own steps, and the workflow; empty for none."""
    if policy is None:
        return ""
    own = [str(step) for step in steps_of(policy) if step.origin is None]
    return f"{policy.page}: {', '.join(own)} · {policy.workflow.name}"


def facts(policy):
    """What ``policy`` requires, by keys, as the ledger keeps it."""
    return {
        "page": policy.page_id,
        "workflow": policy.workflow_id,
        "steps": sorted([step.task_id, step.condition, step.working_days] for step in policy.steps.all()),
    }


def record(policy, user=None, before=""):
    """Append ``policy`` as it is stored to the ledger, unless the last entry about it says the same.

    ``before`` is :func:`in_words` of what it was. Returns the entry, or None.
    """
    policy = ReviewPolicy.objects.get(pk=policy.pk)
    ledger.hold()
    known, now = last_known(policy), facts(policy)
    if known == now:
        return None
    data = {"before": before, "after": in_words(policy), "policy": now}
    return ledger.append(LedgerEntry.Kind.POLICY, policy, actor=user, data=data)


def record_removal(policy, user=None):
    """Append that ``policy``, which is about to be deleted, is gone. Returns the entry."""
    data = {"before": in_words(policy), "after": "", "policy": None}
    return ledger.append(LedgerEntry.Kind.POLICY, policy, actor=user, data=data)


def last_known(policy):
    """What the last authentic entry about ``policy`` says that it requires; None without one."""
    for entry in LedgerEntry.objects.about(policy).filter(kind=LedgerEntry.Kind.POLICY).order_by("-sequence"):
        if ledger.is_authentic(entry):
            return entry.data.get("policy")
    return None


def is_as_recorded(policy):
    """False when the ledger knows ``policy`` otherwise than it is stored: it was changed past the admin."""
    known = last_known(policy)
    return known is None or known == facts(policy)


def changed_unrecorded():
    """What differs from the ledger: ``(policies that were changed, entries of those that are gone)``.

    A policy that went with its page protects nothing any more, and is no difference.
    """
    policies = {
        str(each.pk): each for each in ReviewPolicy.objects.prefetch_related("steps").select_related("page")
    }
    latest = {}
    entries = LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.POLICY, content_type=base_content_type(ReviewPolicy)
    )
    for entry in entries.select_related("content_type").order_by("sequence"):
        if ledger.is_authentic(entry):
            latest[entry.object_id] = entry
    changed = [
        policy
        for key, policy in policies.items()
        if key in latest and latest[key].data.get("policy") != facts(policy)
    ]
    gone = [
        entry
        for key, entry in latest.items()
        if key not in policies and entry.data.get("policy") is not None and _page_of(entry) is not None
    ]
    return changed, gone


def _page_of(entry):
    """The page on which the policy stood that ``entry`` tells of."""
    model = ReviewPolicy._meta.get_field("page").related_model
    return model.objects.filter(pk=entry.data["policy"].get("page")).first()


def why_not_trusted(item):
    """Why the required review of ``item`` is in doubt, as a sentence: its policies were changed past the ledger."""
    changed, gone = changed_unrecorded()
    names = []
    if changed:
        holding = {policy.pk for policy in policies_for(item)}
        names += [str(policy) for policy in changed if policy.pk in holding]
    names += [str(_page_of(entry)) for entry in gone if _covered(item, _page_of(entry))]
    if not names:
        return ""
    return _(
        "The review policy of %(names)s is not as the ledger has it: it was changed past the admin. Whoever may "
        "change review policies has to check it and save it anew."
    ) % {"names": ", ".join(_("“%(title)s”") % {"title": name} for name in names)}


def _covered(item, page):
    """Whether a policy on ``page`` would hold for ``item``; an item that is no page stands under any."""
    if not hasattr(item, "get_ancestors"):
        return True
    paths = [item.path[: length * item.steplen] for length in range(1, item.depth + 1)]
    return type(page).objects.filter(path__in=paths, translation_key=page.translation_key).exists()
