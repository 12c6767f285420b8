"""Break-glass takedowns: one person takes something down at once, another one ratifies or refuses (紧急下架、追认)."""

import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import conf
from . import departures, ledger, sealing
from .digest import digest_of
from .errors import GateRefused, NotYourReview, WithdrawalRequired
from .evidence import user_key
from .models import LedgerEntry, Seal, Takedown, Withdrawal
from .signals import takedown_changed

TAKE_DOWN = "wagtail_disclosure.add_takedown"
RATIFY = "wagtail_disclosure.ratify_takedown"
READ = "wagtail_disclosure.view_takedown"


def may_read(user):
    """Whether ``user`` may read takedowns with their internal explanations."""
    return any(user.has_perm(each) for each in (READ, RATIFY, TAKE_DOWN))


def ratifiers(but=None):
    """The active people who may decide about takedowns, superusers among them, without the person ``but``."""
    return holders(RATIFY, but=but)


def holders(permission, but=None):
    """The active people who hold ``permission`` ("app_label.codename"), superusers among them."""
    app_label, codename = permission.split(".")
    rows = Permission.objects.filter(content_type__app_label=app_label, codename=codename).values("pk")
    users = get_user_model().objects.filter(is_active=True).exclude(pk=but.pk if but else None)
    found = users.filter(
        Q(groups__permissions__in=rows) | Q(user_permissions__in=rows) | Q(is_superuser=True)
    )
    return found.distinct().order_by("pk")


@transaction.atomic
def take_down(item, user, *, reason, explanation, also=()):
    """Take a public item, and its translations in ``also``, off the site at once. Returns the :class:`Takedown`.

    Raises :class:`WithdrawalRequired` if it is not public any more and ``ValidationError`` for an unknown reason
    or an empty explanation.
    """
    ledger.hold()
    title, item = str(item), _fresh(item)
    if item is None or not item.live:
        raise WithdrawalRequired(_("“%(title)s” has left the public pages already.") % {"title": title})
    others = {each.pk: each for each in departures.public_translations(item)}
    lead = _decide(item, user, reason, explanation)
    for other in also:
        if other.pk in others:
            _decide(others[other.pk], user, reason, explanation, lead)
    lead.refresh_from_db()
    takedown_changed.send(sender=Takedown, takedown=lead)
    return lead


def _decide(item, user, reason, explanation, lead=None):
    item = getattr(item, "specific", item)
    now = timezone.now()
    takedown = Takedown(
        title=str(item)[:255],
        reason=reason,
        explanation=explanation.strip(),
        decided_by=user,
        decided_by_name=ledger.display_name(user),
        decided_at=now,
        due_at=now + datetime.timedelta(hours=conf.get("RATIFY_WITHIN_HOURS")),
        together_with=lead,
    )
    takedown.set_item(item)
    takedown.full_clean(exclude=["content_type"])
    takedown.save()
    departures.take_off(item, user)
    takedown.refresh_from_db()
    if takedown.carried_out_at is None:
        sealing.close_unsealed(item, takedown)
    return takedown


def _fresh(item):
    found = type(item)._base_manager.filter(pk=item.pk).first()
    return getattr(found, "specific", found)


# The second person


def why_not_settle(takedown, user):
    """Why ``user`` may not decide about ``takedown``, as a sentence; empty when they may."""
    if not user.has_perm(RATIFY):
        return _("You have no right to ratify takedowns.")
    if takedown.decided_by_id is not None and takedown.decided_by_id == user.pk:
        return _("You took this item down, so somebody else has to decide about it.")
    if not takedown.is_pending:
        return _("This takedown has been decided about already: %(state)s, by %(name)s.") % {
            "state": takedown.get_state_display(),
            "name": takedown.settled_by_name,
        }
    return ""


def _locked(takedown, user):
    """The takedown with those that go with it, locked and judged. The lead answers for all of them."""
    ledger.hold()
    lead = takedown.together_with_id or takedown.pk
    rows = Takedown.objects.select_for_update(of=("self",)).filter(Q(pk=lead) | Q(together_with=lead))
    rows = sorted(rows, key=lambda each: (each.pk != lead, each.pk))
    reason = why_not_settle(rows[0], user)
    if reason:
        raise NotYourReview(reason)
    return rows


