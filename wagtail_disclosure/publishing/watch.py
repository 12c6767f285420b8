"""Watches drafts: who worked on them, and that a change voids the approvals given so far."""

from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail.signals import workflow_cancelled

from . import gate, guard, ledger
from .digest import digest_of
from .evidence import user_key
from .models import Approval, Contribution, LedgerEntry


def install():
    uid = "wagtail_disclosure.watch"
    pre_save.connect(_before_revision, sender=Revision, dispatch_uid=uid)
    post_save.connect(_after_revision, sender=Revision, dispatch_uid=uid)
    post_save.connect(_after_log_entry, sender=PageLogEntry, dispatch_uid=uid)
    post_save.connect(_after_log_entry, sender=ModelLogEntry, dispatch_uid=uid)
    workflow_cancelled.connect(_after_cancel, sender=WorkflowState, dispatch_uid=uid)


def _before_revision(sender, instance, raw=False, **kwargs):
    if not raw:
        gate.revision_may_be_scheduled(instance)


def _after_revision(sender, instance, raw=False, update_fields=None, **kwargs):
    if raw or (update_fields is not None and "content" not in update_fields):
        return
    model = instance.content_type.model_class()
    if model is None or not guard.is_guarded(model):
        return
    item = instance.as_object()
    record_contribution(item, instance.user)
    void_outdated(item, instance.user)
    # The page does not point at the new revision yet, so a step that has just begun holds the one before.
    TaskState.objects.for_instance(item).filter(status=TaskState.STATUS_IN_PROGRESS).update(revision=instance)


def _after_log_entry(sender, instance, created=False, **kwargs):
    if not (created and instance.content_changed and instance.user_id):
        return
    model = instance.content_type.model_class() if instance.content_type_id else None
    # Publishing is logged as a content change, too, but it is nobody's authorship.
    if model is None or not guard.is_guarded(model) or instance.action.startswith("wagtail.publish"):
        return
    item = (
        instance.page
        if hasattr(instance, "page")
        else model._base_manager.filter(pk=instance.object_id).first()
    )
    if item is not None:
        record_contribution(item, instance.user)


def record_contribution(item, user):
    """Remember that ``user`` worked on a draft of ``item``."""
    if user is None:
        return
    row = Contribution(user=user, user_key=user_key(user), at=timezone.now())
    row.set_item(item)
    row.save()


def void_outdated(item, user=None):
    """Void approvals given to other content than the draft has now, and start the review over."""
    standing = Approval.objects.about(item).filter(voided_at=None, seals=None)
    if not standing.exists():
        return
    digest = digest_of(item).value
    outdated = list(standing.exclude(digest=digest))
    if not outdated:
        return
    with transaction.atomic():
        _void(outdated, item, user)
        _start_over(item, user)


def _void(approvals, item, user):
    Approval.objects.filter(pk__in=[each.pk for each in approvals]).update(voided_at=timezone.now())
    for each in approvals:
        ledger.append(
            LedgerEntry.Kind.VOIDED,
            item,
            digest=each.digest,
            actor=user,
            data={"approval": each.pk, "step": each.step_name},
        )


def _after_cancel(sender, instance, user=None, **kwargs):
    """A review that was taken back leaves no approvals behind: the next one passes every step again."""
    item = instance.content_object
    if item is None or not guard.is_guarded(type(getattr(item, "specific", item))):
        return
    standing = Approval.objects.about(item).filter(voided_at=None, seals=None)
    with transaction.atomic():
        _void(list(standing.filter(approved_at__gte=instance.created_at)), item, user)


def _start_over(item, user):
    """Take a running review back to its first step."""
    state = item.current_workflow_state
    if state is None or state.status != state.STATUS_IN_PROGRESS:
        return
    reason = _("The content changed, so the review starts again.")
    begun = [TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED, TaskState.STATUS_IN_PROGRESS]
    state.task_states.filter(status__in=begun).update(
        status=TaskState.STATUS_CANCELLED, comment=reason, finished_at=timezone.now()
    )
    if state.current_task_state is not None:
        state.current_task_state.refresh_from_db()
    state.update(user=user)
