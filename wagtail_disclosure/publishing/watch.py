"""Watches drafts: who worked on them, and that a change voids the approvals given so far."""

from contextvars import ContextVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail.signals import workflow_cancelled

from . import guard, ledger, sealing
from .digest import digest_of, referenced_files, uses
from .evidence import contributors, user_key
from .manifest import file_field, is_shared
from .models import Approval, Contribution, LedgerEntry, Seal
from .models.items import base_content_type
from .references import drafts_with, latest_drafts
from .signals import approvals_voided

# What Wagtail's log calls a change in a form or by its API.
EDITED = "wagtail.edit"
# Texts and other values that wagtail-localize keeps of a translation.
TRANSLATED = ("StringTranslation", "SegmentOverride")
# Documents, images and shared rows that were changed and whose entry of the log is still to come.
REMEMBERED = 20
_changed = ContextVar("disclosure_changed_parts", default=())


def install():
    uid = "wagtail_disclosure.watch"
    pre_save.connect(_before_revision, sender=Revision, dispatch_uid=uid)
    post_save.connect(_after_revision, sender=Revision, dispatch_uid=uid)
    post_save.connect(_after_log_entry, sender=PageLogEntry, dispatch_uid=uid)
    post_save.connect(_after_log_entry, sender=ModelLogEntry, dispatch_uid=uid)
    workflow_cancelled.connect(_after_cancel, sender=WorkflowState, dispatch_uid=uid)
    if apps.is_installed("wagtail_localize"):
        for name in TRANSLATED:
            sender = apps.get_model("wagtail_localize", name)
            post_save.connect(_after_translated, sender=sender, dispatch_uid=uid)


def _is_of_guarded(revision):
    model = revision.content_type.model_class()
    return model is not None and guard.is_guarded(model)


def _before_revision(sender, instance, raw=False, **kwargs):
    if raw or not _is_of_guarded(instance):
        return
    sealing.revision_may_be_scheduled(instance)
    scheduled = Revision.objects.filter(pk=instance.pk).exclude(approved_go_live_at=None)
    instance._disclosure_unscheduled = (
        instance.pk is not None and instance.approved_go_live_at is None and scheduled.exists()
    )


def _after_revision(sender, instance, raw=False, update_fields=None, **kwargs):
    if raw or not _is_of_guarded(instance):
        return
    if instance._disclosure_unscheduled:
        # Taken back before its time, it passes every step again.
        item = instance.as_object()
        _void(list(_standing(item)), item, instance.user)
    if update_fields is None or "content" in update_fields:
        _after_content(instance)


def _after_content(instance):
    item = instance.as_object()
    record_contribution(item, instance.user)
    for user in _authors_of_parts(item):
        record_contribution(item, user)
    void_outdated(item, instance.user)
    # The page does not point at the new revision yet, so a step that has just begun holds the one before.
    TaskState.objects.for_instance(item).filter(status=TaskState.STATUS_IN_PROGRESS).update(revision=instance)


def _after_log_entry(sender, instance, created=False, **kwargs):
    if not (created and instance.user_id and (instance.content_changed or instance.action == EDITED)):
        return
    model = instance.content_type.model_class() if instance.content_type_id else None
    if model is not None and sender is ModelLogEntry and (file_field(model) or is_shared(model)):
        _after_part(model._base_manager.filter(pk=instance.object_id).first(), instance.user)
        return
    if not instance.content_changed:
        return
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


def part_changed(row):
    """Remember that ``row``, which drafts may show, was changed: the entry of the log says by whom."""
    _changed.set((*_changed.get(), _key(row))[-REMEMBERED:])


def _key(row):
    return (base_content_type(row), str(row.pk))


def _after_part(row, user):
    """Who changes a document, an image or a shared row works on every draft that shows it."""
    if row is None or _key(row) not in _changed.get():
        return
    _changed.set(tuple(each for each in _changed.get() if each != _key(row)))
    for draft in drafts_with(row, latest_drafts()):
        record_contribution(draft, user)


def record_contribution(item, user):
    """Remember that ``user`` worked on a draft of ``item``."""
    if user is None:
        return
    row = Contribution(user=user, user_key=user_key(user), at=timezone.now())
    row.set_item(item)
    row.save()


