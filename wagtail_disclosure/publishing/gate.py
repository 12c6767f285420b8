"""The gate: the one choke point that every write of a guarded item passes.

``publish()`` is no choke point: copies, aliases, translations, APIs and schedules never call it. Every ordinary
route ends in the save of a row, so that is where the gate stands. It does not ask who calls: it looks for the
evidence of a complete review of exactly the content being written, seals it, and checks the row afterwards.

``judging`` decides about each row that is written, ``sealing`` finds the evidence and keeps the seals.
"""

import logging
from functools import wraps

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from . import guard, ledger
from .content import number_rows
from .database_seal import window as database_seal
from .errors import GateRefused, WithdrawalRequired
from .evidence import workflow_for
from .judging import (
    children_closed_again,
    is_base_of_guarded,
    judge,
    judge_base_row,
    judge_child,
    judge_raw,
    open_children,
)
from .models.items import base_model, stored_row
from .sealing import authorise, revision_may_be_scheduled, seal_installed, settle
from .translations import keeps_row

__all__ = ["authorise", "guard_class", "install", "revision_may_be_scheduled", "seal_installed", "settle"]

logger = logging.getLogger("wagtail_disclosure.gate")


def install():
    """Connect the gate. Called once when the apps are ready."""
    uid = "wagtail_disclosure.gate"
    pre_save.connect(_before_save, dispatch_uid=uid)
    post_save.connect(_after_save, dispatch_uid=uid)
    pre_delete.connect(_before_delete, dispatch_uid=uid)
    for model in guard.guarded_models():
        guard_class(model)
        database_seal.wrap_save(base_model(model))
    from . import choices, files, places, records, references, shared, sites, translations, watch

    places.install()
    files.install()
    # Says what shows a row, where references only knows that something does.
    shared.install()
    references.install()
    choices.install()
    records.install()
    sites.install()
    translations.install()
    watch.install()


def guard_class(model):
    """Wrap ``save`` and ``publish`` of a guarded model and let it answer permission questions as guarded."""
    if "_disclosure_guarded" in vars(model):
        return
    model._disclosure_guarded = True
    # A subclass that inherits the guarded methods needs no second layer.
    for name, wrap in (("save", _guarded_save), ("publish", _guarded_publish)):
        method = getattr(model, name)
        if not getattr(method, "disclosure_gate", False):
            setattr(model, name, wrap(method))
    # The policy chooses the workflow; one that a site assigned to the whole tree is not a disclosure review.
    model.get_workflow = _workflow_by_policy
    model.has_workflow = property(lambda self: self.get_workflow() is not None)
    if hasattr(model, "permissions_for_user"):
        from .permissions import tester_for

        model.permissions_for_user = tester_for


def _workflow_by_policy(self):
    if not getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
        return None
    return workflow_for(self)


def _guarded_save(save):
    @wraps(save)
    def guarded_save(self, *args, **kwargs):
        if getattr(self, "_disclosure_saving", False):
            return save(self, *args, **kwargs)
        if keeps_row(self, kwargs.get("update_fields")):
            return None
        self._disclosure_saving, self._disclosure_seal, self._disclosure_judged = True, None, False
        number_rows(self)
        try:
            with transaction.atomic(), children_closed_again():
                result = save(self, *args, **kwargs)
                if self._disclosure_judged:
                    settle(self, self._disclosure_seal)
                return result
        finally:
            self._disclosure_saving, self._disclosure_seal = False, None

    guarded_save.alters_data = guarded_save.disclosure_gate = True
    return guarded_save


def _guarded_publish(publish):
    @wraps(publish)
    def guarded_publish(self, revision, user=None, **kwargs):
        # The last reviewer needs no publish permission: the evidence that the save asks for is the authority.
        kwargs["skip_permission_checks"] = True
        due = revision.approved_go_live_at is not None and revision.approved_go_live_at <= timezone.now()
        try:
            with transaction.atomic():
                ledger.hold()
                return publish(self, revision, user=user, **kwargs)
        except GateRefused as refusal:
            if not due:
                raise
            _leave_to_people(self, refusal)

    guarded_publish.alters_data = guarded_publish.disclosure_gate = True
    return guarded_publish


def _leave_to_people(item, refusal):
    """One item that may not change at its time must not stop ``publish_scheduled`` for the rest of the site."""
    logger.error("At its scheduled time, %s %s was left as it is: %s", item._meta.label, item.pk, refusal)
    Revision.objects.for_instance(item).filter(approved_go_live_at__lte=timezone.now()).update(
        approved_go_live_at=None
    )


def _before_save(sender, instance, raw=False, update_fields=None, **kwargs):
    if sender.__module__ == "__fake__":
        return
    if raw and guard.is_guarded(sender):
        judge_raw(sender, instance)
    elif guard.is_guarded(sender):
        judge(instance, instance, update_fields)
    elif is_base_of_guarded(sender, instance):
        judge_base_row(instance, update_fields)
        if raw:
            database_seal.open_row(instance)
    else:
        parent_field = guard.guarded_parent_field(sender)
        if parent_field:
            judge_child(instance, parent_field)


def _after_save(sender, instance, created=False, raw=False, **kwargs):
    """Rows of guarded items written through the base class are settled here; others by the wrapped ``save``."""
    if not getattr(instance, "_disclosure_judged", False):
        if raw:
            database_seal.close_row()
        return
    if guard.is_guarded(sender):
        if created and getattr(instance, "_disclosure_saving", False):
            # A new row has its key now, and its child rows follow.
            open_children(instance)
    else:
        instance._disclosure_judged = False
        settle(instance, getattr(instance, "_disclosure_seal", None))
        database_seal.close_row()


def _before_delete(sender, instance, **kwargs):
    if sender.__module__ == "__fake__":
        return
    parent_field = guard.guarded_parent_field(sender)
    if parent_field:
        judge_child(instance, parent_field)
        return
    if not (guard.is_guarded(sender) or is_base_of_guarded(sender, instance)):
        return
    stored = stored_row(instance)
    if stored is not None and stored.live:
        raise WithdrawalRequired(
            _("“%(title)s” is public. Withdraw it before deleting it.") % {"title": stored}
        )
