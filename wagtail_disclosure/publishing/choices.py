"""Rows chosen in many-to-many fields: they are written beside the row of the item, at once and without a draft."""

from django.db.models.signals import m2m_changed

from . import guard, shared
from .content import many_to_many
from .judging import judge_part
from .manifest import is_shared

CHANGES = ("pre_add", "pre_remove", "pre_clear")


def install():
    m2m_changed.connect(_before_choice, dispatch_uid="wagtail_disclosure.choices")


def _before_choice(sender, instance, action, model, pk_set, reverse, **kwargs):
    if action not in CHANGES or pk_set == set():
        return
    owner = model if reverse else type(instance)
    if not (is_shared(owner) or _holds_guarded(owner)):
        return
    for row in _owners(sender, instance, model, pk_set) if reverse else [instance]:
        if is_shared(owner):
            shared.keep(row)
        elif row.pk is not None:
            judge_part(owner._base_manager.filter(pk=row.pk).first())


def _holds_guarded(model):
    return any(issubclass(guarded, model) for guarded in guard.guarded_models())


def _owners(through, instance, model, pk_set):
    """The rows whose field changes when it is written from the other end."""
    if pk_set is not None:
        return model._base_manager.filter(pk__in=pk_set)
    field = next(each for each in many_to_many(model) if each.remote_field.through is through)
    return model._base_manager.filter(**{field.name: instance.pk})
