"""Encrypting anew with the current key. It may be broken off and begun again: what is done is recognised by its key."""

from dataclasses import dataclass, field

from django.apps import apps
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from . import blind_index, keys
from .encryption import BlindIndexField, EncryptedField, NotReadable, decrypt, encrypt, prefix

BATCH = 200
RAW = "disclosure_raw_"


@dataclass
class Rotated:
    """How many rows were written anew, and of how many values the key is missing, by model."""

    rows: dict = field(default_factory=dict)
    unreadable: dict = field(default_factory=dict)


def encrypted_fields(model):
    return [each for each in model._meta.local_concrete_fields if isinstance(each, EncryptedField)]


def encrypted_models():
    return [model for model in apps.get_models() if encrypted_fields(model)]


def rotate(batch=BATCH, progress=lambda model, number: None):
    """Encrypt every value with the current key that is under another. Returns :class:`Rotated`."""
    result = Rotated()
    for model in encrypted_models():
        done, unreadable = _rotate(model, batch, progress)
        label = model._meta.label
        if done:
            result.rows[label] = done
        if unreadable:
            result.unreadable[label] = unreadable
    return result


def waiting(model):
    """The rows of ``model`` with a value under another key than the current one; raw values beside them."""
    fields = encrypted_fields(model)
    rows = model._base_manager.annotate(
        **{f"{RAW}{each.name}": Cast(each.name, TextField()) for each in fields}
    )
    old = Q()
    for each in fields:
        name = f"{RAW}{each.name}"
        old |= Q(**{f"{name}__gt": ""}) & ~Q(**{f"{name}__startswith": prefix(keys.current())})
    return rows.filter(old).order_by("pk")


def _rotate(model, batch, progress):
    fields = encrypted_fields(model)
    done = unreadable = 0
    last = None
    while True:
        with transaction.atomic():
            rows = waiting(model)
            if last is not None:
                rows = rows.filter(pk__gt=last)
            pks = list(rows.values_list("pk", flat=True)[:batch])
            if not pks:
                return done, unreadable
            locked = list(waiting(model).filter(pk__in=pks).select_for_update())
            for row in locked:
                changed, lost = _again(model, fields, row)
                done += changed
                unreadable += lost
            last = pks[-1]
        progress(model, done)


def _again(model, fields, row):
    values, lost, plain = {}, 0, {}
    for each in fields:
        raw = getattr(row, f"{RAW}{each.name}")
        if not raw:
            continue
        try:
            plain[each.name] = decrypt(raw)
        except NotReadable:
            lost += 1
            continue
        if not raw.startswith(prefix(keys.current())):
            values[each.name] = _Stored(encrypt(plain[each.name]))
    for each in model._meta.local_concrete_fields:
        if isinstance(each, BlindIndexField) and each.source in plain:
            values[each.name] = blind_index.of(plain[each.source], each.kind)
    if not values:
        return 0, lost
    model._base_manager.filter(pk=row.pk).update(**values)
    return 1, lost


class _Stored:
    """A value that is encrypted already."""

    def __init__(self, token):
        self.token = token
