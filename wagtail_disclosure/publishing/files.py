"""Documents and images that public items use: they stay as they were approved, and as readable."""

from functools import wraps

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from .digest import file_field, shown_fields
from .errors import GateRefused, ReviewRequired, WithdrawalRequired
from .models import FileUse
from .models.items import stored_row


def install():
    uid = "wagtail_disclosure.files"
    pre_save.connect(_before_change, dispatch_uid=uid)
    post_save.connect(_after_change, dispatch_uid=uid)
    pre_delete.connect(_before_delete, dispatch_uid=uid)
    pre_save.connect(_before_restriction, sender=CollectionViewRestriction, dispatch_uid=uid)
    pre_save.connect(_before_tree_change, sender=Collection, dispatch_uid=uid)
    _refuse_in_forms()
    if not getattr(Collection.move, "disclosure_gate", False):
        Collection.move = _refusing_move(Collection.move)
    for model in (get_document_model(), get_image_model()):
        if not getattr(model.delete, "disclosure_gate", False):
            model.delete = _refusing_delete(model.delete)


def all_public_uses():
    """The uses of files by everything that is public now."""
    return FileUse.objects.filter(seal__opened_at__isnull=False, seal__closed_at=None)


def public_uses(instance):
    """The uses of a document or image by what is public now."""
    content_type = ContentType.objects.get_for_model(type(instance))
    return all_public_uses().filter(content_type=content_type, object_id=str(instance.pk))


def holds_public_bytes(instance):
    """Whether something public uses ``instance``, or another row with the same stored file.

    Replacing or deleting a row takes its stored file along, whoever else has it.
    """
    if public_uses(instance).exists():
        return True
    name = file_field(type(instance)).name
    twins = (
        type(instance)._base_manager.filter(**{name: getattr(instance, name).name}).exclude(pk=instance.pk)
    )
    return any(public_uses(twin).exists() for twin in twins)


def _is_file_model(sender):
    return sender.__module__ != "__fake__" and file_field(sender) is not None


def _is_changed(stored, instance):
    """Whether a visitor could tell ``instance`` from the row as it is stored."""
    name = file_field(type(instance)).name
    before, after = getattr(stored, name), getattr(instance, name)
    if after.name != before.name or not getattr(after, "_committed", True):
        return True
    return shown_fields(stored) != shown_fields(instance)


def _before_change(sender, instance, raw=False, **kwargs):
    if not _is_file_model(sender):
        return
    stored = stored_row(instance)
    instance._disclosure_changed = stored is not None and _is_changed(stored, instance)
    if stored is None:
        return
    if instance._disclosure_changed and holds_public_bytes(stored):
        raise ReviewRequired(_in_use(stored))
    if instance.collection_id != stored.collection_id:
        check_place(instance, instance.collection)


def check_place(file, collection):
    """Raise :class:`WithdrawalRequired` where ``file``, in public use, would come where visitors may not read it."""
    if is_restricted(collection) and public_uses(file).exists():
        raise WithdrawalRequired(
            _("“%(title)s” is part of something public. It cannot move where the public may not read it.")
            % {"title": file}
        )


def _in_use(stored):
    return _(
        "“%(title)s” is part of something public. Upload the new file as a new one and have it reviewed."
    ) % {"title": stored}


def _after_change(sender, instance, created=False, **kwargs):
    """Approvals that were given to a draft with another file are void."""
    if _is_file_model(sender) and not created and getattr(instance, "_disclosure_changed", False):
        from . import watch

        watch.void_with(instance)


def _before_delete(sender, instance, **kwargs):
    if _is_file_model(sender) and holds_public_bytes(stored_row(instance) or instance):
        raise GateRefused(_is_public(instance))


def _refusing_delete(delete):
    """The database protects what items use by an error that nobody handles: say it in words."""

    @wraps(delete)
    def checked(self, *args, **kwargs):
        try:
            with transaction.atomic():
                return delete(self, *args, **kwargs)
        except ProtectedError as error:
            if public_uses(self).exists():
                raise GateRefused(_is_public(self)) from error
            raise GateRefused(
                _("“%(title)s” is used by a draft and cannot be deleted. Take it out of the draft first.")
                % {"title": self}
            ) from error

    checked.alters_data = checked.disclosure_gate = True
    return checked


def _is_public(file):
    return _("“%(title)s” is part of something public and cannot be deleted.") % {"title": file}


def is_restricted(collection):
    """Whether some visitors may not read the files of ``collection``."""
    return CollectionViewRestriction.objects.filter(
        collection__in=collection.get_ancestors(inclusive=True)
    ).exists()


def _before_restriction(sender, instance, **kwargs):
    """A collection cannot become private while something public uses a file in it."""
    _keep_readable(instance.collection)


def _keep_readable(collection):
    below = Collection.objects.filter(path__startswith=collection.path)
    used = all_public_uses().values_list("content_type", "object_id").distinct()
    keys = {}
    for content_type, key in used.iterator():
        keys.setdefault(content_type, []).append(key)
    for content_type, found in keys.items():
        model = ContentType.objects.get_for_id(content_type).model_class()
        # Shared rows that are no files stand in no collection.
        if model is None or not hasattr(model, "collection"):
            continue
        if model._base_manager.filter(pk__in=found, collection__in=below).exists():
            raise WithdrawalRequired(
                _(
                    "“%(name)s” holds files of public items. They are withdrawn by a decision, not made private."
                )
                % {"name": collection}
            )


def _before_tree_change(sender, instance, **kwargs):
    """The tree is written by moves alone: a row that says otherwise would put files below another privacy."""
    stored = Collection.objects.filter(pk=instance.pk).first()
    if stored is not None and (stored.path, stored.depth) != (instance.path, instance.depth):
        _keep_readable(stored)


def _refusing_move(move):
    """A collection takes the privacy of the one it is moved below; the tree is written past the signals."""

    @wraps(move)
    def checked(self, target, pos=None):
        parent = target if pos and pos.endswith("child") else target.get_parent()
        if parent is not None and is_restricted(parent) and not is_restricted(self):
            _keep_readable(self)
        return move(self, target, pos)

    checked.alters_data = checked.disclosure_gate = True
    return checked


# Wagtail's form for documents deletes the old bytes before it saves the row, so the form has to refuse already.


def _refuse_in_forms():
    from wagtail.documents.forms import BaseDocumentForm
    from wagtail.images.forms import BaseImageForm

    for form in (BaseDocumentForm, BaseImageForm):
        if not getattr(form.clean, "disclosure_gate", False):
            form.clean = _refusing(form.clean)


def _refusing(clean):
    @wraps(clean)
    def checked(self):
        data = clean(self)
        shown = {file_field(type(self.instance)).name, *shown_fields(self.instance)}
        changed = sorted(shown & set(self.changed_data))
        stored = stored_row(self.instance) if changed else None
        if stored is not None and holds_public_bytes(stored):
            self.add_error(changed[0], _in_use(stored))
        return data

    checked.disclosure_gate = True
    return checked
