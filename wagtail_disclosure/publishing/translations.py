"""Translations made with wagtail-localize: they arrive as drafts, the first edition and every later one.

wagtail-localize writes the row of the translation before it saves a revision of it. Of a translation that is public
that row is what visitors are served, so only the revision is saved, and the review decides about it.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.apps import apps

from . import guard
from .models.items import stored_row

_drafting = ContextVar("disclosure_drafting", default=False)


def install():
    if not apps.is_installed("wagtail_localize"):
        return
    source = apps.get_model("wagtail_localize", "TranslationSource")
    if not getattr(source.create_or_update_translation, "disclosure_gate", False):
        source.create_or_update_translation = _as_draft(source.create_or_update_translation)


def _as_draft(create_or_update):
    @wraps(create_or_update)
    def drafted(self, locale, user=None, publish=True, **options):
        model = self.specific_content_type.model_class()
        if model is None or not guard.is_guarded(model):
            return create_or_update(self, locale, user=user, publish=publish, **options)
        with drafting():
            return create_or_update(self, locale, user=user, publish=False, **options)

    drafted.alters_data = drafted.disclosure_gate = True
    return drafted


@contextmanager
def drafting():
    """Inside, saving something public leaves its row alone: a revision of it follows."""
    token = _drafting.set(True)
    try:
        yield
    finally:
        _drafting.reset(token)


def keeps_row(item, update_fields):
    """Whether the row of ``item`` stays as it is, because its new content is on the way into a revision."""
    if not _drafting.get() or update_fields is not None:
        return False
    stored = stored_row(item)
    return stored is not None and stored.live


def translation_of(item):
    """The record that keeps ``item`` in step with its original, or None."""
    if not apps.is_installed("wagtail_localize") or not hasattr(item, "translation_key"):
        return None
    translations = apps.get_model("wagtail_localize", "Translation").objects.filter(enabled=True)
    return translations.filter(source__object_id=item.translation_key, target_locale=item.locale_id).first()
