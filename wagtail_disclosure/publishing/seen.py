"""What reviewers decided about, kept so that later reviewers, and they themselves, see what changed since."""

from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.signals import published

from .guard import is_guarded
from .models import SeenContent


def keep_seen(item, draft, digest):
    """Keep ``draft``, of ``digest``, as a reviewer has just decided about it."""
    if not SeenContent.objects.about(item).filter(digest=digest.value).exists():
        row = SeenContent(
            digest=digest.value,
            content=draft.serializable_data(),
            files=list(digest.files),
            at=timezone.now(),
        )
        row.set_item(item)
        row.save()


def seen(item, digest):
    """``(item as it was, its files)`` with ``digest``; None where it is not kept any more."""
    row = SeenContent.objects.about(item).filter(digest=digest).first()
    return (item.with_content_json(row.content), row.files) if row else None


def forget_seen(item):
    """Once the item is public, the evidence is the seal, and nobody has to be shown earlier drafts."""
    SeenContent.objects.about(item).delete()


def install():
    """Connect. Called once when the apps are ready."""
    published.connect(_after_publication, dispatch_uid="wagtail_disclosure.seen")
    post_delete.connect(_after_deletion, dispatch_uid="wagtail_disclosure.seen")


def _after_publication(sender, instance, **kwargs):
    if is_guarded(type(instance)):
        forget_seen(instance)


def _after_deletion(sender, instance, **kwargs):
    if sender.__module__ != "__fake__" and is_guarded(sender):
        forget_seen(instance)
