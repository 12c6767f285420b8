"""What a webmaster does with ordinary pages, as one table. The same is done on a site without the package.

``tests.routes.stock`` does it there. Nothing here may import what needs the package to be installed.
"""

import datetime
import re
from contextlib import nullcontext

from django.contrib.messages import get_messages
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

# What stands below the home page, and what a visitor asks after each line.
ADDRESSES = (
    "/ordinary/",
    "/ordinary/first/",
    "/ordinary/renamed/",
    "/ordinary/copied/",
    "/ordinary/follower/",
    "/ordinary/later/",
    "/elsewhere/",
    "/elsewhere/renamed/",
)
# What Wagtail makes up for each paragraph.
MADE_UP = re.compile(r' data-block-key="\w+"')
TYPE = ("testapp", "plainpage")
STEPS = []


def step(name):
    def add(act):
        STEPS.append((name, act))
        return act

    return add


class Webmaster:
    """A superuser in the admin of a site whose home page is ``home``."""

    def __init__(self, user, home):
        self.client, self.home, self.answers = Client(), home, []
        self.client.force_login(user)

    def page(self, slug):
        return self.home.get_descendants().get(slug=slug).specific

    def post(self, name, *args, query="", **data):
        answer = self.client.post(reverse(name, args=args) + query, data)
        # Nobody opens a page on which they would be shown, so they pile up.
        levels = [message.level_tag for message in get_messages(answer.wsgi_request)]
        self.answers.append([answer.status_code, levels[-1:]])

    def add(self, parent, slug, *, publish=True, **fields):
        self.post("wagtailadmin_pages:add", *TYPE, parent.pk, **form(slug, publish=publish, **fields))

    def edit(self, page, *, publish=True, **fields):
        given = {"slug": page.slug, "title": page.title, "body": page.body, **fields}
        self.post("wagtailadmin_pages:edit", page.pk, **form(publish=publish, **given))


def form(slug, *, publish, title="", body="", **fields):
    """What the editor sends of a page."""
    data = {
        "title": title or slug,
        "slug": slug,
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "body": rich_text(body or f"<p>{slug}</p>"),
        "comments": inline_formset([]),
        **fields,
    }
    return nested_form_data(data) | ({"action-publish": "1"} if publish else {})


def typed(**ahead):
    return timezone.localtime(timezone.now() + datetime.timedelta(**ahead)).strftime("%Y-%m-%d %H:%M")


@step("two pages created and published, below the home page")
def begin(master):
    master.add(master.home, "ordinary")
    master.add(master.home, "elsewhere")


@step("a draft created below")
def create(master):
    master.add(master.page("ordinary"), "first", publish=False)


@step("it is published")
def publish(master):
    master.edit(master.page("first"))


@step("an edit of it, kept as a draft")
def draft(master):
    master.edit(master.page("first"), publish=False, body="<p>second</p>", title="Second")


@step("that draft is published")
def publish_draft(master):
    master.page("first").get_latest_revision().publish()


@step("an earlier revision is published again in the admin")
def revert(master):
    page = master.page("first")
    earlier = page.revisions.order_by("created_at", "pk").first()
    data = form(page.slug, publish=True, title="first", body="<p>first</p>")
    master.post("wagtailadmin_pages:edit", page.pk, **data, revision=earlier.pk)


@step("its address is changed")
def rename(master):
    master.edit(master.page("first"), slug="renamed")


@step("it is copied, the copy published")
def copy(master):
    page = master.page("renamed")
    where = {"new_title": "Copied", "new_slug": "copied", "new_parent_page": page.get_parent().pk}
    master.post("wagtailadmin_pages:copy", page.pk, **where, publish_copies="on")


@step("an alias of it is made")
def alias(master):
    page = master.page("renamed")
    where = {"new_title": "x", "new_slug": "follower", "new_parent_page": page.get_parent().pk}
    master.post("wagtailadmin_pages:copy", page.pk, **where, alias="on")


@step("it is edited: the alias follows, the copy does not")
def edit_original(master):
    master.edit(master.page("renamed"), body="<p>third</p>")


@step("the alias is made a page of its own")
def convert(master):
    master.post("wagtailadmin_pages:convert_alias", master.page("follower").pk)


@step("saved by code, without a revision")
def save(master):
    page = master.page("copied")
    page.body = "<p>by code</p>"
    page.save()


@step("it is moved")
def move(master):
    page, target = master.page("renamed"), master.page("elsewhere")
    master.post("wagtailadmin_pages:move_confirm", page.pk, target.pk)


@step("it is made private, and public again")
def privacy(master):
    page = master.page("renamed")
    master.post("wagtailadmin_pages:set_privacy", page.pk, restriction_type="login")
    master.seen_meanwhile = served(Client())
    master.post("wagtailadmin_pages:set_privacy", page.pk, restriction_type="none")


@step("it is unpublished")
def unpublish(master):
    master.post("wagtailadmin_pages:unpublish", master.page("renamed").pk)


@step("it is published again in bulk")
def publish_in_bulk(master):
    page = master.page("renamed")
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    master.post(
        "wagtail_bulk_action", "wagtailcore", "page", "publish", query=f"?id={page.pk}&next={address}"
    )


@step("a page is created with a time of release, which has not come")
def schedule(master):
    master.add(master.page("ordinary"), "later", go_live_at=typed(hours=2), expire_at=typed(hours=6))
    call_command("publish_scheduled")


@step("that time has come")
def release(master):
    with travel(timezone.now() + datetime.timedelta(hours=4)):
        call_command("publish_scheduled")


@step("its time has expired")
def expire(master):
    with travel(timezone.now() + datetime.timedelta(hours=8)):
        call_command("publish_scheduled")


@step("it is deleted")
def delete(master):
    master.post("wagtailadmin_pages:delete", master.page("renamed").pk)


@step("everything is unpublished with what stands below, and deleted")
def clear(master):
    page = master.page("ordinary")
    master.post("wagtailadmin_pages:unpublish", page.pk, include_descendants="on")
    master.seen_meanwhile = served(Client())
    master.post("wagtailadmin_pages:delete", page.pk)


def served(visitor):
    """What a visitor is served at each address: status, where it leads, text."""
    found = {}
    for address in ADDRESSES:
        answer = visitor.get(address)
        text = answer.content.decode() if answer.status_code == 200 else ""
        found[address] = [answer.status_code, answer.get("Location", ""), MADE_UP.sub("", text)]
    return found


def journey(user, home, *, within=nullcontext, after_each=lambda name: None):
    """Do every line of the table, each in a context that ``within`` makes.

    Returns ``[name, answers of the admin, what a visitor was served meanwhile, and afterwards]`` of each.
    """
    master, found = Webmaster(user, home), []
    for name, act in STEPS:
        master.answers, master.seen_meanwhile = [], None
        with within():
            act(master)
        found.append([name, master.answers, master.seen_meanwhile, served(Client())])
        after_each(name)
    return found
