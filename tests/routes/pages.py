"""Page editor and explorer."""

from django.utils import timezone
from django.utils.dateformat import format as format_date
from time_machine import travel

from .route import DRAFT, HARMLESS, Group
from .scene import EDITOR, FOREIGN, PUBLISHER, SUPERUSER, days

group = Group("Page editor and explorer")
ITEMS = ("item", "news")
DRAFTS = ("draft", "news_draft")
EDIT = ["wagtailadmin_pages:edit", "menu:PublishMenuItem"]
WITH_RIGHTS = (PUBLISHER, SUPERUSER)


def typed(moment):
    """A time as it is typed into the editor."""
    return format_date(timezone.localtime(moment), "Y-m-d H:i")


def elsewhere(attempt, page):
    """A page of the site below which ``page`` may stand, but does not."""
    scene = attempt.scene
    return scene.other_folder if page.get_parent().specific_class is type(scene.folder) else scene.annex


@group.route("“Publish” in the editor of a public item", *ITEMS, stock="plain", expects=DRAFT, covers=EDIT)
def publish(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


@group.route("“Publish” in the editor of a draft", *DRAFTS, stock="plain_draft", expects=DRAFT, covers=EDIT)
def publish_draft(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


@group.route("“Publish” of a draft while it is under review", "reviewed", covers=EDIT)
def publish_under_review(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


@group.route("“Publish” of what is approved for a later time", "scheduled", expects=DRAFT, covers=EDIT)
def publish_before_its_time(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"go_live_at": "", "action-publish": "1"})


@group.route(
    "A new page, published in one step",
    *ITEMS,
    stock="plain",
    expects=DRAFT,
    covers=["wagtailadmin_pages:add", "menu:PublishMenuItem"],
)
def create_and_publish(attempt, page):
    kind, parent = page._meta, page.get_parent()
    where = (kind.app_label, kind.model_name, parent.pk)
    attempt.edit(
        "wagtailadmin_pages:add", *where, **{"title": FOREIGN, "slug": "foreign", "action-publish": "1"}
    )


@group.route(
    "A new page, published in the second step",
    *ITEMS,
    stock="plain",
    expects=DRAFT,
    covers=["wagtailadmin_pages:add", "wagtailadmin_pages:edit"],
)
def create_then_publish(attempt, page):
    kind, parent = page._meta, page.get_parent()
    where = (kind.app_label, kind.model_name, parent.pk)
    attempt.edit("wagtailadmin_pages:add", *where, **{"title": FOREIGN, "slug": "foreign"})
    made = type(page).objects.order_by("pk").last()
    if made.pk != page.pk:
        attempt.edit("wagtailadmin_pages:edit", made.pk, **{"action-publish": "1"})


@group.route(
    "A time of release in the editor, then the scheduled command",
    "item",
    "news_draft",
    stock="plain_draft",
    expects=DRAFT,
    covers=["wagtailadmin_pages:edit", "command:publish_scheduled"],
)
def schedule(attempt, page):
    attempt.edit(
        "wagtailadmin_pages:edit",
        page.pk,
        **{"title": FOREIGN, "go_live_at": typed(timezone.now() + days(1)), "action-publish": "1"},
    )
    with travel(timezone.now() + days(1.5)):
        attempt.command("publish_scheduled")


@group.route(
    "A time of expiry in the editor of a public item, then the scheduled command",
    *ITEMS,
    stock="plain",
    expects=DRAFT,
    covers=["wagtailadmin_pages:edit", "command:publish_scheduled"],
)
def expire(attempt, page):
    attempt.edit(
        "wagtailadmin_pages:edit",
        page.pk,
        **{"expire_at": typed(timezone.now() + days(1)), "action-publish": "1"},
    )
    with travel(timezone.now() + days(1.5)):
        attempt.command("publish_scheduled")


@group.route(
    "Taking back what is approved for a later time",
    "scheduled",
    expects=HARMLESS,
    covers=["wagtailadmin_pages:revisions_unschedule"],
)
def unschedule(attempt, page):
    attempt.post("wagtailadmin_pages:revisions_unschedule", page.pk, page.scheduled_revision.pk)


@group.route(
    "An old revision, opened and published",
    "revised",
    "item",
    stock="plain",
    expects=DRAFT,
    covers=["wagtailadmin_pages:revisions_revert", "menu:PublishMenuItem"],
)
def revert(attempt, page):
    first = page.revisions.order_by("created_at", "pk").first()
    form = attempt.form("wagtailadmin_pages:revisions_revert", page.pk, first.pk)
    attempt.post(
        "wagtailadmin_pages:edit", page.pk, data={**form, "revision": first.pk, "action-publish": "1"}
    )


# Copies and aliases


def copy_data(page, parent, **more):
    return {"new_title": FOREIGN, "new_slug": "foreign", "new_parent_page": parent.pk, **more}


@group.route("A copy, published", *ITEMS, stock="plain", expects=DRAFT, covers=["wagtailadmin_pages:copy"])
def copy(attempt, page):
    data = copy_data(page, page.get_parent(), publish_copies="on")
    attempt.post("wagtailadmin_pages:copy", page.pk, data=data)


@group.route(
    "A copy elsewhere, published", *ITEMS, stock="plain", expects=DRAFT, covers=["wagtailadmin_pages:copy"]
)
def copy_elsewhere(attempt, page):
    data = copy_data(page, elsewhere(attempt, page), publish_copies="on")
    attempt.post("wagtailadmin_pages:copy", page.pk, data=data)


@group.route(
    "A copy of the page above with all below it, published",
    "section",
    "folder",
    stock="annex",
    who=WITH_RIGHTS,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:copy"],
)
def copy_parent(attempt, page):
    data = copy_data(page, page.get_parent(), copy_subpages="on", publish_copies="on")
    attempt.post("wagtailadmin_pages:copy", page.pk, data=data)


@group.route("An alias", *ITEMS, stock="plain", but=[(EDITOR, DRAFT)], covers=["wagtailadmin_pages:copy"])
def alias(attempt, page):
    data = copy_data(page, page.get_parent(), alias="on")
    attempt.post("wagtailadmin_pages:copy", page.pk, data=data)


@group.route(
    "An alias of the page above with all below it",
    "section",
    stock="annex",
    who=WITH_RIGHTS,
    covers=["wagtailadmin_pages:copy"],
)
def alias_parent(attempt, page):
    data = copy_data(page, page.get_parent(), alias="on", copy_subpages="on")
    attempt.post("wagtailadmin_pages:copy", page.pk, data=data)


@group.route(
    "Turning an alias in another language into a page of its own",
    "item_alias",
    expects=DRAFT,
    covers=["wagtailadmin_pages:convert_alias"],
)
def convert_alias(attempt, page):
    attempt.post("wagtailadmin_pages:convert_alias", page.pk)
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


# Places


@group.route(
    "Moving an item",
    *ITEMS,
    stock="plain",
    covers=["wagtailadmin_pages:move", "wagtailadmin_pages:move_confirm"],
)
def move(attempt, page):
    there = elsewhere(attempt, page)
    attempt.post("wagtailadmin_pages:move", page.pk, data={"new_parent_page": there.pk})
    attempt.post("wagtailadmin_pages:move_confirm", page.pk, there.pk)


@group.route(
    "Moving a page above",
    "section",
    "folder",
    "catalogue",
    stock="annex",
    covers=["wagtailadmin_pages:move_confirm"],
)
def move_parent(attempt, page):
    there = attempt.scene.annex if page.pk != attempt.scene.annex.pk else attempt.scene.section
    attempt.post("wagtailadmin_pages:move_confirm", page.pk, there.pk)


@group.route(
    "Another slug for a page above",
    "section",
    "catalogue",
    stock="annex",
    expects=DRAFT,
    covers=["wagtailadmin_pages:edit"],
)
def slug_of_parent(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"slug": "renamed", "action-publish": "1"})


@group.route(
    "Another slug for an item", *ITEMS, stock="plain", expects=DRAFT, covers=["wagtailadmin_pages:edit"]
)
def slug(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"slug": "renamed", "action-publish": "1"})


