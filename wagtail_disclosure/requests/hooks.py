"""Hooks of requests: the admin of forms, and the address that the page about requests names."""

from wagtail import hooks
from wagtail.models import Site
from wagtail.snippets.models import register_snippet

from ..casework.wizard.addresses import base_of
from ..departments import menu
from . import demand_admin, vocabularies
from .case_viewsets import RequestViewSet
from .models import RequestForm, RequestFormPage
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
    # Corrections have forms of their own.
    kind = vocabularies.kind_of("").code
    pages = RequestFormPage.objects.live().filter(
        locale__language_code=scope.language, form__live=True, form__case_kind=kind
    )
    page = pages.descendant_of(site.root_page).order_by("path").first()
    if page is not None:
        return _both(page.get_url_parts()[2])
    form = RequestForm.objects.filter(
        live=True, agency__site=site, locale__language_code=scope.language, case_kind=kind
    ).first()
    return _both(base_of(form)) if form is not None else {}


def _both(address):
    """The address of the form, and the same for links that fill in what is requested: a page that the site names
    instead of it may not know how.
    """
    return {"request_url": address, "prefill_url": address}
