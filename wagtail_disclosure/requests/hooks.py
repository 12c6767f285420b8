"""Hooks of requests: the admin of forms, and the address that the page about requests names."""

from wagtail import hooks
from wagtail.models import Site
from wagtail.snippets.models import register_snippet

from ..departments import menu
from . import demand_admin
from .case_viewsets import RequestViewSet
from .places import address_for
from .viewsets import RequestFormViewSet

register_snippet(RequestFormViewSet)


@hooks.register("register_admin_viewset")
def request_cases():
    return RequestViewSet()


hooks.register("register_admin_urls", demand_admin.addresses)
menu.register(demand_admin.menu_item)


@hooks.register("disclosure_request_office")
def request_form_of(scope):
    """The page that takes requests, or the form itself."""
    site = Site.objects.filter(pk=scope.site_id).select_related("root_page").first()
    if site is None:
        return {}
    address = address_for(site, scope.language)
    return _both(address) if address else {}


def _both(address):
    """The address of the form, and the same for links that fill in what is requested: a page that the site names
    instead of it may not know how.
    """
    return {"request_url": address, "prefill_url": address}
