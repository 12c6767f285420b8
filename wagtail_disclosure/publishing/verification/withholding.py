"""Withholding: an item that is not what was approved is not shown, and nothing of it is touched.

Visitors get a notice that it is being checked, its documents are not served, it leaves the register and with it every
list, feed and search. It is shown again when a verification finds nothing, or when a review publishes it anew.
"""

from django.db import transaction
from django.db.models.signals import post_save
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from .. import front_cache, ledger, register
from ..database_seal.window import register_open
from ..files import public_uses
from ..models import LedgerEntry, Seal, Withholding
from ..models.items import base_content_type, base_model
from ..signals import withholding_changed

TEMPLATE = "wagtail_disclosure/publishing/withheld.html"
# When a reader, or a robot, may ask again, in seconds.
RETRY_AFTER = 3600
# Functions that name, for a base model, the keys of items that are on their way out: what they rest on is gone already.
leaving = []
# Entries that end a withholding: a review has looked at the item, or it has left.
ENDS = (LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.WITHDRAWN, LedgerEntry.Kind.EXPIRED)


def install():
    post_save.connect(_after_entry, sender=LedgerEntry, dispatch_uid="wagtail_disclosure.withholding")


def is_withheld(item):
    """Whether visitors are not shown ``item`` because it is not what was approved."""
    return item.pk is not None and Withholding.objects.about(item).in_force().exists()


def visible(queryset):
    """``queryset`` of a guarded model, or of pages, without what is withheld or leaving. For lists of a site's own."""
    content_type = base_content_type(queryset.model)
    keys = (
        Withholding.objects.in_force().filter(content_type=content_type).values_list("object_id", flat=True)
    )
    to_key = base_model(queryset.model)._meta.pk.to_python
    found = queryset.exclude(pk__in=[to_key(key) for key in keys])
    for keys_of in leaving:
        if (gone := keys_of(queryset.model)) is not None:
            found = found.exclude(pk__in=gone)
    return found


@transaction.atomic
def withhold(item, run=None, codes=()):
    """Withhold ``item`` and return the :class:`Withholding`; one in force is kept."""
    ledger.hold()
    found = Withholding.objects.about(item).in_force().first()
    if found is not None:
        return found
    now = timezone.now()
    row = Withholding(title=str(item)[:255], since=now, run=run)
    row.set_item(item)
    row.save()
    ledger.append(LedgerEntry.Kind.WITHHELD, item, data={"differences": sorted(set(codes))}, at=now)
    with register_open():
        register.leave(item)
    _changed(item, Seal.objects.about(item).in_force().first())
    return row


@transaction.atomic
def release(row):
    """End the withholding ``row``: the item is again what was approved."""
    ledger.hold()
    row = Withholding.objects.in_force().filter(pk=row.pk).first()
    if row is None:
        return
    now = timezone.now()
    Withholding.objects.filter(pk=row.pk).update(ended_at=now)
    item = row.item
    if item is None:
        return
    seal = Seal.objects.about(item).in_force().first()
    ledger.append(LedgerEntry.Kind.RELEASED, item, digest=seal.digest if seal else "", at=now)
    if seal is not None and item.live:
        with register_open():
            register.enter(item, seal)
    _changed(item, seal)


def _after_entry(sender, instance, created=False, raw=False, **kwargs):
    if created and not raw and instance.kind in ENDS:
        rows = Withholding.objects.in_force().filter(
            content_type=instance.content_type_id, object_id=instance.object_id
        )
        rows.update(ended_at=instance.at)


def _changed(item, seal):
    withholding_changed.send(sender=Withholding, item=item)
    front_cache.purge_item(item, seal.manifest if seal is not None else ())


# What visitors get


def notice(request, item=None):
    """The answer in place of a withheld item: 503, for a while, and nothing of the item itself."""
    response = TemplateResponse(request, TEMPLATE, {"self": None}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def is_withheld_file(file):
    """Whether ``file`` belongs to withheld items, and to nothing else that is public."""
    withheld = Withholding.objects.in_force()
    if not withheld.exists():
        return False
    uses = set(public_uses(file).values_list("seal__content_type", "seal__object_id"))
    keys = set(withheld.values_list("content_type", "object_id"))
    return bool(uses) and uses <= keys
