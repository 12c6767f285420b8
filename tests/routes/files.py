"""Files and shared rows that public items show."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction

from .route import NOBODY, Group
from .scene import FOREIGN, PUBLISHER, SUPERUSER

group = Group("Files and shared rows")
WHO = (PUBLISHER, SUPERUSER)


def upload():
    return SimpleUploadedFile("new.txt", FOREIGN.encode())


def twin_of(attempt, row):
    """A second row with the stored file of ``row``, which no visitor may read."""
    rows = get_document_model().objects
    return rows.create(title="另一行", file=row.file.name, collection=attempt.scene.collection)


@group.route("document replaced by code", "document", "guide", who=NOBODY)
def replace_document(attempt, row):
    row.file = ContentFile(FOREIGN.encode(), "new.txt")
    row.save()


@group.route("second row with the same stored file, deleted", "document", "guide", who=NOBODY)
def delete_twin(attempt, row):
    twin_of(attempt, row).delete()


@group.route("second row with the same stored file, replaced in its form", "document", who=(SUPERUSER,))
def replace_twin(attempt, row):
    twin = twin_of(attempt, row)
    data = {"title": twin.title, "collection": twin.collection_id, "tags": "", "file": upload()}
    attempt.post("wagtaildocs:edit", twin.pk, data=data)


@group.route(
    "document whose address was typed, replaced in its form", "guide", who=WHO, covers=["wagtaildocs:edit"]
)
def replace_typed(attempt, row):
    data = {"title": row.title, "collection": row.collection_id, "tags": "", "file": upload()}
    attempt.post("wagtaildocs:edit", row.pk, data=data)


@group.route("document whose address was typed, deleted", "guide", who=WHO, covers=["wagtaildocs:delete"])
def delete_typed(attempt, row):
    attempt.post("wagtaildocs:delete", row.pk)


@group.route("title of an image by code", "image", who=NOBODY)
def rename_image(attempt, row):
    row.title = FOREIGN
    row.save()


@group.route("image deleted by code", "image", who=NOBODY)
def delete_image(attempt, row):
    row.delete()


@group.route("collection made private by code", "collection", who=NOBODY)
def restrict_collection(attempt, row):
    CollectionViewRestriction.objects.create(collection=row, restriction_type="login")


@group.route("collection saved below a private one", "collection", who=NOBODY)
def save_collection_path(attempt, row):
    row.path, row.depth = f"{attempt.scene.private.path}0001", row.depth + 1
    row.save()


@group.route("shared row in its form", "counter", who=(SUPERUSER,), covers=["wagtailsnippets:edit"])
def edit_shared(attempt, row):
    address = "wagtailsnippets_testapp_counter:edit"
    attempt.post(address, row.pk, data={**attempt.form(address, row.pk), "name": FOREIGN})


@group.route(
    "shared row deleted in the admin",
    "counter",
    "topic",
    who=(SUPERUSER,),
    covers=["wagtailsnippets:delete"],
)
def delete_shared(attempt, row):
    attempt.post(f"wagtailsnippets_testapp_{row._meta.model_name}:delete", row.pk)


@group.route(
    "shared rows deleted in bulk", "counter", "topic", who=(SUPERUSER,), covers=["bulk:snippets:delete"]
)
def delete_shared_in_bulk(attempt, row):
    address = reverse("wagtail_bulk_action", args=["testapp", row._meta.model_name, "delete"])
    attempt.post(address, query=f"?id={row.pk}")
