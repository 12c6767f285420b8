"""Above the item: moves, slugs, privacy and sites change addresses of everything below."""

from django.contrib.auth.models import Group as People
from django.core import serializers
from treebeard.mp_tree import MP_MoveHandler
from wagtail.models import Page, PageViewRestriction, Site

from .route import HARMLESS, NOBODY, Group
from .scene import PUBLISHER, SUPERUSER

group = Group("Places above the item")
# Rights over pages above come with being a moderator.
WHO = (PUBLISHER, SUPERUSER)


@group.route(
    "move in the explorer",
    "section",
    "folder",
    "catalogue",
    who=WHO,
    covers=["wagtailadmin_pages:move_confirm"],
)
def move(attempt, page):
    target = attempt.scene.home if page.depth > 3 else attempt.scene.plain
    attempt.post("wagtailadmin_pages:move_confirm", page.pk, target.pk)


@group.route("slug in the editor", "section", who=WHO, covers=["wagtailadmin_pages:edit"], stock="plain")
def rename(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"slug": "elsewhere", "action-publish": "1"})


@group.route("slug by code", "section", "folder", "catalogue", "home", who=NOBODY, stock="plain")
def rename_by_code(attempt, page):
    page.slug = "elsewhere"
    page.save()


@group.route("slug by code through the base class", "section", "folder", who=NOBODY, stock="plain")
def rename_base(attempt, page):
    page = Page.objects.get(pk=page.pk)
    page.slug = "elsewhere"
    page.save(update_fields=["slug"])


@group.route("the tree moved without Wagtail", "item", "folder", "section", "catalogue", who=NOBODY)
def move_the_tree(attempt, page):
    target = attempt.scene.home if page.depth > 3 else attempt.scene.plain
    MP_MoveHandler(Page.objects.get(pk=page.pk), Page.objects.get(pk=target.pk), "last-child").process()


@group.route("another place in the tree, saved as a row", "section", "folder", "catalogue", who=NOBODY)
def save_path(attempt, page):
    page.path = f"{attempt.scene.annex.path}0099"
    page.save()


@group.route("another depth in the tree, saved as a row", "section", "folder", "item", who=NOBODY)
def save_depth(attempt, page):
    page.depth += 1
    page.save(update_fields=["depth"])


@group.route(
    "a row that knows of no pages below", "section", "folder", "catalogue", who=NOBODY, expects=HARMLESS
)
def save_numchild(attempt, page):
    page.numchild = 0
    page.save()


@group.route(
    "privacy in the editor",
    "section",
    "catalogue",
    "item",
    who=WHO,
    covers=["wagtailadmin_pages:set_privacy"],
    stock="plain",
)
def restrict(attempt, page):
    attempt.post("wagtailadmin_pages:set_privacy", page.pk, data={"restriction_type": "login"})


@group.route("privacy by code", "section", "home", "folder", "item", "news", who=NOBODY, stock="plain")
def restrict_by_code(attempt, page):
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")


@group.route("privacy for a group by code", "section", who=NOBODY, stock="plain")
def restrict_to_group(attempt, page):
    restriction = PageViewRestriction(page=Page.objects.get(pk=page.pk), restriction_type="groups")
    restriction.save()
    restriction.groups.add(People.objects.first())


@group.route(
    "unpublish above, with everything below",
    "section",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:unpublish"],
)
def unpublish_below(attempt, page):
    attempt.post("wagtailadmin_pages:unpublish", page.pk, data={"include_descendants": "on"})


@group.route("delete above", "section", "folder", "catalogue", who=WHO, covers=["wagtailadmin_pages:delete"])
def delete_above(attempt, page):
    attempt.post("wagtailadmin_pages:delete", page.pk)


@group.route("hostname of the site", "site", who=(SUPERUSER,), covers=["wagtailsites:edit"])
def change_hostname(attempt, site):
    # A hostname that others know; the visitor goes on asking for paths.
    Site.objects.update(hostname="agency.example")
    attempt.edit("wagtailsites:edit", site.pk, hostname="other.example")
    assert Site.objects.get(pk=site.pk).hostname == "agency.example"
    Site.objects.update(hostname="localhost")


@group.route("root page of the site", "site", who=(SUPERUSER,), covers=["wagtailsites:edit"])
def change_root(attempt, site):
    attempt.edit("wagtailsites:edit", site.pk, root_page=attempt.scene.plain.pk)


@group.route("site deleted", "site", who=(SUPERUSER,), covers=["wagtailsites:delete"])
def delete_site(attempt, site):
    attempt.post("wagtailsites:delete", site.pk)


@group.route(
    "second site rooted at public items",
    "catalogue",
    "folder",
    "section",
    who=(SUPERUSER,),
    covers=["wagtailsites:add"],
)
def add_site(attempt, page):
    data = {"hostname": "second.example", "port": 80, "root_page": page.pk}
    attempt.post("wagtailsites:add", data=data)


@group.route("site saved by code", "site", who=NOBODY)
def save_site(attempt, site):
    site = Site.objects.get(pk=site.pk)
    site.root_page = attempt.scene.plain
    site.save()


@group.route("site from a fixture with another root", "site", who=NOBODY)
def load_site(attempt, site):
    site.root_page = attempt.scene.plain
    for each in serializers.deserialize("json", serializers.serialize("json", [site])):
        each.save()


@group.route("another language for what is written in one", "english", who=NOBODY)
def rename_language(attempt, locale):
    locale.language_code = "fr"
    locale.save()
