"""The content digest: sha-256 over everything a visitor would be served of an item.

Approvals are given to a digest, never to a revision, because autosave rewrites revisions.
"""

from dataclasses import dataclass

from .content import VOLATILE, content_of
from .hashing import sha256_of
from .manifest import file_field, file_hash, manifest_of, referenced_files, shown_fields, uses
from .models.items import base_model

__all__ = [
    "VOLATILE",
    "Digest",
    "digest_of",
    "file_field",
    "file_hash",
    "referenced_files",
    "shown_fields",
    "uses",
]

# What may differ between an item and its alias.
PLACE = frozenset({"slug", "locale", "go_live_at", "expire_at", "show_in_menus"})


@dataclass(frozen=True)
class Digest:
    """The digest of one state of an item, with the files and the shared rows it covers."""

    value: str
    body: str
    files: tuple
    objects: tuple = ()

    def __str__(self):
        return self.value


def digest_of(item, *, covered=None):
    """Compute the :class:`Digest` of ``item`` (specific instance, from memory or from the database).

    ``covered`` stands in for what :func:`~.manifest.manifest_of` finds, where the caller knows it already.
    """
    content = content_of(item)
    files, objects = map(tuple, covered) if covered is not None else manifest_of(item, content)
    extras = item.digest_extras() if hasattr(item, "digest_extras") else {}
    body = {
        "model": item._meta.label_lower,
        "content": {key: value for key, value in content.items() if key not in PLACE},
        "files": files,
        "extras": extras,
    }
    if objects:
        body["objects"] = objects
    whole = {
        "body": body,
        "place": {key: content.get(key) for key in sorted(PLACE)},
        "pk": str(item.pk),
        "parent": _parent_key(item),
    }
    return Digest(value=sha256_of(whole), body=sha256_of(body), files=files, objects=objects)


def _parent_key(item):
    if not hasattr(item, "depth") or not item.depth or item.depth < 2:
        return None
    parent_path = item.path[: -item.steplen]
    return base_model(item).objects.filter(path=parent_path).values_list("pk", flat=True).first()
