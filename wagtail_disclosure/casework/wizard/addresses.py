"""Where a public form is: at the address that ``urls.py`` gives it, else below its page.

Wherever a form is embedded, it is sent to the same address. The first kind is preferred: its steps need no token
against forged requests, so that a form in a cached page works and an old page loses nothing.
"""

from django.urls import NoReverseMatch, reverse
from wagtail.models import Site


def own_address(form):
    """The address in ``urls.py``, or None where the site does not include it."""
    try:
        return reverse(f"wagtail_disclosure:{form.url_name}", args=[form.locale.language_code, form.code, ""])
    except NoReverseMatch:
        return None


def has_own_addresses(model):
    """Whether ``urls.py`` of the site gives forms that ``model`` defines addresses of their own."""
    try:
        reverse(f"wagtail_disclosure:{model.url_name}", args=["en", "x", ""])
    except NoReverseMatch:
        return False
    return True


def base_of(form, request=None):
    """The address at which ``form`` is filled in, or None where it has none."""
    if (own := own_address(form)) is not None:
        return own
    site = Site.find_for_request(request) if request is not None else None
    for page in form.pages.live().order_by("path"):
        parts = page.get_url_parts(request)
        if parts and parts[2] and (site is None or parts[0] == site.pk):
            return page.get_url(request) if request is not None else parts[2]
    return None


def way_to(page, request):
    """The breadcrumbs of the page of a form."""
    trail = page.get_ancestors(inclusive=True).live().filter(depth__gt=1)
    return [{"title": each.title, "url": each.get_url(request)} for each in trail]


def step(base, key, name):
    return f"{base}{key}/{name}/"
