"""The API that Wagtail's admin itself uses, with the session of whoever is logged in."""

from .route import DRAFT, HARMLESS, Group
from .scene import EDITOR, FOREIGN

group = Group("Admin API")
ITEMS = ("item", "news")
ACTION = "wagtailadmin_api:pages:action"


def covers(*actions):
    return [f"{ACTION}:{action}" for action in actions]


def act(attempt, page, action, **data):
    attempt.post(ACTION, page.pk, action, data=data)


@group.route(
    "publish",
    "draft",
    "news_draft",
    "revised",
    "reviewed",
    "scheduled",
    stock="plain_draft",
    covers=covers("publish"),
)
def publish(attempt, page):
    act(attempt, page, "publish")


@group.route("unpublish", *ITEMS, stock="plain", covers=covers("unpublish"))
def unpublish(attempt, page):
    act(attempt, page, "unpublish")


@group.route(
    "unpublish, recursive",
    "section",
    "catalogue",
    stock="annex",
    expects=HARMLESS,
    covers=covers("unpublish"),
)
def unpublish_below(attempt, page):
    act(attempt, page, "unpublish", recursive="true")


@group.route("copy, kept live", *ITEMS, stock="plain", covers=covers("copy"))
def copy(attempt, page):
    act(attempt, page, "copy", title=FOREIGN, slug="foreign", keep_live="true")


@group.route("copy, recursive", "section", stock="annex", covers=covers("copy"))
def copy_below(attempt, page):
    act(attempt, page, "copy", recursive="true", keep_live="true", slug="foreign")


@group.route("copy as a draft", *ITEMS, expects=DRAFT, covers=covers("copy"))
def copy_as_draft(attempt, page):
    act(attempt, page, "copy", title=FOREIGN, slug="foreign", keep_live="false")


@group.route("create_alias", *ITEMS, stock="plain", covers=covers("create_alias"))
def create_alias(attempt, page):
    act(attempt, page, "create_alias", update_slug="foreign")


@group.route("create_alias, recursive", "section", stock="annex", covers=covers("create_alias"))
def create_alias_below(attempt, page):
    act(attempt, page, "create_alias", update_slug="foreign", recursive="true")


@group.route("convert_alias", "item_alias", expects=HARMLESS, covers=covers("convert_alias"))
def convert_alias(attempt, page):
    act(attempt, page, "convert_alias")


@group.route("move", *ITEMS, "section", stock="plain", covers=covers("move"))
def move(attempt, page):
    under_folder = page.get_parent().specific_class is type(attempt.scene.folder)
    there = attempt.scene.other_folder if under_folder else attempt.scene.annex
    act(attempt, page, "move", destination_page_id=there.pk, position="last-child")


@group.route("delete", *ITEMS, "section", "folder", stock="plain", covers=covers("delete"))
def delete(attempt, page):
    act(attempt, page, "delete")


@group.route(
    "revert_to_page_revision, then publish",
    "revised",
    "item",
    stock="plain",
    but=[(EDITOR, HARMLESS)],
    covers=covers("revert_to_page_revision", "publish"),
)
def revert(attempt, page):
    first = page.revisions.order_by("created_at", "pk").first()
    act(attempt, page, "revert_to_page_revision", revision_id=first.pk)
    act(attempt, page, "publish")


@group.route(
    "copy_for_translation of a draft, as an alias",
    "draft",
    "news_draft",
    expects=DRAFT,
    covers=covers("copy_for_translation"),
)
def translate_alias(attempt, page):
    act(attempt, page, "copy_for_translation", locale="en", copy_parents="true", alias="true")


@group.route(
    "copy_for_translation, then publish",
    "revised",
    "news",
    expects=DRAFT,
    covers=covers("copy_for_translation"),
)
def translate(attempt, page):
    act(attempt, page, "copy_for_translation", locale="en", copy_parents="true")
    made = page.get_translation_or_none(attempt.scene.english)
    if made is not None:
        act(attempt, made, "publish")
