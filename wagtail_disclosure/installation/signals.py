"""What setup would give a department or a reviewer who is added later, they get after the commit."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save

from ..departments.models import Agency, Department, DepartmentMember


def install():
    """Connect the signals. Called once when the apps are ready."""
    uid = "wagtail_disclosure.installation"
    post_save.connect(_department_saved, sender=Department, dispatch_uid=uid)
    pre_save.connect(_before_member_saved, sender=DepartmentMember, dispatch_uid=uid)
    for signal in (post_save, post_delete):
        signal.connect(_member_changed, sender=DepartmentMember, dispatch_uid=uid)


def _department_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        transaction.on_commit(lambda: _equip(instance.pk))


def _equip(pk):
    from .equipment import equip

    department = Department.objects.select_related("agency__site").filter(pk=pk).first()
    if department is not None:
        equip(department)


def _before_member_saved(sender, instance, raw=False, **kwargs):
    before = None if raw or instance.pk is None else sender.objects.filter(pk=instance.pk).first()
    if before is not None and before.user_id != instance.user_id:
        _member_changed(sender, before)


def _member_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        # Asked now: with its last member the department itself may be gone after the commit.
        agency_id = (
            Department.objects.filter(pk=instance.department_id).values_list("agency", flat=True).first()
        )
        transaction.on_commit(lambda: _settle(agency_id, instance.user_id))


def _settle(agency_id, user_id):
    from .people import settle_reviewer

    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is not None and get_user_model().objects.filter(pk=user_id).exists():
        settle_reviewer(agency, user_id)
