"""Places: moves, slug changes of ancestors and view restrictions change what the public can reach."""

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction
from wagtail.signals import pre_page_move

from . import guard
from .errors import WithdrawalRequired
from .models.items import base_model


def install():
    uid = "wagtail_disclosure.places"
    pre_page_move.connect(_before_move, dispatch_uid=uid)
    pre_save.connect(_before_slug_change, dispatch_uid=uid)
    pre_save.connect(_before_restriction, sender=PageViewRestriction, dispatch_uid=uid)


def public_guarded_below(page, include_self=True):
    """Whether anything guarded is public at or below ``page``."""
    types = [
        ContentType.objects.get_for_model(model).pk
        for model in guard.guarded_models()
        if hasattr(model, "url_path")
    ]
    found = base_model(page).objects.filter(path__startswith=page.path, live=True, content_type_id__in=types)
    return (found if include_self else found.exclude(pk=page.pk)).exists()


def _before_move(sender, instance, url_path_before, url_path_after, **kwargs):
    if url_path_before != url_path_after and public_guarded_below(instance):
        raise WithdrawalRequired(
            _("“%(title)s” holds public items, whose addresses must not change. It cannot be moved.")
            % {"title": instance}
        )


def _before_slug_change(sender, instance, update_fields=None, raw=False, **kwargs):
    if sender.__module__ == "__fake__" or not hasattr(instance, "url_path") or instance.pk is None:
        return
    if raw and all(field.name != "slug" for field in sender._meta.local_fields):
        # A fixture writes each table by itself, and the slug is not in this one.
        return
    if update_fields is not None and "slug" not in update_fields:
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if stored not in (None, instance.slug):
        _keep_slug(instance)


def check_address(item, draft):
    """Raise where the draft of a public item has a slug that it cannot get: other public items stand below it."""
    if item.live and hasattr(item, "url_path") and draft.slug != item.slug:
        _keep_slug(item)


def _keep_slug(page):
    if public_guarded_below(page, include_self=False):
        raise WithdrawalRequired(
            _("Public items stand below “%(title)s”, and their addresses must not change. Keep its slug.")
            % {"title": page}
        )


def _before_restriction(sender, instance, **kwargs):
    if instance.restriction_type == PageViewRestriction.NONE:
        return
    # A restriction holds for the aliases of a page, too, and for what stands below them.
    concerned = [instance.page, *instance.page.aliases.all()]
    if any(public_guarded_below(page) for page in concerned):
        raise WithdrawalRequired(
            _("“%(title)s” holds public items. They are withdrawn by a decision, not by a privacy setting.")
            % {"title": instance.page}
        )
