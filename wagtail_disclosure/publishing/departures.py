"""How items leave: the decisions that allow it, what the public is told, where the old address leads."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Site

from ..compat import Page
from .errors import ReviewRequired, WithdrawalRequired
from .models import LedgerEntry, PublishedItem, Seal, Takedown, Withdrawal
from .models.items import base_content_type

WITHDRAWN, SUSPENDED, EXPIRED = "withdrawn", "suspended", "expired"


def public_item(item):
    """``item`` as it is public now, in its specific class. Raises :class:`WithdrawalRequired` if it is not."""
    title, item = str(item), type(item)._base_manager.filter(pk=item.pk).first()
    if item is None or not item.live:
        raise WithdrawalRequired(_("“%(title)s” is not public.") % {"title": title})
    return getattr(item, "specific", item)


@dataclass(frozen=True)
class Departure:
    """The last time an item left the public pages, as far as the public may know of it.

    ``decision`` is the :class:`Withdrawal` or :class:`Takedown` behind it, None at an approved expiry.
    """

    status: str
    object_id: str
    at: datetime
    decision: object = None

    @property
    def hides_title(self):
        """A title may say what had to go. Until somebody has decided, it is not told."""
        return self.status == SUSPENDED or (self.decision is not None and self.decision.hides_title)


# What the gate asks


def is_decided(item):
    """Whether a decision allows ``item`` to leave now."""
    return any(rows.exists() for rows in _open(item))


def carry_out(item, at):
    """Mark the open decisions about ``item`` as carried out.

    Returns kind, person and details for the ledger, and the decisions as they are stored now.
    """
    withdrawals, takedowns = (list(rows) for rows in _open(item))
    decisions = [*withdrawals, *takedowns]
    for each in decisions:
        each.carried_out_at = at
        each.save(update_fields=["carried_out_at"])
    if not takedowns:
        return LedgerEntry.Kind.WITHDRAWN, None, {}, decisions
    takedown = takedowns[0]
    data = {"takedown": takedown.pk, "reason": takedown.reason}
    return LedgerEntry.Kind.TAKEN_DOWN, takedown.decided_by, data, decisions


def _open(item):
    return (
        Withdrawal.objects.about(item).filter(carried_out_at=None),
        Takedown.objects.about(item).filter(carried_out_at=None),
    )


def pending_takedown(item):
    """The takedown of ``item`` that waits for a second person, or None."""
    return Takedown.objects.about(item).filter(state=Takedown.State.PENDING).first()


def check_not_held(item):
    """Raise :class:`ReviewRequired` while a takedown of ``item`` waits for the second person's decision."""
    if item.pk is not None and pending_takedown(item) is not None:
        raise ReviewRequired(
            _(
                "“%(title)s” was taken down. A second person has to ratify or refuse that before it can be "
                "published again."
            )
            % {"title": item}
        )


# Taking something off


def take_off(item, user):
    """Unpublish ``item``. The decision is the authority; nobody holds a permission to unpublish."""
    action = UnpublishPageAction if hasattr(item, "url_path") else UnpublishAction
    action(item, user=user).execute(skip_permission_checks=True)


def public_translations(item):
    """The same item in other languages, as far as those are public. Aliases follow their original."""
    if not getattr(item, "translation_key", None):
        return []
    model = type(item)
    rows = model._base_manager.filter(translation_key=item.translation_key, live=True).exclude(pk=item.pk)
    rows = rows.filter(alias_of=None) if hasattr(item, "alias_of_id") else rows
    return list(rows.select_related("locale").order_by("locale_id", "pk"))


def last_digest(item):
    """The digest of what was public last; empty when nothing was."""
    rows = Seal.objects.about(item).filter(opened_at__isnull=False).order_by("-opened_at", "-pk")
    return rows.values_list("digest", flat=True).first() or ""


# What the public is told


def departure_of(items):
    """The latest :class:`Departure` of ``items`` (pages, or rows of one model) that are not public; None if none left."""
    if not items:
        return None
    keys = {str(each.pk) for each in items}
    # An alias leaves with its original, by the decision about that.
    keys |= {str(each.alias_of_id) for each in items if getattr(each, "alias_of_id", None)}
    about = {"content_type": base_content_type(items[0]), "object_id__in": keys}
    found = [_withdrawn(about), _suspended(about), _expired(about)]
    return max(filter(None, found), key=lambda each: each.at, default=None)


def _withdrawn(about):
    rows = Withdrawal.objects.filter(**about, carried_out_at__isnull=False)
    decision = rows.select_related("successor").order_by("-carried_out_at", "-pk").first()
    if decision is None:
        return None
    return Departure(WITHDRAWN, decision.object_id, decision.carried_out_at, decision)


def _suspended(about):
    rows = Takedown.objects.filter(**about, carried_out_at__isnull=False)
    decision = rows.exclude(state=Takedown.State.RATIFIED).order_by("-carried_out_at", "-pk").first()
    if decision is None:
        return None
    return Departure(SUSPENDED, decision.object_id, decision.carried_out_at, decision)


def _expired(about):
    rows = LedgerEntry.objects.filter(**about, kind=LedgerEntry.Kind.EXPIRED)
    entry = rows.order_by("-sequence").first()
    return Departure(EXPIRED, entry.object_id, entry.at) if entry else None


def successor_of(decision):
    """What the public is to see instead, as ``{"title", "url"}``: the first on the way that is public; else None.

    A successor that has itself been withdrawn passes on to its own. A way that leads in a circle leads nowhere.
    """
    seen = {decision.object_id}
    while decision is not None:
        if decision.successor_id is None:
            return _address(decision.successor_url)
        page = Page.objects.filter(pk=decision.successor_id).first()
        if page is None:
            return None
        if page.live:
            return {"title": page.specific.title, "url": page.get_url() or page.full_url}
        if str(page.pk) in seen:
            return None
        seen.add(str(page.pk))
        left = departure_of([page])
        decision = left.decision if left and left.status == WITHDRAWN else None
    return None


def _address(url):
    """An address that was typed; never a scheme that runs a script."""
    if not url or url.startswith("//") or not url.startswith(("/", "https://", "http://")):
        return None
    title = ""
    if url[0] == "/":
        title = PublishedItem.objects.filter(path=url).values_list("title", flat=True).first()
    return {"url": url, "title": title or url}


def redirect_of(decision, own_path=""):
    """Where the old address leads, or "" for the notice: only to something that is public, never back to itself."""
    if not decision.redirects:
        return ""
    found = successor_of(decision)
    if not found or _is_unknown_here(found["url"]):
        return ""
    return found["url"] if found["url"] != own_path else ""


def _is_unknown_here(url):
    """Whether ``url`` is an address of this installation that was typed and at which nothing disclosed is public."""
    parts = urlsplit(url)
    if parts.hostname and not Site.objects.filter(hostname=parts.hostname).exists():
        return False
    path = f"{parts.path.rstrip('/')}/"
    if PublishedItem.objects.filter(path__in=[path, parts.path]).exists():
        return False
    slug = path.strip("/").rpartition("/")[2]
    return not any(_path_of(page) == path for page in Page.objects.filter(slug=slug, live=True))


def _path_of(page):
    parts = page.get_url_parts()
    return parts[2] if parts else None
