"""What the tests about leaving share."""

import re

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from wagtail.contrib.frontend_cache.backends.base import BaseBackend
from wagtail.documents import get_document_model

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment, IndexNumber

PERMISSIONS = (
    "add_withdrawal",
    "add_takedown",
    "ratify_takedown",
    "view_takedown",
    "add_validitychange",
    "confirm_validitychange",
    "view_validitychange",
)


def group_with(*codenames):
    group = Group.objects.get_or_create(name="+".join(codenames))[0]
    found = Permission.objects.filter(content_type__app_label="wagtail_disclosure", codename__in=codenames)
    assert found.count() == len(codenames)
    group.permissions.set(found)
    return group


def official(username, *codenames, name=""):
    """A person of the office with these permissions, all that concern leaving by default."""
    return factories.user(username, groups=[group_with(*(codenames or PERMISSIONS))], name=name)


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def document(title="附件"):
    return get_document_model().objects.create(
        title=title, file=ContentFile("附件内容".encode(), name="file.txt")
    )


def with_file(world, title="关于价格公示的通知", **fields):
    """A public item with an attached document."""
    page = factories.draft(world, title, **fields)
    attached = document()
    page.attachments.add(Attachment(document=attached))
    page.save_revision(user=world.people.officer)
    return factories.publish(world, fresh(page)), attached


def number_url(world, page):
    number = IndexNumber.objects.get(translation_key=page.translation_key).number
    return f"{world.catalogue.url}number/{number}/"


def text(response):
    if "html" not in response["Content-Type"]:
        return response.content.decode()
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def places(world, page):
    """Whether each of the places where the public could meet ``page`` shows its title."""
    base = world.catalogue.url

    def shows(client, address):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return page.title.encode() in body or page.slug.encode() in body

    return {
        "list": lambda client: shows(client, base),
        "search": lambda client: (
            shows(client, f"{base}search/?q={page.title}")
            and f'href="{page.url}"'.encode() in client.get(f"{base}search/?q={page.title}").content
        ),
        "feed": lambda client: shows(client, f"{base}feed/atom/"),
        "sitemap": lambda client: any(shows(client, address) for address in _sitemap_files(client, base)),
    }


def _sitemap_files(client, base):
    index = b"".join(client.get(f"{base}sitemap/").streaming_content).decode()
    return re.findall(r"<loc>(.*?)</loc>", index)


def public_places(client, world, page):
    return {name for name, shows in places(world, page).items() if shows(client)}


EVERYWHERE = {"list", "search", "feed", "sitemap"}


class RecordingCache(BaseBackend):
    """A cache in front that remembers what it was told to purge."""

    purged = []
    is_away = False

    def purge(self, url):
        if self.is_away:
            raise OSError("away")
        self.purged.append(url)
