"""What items refer to cannot be deleted from under them: neither from what is public nor from a draft."""

import json
import re
from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import setting_changed
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.signals import pre_delete
from django.utils.translation import gettext as _
from wagtail.models import Revision

from . import guard
from .errors import GateRefused, ReviewRequired
from .manifest import uses

# These are answered by the database or by the gate itself: the row goes too, or stops the deletion.
ANSWERED = (models.CASCADE, models.PROTECT, models.RESTRICT, models.DO_NOTHING)
# A revision cannot be read any more when what one of these names is gone.
NEEDED = (models.PROTECT, models.RESTRICT)
# A key as it stands in the JSON of a draft: as a value, in a list, in an attribute of rich text or in an address.
KEY_IN_JSON = r"""[][\s:"'=/,(]%s[][\s,}"'\\/>)]"""


def install():
    pre_delete.connect(_before_delete, dispatch_uid="wagtail_disclosure.references")


def _before_delete(sender, instance, **kwargs):
    if sender.__module__ == "__fake__":
        return
    changed, needed = _references_to(sender)
    for model, field_name, parent_field in changed:
        if _is_public_reference(model, field_name, parent_field, instance):
            raise ReviewRequired(
                _(
                    "“%(title)s” is named by something public, which would change. Change that first, by review."
                )
                % {"title": instance}
            )
    if needed and _drafts_naming(needed, instance):
        raise GateRefused(
            _("“%(title)s” is used by a draft and cannot be deleted. Take it out of the draft first.")
            % {"title": instance}
        )


@cache
def _references_to(sender):
    """The foreign keys of guarded items and their child rows to ``sender``, by what a deletion would do.

    ``(changed, needed)``: keys that the database would empty, as (model, field, parent field or None), and the
    names of keys that a draft needs.
    """
    changed, needed = [], set()
    for model, parent_field in _guarded_rows():
        for field in model._meta.local_fields:
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey) or target is not sender or field.name == parent_field:
                continue
            action = field.remote_field.on_delete
            if action not in ANSWERED:
                changed.append((model, field.name, parent_field))
            if action in NEEDED:
                needed.add(field.name)
    return tuple(changed), frozenset(needed)


def _guarded_rows():
    """Every model whose rows are part of guarded items, with the name of the key to the item for child rows."""
    found = {}
    for model in guard.guarded_models():
        found[model] = None
        for relation in guard.child_relations(model):
            found.setdefault(relation.related_model, relation.field.name)
    return found.items()


def _is_public_reference(model, field_name, parent_field, instance):
    rows = model._base_manager.filter(**{field_name: instance.pk})
    if parent_field is None:
        return rows.filter(live=True).exclude(pk=instance.pk).exists()
    return rows.filter(**{f"{parent_field}__live": True}).exists()


def _drafts_naming(names, instance):
    """Whether the latest draft of any other guarded item names ``instance`` in one of the keys ``names``."""
    key = json.dumps(instance.pk, cls=DjangoJSONEncoder)
    mentioned = Q()
    for name in names:
        mentioned |= Q(text__contains=f'"{name}": {key}')
    revisions = Revision.objects.filter(pk__in=latest_drafts())
    # Its own draft goes with it, whatever its child rows call the key to it.
    kind = ContentType.objects.get_for_model(instance, for_concrete_model=False)
    revisions = revisions.exclude(content_type=kind, object_id=str(instance.pk))
    revisions = revisions.alias(text=Cast("content", TextField())).filter(mentioned)
    return any(
        _names(revision.content, names, instance.pk) for revision in revisions.only("content").iterator()
    )


def latest_drafts():
    """The keys of the latest revisions of guarded items that differ from what is public."""
    found = []
    for model in guard.guarded_models():
        if not any(guard.is_guarded(parent) for parent in model._meta.get_parent_list()):
            open_items = model._base_manager.filter(Q(live=False) | Q(has_unpublished_changes=True))
            found += open_items.exclude(latest_revision=None).values_list("latest_revision", flat=True)
    return found


def drafts_with(row, revisions):
    """The drafts among ``revisions`` (keys) that show ``row``, a file or a shared row, stored otherwise or not."""
    # A coarse look in the database; the draft itself says whether it shows the row. To read a draft costs queries, so
    # those are left out in which the digits of the key are part of a date, a time or a longer number.
    found = Revision.objects.filter(pk__in=revisions).alias(text=Cast("content", TextField()))
    named = found.filter(text__contains=str(row.pk), text__regex=KEY_IN_JSON % re.escape(str(row.pk)))
    for revision in named.iterator(chunk_size=100):
        draft = revision.as_object()
        if uses(draft, row):
            yield draft


def _names(content, names, key):
    own = any(content.get(name) == key for name in names)
    rows = (
        row for value in content.values() if isinstance(value, list) for row in value if isinstance(row, dict)
    )
    return own or any(row.get(name) == key for row in rows for name in names)


def _forget(**kwargs):
    if kwargs.get("setting") == "WAGTAIL_DISCLOSURE":
        _references_to.cache_clear()


setting_changed.connect(_forget)
