"""Tags and filters that only concern how public pages look."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from wagtail_disclosure.catalogue.models import AttributeDetermination, DisclosurePage
from wagtail_disclosure.portal import display

register = template.Library()


def _request(context):
    return context.get("request")


@register.simple_tag(takes_context=True)
def display_choice(context):
    """The reader's ``Display`` choice; the default where there is no request (mail, tests)."""
    request = _request(context)
    return display.from_request(request) if request else display.Display()


@register.simple_tag(takes_context=True)
def display_url(context, text=None, elder=None):
    """Link to the same page with another text size or elder mode ("on"/"off")."""
    request = _request(context)
    query = request.GET.copy() if request else {}
    if text:
        query[display.TEXT_PARAMETER] = text
    if elder:
        query[display.ELDER_PARAMETER] = elder
    return "?" + query.urlencode() if request else "?"


@register.simple_tag
def marked(text, terms=()):
    """Escape ``text`` and mark every occurrence of ``terms`` (a list of words) in it.

    A tag and not a filter, because a list without a search has no ``terms`` at all.

    >>> marked("政府信息公开", ["信息"])
    '政府<mark>信息</mark>公开'
    """
    words = sorted({word for word in terms or () if word}, key=len, reverse=True)
    text = str(text or "")
    if not words:
        return conditional_escape(text)
    # The group keeps the matches, so odd positions are the words found.
    parts = re.split("(" + "|".join(map(re.escape, words)) + ")", text, flags=re.IGNORECASE)
    return mark_safe(
        "".join(
            format_html("<mark>{}</mark>", part) if index % 2 else conditional_escape(part)
            for index, part in enumerate(parts)
        )
    )


@register.filter
def attribute_label(code):
    """Name of a disclosure attribute from the code that register rows keep."""
    return dict(AttributeDetermination.Attribute.choices).get(code, code)


@register.filter
def validity_label(code):
    """Name of a validity from the code that register rows keep."""
    return dict(DisclosurePage.Validity.choices).get(code, code)
