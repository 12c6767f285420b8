"""Sealing: the evidence under which content may be public, the seals made from it, and their end."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from . import departures, front_cache, ledger, register
from .database_seal import window as database_seal
from .digest import digest_of
from .errors import ReviewRequired
from .evidence import contributors, verdict
from .models import FileUse, LedgerEntry, Seal
from .models.items import stored_row
from .witness import standing_of

# The seal of an alias that is being created is made when the row has its key.
ON_SETTLING = object()


def follows(alias, original):
    """Whether an alias is the original's stand-in in another language: Wagtail makes them when a locale is added."""
    return (
        alias.translation_key == original.translation_key
        and alias.locale_id != original.locale_id
        and getattr(alias, "slug", "") == getattr(original, "slug", "")
    )


def authorise(candidate):
    """Return the seal under which ``candidate`` may be public.

    It is the seal in force for the same content, one that setup prepared, or a new one made from a complete
    review. Raises :class:`ReviewRequired` naming each missing step.
    """
    departures.check_not_held(candidate)
    digest = digest_of(candidate)
    seals = Seal.objects.about(candidate)
    known = seals.filter(digest=digest.value, closed_at=None).order_by("-opened_at", "-pk").first()
    if known is not None and _is_sealed(known):
        return known
    original = getattr(candidate, "alias_of", None)
    if original is not None and follows(candidate, original):
        sealed = Seal.objects.about(original).in_force().filter(body_digest=digest.body)
        if any(_is_sealed(seal) for seal in sealed):
            return _new_seal(candidate, digest, Seal.Authority.ALIAS)
    judged = verdict(candidate, digest.value)
    if not judged.complete:
        title = getattr(candidate, "title", None) or str(candidate)
        raise ReviewRequired(
            _("“%(title)s” cannot be published: %(reasons)s")
            % {"title": title, "reasons": " ".join(str(each) for each in judged.missing)}
        )
    seal = _new_seal(candidate, digest, Seal.Authority.REVIEW)
    seal.evidence = judged.approvals
    return seal


def _is_sealed(seal):
    """Whether the ledger knows of the publication that ``seal`` stands for: a row alone is no evidence.

    Nor is the entry of an earlier publication of the same content: it tells of another row.
    """
    entries = LedgerEntry.objects.filter(
        content_type=seal.content_type_id,
        object_id=seal.object_id,
        digest=seal.digest,
        kind__in=(LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED),
    )
    return any(
        seal.ledger_key in entry.data.get("rows", {}) and ledger.is_authentic(entry)
        for entry in entries.select_related("content_type")
    )


def _new_seal(item, digest, authority):
    seal = Seal(
        digest=digest.value,
        body_digest=digest.body,
        authority=authority,
        manifest=list(digest.files),
        prepared_at=timezone.now(),
    )
    seal.set_item(item)
    return seal


def settle(instance, seal):
    """Compare the row as written with its seal, then open the seal and enter the register, or close both."""
    item = stored_row(instance)
    if seal is ON_SETTLING:
        seal = authorise(item)
    in_force = Seal.objects.about(item).in_force().first()
    if not item.live:
        if in_force is not None:
            _close(item, in_force)
        return
    written = digest_of(item)
    if seal is None or seal.digest != written.value:
        raise ReviewRequired(_("What would be public is not what was approved."))
    if seal.opened_at is None:
        _open(item, seal, in_force, written)
    register.enter(item, seal)


def _open(item, seal, replaced, written):
    now = timezone.now()
    rows = [seal]
    if replaced is not None:
        Seal.objects.filter(pk=replaced.pk).update(closed_at=now)
        replaced.closed_at = now
        rows.append(replaced)
    seal.opened_at = now
    seal.revision_id = item.live_revision_id
    if seal.pk is None:
        seal.save()
    else:
        Seal.objects.filter(pk=seal.pk).update(opened_at=now, revision_id=seal.revision_id)
    seal.approvals.set(getattr(seal, "evidence", ()))
    FileUse.objects.bulk_create(_uses(seal, written))
    data = {**_shown(written), **standing_of(item)}
    ledger.append(LedgerEntry.Kind.PUBLISHED, item, digest=seal.digest, data=data, at=now, rows=rows)
    # After the ledger is locked, so that a number's counter is always the second lock.
    if hasattr(item, "prepare_publication"):
        item.prepare_publication(seal)


def _shown(digest):
    """What a digest covers besides the item's own words, for the ledger."""
    data = {"files": list(digest.files)}
    if digest.objects:
        data["objects"] = list(digest.objects)
    return data


def _uses(seal, digest):
    for each in (*digest.files, *digest.objects):
        if "object_id" not in each:
            # A file in a field of the item itself, or of its child rows.
            yield FileUse(
                seal=seal, content_type=seal.content_type, object_id=seal.object_id, sha256=each["sha256"]
            )
            continue
        app_label, model_name = each["content_type"].split(".")
        model = apps.get_model(app_label, model_name)
        yield FileUse(
            seal=seal,
            content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
            object_id=each["object_id"],
            sha256=each.get("sha256") or each["fields"],
        )


def _close(item, seal):
    now = timezone.now()
    Seal.objects.filter(pk=seal.pk).update(closed_at=now)
    seal.closed_at = now
    kind, actor, data, decisions = departures.carry_out(item, now)
    if item.expired:
        kind, actor, data = LedgerEntry.Kind.EXPIRED, None, {}
    rows = [seal, *decisions]
    ledger.append(kind, item, digest=seal.digest, actor=actor, data=data, at=now, rows=rows)
    register.leave(item)
    front_cache.purge_item(item, seal.manifest)
    if kind != LedgerEntry.Kind.EXPIRED:
        from . import watch

        watch.stop_review(item)


def close_unsealed(item, decision):
    """Carry out ``decision`` about what was public without a seal: the ledger says by whom it went.

    An open decision would let anybody take the item off once it is public by review.
    """
    from . import watch

    kind, actor, data, decisions = departures.carry_out(item, timezone.now())
    data = {**data, "unsealed": True}
    ledger.append(kind, item, actor=actor, data=data, at=decision.decided_at, rows=decisions)
    with database_seal.window():
        database_seal.open_item(item)
        register.leave(item)
    front_cache.purge_item(item, digest_of(item).files)
    watch.stop_review(item, decision.decided_by)


def seal_installed(item):
    """Prepare the seal under which ``disclosure_setup`` makes a page public that it has just created.

    The page must never have been public and nobody may have worked on it; the ledger records it as installed.
    """
    if Seal.objects.about(item).exists() or contributors(item):
        raise ReviewRequired(_("Setup publishes only pages that it has just created itself."))
    digest = digest_of(item)
    seal = _new_seal(item, digest, Seal.Authority.SETUP)
    seal.save()
    ledger.append(
        LedgerEntry.Kind.INSTALLED,
        item,
        digest=seal.digest,
        data=_shown(digest),
        at=seal.prepared_at,
        rows=[seal],
    )
    return seal


def revision_may_be_scheduled(revision):
    """Raise :class:`ReviewRequired` when ``revision``, of a guarded item, is scheduled without a complete review."""
    if revision.approved_go_live_at is None:
        return
    if revision.pk:
        before = Revision.objects.filter(pk=revision.pk).values_list("approved_go_live_at", flat=True).first()
        if before == revision.approved_go_live_at:
            return
    authorise(revision.as_object())
