"""Conditional requests: a reader's copy is confirmed by one look at the version instead of building the page."""

import hashlib
import re

from django.conf import settings
from django.http import HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from .. import conf

# With one of these a page may show something personal.
PERSONAL_COOKIES = ("messages",)
TAG = re.compile(
    r'W/"d(?P<site>\d{1,10})\.(?P<document>\d{0,18})\.(?P<version>\w{1,32})\.(?P<hash>[0-9a-f]{32})"'
)


def conditional(request, scope, answer, document=None):
    """The response of ``answer()``, or 304 where the reader has it already. ``document`` is the key of a page."""
    tag = entity_tag(request, scope.site_id, scope.version, document)
    if tag is None:
        return answer()
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return _confirmed(tag)
    response = answer()
    if response.status_code == 200:
        response["ETag"] = tag
        patch_cache_control(response, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


def _confirmed(tag):
    response = HttpResponseNotModified(headers={"ETag": tag})
    patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response


def entity_tag(request, site_id, version, document=None):
    """A weak tag of what ``request`` is answered with, or None when the answer may be personal."""
    wanted = conf.get("CONDITIONAL_REQUESTS") and not settings.DEBUG
    if not wanted or not version or request.method not in ("GET", "HEAD"):
        return None
    personal = {settings.SESSION_COOKIE_NAME, *PERSONAL_COOKIES}
    if getattr(request, "is_preview", False) or personal & request.COOKIES.keys():
        return None
    depends_on = [
        version,
        request.build_absolute_uri(),
        # How a reader wants pages to look, and in which language a site speaks.
        sorted(request.COOKIES.items()),
        request.headers.get("Accept-Language", ""),
        # What a site shows around the lists may change from day to day.
        timezone.localdate().isoformat(),
    ]
    digest = hashlib.sha256(repr(depends_on).encode()).hexdigest()[:32]
    return f'W/"d{site_id}.{document or ""}.{version}.{digest}"'


class UnchangedMiddleware:
    """Optional: confirms a reader's copy with one query, before the page is even looked for.

    Without it the same answer takes the queries that routing takes. Put it before all other middleware but the
    security middleware.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self._unchanged(request) or self.get_response(request)

    def _unchanged(self, request):
        held = TAG.fullmatch(request.headers.get("If-None-Match", ""))
        if held is None:
            return None
        site_id, document = int(held["site"]), held["document"]
        # Compared before the version is looked up: a tag of another address costs no query.
        if held.group() != entity_tag(request, site_id, held["version"], document):
            return None
        from . import versions, visits

        if versions.current(site_id) != held["version"]:
            return None
        if document and request.method == "GET":
            visits.count(int(document))
        return _confirmed(held.group())
