"""robots.txt: which addresses of the public pages search engines leave alone, and where the sitemaps are."""

from django.http import HttpResponse
from wagtail.models import Site

from ..catalogue.scope import scope_of
from ..catalogue.stable import catalogues_of, for_reading
from .display import ELDER_PARAMETER, TEXT_PARAMETER

# Parameters that show the same items in another choice, order or look.
PARAMETERS = ("year", "month", "sort", TEXT_PARAMETER, ELDER_PARAMETER)


@for_reading
def robots(request):
    """One group for all robots, for every language of the requested site."""
    site = Site.find_for_request(request)
    scopes = [scope for page in (catalogues_of(site) if site else []) if (scope := scope_of(page))]
    lines = ["User-agent: *"]
    lines += [f"Disallow: {scope.directory.base_path}search/" for scope in scopes]
    lines += [f"Disallow: /*{mark}{name}=" for name in PARAMETERS for mark in "?&"]
    lines += [""] if scopes else []
    lines += [f"Sitemap: {scope.root_url}{scope.directory.base_path}sitemap/" for scope in scopes]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
