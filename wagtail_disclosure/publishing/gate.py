"""The gate: the one choke point that every write of a guarded item passes.

``publish()`` is no choke point: copies, aliases, translations, APIs and schedules never call it. Every ordinary
route ends in the save of a row, so that is where the gate stands. It does not ask who calls: it looks for the
evidence of a complete review of exactly the content being written, seals it, and checks the row afterwards.
"""

import logging
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
from .errors import GateRefused, ReviewRequired, WithdrawalRequired
from .evidence import contributors, verdict, workflow_for
from .models import FileUse, LedgerEntry, Seal, Withdrawal
from .models.items import base_content_type, base_model

logger = logging.getLogger("wagtail_disclosure.gate")

# Row fields whose change a visitor cannot see.
BOOKKEEPING = frozenset(
    """latest_revision latest_revision_id has_unpublished_changes draft_title latest_revision_created_at
    locked locked_at locked_by locked_by_id owner owner_id numchild""".split()
)

# Items whose rows are being written under a judgement, so that their child rows may be written too.
_writing = ContextVar("disclosure_writing", default=frozenset())
# The seal of an alias that is being created is made when the row has its key.
ON_SETTLING = object()


def install():
    """Connect the gate. Called once when the apps are ready."""
    uid = "wagtail_disclosure.gate"
    pre_save.connect(_before_save, dispatch_uid=uid)
    post_save.connect(_after_save, dispatch_uid=uid)
    pre_delete.connect(_before_delete, dispatch_uid=uid)
    for model in guard.guarded_models():
        guard_class(model)
    from . import files, places, references, watch

    places.install()
    files.install()
    references.install()
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
def _children_closed_again():
    """What a judgement opens inside is closed at the end."""
    token = _writing.set(_writing.get())
    try:
        yield
    finally:
        _writing.reset(token)


def _open_children(item):
    _writing.set(_writing.get() | {_key(item)})


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
            with transaction.atomic(), _children_closed_again():
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
        _judge_raw(sender, instance)
    elif guard.is_guarded(sender):
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
    _check_key(stored, candidate)
    instance._disclosure_judged = True
    if target.pk is None:
        instance._disclosure_seal = _judge_new(candidate)
        return
    if candidate.live:
        instance._disclosure_seal = authorise(candidate)
    elif stored is not None and stored.live:
        _check_leaving(stored, candidate)
    _open_children(candidate)


def _judge_new(candidate):
    """A new item starts as a draft. Only the same item in another language may follow its original at once."""
    original = getattr(candidate, "alias_of", None)
    if original is not None and not _follows(candidate, original):
        raise ReviewRequired(
            _("“%(title)s” is disclosed at one address. Link to it instead of making an alias.")
            % {"title": original}
        )
    if not candidate.live:
        return None
    if original is None or not original.live:
        raise ReviewRequired(_("A new item starts as a draft; it becomes public by review."))
    return ON_SETTLING


def _follows(alias, original):
    """Whether an alias is the original's stand-in in another language: Wagtail makes them when a locale is added."""
    return (
        alias.translation_key == original.translation_key
        and alias.locale_id != original.locale_id
        and getattr(alias, "slug", "") == getattr(original, "slug", "")
    )


def _check_key(stored, candidate):
    """The key joins a document to its number and its languages."""
    key = getattr(stored, "translation_key", None)
    if key is None or key == candidate.translation_key:
        return
    if Seal.objects.about(stored).filter(opened_at__isnull=False).exists():
        raise ReviewRequired(_("“%(title)s” has been public: its key stays what it was.") % {"title": stored})


def _is_base_of_guarded(sender, instance):
    """A page saved through the base class bypasses its own class's ``save``."""
    if instance.pk is None or not hasattr(instance, "specific_class") or guard.is_guarded(sender):
        return False
    specific = _stored_class(sender, instance)
    return specific is not None and specific is not sender and guard.is_guarded(specific)


def _judge_raw(sender, instance):
    """A fixture writes each table of an item by itself: it may repeat what is public, and load drafts."""
    base = base_model(sender)
    ledger.hold()
    stored = base._base_manager.filter(pk=instance.pk).first() if base is not sender else _stored(instance)
    specific = getattr(stored, "specific", stored)
    if specific is None or type(specific) is base is not sender:
        if getattr(stored or instance, "live", False):
            raise ReviewRequired(_("A new item starts as a draft; it becomes public by review."))
        return
    was_live = specific.live
    names = [field.name for field in sender._meta.local_concrete_fields if not field.primary_key]
    candidate = _overlaid(specific, instance, names)
    in_force = Seal.objects.about(candidate).in_force().first()
    if was_live and not candidate.live:
        _check_leaving(_stored(candidate), candidate)
    elif candidate.live and (in_force is None or in_force.digest != digest_of(candidate).value):
        raise ReviewRequired(_("What would be public is not what was approved."))


