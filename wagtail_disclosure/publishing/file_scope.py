"""Who reads a document or image of a department before anything public uses it.

Documents are asked for through Wagtail, which asks here. Images lie under addresses that the web server answers by
itself: those of departments get names that nobody guesses.
"""

import os
import secrets

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.db.models.signals import pre_save
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from ..departments.models import Department
from . import guard
from .files import all_public_uses, public_uses
from .queue import open_steps
from .references import drafts_with, latest_drafts
from .review.access import may_see

# Bytes of chance in the name of an image.
TOKEN_BYTES = 12


def install():
    pre_save.connect(_hide_name, dispatch_uid="wagtail_disclosure.file_names")


def _hide_name(sender, instance, raw=False, **kwargs):
    """A picture that is uploaded for a department gets a name that nobody guesses; its renditions follow it."""
    if raw or sender.__module__ == "__fake__" or sender is not get_image_model():
        return
    file = instance.file
    if not file or getattr(file, "_committed", True):
        return
    if Department.objects.filter(collection=instance.collection_id).exists():
        # In front, because Wagtail cuts long names at their end.
        file.name = f"{secrets.token_hex(TOKEN_BYTES)}-{os.path.basename(file.name)}"


def is_kept_back(file):
    """Whether ``file`` belongs to drafts only: nothing public uses it, and nothing that passes no review.

    A department's file counts as one of a draft from the moment it is uploaded.
    """
    if public_uses(file).exists():
        return False
    users = _users_of(file).values_list("content_type", flat=True).distinct()
    models = [ContentType.objects.get_for_id(pk).model_class() for pk in users]
    models = [model for model in models if model is not None]
    if models:
        return all(map(_is_guarded_part, models))
    if Department.objects.filter(collection=file.collection_id).exists():
        return True
    return any(True for _draft in drafts_with(file, latest_drafts()))


def kept_back(files):
    """Those of the queryset ``files`` that belong to what is stored as a draft only, or to a department's drafts."""
    kind = ContentType.objects.get_for_model(files.model)
    key = Cast(OuterRef("pk"), CharField())
    public = all_public_uses().filter(content_type=kind, object_id=key)
    users = ReferenceIndex.objects.filter(to_content_type=kind, to_object_id=key)
    ours = [each.pk for each in ContentType.objects.all() if _is_ours(each)]
    owners = Department.objects.filter(collection=OuterRef("collection"))
    return files.filter(
        ~Exists(public), ~Exists(users.exclude(content_type__in=ours)), Exists(users) | Exists(owners)
    )


def _is_ours(content_type):
    model = content_type.model_class()
    return model is not None and _is_guarded_part(model)


def _is_guarded_part(model):
    return guard.is_guarded(model) or guard.guarded_parent_field(model) is not None


def _users_of(file):
    return ReferenceIndex.get_references_to(file)


def may_read_file(user, file):
    """Whether ``user`` may read a file that is kept back: as its department does, or as a reviewer of its item."""
    if not user.is_active or not user.has_perm("wagtailadmin.access_admin"):
        return False
    if user.is_superuser or _works_with(user, file):
        return True
    return any(may_see(user, item) for item in _items_with(file))


def _works_with(user, file):
    policy = CollectionOwnershipPermissionPolicy(type(file), owner_field_name="uploaded_by_user")
    if policy.user_has_any_permission_for_instance(user, ["change", "delete", "choose"], file):
        return True
    owners = Department.objects.filter(collection=file.collection_id)
    return any(holder.members.filter(user=user).exists() for owner in owners for holder in owner.in_charge())


def _items_with(file):
    """Items that use ``file``: as stored, and in drafts under review that are not stored otherwise."""
    for content_type, key in _users_of(file).values_list("base_content_type", "object_id").distinct():
        model = ContentType.objects.get_for_id(content_type).model_class()
        item = model and model._base_manager.filter(pk=key).first()
        if item is not None:
            yield item.specific if hasattr(item, "specific") else item
    waiting = open_steps().values_list("revision", flat=True)
    yield from drafts_with(file, waiting)