@transaction.atomic
def ratify(
    takedown, user, *, reason, explanation, successor=None, successor_url="", redirects=False, comment=""
):
    """Confirm a takedown: it becomes a withdrawal with a public explanation, which is returned.

    Raises :class:`NotYourReview` for the person who took the item down, for whoever lacks the permission, and when
    it was decided already; ``ValidationError`` for what a withdrawal refuses.
    """
    rows = _locked(takedown, user)
    for each in rows:
        _ratify_one(
            each,
            user,
            comment,
            reason=reason,
            explanation=explanation.strip(),
            successor=successor,
            successor_url=successor_url,
            redirects=redirects,
        )
    takedown_changed.send(sender=Takedown, takedown=rows[0])
    return rows[0].withdrawal


def _ratify_one(takedown, user, comment, **decided):
    now = timezone.now()
    decision = Withdrawal(
        content_type=takedown.content_type,
        object_id=takedown.object_id,
        title=takedown.title,
        decided_by=user,
        decided_by_name=ledger.display_name(user),
        decided_at=now,
        carried_out_at=now,
        **decided,
    )
    decision.full_clean(exclude=["content_type"])
    decision.save()
    takedown.withdrawal = decision
    _settle(takedown, user, Takedown.State.RATIFIED, comment, now)
    _enter(
        takedown,
        LedgerEntry.Kind.RATIFIED,
        user,
        now,
        {"withdrawal": decision.pk, "reason": decision.reason},
        rows=[decision],
    )


@transaction.atomic
def refuse(takedown, user, *, comment, submit=False):
    """Refuse a takedown: the item stays a draft, and comes back through review. Returns the reviews begun.

    With ``submit`` the review begins at once, for each item whose draft is what was public. Raises as
    :func:`ratify`, and ``ValidationError`` without a comment.
    """
    if not comment.strip():
        raise ValidationError(_("Say why the item may be public."))
    rows = _locked(takedown, user)
    now, begun = timezone.now(), []
    for each in rows:
        _settle(each, user, Takedown.State.REFUSED, comment, now)
        _enter(each, LedgerEntry.Kind.NOT_RATIFIED, user, now, {})
        if submit and (state := _submit(each, user)) is not None:
            begun.append(state)
    takedown_changed.send(sender=Takedown, takedown=rows[0])
    return begun


def _submit(takedown, user):
    """Begin the review of exactly what was public; None where the draft is another, or cannot be submitted."""
    from . import actions

    item = takedown.item
    if item is None or not draft_is_what_was_public(item):
        return None
    try:
        with transaction.atomic():
            return actions.submit(item, user)
    except (GateRefused, ValidationError):
        return None


def draft_is_what_was_public(item):
    """Whether submitting the latest draft would bring back what was taken down, and nothing else."""
    seal = Seal.objects.about(item).filter(opened_at__isnull=False).order_by("-opened_at", "-pk").first()
    return seal is not None and digest_of(item.get_latest_revision_as_object()).value == seal.digest


def _settle(takedown, user, state, comment, now):
    takedown.state = state
    takedown.settled_by, takedown.settled_by_name = user, ledger.display_name(user)
    takedown.settled_at, takedown.comment = now, comment.strip()
    takedown.save()


def _enter(takedown, kind, user, now, data, rows=()):
    """Record in the ledger what became of a takedown, as it is about to be stored; the item may be deleted."""
    data = {"takedown": takedown.pk, **({"user": user_key(user)} if user else {}), **data}
    item = takedown.subject
    digest = departures.last_digest(item)
    ledger.append(kind, item, digest=digest, actor=user, data=data, at=now, rows=[takedown, *rows])


# Escalation


@transaction.atomic
def escalate_takedowns(now=None):
    """Tell those who may decide, and superusers, of every takedown that nobody ratified in time. Returns these.

    Once a day and takedown, whatever calls it and however often; after a day without a call the next one catches
    up. The item stays down: it never comes back by itself.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    ledger.hold()
    late = Takedown.objects.select_for_update(of=("self",)).filter(
        state=Takedown.State.PENDING, due_at__lt=now, together_with=None
    )
    late = list(late.exclude(escalation_told_on__gte=today).order_by("due_at", "pk"))
    for takedown in late:
        if takedown.escalated_at is None:
            takedown.escalated_at = now
            _enter(takedown, LedgerEntry.Kind.ESCALATED, None, now, {})
        takedown.escalation_told_on = today
        takedown.save()
    if late:
        takedown_changed.send(sender=Takedown, takedown=None, escalated=late)
    return late
