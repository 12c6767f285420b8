"""Views outside the page tree; they find the catalogue of the requested site and language."""

from django.http import Http404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from wagtail.models import Site

from . import resolver, sitemaps
from .models import CatalogueIndexPage


def for_reading(view):
    """Any other method is answered with 405; nothing is stored, so there is nothing to forge."""
    return csrf_exempt(require_safe(view))


def catalogues_of(site):
    """The public catalogues of a site: one in each language."""
    roots = site.root_page.get_translations(inclusive=True).values_list("url_path", flat=True)
    return [
        page
        for root in roots
        for page in CatalogueIndexPage.objects.live().filter(url_path__startswith=root).order_by("path")
    ]


def catalogue_for(request):
    """The public catalogue of the request's site, in the active language if there is one. Raises ``Http404``."""
    site = Site.find_for_request(request)
    found = catalogues_of(site) if site else []
    if not found:
        raise Http404
    active = [page for page in found if page.locale.is_active]
    return (active or found)[0]


@for_reading
def number(request, number=""):
    return resolver.resolve(catalogue_for(request), request, number.strip("/") or request.GET.get("n", ""))


@for_reading
def sitemap(request):
    return sitemaps.index(catalogue_for(request), request)
