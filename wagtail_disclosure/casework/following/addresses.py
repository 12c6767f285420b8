"""Where a case is followed: at the address that ``urls.py`` gives, or nowhere. It says nothing about any case."""

from django.urls import NoReverseMatch, reverse
from django.utils import translation

NAME = "wagtail_disclosure:follow"


def address(language=None, rest=""):
    """The address in ``language`` (default: the active one); None where the site does not include ours."""
    language = language or translation.get_language() or ""
    try:
        return reverse(NAME, args=[language, rest])
    except NoReverseMatch:
        return None


def absolute(case, language=None, rest=""):
    """The same with scheme and host of the site of the case's agency, for mails."""
    with translation.override(language or case.language or translation.get_language()):
        path = address(rest=rest)
    return f"{case.agency.site.root_url}{path}" if path else ""
