"""Changes of validity: proposed by one person, confirmed by another, shown on the page of the document itself.

What was approved is not rewritten. A confirmed change is laid over it, and the stricter of both shows. An announced
change shows as announced, and counts from its day on without a job: it is computed when something is shown.

Each step stands in the ledger. A mark that disappears would mislead citizens, so what the ledger recorded as confirmed
shows, whatever was done to the row or to the key of the ledger since; the verification reports that.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..compat import Page
from . import departures, ledger, register
from .database_seal import window as database_seal
from .errors import GateRefused, NotYourReview, WithdrawalRequired
from .evidence import user_key
from .models import LedgerEntry, PublishedItem, Seal, ValidityChange
from .models.validity import validity_kind
from .signals import validity_changed

PROPOSE = "wagtail_disclosure.add_validitychange"
CONFIRM = "wagtail_disclosure.confirm_validitychange"
READ = "wagtail_disclosure.view_validitychange"
STEPS = (
    LedgerEntry.Kind.VALIDITY_PROPOSED,
    LedgerEntry.Kind.VALIDITY_DECLINED,
    LedgerEntry.Kind.VALIDITY,
)
# In the order of publication; what a document that says nothing is.
VALID = "valid"


@dataclass(frozen=True)
class Standing:
    """What holds for a document on a day: the changes in effect and announced, each None where there is none."""

    current: ValidityChange | None = None
    announced: ValidityChange | None = None


def standing_of(item, today=None):
    """The :class:`Standing` of ``item``: of the confirmed changes about its document, as the ledger recorded them."""
    today = today or timezone.localdate()
    rows = ValidityChange.objects.about_document(item).filter(ledger_entry__kind=LedgerEntry.Kind.VALIDITY)
    rows = rows.select_related("ledger_entry__content_type", "successor", "basis_page")
    chain = []
    for change in rows.order_by("ledger_entry__sequence"):
        if not _restore(change):
            continue
        # A later decision takes the place of what had only been announced.
        decided_on = timezone.localdate(change.confirmed_at)
        chain = [each for each in chain if each.effective_on <= decided_on] + [change]
    in_effect = [each for each in chain if each.effective_on <= today]
    announced = chain[-1] if chain and chain[-1].effective_on > today else None
    return Standing(in_effect[-1] if in_effect else None, announced)


def _restore(change):
    """Let ``change`` say what its entry in the ledger says, where somebody edited the row; nothing is saved.

    The mark of the site's key is not asked for: with the key lost, or changed, the decision was taken all the same.
    Returns False for an entry about another document.
    """
    entry = change.ledger_entry
    if (entry.content_type_id, entry.object_id) != (change.content_type_id, change.object_id):
        return False
    row = change.facts()
    change.confirmed_at = entry.at
    try:
        recorded = entry.data["change"]
        if recorded != row and ledger.hash_of(entry) == entry.hash:
            change.restore(recorded)
            return recorded["document"] == row["document"]
    except (AttributeError, KeyError, TypeError, ValueError):
        # An entry that was edited as well says nothing: the row shows.
        pass
    return True


# What shows


def strictness(code):
    """How much a state of validity takes from a document: 0 nothing, 1 it was amended, 2 it is not in force."""
    kind = validity_kind(code)
    return kind.fact("rank", 0) if kind else 0


def is_in_force(code):
    kind = validity_kind(code)
    return kind.fact("in_force", True) if kind else True


def laid_over(own, change):
    """The code that shows: that of the approved content or that of ``change``, whichever is stricter."""
    if change is None or strictness(change.kind) < strictness(own or VALID):
        return own
    return change.kind if change.kind != VALID else own


def columns_of(item, own, today=None):
    """What the register keeps of the validity of ``item``, whose approved content says ``own``."""
    standing = standing_of(item, today)
    now = laid_over(own, standing.current)
    then = laid_over(own, standing.announced) if standing.announced else now
    differs = then != now
    ended_on = None
    if not is_in_force(now):
        ended_on = standing.current.effective_on if _is_shown(now, standing.current) else date.min
    elif differs and not is_in_force(then):
        ended_on = standing.announced.effective_on
    return {
        "validity": now,
        "next_validity": then if differs else "",
        "next_validity_on": standing.announced.effective_on if differs else None,
        "ended_on": ended_on,
    }


def _is_shown(code, change):
    return change is not None and change.kind == code


def marked_at(item):
    """When the mark that shows was confirmed; None where none does. Lists and feeds count it as an update."""
    standing = standing_of(item)
    times = [each.confirmed_at for each in (standing.current, standing.announced) if each]
    return max(times, default=None)


def page_link(page, url=""):
    """A page of the site, or an address, as ``{"title", "url"}``; None for what the public cannot open."""
    if page is not None and page.live:
        return {"title": page.specific.title, "url": page.get_url() or page.full_url}
    if url and url.startswith(("/", "https://", "http://")) and not url.startswith("//"):
        return {"title": url, "url": url}
    return None


# What people do


@transaction.atomic
def propose(item, user, **decided):
    """Propose a change of the validity of a public item; returns the :class:`ValidityChange`.

    Raises :class:`GateRefused` if it is not public or another proposal waits, and ``ValidationError`` for what is
    incomplete.
    """
    ledger.hold()
    item = departures.public_item(item)
    if proposed_for(item) is not None:
        raise GateRefused(_("A change of validity waits for confirmation already. Decide about that first."))
    change = ValidityChange(
        title=str(item)[:255],
        decided_by=user,
        decided_by_name=ledger.display_name(user),
        decided_at=timezone.now(),
        **decided,
    )
    change.set_item(item)
    change.full_clean(exclude=["content_type"])
    if change.kind == VALID and standing_of(item) == Standing():
        raise ValidationError({"kind": _("Nothing is marked that could be undone.")})
    change.save()
    _record(LedgerEntry.Kind.VALIDITY_PROPOSED, change, user, change.decided_at, change.explanation)
    validity_changed.send(sender=ValidityChange, change=change)
    return change


def proposed_for(item):
    """The proposal about the document ``item`` that waits for the second person, or None."""
    rows = ValidityChange.objects.about_document(item)
    return rows.filter(state=ValidityChange.State.PROPOSED).first()


def why_not_confirm(change, user):
    """Why ``user`` may not confirm ``change``, as a sentence; empty when they may."""
    if not user.has_perm(CONFIRM):
        return _("You have no right to confirm changes of validity.")
    if change.decided_by_id is not None and change.decided_by_id == user.pk:
        return _("You proposed this change, so somebody else has to confirm it.")
    return _why_closed(change)


def _why_closed(change):
    if change.is_proposed:
        return ""
    return _("This change has been decided about already: %(state)s, by %(name)s.") % {
        "state": change.get_state_display(),
        "name": change.confirmed_by_name,
    }


def _locked(change):
    ledger.hold()
    return ValidityChange.objects.select_for_update(of=("self",)).get(pk=change.pk)


@transaction.atomic
def confirm(change, user, *, comment=""):
    """Confirm a proposal: from its day on it shows everywhere. Returns the change.

    Raises :class:`NotYourReview` for the person who proposed it and for whoever lacks the permission,
    :class:`GateRefused` if the document has left meanwhile in every language, ``ValidationError`` if what it names has.
    """
    change = _locked(change)
    reason = why_not_confirm(change, user)
    if reason:
        raise NotYourReview(reason)
    item = _public_version(change)
    change.full_clean(exclude=["content_type"])
    now = timezone.now()
    _close(change, user, ValidityChange.State.CONFIRMED, comment, now)
    change.ledger_entry = _record(LedgerEntry.Kind.VALIDITY, change, user, now, change.explanation)
    change.save(update_fields=["ledger_entry"])
    _enter(item)
    validity_changed.send(sender=ValidityChange, change=change)
    return change


def _public_version(change):
    """The item of ``change``, or the same document in another language if only that is public still."""
    item = change.item
    if item is not None and item.live:
        return item
    others = Page.objects.filter(translation_key=change.translation_key, live=True)
    found = others.order_by("pk").first()
    if found is None:
        raise WithdrawalRequired(_("“%(title)s” is not public.") % {"title": change.title})
    return found.specific


@transaction.atomic
def decline(change, user, *, comment):
    """Decline a proposal, or take back one's own. Raises ``ValidationError`` without a comment."""
    if not comment.strip():
        raise ValidationError(_("Say why it is declined."))
    change = _locked(change)
    is_own = change.decided_by_id is not None and change.decided_by_id == user.pk
    reason = _why_closed(change) if is_own else why_not_confirm(change, user)
    if reason:
        raise NotYourReview(reason)
    now = timezone.now()
    _close(change, user, ValidityChange.State.DECLINED, comment, now)
    _record(LedgerEntry.Kind.VALIDITY_DECLINED, change, user, now, change.comment)
    validity_changed.send(sender=ValidityChange, change=change)
    return change


