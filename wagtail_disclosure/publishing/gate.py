"""The gate: the one choke point that every write of a guarded item passes.

``publish()`` is no choke point: copies, aliases, translations, APIs and schedules never call it. Every ordinary
route ends in the save of a row, so that is where the gate stands. It does not ask who calls: it looks for the
evidence of a complete review of exactly the content being written, seals it, and checks the row afterwards.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from . import guard, ledger, register
from .digest import digest_of
from .errors import ReviewRequired, WithdrawalRequired
from .evidence import contributors, verdict, workflow_for
from .models import FileUse, LedgerEntry, Seal, Withdrawal
from .models.items import base_content_type

# Row fields whose change a visitor cannot see.
BOOKKEEPING = frozenset(
    """latest_revision latest_revision_id has_unpublished_changes draft_title latest_revision_created_at
    locked locked_at locked_by locked_by_id owner owner_id numchild translation_key""".split()
)

# Items whose rows are being written under a seal, so that their child rows may be written too.
_writing = ContextVar("disclosure_writing", default=frozenset())


def install():
    """Connect the gate. Called once when the apps are ready."""
    uid = "wagtail_disclosure.gate"
    pre_save.connect(_before_save, dispatch_uid=uid)
    post_save.connect(_after_base_save, dispatch_uid=uid)
    pre_delete.connect(_before_delete, dispatch_uid=uid)
    for model in guard.guarded_models():
        guard_class(model)
    from . import places, watch

    places.install()
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


def _key(item):
    return (base_content_type(item).pk, str(item.pk))


@contextmanager
def _open_write(item):
    token = _writing.set(_writing.get() | {_key(item)})
    try:
        yield
    finally:
        _writing.reset(token)


def _workflow_by_policy(self):
    if not getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
        return None
    return workflow_for(self)


def _guarded_save(save):
    @wraps(save)
    def guarded_save(self, *args, **kwargs):
        if getattr(self, "_disclosure_saving", False):
            return save(self, *args, **kwargs)
        self._disclosure_saving, self._disclosure_seal, self._disclosure_judged = True, None, False
        try:
            with transaction.atomic():
                if self.pk is None:
                    result = save(self, *args, **kwargs)
                else:
                    with _open_write(self):
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
        with transaction.atomic():
            ledger.hold()
            return publish(self, revision, user=user, **kwargs)

    guarded_publish.alters_data = guarded_publish.disclosure_gate = True
    return guarded_publish


def _before_save(sender, instance, raw=False, update_fields=None, **kwargs):
    if sender.__module__ == "__fake__":
        return
    if guard.is_guarded(sender):
        _judge(instance, instance, update_fields)
    elif _is_base_of_guarded(sender, instance):
        _judge_base_row(instance, update_fields)
    else:
        parent_field = guard.guarded_parent_field(sender)
        if parent_field:
            _judge_child(instance, parent_field)


def _judge(instance, target, update_fields):
    """Refuse the write of ``target`` unless what would be public afterwards is covered by evidence."""
    if update_fields is not None and set(update_fields) <= BOOKKEEPING:
        return
    ledger.hold()
    stored = _stored(target)
    candidate = target if update_fields is None else _overlaid(stored, target, update_fields)
    instance._disclosure_judged = True
    if candidate.live:
        if target.pk is None:
            raise ReviewRequired(_("A new item starts as a draft; it becomes public by review."))
        instance._disclosure_seal = authorise(candidate)
    elif stored is not None and stored.live:
        _check_leaving(stored, candidate)


def _is_base_of_guarded(sender, instance):
    """A page saved through the base class bypasses its own class's ``save``."""
    if instance.pk is None or not hasattr(instance, "specific_class") or guard.is_guarded(sender):
        return False
    specific = instance.specific_class
    return specific is not None and specific is not sender and guard.is_guarded(specific)


def _judge_base_row(instance, update_fields):
    if update_fields is not None and set(update_fields) <= BOOKKEEPING:
        return
    ledger.hold()
    names = [field.name for field in instance._meta.concrete_fields if not field.primary_key]
    specific = instance.specific_class._base_manager.filter(pk=instance.pk).first()
    if specific is None:
        return
    was_live = specific.live
    candidate = _overlaid(specific, instance, update_fields if update_fields is not None else names)
    instance._disclosure_judged = True
    if candidate.live:
        instance._disclosure_seal = authorise(candidate)
    elif was_live:
        _check_leaving(_stored(candidate), candidate)


def _after_base_save(sender, instance, **kwargs):
    """Rows of guarded items written through the base class are settled here; others by the wrapped ``save``."""
    if getattr(instance, "_disclosure_judged", False) and not guard.is_guarded(sender):
        instance._disclosure_judged = False
        settle(instance, getattr(instance, "_disclosure_seal", None))


def _judge_child(child, parent_field):
    parent_id = getattr(child, f"{parent_field}_id")
    field = child._meta.get_field(parent_field)
    if parent_id is None:
        return
    parent = field.related_model._base_manager.filter(pk=parent_id).first()
    if parent is None or not getattr(parent, "live", False):
        return
    specific = getattr(parent, "specific", parent)
    if guard.is_guarded(type(specific)) and _key(specific) not in _writing.get():
        raise ReviewRequired(_("Part of a public item changes only with the item itself, by review."))


def _before_delete(sender, instance, **kwargs):
    if sender.__module__ == "__fake__":
        return
    parent_field = guard.guarded_parent_field(sender)
    if parent_field:
        _judge_child(instance, parent_field)
        return
    if not (guard.is_guarded(sender) or _is_base_of_guarded(sender, instance)):
        return
    stored = _stored(instance)
    if stored is not None and stored.live:
        raise WithdrawalRequired(
            _("“%(title)s” is public. Withdraw it before deleting it.") % {"title": stored}
        )


