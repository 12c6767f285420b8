"""Bulk actions of the explorer, of snippets, documents and images."""

from .route import HARMLESS, Group
from .scene import PUBLISHER, SUPERUSER

group = Group("Bulk actions")
ITEMS = ("item", "news")
WITH_RIGHTS = (PUBLISHER, SUPERUSER)


def bulk(attempt, row, action, data=None):
    model = "wagtailcore.page" if hasattr(row, "url_path") else row._meta.label_lower
    attempt.post(
        "wagtail_bulk_action", *model.split("."), action, query=f"?id={row.pk}&next=/admin/", data=data
    )


@group.route(
    "Publish", "draft", "news_draft", "revised", stock="plain_draft", covers=["bulk:wagtailcore.page:publish"]
)
def publish(attempt, page):
    bulk(attempt, page, "publish")


@group.route(
    "Publish, with all below",
    "section",
    "folder",
    "catalogue",
    stock="section",
    expects=HARMLESS,
    covers=["bulk:wagtailcore.page:publish"],
)
def publish_below(attempt, page):
    bulk(attempt, page, "publish", {"include_descendants": "on"})


@group.route("Unpublish", *ITEMS, stock="plain", covers=["bulk:wagtailcore.page:unpublish"])
def unpublish(attempt, page):
    bulk(attempt, page, "unpublish")


@group.route(
    "Unpublish, with all below",
    "section",
    "folder",
    "catalogue",
    stock="annex",
    expects=HARMLESS,
    covers=["bulk:wagtailcore.page:unpublish"],
)
def unpublish_below(attempt, page):
    bulk(attempt, page, "unpublish", {"include_descendants": "on"})


@group.route("Move", *ITEMS, "section", stock="plain", covers=["bulk:wagtailcore.page:move"])
def move(attempt, page):
    there = (
        attempt.scene.other_folder if page.get_parent().specific_class is type(attempt.scene.folder) else None
    )
    bulk(attempt, page, "move", {"chooser": (there or attempt.scene.annex).pk})


@group.route("Delete", *ITEMS, "section", "catalogue", stock="plain", covers=["bulk:wagtailcore.page:delete"])
def delete(attempt, page):
    bulk(attempt, page, "delete")


@group.route(
    "Delete snippets",
    "notice",
    stock="memo",
    who=WITH_RIGHTS,
    covers=["bulk:snippets:delete"],
)
def delete_snippets(attempt, row):
    bulk(attempt, row, "delete")


@group.route(
    "Delete documents",
    "document",
    who=WITH_RIGHTS,
    stock="free_document",
    covers=["bulk:wagtaildocs.document:delete"],
)
def delete_documents(attempt, row):
    bulk(attempt, row, "delete")


@group.route("Delete images", "image", who=WITH_RIGHTS, covers=["bulk:wagtailimages.image:delete"])
def delete_images(attempt, row):
    bulk(attempt, row, "delete")


@group.route(
    "Put documents into a private collection",
    "document",
    stock="free_document",
    covers=["bulk:wagtaildocs.document:add_to_collection"],
)
def hide_documents(attempt, row):
    bulk(attempt, row, "add_to_collection", {"collection": attempt.scene.private.pk})


@group.route(
    "Put images into a private collection", "image", covers=["bulk:wagtailimages.image:add_to_collection"]
)
def hide_images(attempt, row):
    bulk(attempt, row, "add_to_collection", {"collection": attempt.scene.private.pk})


@group.route(
    "Put documents into another open collection",
    "document",
    "draft_document",
    expects=HARMLESS,
    covers=["bulk:wagtaildocs.document:add_to_collection"],
)
def move_documents(attempt, row):
    bulk(attempt, row, "add_to_collection", {"collection": attempt.scene.library.pk})


@group.route(
    "Tag documents and images",
    "document",
    "image",
    expects=HARMLESS,
    covers=["bulk:wagtaildocs.document:add_tags", "bulk:wagtailimages.image:add_tags"],
)
def tag(attempt, row):
    bulk(attempt, row, "add_tags", {"tags": "标签"})
