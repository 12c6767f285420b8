"""The public APIs: reading by v2 and v3, and writing by v3, which Wagtail 8 has, with a token of the person."""

from .route import DRAFT, HARMLESS, Group
from .scene import EDITOR, FOREIGN

group = Group("Public APIs")
ITEMS = ("item", "news")
V3 = (8,)
NOTICE = "testapp.Notice"


def route(name, *on, covers, **options):
    return group.route(name, *on, since=V3, covers=[f"v3:{each}" for each in covers], **options)


def model_of(row):
    return row._meta.label


# Pages


@route(
    "POST …/actions/publish/",
    "draft",
    "news_draft",
    "revised",
    "reviewed",
    "scheduled",
    stock="plain_draft",
    covers=["pages_actions_publish"],
)
def publish(attempt, page):
    attempt.token_api("post", "pages_actions_publish", page.pk)


@route("PATCH a page, published", *ITEMS, stock="plain", but=[(EDITOR, DRAFT)], covers=["pages_update"])
def patch(attempt, page):
    data = {"title": FOREIGN, "meta": {"type": model_of(page), "action": "publish"}}
    attempt.token_api("patch", "update_page", page.pk, data=data)


@route("PATCH a page", *ITEMS, "reviewed", "scheduled", expects=DRAFT, covers=["pages_update"])
def patch_draft(attempt, page):
    attempt.token_api(
        "patch", "update_page", page.pk, data={"title": FOREIGN, "meta": {"type": model_of(page)}}
    )


@route("POST a page, published", *ITEMS, stock="plain", covers=["pages_create"], expects=DRAFT)
def create(attempt, page):
    meta = {"type": model_of(page), "parent_id": page.get_parent().pk, "action": "publish"}
    attempt.token_api("post", "create_page", data={"title": FOREIGN, "slug": "foreign", "meta": meta})


@route("copy, kept live", *ITEMS, stock="plain", covers=["pages_actions_copy"])
def copy(attempt, page):
    attempt.token_api("post", "pages_actions_copy", page.pk, data={"title": FOREIGN, "slug": "foreign"})


@route("copy, recursive", "section", stock="annex", covers=["pages_actions_copy"])
def copy_below(attempt, page):
    attempt.token_api("post", "pages_actions_copy", page.pk, data={"slug": "foreign", "recursive": True})


@route("create_alias", *ITEMS, stock="plain", covers=["pages_actions_create_alias"])
def create_alias(attempt, page):
    attempt.token_api("post", "pages_actions_create_alias", page.pk, data={"slug": "foreign"})


@route("convert_alias", "item_alias", expects=HARMLESS, covers=["pages_actions_convert_alias"])
def convert_alias(attempt, page):
    attempt.token_api("post", "pages_actions_convert_alias", page.pk)


@route("move", *ITEMS, "section", stock="plain", covers=["pages_actions_move"])
def move(attempt, page):
    under_folder = page.get_parent().specific_class is type(attempt.scene.folder)
    there = attempt.scene.other_folder if under_folder else attempt.scene.annex
    data = {"destination_id": there.pk, "position": "last-child"}
    attempt.token_api("post", "pages_actions_move", page.pk, data=data)


@route("unpublish", *ITEMS, stock="plain", covers=["pages_actions_unpublish"])
def unpublish(attempt, page):
    attempt.token_api("post", "pages_actions_unpublish", page.pk)


@route(
    "unpublish, recursive",
    "section",
    "catalogue",
    stock="annex",
    expects=HARMLESS,
    covers=["pages_actions_unpublish"],
)
def unpublish_below(attempt, page):
    attempt.token_api("post", "pages_actions_unpublish", page.pk, data={"recursive": True})


@route("DELETE a page", *ITEMS, "section", "folder", stock="plain", covers=["pages_delete"])
def delete(attempt, page):
    attempt.token_api("delete", "delete_page", page.pk)


@route("…/actions/delete/", *ITEMS, stock="plain", covers=["pages_actions_delete"])
def delete_action(attempt, page):
    attempt.token_api("delete", "pages_actions_delete", page.pk)


@route("revert, then publish", "revised", "item", stock="plain", covers=["pages_actions_revert"])
def revert(attempt, page):
    first = page.revisions.order_by("created_at", "pk").first()
    attempt.token_api("post", "pages_actions_revert", page.pk, data={"revision_id": first.pk})
    attempt.token_api("post", "pages_actions_publish", page.pk)


@route(
    "copy_for_translation of a draft, as an alias",
    "draft",
    "news_draft",
    expects=DRAFT,
    covers=["pages_actions_copy_for_translation"],
)
def translate_alias(attempt, page):
    data = {"locale": "en", "copy_parents": True, "alias": True}
    attempt.token_api("post", "pages_actions_copy_for_translation", page.pk, data=data)


