"""Management commands of Wagtail and of what it brings, run on the server."""

import json
import tempfile

from django.core import serializers
from django.utils import timezone

from .route import HARMLESS, NOBODY, Group
from .scene import FOREIGN, days

group = Group("Management commands")


def route(name, *on, covers, **options):
    return group.route(name, *on, who=NOBODY, covers=[f"command:{each}" for each in covers], **options)


@route("move_pages: children of a page above", "folder", "section", covers=["move_pages"])
def move_pages(attempt, page):
    scene = attempt.scene
    there = scene.other_folder if page.pk == scene.folder.pk else scene.annex
    attempt.command("move_pages", page.pk, there.pk)


@route("publish_scheduled before the time", "scheduled", expects=HARMLESS, covers=["publish_scheduled"])
def publish_scheduled(attempt, page):
    attempt.command("publish_scheduled")


@route(
    "publish_scheduled: a time written into a revision without review",
    "draft",
    "revised",
    "news_draft",
    stock="plain_draft",
    covers=["publish_scheduled", "publish_scheduled_pages"],
    expects=HARMLESS,
)
def forged_schedule(attempt, page):
    revision = page.get_latest_revision()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - days(1))
    attempt.command("publish_scheduled")


@route(
    "publish_scheduled: a time of expiry written into the row of a public item",
    "item",
    "news",
    stock="plain",
    covers=["publish_scheduled"],
)
def forged_expiry(attempt, page):
    page.expire_at = timezone.now() - days(1)
    page.save(update_fields=["expire_at"])
    attempt.command("publish_scheduled")


@route("purge_revisions, all", "item", expects=HARMLESS, covers=["purge_revisions"])
def purge_revisions(attempt, page):
    attempt.command("purge_revisions", days=0)


@route("fixtree, set_url_paths", "item", expects=HARMLESS, covers=["fixtree", "set_url_paths"])
def repair(attempt, page):
    attempt.command("fixtree", interactive=False)
    attempt.command("set_url_paths")


@route(
    "create_log_entries_from_revisions",
    "item",
    expects=HARMLESS,
    covers=["create_log_entries_from_revisions"],
)
def log_entries(attempt, page):
    attempt.command("create_log_entries_from_revisions")


@route(
    "rebuild_references_index, update_index",
    "item",
    expects=HARMLESS,
    covers=[
        "rebuild_references_index",
        "show_references_index",
        "update_index",
        "wagtail_update_index",
        "rebuild_modelsearch_index",
    ],
)
def indexes(attempt, page):
    attempt.command("rebuild_references_index")
    attempt.command("wagtail_update_index")


@route(
    "wagtail_update_image_renditions",
    "item",
    expects=HARMLESS,
    covers=["wagtail_update_image_renditions"],
)
def renditions(attempt, page):
    attempt.command("wagtail_update_image_renditions")


@route("sync_locale_trees of wagtail-localize", "draft", expects=HARMLESS, covers=["sync_locale_trees"])
def sync_locale_trees(attempt, page):
    attempt.command("sync_locale_trees")


@route("loaddata: a public item with other words", "item", "news", covers=["loaddata"])
def load_changed(attempt, page):
    rows = json.loads(serializers.serialize("json", [page.page_ptr, page]))
    for row in rows:
        if "title" in row["fields"]:
            row["fields"]["title"] = FOREIGN
    load(attempt, rows)


@route("loaddata: a new page that is public", "news", stock="plain", covers=["loaddata"])
def load_new(attempt, page):
    rows = json.loads(serializers.serialize("json", [page.page_ptr, page]))
    for row in rows:
        row["pk"] = 90_001
        if "title" in row["fields"]:
            row["fields"] |= {"title": FOREIGN, "slug": "foreign", "path": page.path[:-4] + "000Z"}
            row["fields"] |= {
                "url_path": page.url_path.replace(page.slug, "foreign"),
                "latest_revision": None,
            }
            row["fields"] |= {
                "live_revision": None,
                "translation_key": "00000000-0000-4000-8000-000000000001",
            }
    load(attempt, rows)


def load(attempt, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file)
        file.flush()
        attempt.command("loaddata", file.name)
