"""A department that is added later gets its folders, as setup would give it, after the commit."""

from django.db import transaction
from django.db.models.signals import post_save

from ..departments.models import Department


def install():
    """Connect the signal. Called once when the apps are ready."""
    post_save.connect(_department_saved, sender=Department, dispatch_uid="wagtail_disclosure.installation")


def _department_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        transaction.on_commit(lambda: _equip(instance.pk))


def _equip(pk):
    from .equipment import equip

    department = Department.objects.select_related("agency__site").filter(pk=pk).first()
    if department is not None:
        equip(department)
