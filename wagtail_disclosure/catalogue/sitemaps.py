"""The sitemap of a catalogue: its places, and one query and a stream for each file of up to 50,000 documents."""

from xml.sax.saxutils import escape

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from wagtail import hooks

from ..publishing.models import PublishedItem
from . import addresses
from .lists import InvalidPlace, parse_position
from .public import scope_or_404

LARGEST_FILE = 50_000
READ_AT_ONCE = 2_000
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
CONTENT_TYPE = "application/xml; charset=utf-8"


def index(page, request):
    """The list of sitemap files: where each begins is found in one pass over the register's index."""
    scope = scope_or_404(page)
    return StreamingHttpResponse(_index(scope), content_type=CONTENT_TYPE)


def _index(scope):
    numbered = (
        _rows(scope).annotate(row=Window(RowNumber(), order_by=F("position").desc())).order_by("-position")
    )
    starts = (
        numbered.filter(row__gte=1).annotate(within=F("row") % LARGEST_FILE).filter(within=1 % LARGEST_FILE)
    )
    yield f"{HEADER}<sitemapindex {NAMESPACE}>\n"
    yield f"<sitemap><loc>{escape(f'{scope.root_url}{scope.directory.base_path}sitemap/places/')}</loc></sitemap>\n"
    for start in starts.values_list("position", flat=True):
        address = escape(f"{scope.root_url}{scope.directory.base_path}sitemap/{start}/")
        yield f"<sitemap><loc>{address}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def places(page, request):
    """The home page, the catalogue with its list of information on request, and the places that hooks name."""
    scope = scope_or_404(page)
    paths = [crumb.url for crumb in scope.directory.trail]
    paths.append(addresses.on_request(scope))
    for name in hooks.get_hooks("disclosure_sitemap_places"):
        paths += name(scope)
    return StreamingHttpResponse(_places(scope, dict.fromkeys(paths)), content_type=CONTENT_TYPE)


def _places(scope, paths):
    yield f"{HEADER}<urlset {NAMESPACE}>\n"
    for path in paths:
        yield f"<url><loc>{escape(scope.root_url + path)}</loc></url>\n"
    yield "</urlset>\n"


def file(page, request, start):
    """Up to 50,000 addresses from the position ``start`` on, newest first."""
    scope = scope_or_404(page)
    try:
        first = parse_position(start)
    except InvalidPlace as error:
        raise Http404 from error
    found = _rows(scope).filter(position__lte=first).order_by("-position")[:LARGEST_FILE]
    return StreamingHttpResponse(_file(scope, found), content_type=CONTENT_TYPE)


def _file(scope, found):
    yield f"{HEADER}<urlset {NAMESPACE}>\n"
    rows = found.values_list("path", "date_updated").iterator(chunk_size=READ_AT_ONCE)
    for path, updated in rows:
        changed = timezone.localtime(updated).isoformat(timespec="seconds")
        yield f"<url><loc>{escape(scope.root_url + path)}</loc><lastmod>{changed}</lastmod></url>\n"
    yield "</urlset>\n"


def _rows(scope):
    return PublishedItem.objects.filter(site_id=scope.site_id, language=scope.language)
