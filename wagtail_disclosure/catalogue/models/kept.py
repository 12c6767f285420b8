"""Rows that are kept for ever: an archive or a ledger."""

from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _


class KeptQuerySet(models.QuerySet):
    def delete(self):
        if found := list(self[:5]):
            raise ProtectedError(_("These records are kept for ever."), set(found))
        return 0, {}

    delete.alters_data = True
    delete.queryset_only = True


class Kept(models.Model):
    """A row that cannot be deleted."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args, **kwargs):
        raise ProtectedError(_("This record is kept for ever."), {self})

    delete.alters_data = True


@receiver(pre_delete)
def _keep(sender, instance, **kwargs):
    """Whatever deletes: a cascade or another manager."""
    if isinstance(instance, Kept):
        instance.delete()
