"""Conditional requests: a reader's copy is confirmed by one look at the version instead of building the page."""

import hashlib

from django.conf import settings
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from .. import conf

# With one of these a page may show something personal.
PERSONAL_COOKIES = ("messages",)


def conditional(request, scope, answer, *extra):
    """The response of ``answer()``, or 304 where the reader has it already. ``extra`` is whatever else it depends on."""
    tag = entity_tag(request, scope, *extra)
    if tag is None:
        return answer()
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        patch_vary_headers(unchanged, ["Cookie"])
        return unchanged
    response = answer()
    if response.status_code == 200:
        response["ETag"] = tag
        patch_cache_control(response, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


def entity_tag(request, scope, *extra):
    """A weak tag of what ``request`` is answered with, or None when the answer may be personal."""
    wanted = conf.get("CONDITIONAL_REQUESTS") and not settings.DEBUG
    if not wanted or not scope.version or request.method not in ("GET", "HEAD"):
        return None
    personal = {settings.SESSION_COOKIE_NAME, *PERSONAL_COOKIES}
    if getattr(request, "is_preview", False) or personal & request.COOKIES.keys():
        return None
    depends_on = [
        scope.version,
        scope.language,
        request.build_absolute_uri(),
        # How a reader wants pages to look.
        sorted(request.COOKIES.items()),
        # What a site shows around the lists may change from day to day.
        timezone.localdate().isoformat(),
        extra,
    ]
    return f'W/"{hashlib.sha256(repr(depends_on).encode()).hexdigest()[:32]}"'
