"""Places: moves, slug changes of ancestors and view restrictions change what the public can reach."""

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_delete, pre_save
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction
from wagtail.signals import pre_page_move

from . import guard
from .digest import file_field
from .errors import GateRefused, ReviewRequired, WithdrawalRequired
from .models import FileUse


def install():
    uid = "wagtail_disclosure.places"
    pre_page_move.connect(_before_move, dispatch_uid=uid)
    pre_save.connect(_before_slug_change, dispatch_uid=uid)
    pre_save.connect(_before_restriction, sender=PageViewRestriction, dispatch_uid=uid)
    pre_save.connect(_before_file_change, dispatch_uid=uid + ".files")
    pre_delete.connect(_before_file_delete, dispatch_uid=uid + ".files")


def public_guarded_below(page, include_self=True):
    """Whether anything guarded is public at or below ``page``."""
    types = [
        ContentType.objects.get_for_model(model).pk
        for model in guard.guarded_models()
        if hasattr(model, "url_path")
    ]
    base = page._meta.get_parent_list()[-1] if page._meta.get_parent_list() else type(page)
    found = base.objects.filter(path__startswith=page.path, live=True, content_type_id__in=types)
    return (found if include_self else found.exclude(pk=page.pk)).exists()


def _before_move(sender, instance, url_path_before, url_path_after, **kwargs):
    if url_path_before != url_path_after and public_guarded_below(instance):
        raise WithdrawalRequired(
            _("“%(title)s” holds public items, whose addresses must not change. It cannot be moved.")
            % {"title": instance}
        )


def _before_slug_change(sender, instance, update_fields=None, **kwargs):
    if sender.__module__ == "__fake__" or not hasattr(instance, "url_path") or instance.pk is None:
        return
    if update_fields is not None and "slug" not in update_fields:
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if stored in (None, instance.slug):
        return
    if public_guarded_below(instance, include_self=False):
        raise WithdrawalRequired(
            _("Public items stand below “%(title)s”, and their addresses must not change. Keep its slug.")
            % {"title": instance}
        )


def _before_restriction(sender, instance, **kwargs):
    if instance.restriction_type != PageViewRestriction.NONE and public_guarded_below(instance.page):
        raise WithdrawalRequired(
            _("“%(title)s” holds public items. They are withdrawn by a decision, not by a privacy setting.")
            % {"title": instance.page}
        )


def public_uses(instance):
    """The uses of a document or image by what is public now."""
    return FileUse.objects.filter(
        content_type=ContentType.objects.get_for_model(type(instance)),
        object_id=str(instance.pk),
        seal__opened_at__isnull=False,
        seal__closed_at=None,
    )


def _is_file_model(sender):
    return sender.__module__ != "__fake__" and file_field(sender) is not None


def _before_file_change(sender, instance, update_fields=None, **kwargs):
    if not _is_file_model(sender) or instance.pk is None:
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    if stored is None:
        return
    name = file_field(sender).name
    before, after = getattr(stored, name), getattr(instance, name)
    same = after.name == before.name and getattr(after, "_committed", True) and stored.title == instance.title
    if not same and public_uses(instance).exists():
        raise ReviewRequired(
            _(
                "“%(title)s” is part of something public. Upload the new file as a new one and have it reviewed."
            )
            % {"title": stored}
        )


def _before_file_delete(sender, instance, **kwargs):
    if _is_file_model(sender) and public_uses(instance).exists():
        raise GateRefused(
            _("“%(title)s” is part of something public and cannot be deleted.") % {"title": instance}
        )
