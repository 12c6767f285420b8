"""Judging: what each written row of a guarded item would make public, and whether that may be.

A row reaches the database as the item itself, through a base class, from a fixture, or as a child row of an item.
"""

import datetime
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from . import departures, guard, ledger
from .database_seal import window as database_seal
from .digest import digest_of
from .errors import ReviewRequired, WithdrawalRequired
from .models import Seal
from .models.items import base_content_type, base_model, stored_row
from .sealing import ON_SETTLING, authorise, follows

# Row fields whose change a visitor cannot see.
BOOKKEEPING = frozenset(
    """latest_revision latest_revision_id has_unpublished_changes draft_title latest_revision_created_at
    locked locked_at locked_by locked_by_id owner owner_id numchild""".split()
)

# Items whose rows are being written under a judgement, so that their child rows may be written too.
_writing = ContextVar("disclosure_writing", default=frozenset())


def _key(item):
    return (base_content_type(item).pk, str(item.pk))


@contextmanager
def children_closed_again():
    """What a judgement opens inside is closed at the end."""
    token = _writing.set(_writing.get())
    try:
        with database_seal.window():
            yield
    finally:
        _writing.reset(token)


def open_children(item):
    _writing.set(_writing.get() | {_key(item)})
    database_seal.open_item(item)


def judge(instance, target, update_fields):
    """Refuse the write of ``target`` unless what would be public afterwards is covered by evidence."""
    if update_fields is not None and set(update_fields) <= BOOKKEEPING:
        return
    ledger.hold()
    stored = stored_row(target)
    _check_kind(stored, target)
    # Laid over a row of its own: what is stored stays at hand to compare with.
    candidate = target if update_fields is None else _overlaid(stored_row(target), target, update_fields)
    _check_identity(stored, candidate)
    instance._disclosure_judged = True
    if target.pk is None:
        instance._disclosure_seal = _judge_new(candidate)
        return
    if candidate.live:
        instance._disclosure_seal = authorise(candidate)
    elif stored is not None and stored.live:
        _check_leaving(stored, candidate)
    open_children(candidate)


def _judge_new(candidate):
    """A new item starts as a draft. Only the same item in another language may follow its original at once."""
    original = getattr(candidate, "alias_of", None)
    if original is not None and not follows(candidate, original):
        raise ReviewRequired(
            _("“%(title)s” is disclosed at one address. Link to it instead of making an alias.")
            % {"title": original}
        )
    if not candidate.live:
        return None
    if original is None or not original.live:
        raise ReviewRequired(_("A new item starts as a draft; it becomes public by review."))
    database_seal.open_item(candidate)
    return ON_SETTLING


def _check_kind(stored, row):
    """The kind of a page decides how it is served, and is no part of its words."""
    if row.pk is None or not hasattr(row, "specific_class"):
        return
    if stored is None:
        # Of the kind that is to be written there is no row.
        stored = base_model(row)._base_manager.filter(pk=row.pk).first()
    if stored is not None and stored.content_type_id != row.content_type_id:
        raise ReviewRequired(_("An item keeps its type. Make a new one and have it reviewed."))


def _check_identity(stored, candidate):
    """What makes ``candidate`` the item that it is stays, although no digest holds it."""
    _check_key(stored, candidate)
    if stored is None or not stored.live or not candidate.live:
        return
    # An address is made of the slugs, and the tree is written by moves alone.
    moved = getattr(candidate, "url_path", "") != getattr(stored, "url_path", "")
    if moved and candidate.slug == stored.slug:
        raise ReviewRequired(_("“%(title)s” is public: its address stays what it was.") % {"title": stored})
    follows_another = getattr(candidate, "alias_of_id", None) is not None
    if not follows_another and _is_other_moment(stored.first_published_at, candidate.first_published_at):
        raise ReviewRequired(
            _("“%(title)s” is public: the day of its first publication stays what it was.")
            % {"title": stored}
        )
    original = getattr(candidate, "alias_of", None)
    # What stands in for another item leaves with it.
    if original is not None and original.pk != stored.alias_of_id and not original.live:
        raise ReviewRequired(
            _("“%(title)s” is public, and no alias of something else can be made of it.") % {"title": stored}
        )


def _is_other_moment(before, after):
    """Whether two times differ by more than what a fixture leaves away of them."""
    if before is None or before == after:
        return False
    return not _is_time(after) or abs(before - after) >= datetime.timedelta(seconds=1)


def _is_time(value):
    return isinstance(value, datetime.datetime) and timezone.is_aware(value)


