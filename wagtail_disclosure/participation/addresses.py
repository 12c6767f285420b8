"""Where forms of consultations and surveys are sent: to the address of ``urls.py``, else below their page.

The first kind is preferred: it needs no token against forged requests, so an old page loses nothing.
"""

from django.urls import NoReverseMatch, reverse

COMMENT, STATUS, ANSWER = "comment/", "status/", "answer/"


def own_address(page, rest):
    """The address in ``urls.py``, or None where the site does not include it."""
    try:
        return reverse("wagtail_disclosure:participation", args=[page.pk, rest])
    except NoReverseMatch:
        return None


def address_of(page, rest, request=None):
    """The address of ``rest`` (``comment/`` and the like) of ``page``."""
    own = own_address(page, rest) if page.pk else None
    return own if own is not None else f"{page.get_url(request) or ''}{rest}"


def needs_token(page):
    return own_address(page, COMMENT) is None
