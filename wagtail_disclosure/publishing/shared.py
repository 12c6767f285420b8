"""Rows of the site that public items show without owning them: snippets, tags and other data several pages share.

They pass no review of their own, so their fields are approved with each item that shows them, and they stay as they
are while one is public. The way to change one is a new row, chosen in a new draft.
"""

from functools import wraps

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from modelcluster.fields import ParentalKey
from wagtail.models import DraftStateMixin

from .errors import ReviewRequired
from .manifest import is_shared, row_fields
from .models import FileUse
from .models.items import base_content_type, stored_row

# More names would not help anybody to find out what shows the row.
NAMED = 3


def install():
    uid = "wagtail_disclosure.shared"
    pre_save.connect(_before_change, dispatch_uid=uid)
    post_save.connect(_after_change, dispatch_uid=uid)
    pre_delete.connect(_before_delete, dispatch_uid=uid)
    _refuse_in_forms()


def public_uses(row):
    """The uses of a shared row by what is public now."""
    uses = FileUse.objects.filter(content_type=base_content_type(row), object_id=str(row.pk))
    return uses.filter(seal__opened_at__isnull=False, seal__closed_at=None)


def why_kept(row):
    """Why ``row`` may not change, naming what shows it; empty when nothing public does."""
    uses = list(public_uses(row).select_related("seal__content_type")[:NAMED])
    if not uses:
        return ""
    quoted = [_("“%(title)s”") % {"title": use.seal.item} for use in uses]
    return _(
        "“%(row)s” is shown by public items and stays as it was approved there: %(items)s. "
        "Make a new one and choose it in a new draft."
    ) % {"row": row, "items": pgettext("between names", ", ").join(quoted)}


def keep(row):
    """Raise where something public shows ``row``."""
    reason = why_kept(row)
    if reason:
        raise ReviewRequired(reason)


def changed_fields(stored, row, update_fields=None, *, raw=False):
    """Names of the columns in which ``row`` differs from the row as it is stored."""
    own = {field.name for field in row._meta.local_concrete_fields} if raw else None
    return [
        field.name
        for field in row_fields(type(row))
        if (update_fields is None or field.name in update_fields or field.attname in update_fields)
        and (own is None or field.name in own)
        and _value(field, stored) != _value(field, row)
    ]


def _value(field, row):
    value = field.value_from_object(row)
    if isinstance(field, models.FileField):
        return (value.name or "", getattr(value, "_committed", True)) if value else ("", True)
    try:
        return field.get_prep_value(field.to_python(value))
    except (TypeError, ValueError, ValidationError):
        # An expression: what it comes to is known to the database alone.
        return object()


def _parents(row):
    """The shared rows of which ``row`` is a child row, or was until now."""
    stored = stored_row(row)
    for field in row._meta.concrete_fields:
        if isinstance(field, ParentalKey) and is_shared(field.related_model):
            keys = {getattr(each, field.attname) for each in (row, stored) if each is not None}
            yield from field.related_model._base_manager.filter(pk__in=keys - {None})


def _before_change(sender, instance, raw=False, update_fields=None, **kwargs):
    if not is_shared(sender):
        return
    stored = stored_row(instance)
    changed = stored is None or bool(changed_fields(stored, instance, update_fields, raw=raw))
    instance._disclosure_changed = changed and stored is not None
    if not changed:
        return
    from . import watch

    if stored is not None:
        keep(stored)
    for parent in _parents(instance):
        keep(parent)
        watch.part_changed(parent)


def _after_change(sender, instance, **kwargs):
    """Approvals that were given to a draft that shows the row as it was are void."""
    if is_shared(sender) and getattr(instance, "_disclosure_changed", False):
        from . import watch

        watch.void_with(instance)


def _before_delete(sender, instance, **kwargs):
    if is_shared(sender):
        from . import watch

        for row in (instance, *_parents(instance)):
            keep(row)
            watch.part_changed(row)


# In a form the refusal is an error, and nothing typed is lost.


def _refuse_in_forms():
    from wagtail.admin.forms.models import WagtailAdminModelForm

    if not getattr(WagtailAdminModelForm._post_clean, "disclosure_gate", False):
        WagtailAdminModelForm._post_clean = _refusing(WagtailAdminModelForm._post_clean)


def _refusing(post_clean):
    @wraps(post_clean)
    def checked(self):
        post_clean(self)
        row = self.instance
        if row.pk is None or not is_shared(type(row)) or isinstance(row, DraftStateMixin):
            return
        formsets = getattr(self, "formsets", {}).values()
        if self.has_changed() or any(each.has_changed() for each in formsets):
            reason = why_kept(stored_row(row) or row)
            if reason:
                self.add_error(None, reason)

    checked.disclosure_gate = True
    return checked
