"""Views outside the page tree; they find the catalogue of the requested site and language."""

from django.http import Http404
from wagtail.models import Site

from . import resolver, sitemaps
from .models import CatalogueIndexPage


def catalogue_for(request):
    """The public catalogue of the request's site, in the active language if there is one. Raises ``Http404``."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    roots = site.root_page.get_translations(inclusive=True).values_list("url_path", flat=True)
    found = [
        page
        for root in roots
        for page in CatalogueIndexPage.objects.live().filter(url_path__startswith=root).order_by("path")
    ]
    active = [page for page in found if page.locale.is_active]
    if not found:
        raise Http404
    return (active or found)[0]


def number(request, number):
    return resolver.resolve(catalogue_for(request), request, number.strip("/"))


def sitemap(request):
    return sitemaps.index(catalogue_for(request), request)
