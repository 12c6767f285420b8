"""Which models the gate guards: the package's public pages and snippets, and those a setting names."""

from functools import cache

from django.apps import apps
from django.core.signals import setting_changed
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, DraftStateMixin, RevisionMixin, WorkflowMixin

from .. import conf

# What a model needs to have drafts that can be reviewed; pages have it all.
REVIEWABLE = (DraftStateMixin, RevisionMixin, WorkflowMixin)


class Guarded:
    """What the gate asks of an item. Page and snippet types override what they need."""

    is_important = False
    # The name of the field in which a drafter says whether an item is important, where there is one.
    importance_field = None

    def digest_extras(self):
        """Facts outside the row that are approved together with it, as JSON-ready data."""
        return {}

    def prepare_publication(self, seal):
        """Called in the publishing transaction before the register row is written (for example to allot a number)."""

    def register_row(self, seal):
        """The item's row in the published register as a dict with ``categories``, or None if it is not listed.

        The dates of publication are not part of it: the register takes them from the evidence.
        """
        return None


def is_guarded(model):
    """True when rows of ``model`` are public only through the gate."""
    return _is_guarded(model._meta.concrete_model or model)


@cache
def _is_guarded(model):
    if model._meta.abstract or model.__module__ == "__fake__":
        return False
    if not all(issubclass(model, mixin) for mixin in REVIEWABLE):
        # Named all the same: ``manage.py check`` reports it (E006).
        return False
    named = {label.lower() for label in conf.get("GUARDED_MODELS")}
    return any(
        issubclass(klass, Guarded) or (hasattr(klass, "_meta") and klass._meta.label_lower in named)
        for klass in model.__mro__
        if isinstance(klass, type)
    )


def guarded_models():
    return [model for model in apps.get_models() if is_guarded(model)]


@cache
def guarded_parent_field(model):
    """For a row that is part of a guarded model, child or grandchild: the field that names its parent. None otherwise."""
    for field in model._meta.get_fields():
        related = getattr(field, "related_model", None)
        if type(field).__name__ != "ParentalKey" or related is None or isinstance(related, str):
            continue
        nested = related is not model and guarded_parent_field(related) is not None
        if nested or any(issubclass(guarded, related) for guarded in guarded_models()):
            relation = field.remote_field.get_accessor_name()
            if relation != COMMENTS_RELATION_NAME:
                return field.name
    return None


def child_relations(model):
    return [
        rel for rel in get_all_child_relations(model) if rel.get_accessor_name() != COMMENTS_RELATION_NAME
    ]


def forget(**kwargs):
    if kwargs.get("setting") in (None, "WAGTAIL_DISCLOSURE"):
        _is_guarded.cache_clear()
        guarded_parent_field.cache_clear()


setting_changed.connect(forget)