def _record(kind, change, user, at, comment):
    """Append a step of ``change``, as it is stored now, to the ledger; returns the entry. The item may be deleted."""
    item = change.subject
    data = {
        "change": change.facts(),
        "proposed_by": user_key(change.decided_by),
        "step": change.get_kind_display(),
        "comment": comment,
    }
    if kind != LedgerEntry.Kind.VALIDITY_PROPOSED:
        data["confirmed_by" if kind == LedgerEntry.Kind.VALIDITY else "declined_by"] = user_key(user)
    digest = departures.last_digest(item)
    return ledger.append(kind, item, digest=digest, actor=user, data=data, at=at, rows=[change])


def entries_about(item):
    """The ledger entries about changes of validity of the document ``item``, in whichever language it was decided."""
    changes = ValidityChange.objects.about_document(item)
    return LedgerEntry.objects.filter(
        kind__in=STEPS,
        content_type__in=changes.values("content_type"),
        object_id__in=changes.values("object_id"),
    )


def _close(change, user, state, comment, now):
    change.state, change.comment = state, comment.strip()
    change.confirmed_by, change.confirmed_by_name = user, ledger.display_name(user)
    change.confirmed_at = now
    change.save()


def _enter(item):
    """Write the register rows of a document anew, in every language in which it is public."""
    rows = PublishedItem.objects.filter(translation_key=getattr(item, "translation_key", None))
    keys = list(rows.exclude(pk=item.pk).values_list("pk", flat=True))
    for each in [item, *Page.objects.filter(pk__in=keys)]:
        each = getattr(each, "specific", each)
        seal = Seal.objects.about(each).in_force().first()
        if seal is not None:
            _enter_one(each, seal)


def _enter_one(item, seal):
    """The decision is the authority; the database is told that this row is written by it."""
    with database_seal.window():
        database_seal.open_item(item)
        register.enter(item, seal)


def bring_up_to_date(today=None):
    """Write anew what the search can be limited by, for changes whose day has come. Returns how many items.

    Pages, lists and feeds need it not: they compare the day themselves. Safe to repeat.
    """
    today = today or timezone.localdate()
    keys = PublishedItem.objects.filter(next_validity_on__lte=today).values_list("pk", flat=True)
    written = 0
    for key in list(keys):
        with transaction.atomic():
            ledger.hold()
            page = Page.objects.filter(pk=key, live=True).first()
            seal = Seal.objects.about(page).in_force().first() if page else None
            if seal is not None:
                _enter_one(page.specific, seal)
                written += 1
    return written


def may_read(user):
    """Whether ``user`` may read proposals and what was decided about them."""
    return any(user.has_perm(each) for each in (READ, CONFIRM, PROPOSE))