def _stored(item):
    if item.pk is None:
        return None
    model = getattr(item, "specific_class", None) or type(item)
    return model._base_manager.filter(pk=item.pk).first()


def _overlaid(stored, instance, update_fields):
    for name in update_fields:
        field = instance._meta.get_field(name)
        setattr(stored, field.attname, getattr(instance, field.attname))
    return stored


def authorise(candidate):
    """Return the seal under which ``candidate`` may be public.

    It is the seal in force for the same content, one that setup prepared, or a new one made from a complete
    review. Raises :class:`ReviewRequired` naming each missing step.
    """
    digest = digest_of(candidate)
    seals = Seal.objects.about(candidate)
    known = seals.filter(digest=digest.value, closed_at=None).order_by("-opened_at", "-pk").first()
    if known is not None:
        return known
    if getattr(candidate, "alias_of_id", None):
        original = Seal.objects.in_force().filter(
            content_type=base_content_type(candidate), object_id=str(candidate.alias_of_id)
        )
        if original.filter(body_digest=digest.body).exists():
            return _new_seal(candidate, digest, Seal.Authority.ALIAS)
    judged = verdict(candidate, digest.value)
    if not judged.complete:
        title = getattr(candidate, "title", None) or str(candidate)
        raise ReviewRequired(
            _("“%(title)s” cannot be published: %(reasons)s")
            % {"title": title, "reasons": " ".join(str(each) for each in judged.missing)}
        )
    seal = _new_seal(candidate, digest, Seal.Authority.REVIEW)
    seal.evidence = judged.approvals
    return seal


def _new_seal(item, digest, authority):
    seal = Seal(
        digest=digest.value,
        body_digest=digest.body,
        authority=authority,
        manifest=list(digest.files),
        prepared_at=timezone.now(),
    )
    seal.set_item(item)
    return seal


def _check_leaving(stored, candidate):
    approved_expiry = stored.expire_at is not None and stored.expire_at <= timezone.now()
    if candidate.expired and approved_expiry and candidate.expire_at == stored.expire_at:
        return
    if Withdrawal.objects.about(candidate).filter(carried_out_at=None).exists():
        return
    raise WithdrawalRequired(
        _("“%(title)s” is public. It leaves by a withdrawal decision, with a reason.") % {"title": stored}
    )


def settle(instance, seal):
    """Compare the row as written with its seal, then open the seal and enter the register, or close both."""
    item = _stored(instance)
    in_force = Seal.objects.about(item).in_force().first()
    if not item.live:
        if in_force is not None:
            _close(item, in_force)
        return
    written = digest_of(item)
    if seal is None or seal.digest != written.value:
        raise ReviewRequired(_("What would be public is not what was approved."))
    if seal.opened_at is None:
        _open(item, seal, in_force)
    register.enter(item, seal)


def _open(item, seal, replaced):
    now = timezone.now()
    if replaced is not None:
        Seal.objects.filter(pk=replaced.pk).update(closed_at=now)
    seal.opened_at = now
    seal.revision_id = item.live_revision_id
    seal.save()
    seal.approvals.set(getattr(seal, "evidence", ()))
    FileUse.objects.bulk_create(_file_uses(seal))
    kind = (
        LedgerEntry.Kind.INSTALLED if seal.authority == Seal.Authority.SETUP else LedgerEntry.Kind.PUBLISHED
    )
    ledger.append(kind, item, digest=seal.digest, data={"files": list(seal.manifest)}, at=now)
    # After the ledger is locked, so that a number's counter is always the second lock.
    if hasattr(item, "prepare_publication"):
        item.prepare_publication(seal)


def _file_uses(seal):
    for each in seal.manifest:
        app_label, model_name = each["content_type"].split(".")
        content_type = ContentType.objects.get_for_model(apps.get_model(app_label, model_name))
        yield FileUse(
            seal=seal, content_type=content_type, object_id=each["object_id"], sha256=each["sha256"]
        )


def _close(item, seal):
    now = timezone.now()
    Seal.objects.filter(pk=seal.pk).update(closed_at=now)
    Withdrawal.objects.about(item).filter(carried_out_at=None).update(carried_out_at=now)
    kind = LedgerEntry.Kind.EXPIRED if item.expired else LedgerEntry.Kind.WITHDRAWN
    ledger.append(kind, item, digest=seal.digest, at=now)
    register.leave(item)


def seal_installed(item):
    """Prepare the seal under which ``disclosure_setup`` makes a page public that it has just created.

    The page must never have been public and nobody may have worked on it; the ledger records it as installed.
    """
    if Seal.objects.about(item).exists() or contributors(item):
        raise ReviewRequired(_("Setup publishes only pages that it has just created itself."))
    seal = _new_seal(item, digest_of(item), Seal.Authority.SETUP)
    seal.save()
    return seal


def revision_may_be_scheduled(revision):
    """Raise :class:`ReviewRequired` when a revision of a guarded item is scheduled without a complete review."""
    if revision.approved_go_live_at is None:
        return
    model = revision.content_type.model_class()
    if model is None or not guard.is_guarded(model):
        return
    if revision.pk:
        before = Revision.objects.filter(pk=revision.pk).values_list("approved_go_live_at", flat=True).first()
        if before == revision.approved_go_live_at:
            return
    authorise(revision.as_object())
