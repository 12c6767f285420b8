"""What a visitor is served: the answer of every public address, so that two moments can be compared."""

import json
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from tests.testapp.models import Memo, Notice
from wagtail_disclosure.catalogue.models import IndexNumber

from .scene import DRAFT_WORD, FOREIGN
from .urls import HAS_V3

# What differs between two answers to the same question: tokens, the count of views, names of renditions made anew.
FLEETING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|(?:浏览次数：|Views:) <bdi>\d+</bdi>|/media/images/[^"]+'
)
# What nothing guards may change; it is not part of what the gate keeps.
OPEN_PAGES = {"testapp.plainpage", "wagtailcore.page"}


def places(scene):
    """The addresses where items appear besides their own."""
    catalogue = scene.catalogue.url
    number = IndexNumber.objects.filter(translation_key=scene.item.translation_key).values_list(
        "number", flat=True
    )[0]
    found = [
        catalogue,
        f"{catalogue}search/?q=通知",
        f"{catalogue}feed/atom/",
        f"{catalogue}sitemap/",
        f"{catalogue}number/{number}/",
        "/api/v2/pages/?limit=20&type=wagtail_disclosure.EntryPage",
    ]
    return [*found, "/api/v3/pages/?limit=20&type=wagtail_disclosure.EntryPage"] if HAS_V3 else found


def addresses(scene):
    """Every address that may answer: of the places, of each item in any state, of each file."""
    found = places(scene)
    guarded = [page for page in Page.objects.filter(depth__gt=1).specific() if not is_open(page)]
    found += [page.url for page in guarded if page.url]
    found += [f"/notices/{key}/" for key in Notice.objects.values_list("pk", flat=True)]
    documents = get_document_model().objects.exclude(pk=scene.keys["free_document"][1])
    found += [document.url for document in documents]
    found += [image.file.url for image in get_image_model().objects.all()]
    return found


def open_addresses(scene):
    """The addresses of what nothing guards."""
    pages = [page for page in Page.objects.filter(depth__gt=2).specific() if is_open(page)]
    found = [page.url for page in pages if page.url]
    found += [f"/memos/{key}/" for key in Memo.objects.values_list("pk", flat=True)]
    free = get_document_model().objects.filter(pk=scene.keys["free_document"][1]).first()
    return [*found, free.url] if free else found


def is_open(page):
    return page._meta.label_lower in OPEN_PAGES


def look(scene, only=None):
    """What a visitor is served at ``only`` these addresses (default: at all), as ``{address: (status, text)}``."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    visitor = Client()
    return {address: answer(visitor, address) for address in dict.fromkeys(only or addresses(scene))}


def answer(visitor, address):
    path = urlsplit(address).path
    if path.startswith(settings.MEDIA_URL):
        # The web server answers these from the storage.
        name = path.removeprefix(settings.MEDIA_URL)
        return (200, default_storage.open(name).read()) if default_storage.exists(name) else (404, "")
    response = visitor.get(address)
    if response.status_code != 200:
        # A page of its own says that something has left; any other refusal says nothing.
        return response.status_code, response.get("Location", "")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode()
    if "json" in response["Content-Type"]:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return 200, FLEETING.sub("", text)


def difference(before, after):
    """What a visitor notices: ``{address: (before, after)}``. An address that is new must answer nothing."""
    found = {}
    for address in {*before, *after}:
        was, now = before.get(address, (404, "")), after.get(address, (404, ""))
        if was != now:
            found[address] = (was, now)
    return found


def leaks(after):
    """Addresses that serve what was never approved."""
    return [
        address
        for address, (status, text) in after.items()
        if status == 200 and any(word in str(text) for word in (DRAFT_WORD, FOREIGN))
    ]
