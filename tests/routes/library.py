"""Documents, images, collections and languages in Wagtail's own forms."""

from django.core.files.uploadedfile import SimpleUploadedFile

from .route import HARMLESS, Group
from .scene import FOREIGN, PUBLISHER, SUPERUSER

group = Group("Files, collections and languages")
WITH_RIGHTS = (PUBLISHER, SUPERUSER)
CHIEF = (SUPERUSER,)


@group.route("Another file for a document", "document", who=WITH_RIGHTS, covers=["wagtaildocs:edit"])
def replace_document(attempt, row):
    data = {
        "title": row.title,
        "collection": row.collection_id,
        "file": SimpleUploadedFile("b.txt", b"other"),
    }
    attempt.post("wagtaildocs:edit", row.pk, data=data)


@group.route("Another title for an image", "image", who=WITH_RIGHTS, covers=["wagtailimages:edit"])
def rename_image(attempt, row):
    attempt.post("wagtailimages:edit", row.pk, data={"title": FOREIGN, "collection": row.collection_id})


@group.route(
    "Deleting a document", "document", who=WITH_RIGHTS, stock="free_document", covers=["wagtaildocs:delete"]
)
def delete_document(attempt, row):
    attempt.post("wagtaildocs:delete", row.pk)


@group.route("Deleting an image", "image", who=WITH_RIGHTS, covers=["wagtailimages:delete"])
def delete_image(attempt, row):
    attempt.post("wagtailimages:delete", row.pk)


@group.route(
    "A privacy setting for a collection",
    "collection",
    who=CHIEF,
    stock="library",
    covers=["wagtailadmin_collections:set_privacy"],
)
def collection_privacy(attempt, row):
    attempt.post("wagtailadmin_collections:set_privacy", row.pk, data={"restriction_type": "login"})


@group.route(
    "A collection put below a private one",
    "collection",
    who=CHIEF,
    expects=HARMLESS,
    covers=["wagtailadmin_collections:edit"],
)
def move_collection(attempt, row):
    data = {"name": row.name, "parent": attempt.scene.private.pk}
    attempt.post("wagtailadmin_collections:edit", row.pk, data=data)


@group.route(
    "Deleting a collection that holds files",
    "collection",
    who=CHIEF,
    expects=HARMLESS,
    covers=["wagtailadmin_collections:delete"],
)
def delete_collection(attempt, row):
    attempt.post("wagtailadmin_collections:delete", row.pk)


@group.route(
    "Deleting the language of public items",
    "english",
    who=CHIEF,
    expects=HARMLESS,
    covers=["wagtaillocales:delete"],
)
def delete_language(attempt, row):
    attempt.post("wagtaillocales:delete", row.pk)
