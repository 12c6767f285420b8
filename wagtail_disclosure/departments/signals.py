"""Keeps groups and rights in step with departments, their officers and their places, after each commit."""

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from . import roles
from .models import Department, DepartmentMember


def install():
    """Connect the signals. Called once when the apps are ready."""
    uid = "wagtail_disclosure.departments"
    post_save.connect(_department_saved, sender=Department, dispatch_uid=uid)
    post_delete.connect(_department_deleted, sender=Department, dispatch_uid=uid)
    m2m_changed.connect(_successors_changed, sender=Department.successors.through, dispatch_uid=uid)
    for signal in (post_save, post_delete):
        signal.connect(_member_changed, sender=DepartmentMember, dispatch_uid=uid)
    for model in roles.place_models():
        pre_save.connect(_before_place_saved, sender=model, dispatch_uid=uid)
        post_save.connect(_place_saved, sender=model, dispatch_uid=uid)


def _later(function, *args):
    transaction.on_commit(lambda: function(*args))


def _sync(pk, places=False):
    department = Department.objects.filter(pk=pk).first()
    if department is None:
        return
    roles.sync(department)
    if places:
        for each in (department, *department.forerunners()):
            roles.settle_places(each)


def _department_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        _later(_sync, instance.pk, True)


def _department_deleted(sender, instance, **kwargs):
    if instance.officers_group_id:
        _later(instance.officers_group.delete)


def _member_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        _later(_sync, instance.department_id)


def _successors_changed(sender, instance, action, pk_set, **kwargs):
    if action in ("post_add", "post_remove", "post_clear"):
        for pk in {instance.pk, *(pk_set or ())}:
            _later(_sync, pk, True)


def _before_place_saved(sender, instance, raw=False, **kwargs):
    stored = None if raw or instance.pk is None else sender.objects.filter(pk=instance.pk)
    before = stored.values_list("department", flat=True).first() if stored is not None else None
    instance._disclosure_moved = before is not None and before != instance.department_id


def _place_saved(sender, instance, created=False, raw=False, update_fields=None, **kwargs):
    if created and not raw and instance.department_id:
        _later(_open_place, sender, instance.pk)
    elif getattr(instance, "_disclosure_moved", False):
        _later(_close_to_others, instance.department_id)


def _close_to_others(pk):
    department = Department.objects.filter(pk=pk).first()
    if department is not None:
        roles.settle_places(department)


def _open_place(model, pk):
    page = model.objects.filter(pk=pk).select_related("department").first()
    if page is not None:
        roles.grant_on(page, page.department)
