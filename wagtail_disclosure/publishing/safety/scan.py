"""Looking again into files that were accepted: checks and signatures know more than they did."""

from dataclasses import dataclass
from os.path import basename

from django.contrib.contenttypes.models import ContentType
from django.db.models import FileField
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from .. import guard
from ..manifest import file_hash, holds_files, own_files
from ..models import FileUse
from . import words
from .examine import Examined, Examiner

GRAVE = (words.REFUSE, words.BLOCK)


@dataclass(frozen=True)
class Result:
    """A file that was looked at again, and whether something public uses it."""

    examined: Examined
    is_public: bool

    def of(self, *severities):
        """What was found of these severities, in words."""
        found = (each for each in self.examined.findings if words.severity_of(each["code"]) in severities)
        return [
            ", ".join(
                filter(
                    None, [words.place_in_words(each["place"]), words.sentence(each["code"], each["params"])]
                )
            )
            for each in found
        ]


def scan(*, everything=False):
    """Examine what is public, or every document and image, with the scanner of today. Yields a :class:`Result` each.

    Raises ``ScannerUnavailable`` when a scanner is configured and does not answer.
    """
    with Examiner(rescan=True) as examiner:
        for each in _every_file() if everything else _public_files():
            is_public = each.pop("public", True)
            for examined in examiner.stored([each]):
                yield Result(examined, is_public)
        for each, item in _own_files():
            for examined in examiner.stored([each], item):
                yield Result(examined, True)


def _public_files():
    uses = FileUse.objects.filter(seal__opened_at__isnull=False, seal__closed_at=None)
    # The same rows name what several items share, which is no file.
    uses = uses.filter(content_type__in=[_content_type(model) for model in _file_models()])
    rows = uses.values_list("content_type__app_label", "content_type__model", "object_id", "sha256")
    for app_label, model, key, sha in rows.distinct().order_by("content_type", "object_id").iterator():
        yield {"content_type": f"{app_label}.{model}", "object_id": key, "sha256": sha}


def _file_models():
    return get_document_model(), get_image_model()


def _content_type(model):
    return ContentType.objects.get_for_model(model)


def _own_files():
    """Files in fields of public items themselves, each with its item."""
    for model in guard.guarded_models():
        if not holds_files(model):
            continue
        for item in model._base_manager.filter(live=True).iterator():
            for path, stored in own_files(item):
                title = basename(stored.name)
                yield {"field": path, "title": title, "sha256": file_hash(stored)}, item


def _every_file():
    public = {(each["content_type"], each["object_id"]) for each in _public_files()}
    for model in _file_models():
        name = next(each.name for each in model._meta.get_fields() if isinstance(each, FileField))
        for row in model._base_manager.order_by("pk").iterator():
            key = (model._meta.label_lower, str(row.pk))
            yield {
                "content_type": key[0],
                "object_id": key[1],
                "title": row.title,
                "sha256": file_hash(getattr(row, name)),
                "public": key in public,
            }
