"""The rows of evidence and of the published register are written by the package alone.

They are added and never edited; what is public is in the register because the gate put it there. Code that writes
them all the same is refused where it saves or deletes a row. What it does in the database itself is found by
``disclosure_verify``.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models.signals import pre_delete, pre_save
from django.utils.translation import gettext as _

from .errors import GateRefused
from .models import (
    Approval,
    Contribution,
    FileUse,
    LedgerEntry,
    PublishedItem,
    PublishedItemCategory,
    Seal,
)

EVIDENCE = (LedgerEntry, Approval, Seal, FileUse, Contribution)
REGISTER = (PublishedItem, PublishedItemCategory)

_open = ContextVar("disclosure_register_open", default=False)


def install():
    for model in (*EVIDENCE, *REGISTER):
        uid = f"wagtail_disclosure.records.{model.__name__}"
        pre_save.connect(_before_save, sender=model, dispatch_uid=uid)
        pre_delete.connect(_before_delete, sender=model, dispatch_uid=uid)


@contextmanager
def register_open():
    """Inside, the register may be written."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _before_save(sender, instance, raw=False, update_fields=None, **kwargs):
    if sender in REGISTER and _open.get():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first() if instance.pk is not None else None
    if stored is None and (raw or sender not in REGISTER):
        # Evidence is added; a copy of the database is restored row by row.
        return
    if stored is None or _differs(stored, instance):
        raise GateRefused(_refusal(sender))


def _before_delete(sender, instance, **kwargs):
    if not _open.get():
        raise GateRefused(_refusal(sender))


def _differs(stored, instance):
    fields = instance._meta.concrete_fields
    return any(getattr(stored, field.attname) != getattr(instance, field.attname) for field in fields)


def _refusal(model):
    return _("%(rows)s are written with the publication itself and never by hand.") % {
        "rows": str(model._meta.verbose_name_plural).capitalize()
    }
