"""The public review record of an item: what anybody may know about how it was approved."""

from django.apps import apps
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ... import conf
from ...departments.names import own_language
from ..digest import digest_of
from ..models import LedgerEntry, PublishedItem, Seal
from ..names import decided_by

# What the public learns from the ledger; returned and void decisions stay internal.
PUBLIC_KINDS = (
    LedgerEntry.Kind.PUBLISHED,
    LedgerEntry.Kind.INSTALLED,
    LedgerEntry.Kind.WITHDRAWN,
    LedgerEntry.Kind.EXPIRED,
)


def public_record(item, *, check=True, edition=None):
    """The context of ``catalogue/receipt.html`` for ``item``; None when it was never public.

    ``edition`` counts what was public from 1; without it, the record is that of the latest. Of an item that has left
    the public pages it tells how it had been approved. Comments, checklists, returned and void decisions are not in
    it; persons are named only if ``RECEIPT_SHOWS`` is ``"name"``. With ``check`` the content and files that are
    public now are hashed and compared with what was approved.
    """
    item = getattr(item, "specific", item)
    seals = list(public_seals(item))
    if not seals or edition is not None and not 1 <= edition <= len(seals):
        return None
    seal = seals[edition - 1] if edition else seals[-1]
    in_force = seal.closed_at is None
    is_public = seals[-1].closed_at is None
    matches = digest_of(item).value == seal.digest if check and in_force else None
    row = PublishedItem.objects.filter(pk=item.pk).first() if is_public else None
    return {
        "title": row.title if row else str(item) if is_public else "",
        "document_url": getattr(item, "url", "") if is_public else "",
        "number": row.index_number if row else "",
        "date_published": row.date_published if row else seals[0].opened_at,
        "steps": [_step(approval) for approval in _approvals(seal)],
        "authority": seal.get_authority_display(),
        "by_review": seal.authority == Seal.Authority.REVIEW,
        "digest": seal.digest,
        "digest_matches": matches,
        "in_force": is_public,
        "edition": seals.index(seal) + 1,
        "is_latest": seal is seals[-1],
        "opened_at": seal.opened_at,
        "closed_at": seal.closed_at,
        "editions": [_edition(number, each) for number, each in enumerate(seals, 1)],
        "entries": _entries(item, seal),
        "files": _files_of(seal, seals[-1] if is_public else None),
    }


def public_seals(item):
    """The seals under which ``item`` was public, in order: one for each edition."""
    return Seal.objects.about(item).filter(opened_at__isnull=False).order_by("opened_at", "pk")


def _edition(number, seal):
    return {
        "number": number,
        "opened_at": seal.opened_at,
        "closed_at": seal.closed_at,
        "digest": seal.digest,
    }


def _files_of(seal, in_force):
    """The files of an edition. A file that nothing shows any more keeps its hash alone: its title may have had to go."""
    shown = {_place_of(each) for each in in_force.manifest} if in_force else set()
    return [
        file_entry(each) if _place_of(each) in shown else {"title": "", "url": "", "digest": each["sha256"]}
        for each in seal.manifest
    ]


def _place_of(each):
    place = each.get("content_type"), each.get("object_id"), each.get("field")
    return *place, each["title"], each["sha256"]


def _approvals(seal):
    return seal.approvals.select_related("ledger_entry", "task").order_by("approved_at", "pk")


def _step(approval):
    shows_names = conf.get("RECEIPT_SHOWS") == "name"
    return {
        "name": _step_name(approval),
        "person": decided_by(approval) if shows_names else "",
        "decided_at": approval.approved_at,
        "outcome": _("approved"),
        "hash": approval.ledger_entry.hash,
    }


def _step_name(approval):
    """The name that the agency gave the step; in other languages than its own, what kind of step it is."""
    task_type = approval.task.specific_class
    if task_type is None or (get_language() or own_language()) == own_language():
        return approval.step_name
    return str(task_type.get_verbose_name())


def _entries(item, seal):
    approved = [approval.ledger_entry_id for approval in _approvals(seal)]
    about = LedgerEntry.objects.about(item)
    entries = about.filter(pk__in=approved) | about.filter(kind__in=PUBLIC_KINDS, digest=seal.digest)
    return [
        {
            "recorded_at": entry.at,
            "action": entry.get_kind_display(),
            "sequence": entry.sequence,
            "hash": entry.hash,
            "previous_hash": entry.previous_hash,
        }
        for entry in entries.order_by("sequence")
    ]


def stored_file(each):
    """The document or image that a digest or seal names; None when it is gone, or a file of the item itself."""
    if "object_id" not in each:
        return None
    model = apps.get_model(each["content_type"])
    return model._base_manager.filter(pk=each["object_id"]).first()


def file_entry(each):
    """A file of a digest or seal for showing: title, address and hash. The file may be gone."""
    stored = stored_file(each)
    address = getattr(stored, "url", "") or getattr(getattr(stored, "file", None), "url", "")
    return {"title": each["title"], "url": address, "digest": each["sha256"]}
