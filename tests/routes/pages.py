"""Page editor and explorer."""

from .route import DRAFT, REFUSED, Group
from .scene import FOREIGN

group = Group("Page editor and explorer")


@group.route(
    "“Publish” in the editor of a public item",
    "item",
    "news",
    stock="plain",
    expects=DRAFT,
    covers=["wagtailadmin_pages:edit"],
)
def publish(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})


@group.route(
    "“Unpublish”", "item", "news", stock="plain", expects=REFUSED, covers=["wagtailadmin_pages:unpublish"]
)
def unpublish(attempt, page):
    attempt.post("wagtailadmin_pages:unpublish", page.pk)
