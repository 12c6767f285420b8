"""Places: moves, slug changes of ancestors and view restrictions change what the public can reach."""

from functools import wraps

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _
from treebeard.mp_tree import MP_MoveHandler
from wagtail.models import Locale, PageViewRestriction
from wagtail.signals import pre_page_move

from . import guard
from .errors import WithdrawalRequired
from .models.items import base_model

# How a page stands in the tree.
TREE = ("path", "depth", "numchild")


def install():
    uid = "wagtail_disclosure.places"
    pre_page_move.connect(_before_move, dispatch_uid=uid)
    pre_save.connect(_before_change, dispatch_uid=uid)
    pre_save.connect(_before_restriction, sender=PageViewRestriction, dispatch_uid=uid)
    pre_save.connect(_before_language_change, sender=Locale, dispatch_uid=uid)
    # Wagtail's own move says so before it begins; code of a site may go straight to the tree.
    if not getattr(MP_MoveHandler.process, "disclosure_gate", False):
        MP_MoveHandler.process = _refusing_move(MP_MoveHandler.process)


def guarded_page_types():
    """The keys of the content types of guarded pages."""
    models = (model for model in guard.guarded_models() if hasattr(model, "url_path"))
    return [ContentType.objects.get_for_model(model).pk for model in models]


def public_guarded_below(page, include_self=True):
    """Whether anything guarded is public at or below ``page``."""
    pages = base_model(page).objects.filter(path__startswith=page.path, live=True)
    found = pages.filter(content_type_id__in=guarded_page_types())
    return (found if include_self else found.exclude(pk=page.pk)).exists()


def _before_move(sender, instance, url_path_before, url_path_after, **kwargs):
    if url_path_before != url_path_after and public_guarded_below(instance):
        raise WithdrawalRequired(_cannot_move(instance))


def _refusing_move(process):
    @wraps(process)
    def checked(self):
        node = self.node
        if hasattr(node, "url_path") and self.target is not None:
            inside = self.pos in ("first-child", "last-child", "sorted-child")
            new_parent = self.target if inside else self.target.get_parent()
            old_parent = node.get_parent()
            if new_parent != old_parent and public_guarded_below(node):
                raise WithdrawalRequired(_cannot_move(node))
        return process(self)

    checked.disclosure_gate = True
    return checked


def _cannot_move(page):
    return _("“%(title)s” holds public items, whose addresses must not change. It cannot be moved.") % {
        "title": page
    }


def _before_change(sender, instance, update_fields=None, raw=False, **kwargs):
    """Slugs, kinds and places in the tree of pages above public items stay; a move is asked for by itself."""
    if sender.__module__ == "__fake__" or not hasattr(instance, "url_path") or instance.pk is None:
        return
    if raw and all(field.name != "slug" for field in sender._meta.local_fields):
        # A fixture writes each table by itself, and the tree is not in this one.
        return
    if update_fields is not None and not {"slug", *TREE} & set(update_fields):
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("slug", *TREE).first()
    if stored is None:
        return
    slug, *tree = stored
    if slug != instance.slug:
        _keep_slug(instance)
    _keep_tree(instance, dict(zip(TREE, tree, strict=True)))


def _keep_tree(page, stored):
    """The library writes the tree past the rows, so what a row says otherwise is out of date or made up."""
    if {name: getattr(page, name) for name in TREE} == stored:
        return
    below = base_model(page).objects.filter(path__startswith=stored["path"], live=True)
    if not below.filter(content_type_id__in=guarded_page_types()).exists():
        return
    siblings = stored["path"][: -page.steplen] == page.path[: -page.steplen]
    if not siblings or page.depth != stored["depth"]:
        raise WithdrawalRequired(_cannot_move(page))
    # Read before pages were added below it, or siblings put in another order.
    page.path, page.numchild = stored["path"], stored["numchild"]


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


def _before_language_change(sender, instance, **kwargs):
    """The language in which something was approved is declared with it, and may stand in its address."""
    stored = Locale.objects.filter(pk=instance.pk).values_list("language_code", flat=True).first()
    if stored in (None, instance.language_code):
        return
    for model in guard.guarded_models():
        if any(field.name == "locale" for field in model._meta.fields):
            if model._base_manager.filter(locale=instance.pk, live=True).exists():
                raise WithdrawalRequired(
                    _("Public items are written in “%(language)s”, which cannot become another language.")
                    % {"language": stored}
                )
