"""Tags and filters that only concern how public pages look."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from wagtail_disclosure.catalogue.models import AttributeDetermination, DisclosurePage
from wagtail_disclosure.portal import display
from wagtail_disclosure.rules.text import highlight, highlight_number, is_chinese

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
    """Escape ``text`` and mark every occurrence of ``terms`` (a list of words) in it, as search compares them.

    A tag and not a filter, because a list without a search has no ``terms`` at all.

    >>> marked("政府信息公开", ["信息"])
    '政府<mark>信息</mark>公开'
    """
    return _marked(text, terms, highlight)


@register.simple_tag
def marked_number(number, terms=()):
    """As ``marked``, for a number that may have been typed without its brackets."""
    return _marked(number, terms, highlight_number)


def _marked(text, terms, split):
    text = str(text or "")
    if not terms:
        return conditional_escape(text)
    return mark_safe(
        "".join(
            format_html("<mark>{}</mark>", piece.text) if piece.is_match else conditional_escape(piece.text)
            for piece in split(text, " ".join(terms))
        )
    )


@register.simple_tag
def lang_of(text):
    """``<p{% lang_of text %}>``: the attribute ``lang`` for Chinese text on a page in another language."""
    if (get_language() or "").startswith("zh") or not is_chinese(str(text or "")):
        return ""
    return mark_safe(' lang="zh"')


@register.filter
def attribute_label(code):
    """Name of a disclosure attribute from the code that register rows keep."""
    return dict(AttributeDetermination.Attribute.choices).get(code, code)


@register.filter
def validity_label(code):
    """Name of a validity from the code that register rows keep."""
    return dict(DisclosurePage.Validity.choices).get(code, code)