def _authors_of_parts(item):
    """Who uploaded the files that are new in this draft, and who translated its words since it was last public."""
    seal = Seal.objects.about(item).in_force().first()
    manifest = seal.manifest if seal else ()
    known = {(each["content_type"], each["object_id"]) for each in manifest if "object_id" in each}
    for model, key, row in referenced_files(item):
        if row is not None and (f"{model._meta.app_label}.{model._meta.model_name}", key) not in known:
            yield row.uploaded_by_user
    if apps.is_installed("wagtail_localize") and getattr(item, "translation_key", None):
        yield from _translators(item, since=_written_at(seal))


def _written_at(seal):
    """When the draft that is public was written: what is translated since is no part of it, even if reviewed later."""
    if seal is None:
        return None
    drafts = Revision.objects.filter(pk=seal.revision_id)
    return drafts.values_list("created_at", flat=True).first() or seal.opened_at


def _after_translated(sender, instance, raw=False, **kwargs):
    """wagtail-localize remembers the last translator of a text alone, so each is recorded when they write."""
    user, context = instance.last_translated_by, instance.context
    if raw or user is None or context is None:
        return
    model = context.object.content_type.model_class()
    for item in model._base_manager.filter(translation_key=context.object_id, locale_id=instance.locale_id):
        item = getattr(item, "specific", item)
        if guard.is_guarded(type(item)) and user_key(user) not in contributors(item):
            record_contribution(item, user)


def _translators(item, since):
    for name in TRANSLATED:
        rows = apps.get_model("wagtail_localize", name).objects.filter(
            context__object_id=item.translation_key,
            locale_id=item.locale_id,
            last_translated_by__isnull=False,
        )
        rows = rows.filter(updated_at__gt=since) if since else rows
        keys = set(rows.values_list("last_translated_by", flat=True))
        yield from get_user_model().objects.filter(pk__in=keys)


def void_with(row):
    """Void the approvals given to drafts that show the document, image or shared row ``row`` as it was."""
    part_changed(row)
    seen = set()
    for approval in Approval.objects.filter(voided_at=None, seals=None).select_related("content_type"):
        key = (approval.content_type_id, approval.object_id)
        item = None if key in seen else approval.item
        seen.add(key)
        if item is None:
            continue
        draft = item.get_latest_revision_as_object()
        if uses(draft, row):
            void_outdated(draft)


def void_outdated(item, user=None):
    """Void approvals given to other content than the draft has now, and start the review over."""
    standing = _standing(item)
    if not standing.exists():
        return
    digest = digest_of(item).value
    outdated = list(standing.exclude(digest=digest))
    if not outdated:
        return
    with transaction.atomic():
        _void(outdated, item, user)
        _start_over(item, user)
        approvals_voided.send(sender=Approval, approvals=outdated, item=item, user=user)


def _standing(item):
    """Approvals that are neither void nor spent for a publication."""
    return Approval.objects.about(item).filter(voided_at=None, seals=None)


def _void(approvals, item, user):
    if not approvals:
        return
    # What was to be released at its time needs its review again.
    Revision.objects.for_instance(item).exclude(approved_go_live_at=None).update(approved_go_live_at=None)
    now = timezone.now()
    Approval.objects.filter(pk__in=[each.pk for each in approvals]).update(voided_at=now)
    for each in approvals:
        each.voided_at = now
        ledger.append(
            LedgerEntry.Kind.VOIDED,
            item,
            digest=each.digest,
            actor=user,
            data={"approval": each.pk, "step": each.step_name},
            rows=[each],
        )


def _after_cancel(sender, instance, user=None, **kwargs):
    """A review that was taken back leaves no approvals behind: the next one passes every step again."""
    item = instance.content_object
    if item is None or not guard.is_guarded(type(getattr(item, "specific", item))):
        return
    with transaction.atomic():
        _void(list(_standing(item).filter(approved_at__gte=instance.created_at)), item, user)


def stop_review(item, user=None):
    """End the review that runs and void its approvals: they were given before the item was withdrawn."""
    state = getattr(item, "current_workflow_state", None)
    if state is not None:
        state.cancel(user=user)
    _void(list(_standing(item)), item, user)


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
