"""The agency that a public request is about."""

from wagtail.models import Site

from .models import Agency

CACHE = "_disclosure_agency"


def agency_for_request(request):
    """The :class:`Agency` of the request's site, or None where setup has not been run.

    Asked once per request, however many templates need it.
    """
    if request is None:
        return None
    if not hasattr(request, CACHE):
        site = Site.find_for_request(request)
        setattr(request, CACHE, Agency.for_site(site) if site else None)
    return getattr(request, CACHE)