@route(
    "copy_for_translation, then publish",
    "revised",
    "news",
    expects=DRAFT,
    covers=["pages_actions_copy_for_translation"],
)
def translate(attempt, page):
    data = {"locale": "en", "copy_parents": True}
    attempt.token_api("post", "pages_actions_copy_for_translation", page.pk, data=data)
    made = page.get_translation_or_none(attempt.scene.english)
    if made is not None:
        attempt.token_api("post", "pages_actions_publish", made.pk)


# Snippets


def snippet(attempt, method, name, row, **data):
    attempt.token_api(method, name, row._meta.label, row.pk, data=data)


@route("publish a snippet", "notice_draft", stock="memo_draft", covers=["snippets_actions_publish"])
def publish_snippet(attempt, row):
    snippet(attempt, "post", "snippets_actions_publish", row)


@route(
    "PATCH a snippet, published", "notice", stock="memo", but=[(EDITOR, DRAFT)], covers=["snippets_update"]
)
def patch_snippet(attempt, row):
    snippet(attempt, "patch", "update_snippet", row, text=FOREIGN, meta={"action": "publish"})


@route("POST a snippet, published", "notice", stock="memo", expects=DRAFT, covers=["snippets_create"])
def create_snippet(attempt, row):
    data = {"text": FOREIGN, "meta": {"action": "publish"}}
    attempt.token_api("post", "create_snippet", row._meta.label, data=data)


@route("unpublish a snippet", "notice", stock="memo", covers=["snippets_actions_unpublish"])
def unpublish_snippet(attempt, row):
    snippet(attempt, "post", "snippets_actions_unpublish", row)


@route("DELETE a snippet", "notice", stock="memo", covers=["snippets_delete", "snippets_actions_delete"])
def delete_snippet(attempt, row):
    snippet(attempt, "delete", "snippets_actions_delete", row)
    if not type(row).objects.filter(pk=row.pk).exists():
        return
    snippet(attempt, "delete", "delete_snippet", row)


@route(
    "revert a snippet, then publish",
    "notice",
    stock="memo",
    but=[(EDITOR, HARMLESS)],
    covers=["snippets_actions_revert"],
    expects=HARMLESS,
)
def revert_snippet(attempt, row):
    first = row.revisions.order_by("created_at", "pk").first()
    snippet(attempt, "post", "snippets_actions_revert", row, revision_id=first.pk)
    snippet(attempt, "post", "snippets_actions_publish", row)


@route(
    "a snippet copied for translation, then published",
    "notice",
    stock="memo",
    expects=DRAFT,
    covers=["snippets_actions_copy_for_translation"],
)
def translate_snippet(attempt, row):
    snippet(attempt, "post", "snippets_actions_copy_for_translation", row, locale="en")
    made = type(row).objects.filter(locale=attempt.scene.english).first()
    if made is not None:
        snippet(attempt, "post", "snippets_actions_publish", made)


# Files


@route("DELETE a document", "document", stock="free_document", covers=["documents_delete"])
def delete_document(attempt, row):
    attempt.token_api("delete", "delete_document", row.pk)


@route("PATCH a document: its title", "document", covers=["documents_update"])
def patch_document(attempt, row):
    attempt.token_api("patch", "update_document", row.pk, data={"title": FOREIGN})


@route(
    "PATCH a document: a private collection", "document", stock="free_document", covers=["documents_update"]
)
def hide_document(attempt, row):
    data = {"collection_id": attempt.scene.private.pk, "collection": attempt.scene.private.pk}
    attempt.token_api("patch", "update_document", row.pk, data=data)


@route("DELETE an image", "image", covers=["images_delete"])
def delete_image(attempt, row):
    attempt.token_api("delete", "delete_image", row.pk)


@route("PATCH an image: its title", "image", covers=["images_update"])
def patch_image(attempt, row):
    attempt.token_api("patch", "update_image", row.pk, data={"title": FOREIGN, "description": FOREIGN})


# The site


@route("DELETE the site", "site", covers=["sites_delete"])
def delete_site(attempt, row):
    attempt.token_api("delete", "delete_site", row.pk)


@route("PATCH the site: another root page", "site", covers=["sites_update"])
def patch_site(attempt, row):
    data = {"root_page": attempt.scene.annex.pk, "root_page_id": attempt.scene.annex.pk}
    attempt.token_api("patch", "update_site", row.pk, data=data)


@route("POST a redirect from the address of an item", "item", expects=HARMLESS, covers=["redirects_create"])
def redirect(attempt, page):
    attempt.token_api(
        "post", "create_redirect", data={"old_path": page.url, "redirect_link": "https://else.example/"}
    )