def _check_key(stored, candidate):
    """The key joins a document to its number and its languages."""
    key = getattr(stored, "translation_key", None)
    if key is None or key == candidate.translation_key:
        return
    if Seal.objects.about(stored).filter(opened_at__isnull=False).exists():
        raise ReviewRequired(_("“%(title)s” has been public: its key stays what it was.") % {"title": stored})


def _overlaid(stored, instance, update_fields):
    for name in update_fields:
        field = instance._meta.get_field(name)
        setattr(stored, field.attname, getattr(instance, field.attname))
    return stored


def _check_leaving(stored, candidate):
    """Something public leaves at its approved expiry, by a decision, or with the original it stands in for."""
    original = getattr(stored, "alias_of", None)
    if original is not None and not original.live and follows(stored, original):
        return
    approved_expiry = stored.expire_at is not None and stored.expire_at <= timezone.now()
    if candidate.expired and approved_expiry and candidate.expire_at == stored.expire_at:
        return
    if departures.is_decided(candidate):
        return
    raise WithdrawalRequired(
        _("“%(title)s” is public. It leaves by a withdrawal decision, with a reason.") % {"title": stored}
    )


def is_base_of_guarded(sender, instance):
    """A page saved through the base class bypasses its own class's ``save``."""
    if instance.pk is None or not hasattr(instance, "specific_class") or guard.is_guarded(sender):
        return False
    specific = _stored_class(sender, instance)
    return specific is not None and specific is not sender and guard.is_guarded(specific)


def _stored_class(sender, instance):
    """The class of the row as it is stored, whatever content type is about to be written."""
    stored = sender._base_manager.filter(pk=instance.pk).values_list("content_type", flat=True).first()
    return ContentType.objects.get_for_id(stored).model_class() if stored else instance.specific_class


def judge_base_row(instance, update_fields):
    if update_fields is not None and set(update_fields) <= BOOKKEEPING:
        return
    ledger.hold()
    names = [field.name for field in instance._meta.concrete_fields if not field.primary_key]
    specific = _stored_class(type(instance), instance)._base_manager.filter(pk=instance.pk).first()
    if specific is None:
        return
    was_live = specific.live
    stored = stored_row(specific)
    _check_kind(stored, instance)
    candidate = _overlaid(specific, instance, update_fields if update_fields is not None else names)
    _check_identity(stored, candidate)
    instance._disclosure_judged = True
    if candidate.live:
        instance._disclosure_seal = authorise(candidate)
    elif was_live:
        _check_leaving(stored, candidate)
    database_seal.open_item(candidate)


def judge_raw(sender, instance):
    """A fixture writes each table of an item by itself: it may repeat what is public, and load drafts."""
    base = base_model(sender)
    ledger.hold()
    stored = base._base_manager.filter(pk=instance.pk).first() if base is not sender else stored_row(instance)
    try:
        specific = getattr(stored, "specific", stored)
    except ObjectDoesNotExist:
        # Only the row of the base model is there.
        specific = None
    if specific is None or type(specific) is base is not sender:
        if getattr(stored or instance, "live", False):
            raise ReviewRequired(_("A new item starts as a draft; it becomes public by review."))
        return
    was_live = specific.live
    names = [field.name for field in sender._meta.local_concrete_fields if not field.primary_key]
    before = stored_row(specific)
    if sender is base:
        _check_kind(before, instance)
    candidate = _overlaid(specific, instance, names)
    _check_identity(before, candidate)
    in_force = Seal.objects.about(candidate).in_force().first()
    if was_live and not candidate.live:
        _check_leaving(before, candidate)
    elif candidate.live and (in_force is None or in_force.digest != digest_of(candidate).value):
        raise ReviewRequired(_("What would be public is not what was approved."))
    database_seal.open_row(candidate)


def judge_child(child, parent_field):
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
    above = guard.guarded_parent_field(field.related_model)
    if above:
        # A child row of a child row: the item stands further up.
        between = field.related_model._base_manager.filter(pk=parent_id).first()
        if between is not None:
            judge_child(between, above)
        return
    if (base_content_type(field.related_model).pk, str(parent_id)) in _writing.get():
        # It is being written with its parts: nothing has to be looked up for each of them.
        return
    judge_part(field.related_model._base_manager.filter(pk=parent_id).first())


def judge_part(parent):
    """Refuse a change to a part of ``parent``, a page or snippet, that is written without it."""
    if parent is None or not getattr(parent, "live", False):
        return
    specific = getattr(parent, "specific", parent)
    if guard.is_guarded(type(specific)) and _key(specific) not in _writing.get():
        raise ReviewRequired(_("Part of a public item changes only with the item itself, by review."))