@group.route(
    "Another place among its siblings",
    *ITEMS,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:set_page_position"],
)
def reorder(attempt, page):
    attempt.post("wagtailadmin_pages:set_page_position", page.pk, query="?position=0")


# Leaving


@group.route(
    "“Unpublish”", *ITEMS, stock="plain", covers=["wagtailadmin_pages:unpublish", "menu:UnpublishMenuItem"]
)
def unpublish(attempt, page):
    attempt.post("wagtailadmin_pages:unpublish", page.pk)


@group.route(
    "“Unpublish” of a page above with all below it",
    "section",
    "catalogue",
    stock="annex",
    expects=HARMLESS,
    covers=["wagtailadmin_pages:unpublish"],
)
def unpublish_parent(attempt, page):
    attempt.post("wagtailadmin_pages:unpublish", page.pk, data={"include_descendants": "on"})


@group.route("“Delete”", *ITEMS, stock="plain", covers=["wagtailadmin_pages:delete"])
def delete(attempt, page):
    attempt.post("wagtailadmin_pages:delete", page.pk)


@group.route(
    "“Delete” of a page above",
    "section",
    "folder",
    "catalogue",
    stock="annex",
    covers=["wagtailadmin_pages:delete"],
)
def delete_parent(attempt, page):
    attempt.post("wagtailadmin_pages:delete", page.pk)


@group.route(
    "A privacy setting",
    *ITEMS,
    "section",
    "folder",
    "catalogue",
    "home",
    stock="annex",
    covers=["wagtailadmin_pages:set_privacy"],
)
def privacy(attempt, page):
    attempt.post("wagtailadmin_pages:set_privacy", page.pk, data={"restriction_type": "login"})


# What may be done


@group.route(
    "Locking and unlocking",
    *ITEMS,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:lock", "wagtailadmin_pages:unlock"],
)
def lock(attempt, page):
    attempt.post("wagtailadmin_pages:lock", page.pk)
    attempt.post("wagtailadmin_pages:unlock", page.pk)


@group.route(
    "Saving a draft of a public item",
    *ITEMS,
    expects=DRAFT,
    covers=["wagtailadmin_pages:edit", "menu:SaveDraftMenuItem"],
)
def save_draft(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, title=FOREIGN)