def _stored_class(sender, instance):
    """The class of the row as it is stored, whatever content type is about to be written."""
    stored = sender._base_manager.filter(pk=instance.pk).values_list("content_type", flat=True).first()
    return ContentType.objects.get_for_id(stored).model_class() if stored else instance.specific_class


def _judge_base_row(instance, update_fields):
    if update_fields is not None and set(update_fields) <= BOOKKEEPING:
        return
    ledger.hold()
    names = [field.name for field in instance._meta.concrete_fields if not field.primary_key]
    specific = _stored_class(type(instance), instance)._base_manager.filter(pk=instance.pk).first()
    if specific is None:
        return
    was_live = specific.live
    if instance.content_type_id != specific.content_type_id:
        raise ReviewRequired(_("An item keeps its type. Make a new one and have it reviewed."))
    _check_key(specific, instance)
    candidate = _overlaid(specific, instance, update_fields if update_fields is not None else names)
    instance._disclosure_judged = True
    if candidate.live:
        instance._disclosure_seal = authorise(candidate)
    elif was_live:
        _check_leaving(_stored(candidate), candidate)


def _after_save(sender, instance, created=False, **kwargs):
    """Rows of guarded items written through the base class are settled here; others by the wrapped ``save``."""
    if not getattr(instance, "_disclosure_judged", False):
        return
    if guard.is_guarded(sender):
        if created and getattr(instance, "_disclosure_saving", False):
            # A new row has its key now, and its child rows follow.
            _open_children(instance)
    else:
        instance._disclosure_judged = False
        settle(instance, getattr(instance, "_disclosure_seal", None))


def _judge_child(child, parent_field):
    field = child._meta.get_field(parent_field)
    wanted = {getattr(child, field.attname)}
    if child.pk is not None:
        # A row that is moved to another item is taken from the one it stands in now.
        wanted.add(
            type(child)._base_manager.filter(pk=child.pk).values_list(field.attname, flat=True).first()
        )
    for parent_id in wanted - {None}:
        _judge_parent(field, parent_id)


def _judge_parent(field, parent_id):
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


def _is_sealed(seal):
    """Whether the ledger knows of the publication that ``seal`` stands for: a row alone is no evidence."""
    entries = LedgerEntry.objects.filter(
        content_type=seal.content_type_id,
        object_id=seal.object_id,
        digest=seal.digest,
        kind__in=(LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED),
    )
    return any(ledger.is_authentic(entry) for entry in entries.select_related("content_type"))


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
    if known is not None and _is_sealed(known):
        return known
    original = getattr(candidate, "alias_of", None)
    if original is not None and _follows(candidate, original):
        sealed = Seal.objects.about(original).in_force().filter(body_digest=digest.body)
        if any(_is_sealed(seal) for seal in sealed):
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
    """Something public leaves at its approved expiry, by a decision, or with the original it stands in for."""
    original = getattr(stored, "alias_of", None)
    if original is not None and not original.live:
        return
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
    if seal is ON_SETTLING:
        seal = authorise(item)
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
    # A seal that setup prepared is in the ledger already.
    if seal.authority != Seal.Authority.SETUP:
        data = {"files": list(seal.manifest)}
        ledger.append(LedgerEntry.Kind.PUBLISHED, item, digest=seal.digest, data=data, at=now)
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
    if kind == LedgerEntry.Kind.WITHDRAWN:
        from . import watch

        watch.stop_review(item)


def seal_installed(item):
    """Prepare the seal under which ``disclosure_setup`` makes a page public that it has just created.

    The page must never have been public and nobody may have worked on it; the ledger records it as installed.
    """
    if Seal.objects.about(item).exists() or contributors(item):
        raise ReviewRequired(_("Setup publishes only pages that it has just created itself."))
    seal = _new_seal(item, digest_of(item), Seal.Authority.SETUP)
    seal.save()
    data = {"files": list(seal.manifest)}
    ledger.append(LedgerEntry.Kind.INSTALLED, item, digest=seal.digest, data=data, at=seal.prepared_at)
    return seal


def revision_may_be_scheduled(revision):
    """Raise :class:`ReviewRequired` when ``revision``, of a guarded item, is scheduled without a complete review."""
    if revision.approved_go_live_at is None:
        return
    if revision.pk:
        before = Revision.objects.filter(pk=revision.pk).values_list("approved_go_live_at", flat=True).first()
        if before == revision.approved_go_live_at:
            return
    authorise(revision.as_object())
