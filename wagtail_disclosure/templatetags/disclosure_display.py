"""Tags and filters that only concern how public pages look."""

import re

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from wagtail_disclosure.catalogue import validity
from wagtail_disclosure.catalogue.models import AttributeDetermination
from wagtail_disclosure.portal import display
from wagtail_disclosure.rules.text import highlight, highlight_number, is_chinese

register = template.Library()

TAG = re.compile(r"(<[^>]*>)")
# A telephone number with its area code, that of a service line, a mobile number; a mail address.
CONTACT = re.compile(
    r"(?<![\w/.-])(?P<phone>(?:\+\d{1,3}[ -]?)?0\d{2,3}-\d{7,8}(?:-\d{1,5})?|400-\d{3}-\d{4}|1[3-9]\d{9})(?![\w/-])"
    r"|(?<![\w.+-])(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.ASCII,
)
# What a line of Chinese never breaks inside: a date, a number with its unit, 《》 that is short.
UNBROKEN = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|\d[\d.,]*(?:个工作日|年|月|日|个|条|项|号|次|万|亿|元|%)"
    r"|\d{1,2}:\d{2}[-–—―~]\d{1,2}:\d{2}"
)
PHRASE = re.compile(r"[^、，；：。]+[、，；：。]*")
LONGEST_PHRASE = 12
NUMBERED = re.compile(r"\s*(?:\d{1,2}[.．、)）]|[（(]\d{1,2}[）)])\s*")


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
    return validity.label_of(code)


@register.filter
def phrased(text):
    """Chinese text that a browser breaks between its phrases, not inside them: short ones, dates, numbers with units.

    Browsers know the phrases of Chinese by its punctuation only. Other writing is returned as it is, escaped.

    >>> phrased("信息审查、发布")
    '<span class="disclosure-phrase">信息审查、</span><span class="disclosure-phrase">发布</span>'
    """
    text = str(text or "")
    phrases = PHRASE.findall(text)
    if len(phrases) > 1 and "".join(phrases) == text and max(map(len, phrases)) <= LONGEST_PHRASE:
        return format_html_join(
            "", '<span class="disclosure-phrase">{}</span>', ((each,) for each in phrases)
        )
    parts, end = [], 0
    for match in UNBROKEN.finditer(text):
        parts += [
            conditional_escape(text[end : match.start()]),
            format_html('<span class="disclosure-unbroken">{}</span>', match[0]),
        ]
        end = match.end()
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


@register.filter
def contacts_linked(text):
    """Telephone numbers and mail addresses in text, or in the text of safe HTML, as links."""
    html, inside, parts = conditional_escape(str(text) if not hasattr(text, "__html__") else text), 0, []
    for part in TAG.split(html):
        if TAG.fullmatch(part):
            inside += part.lower().startswith("<a ") - part.lower().startswith("</a")
        elif not inside:
            part = CONTACT.sub(_contact_link, part)
        parts.append(part)
    return mark_safe("".join(parts))


def _contact_link(match):
    if match["phone"]:
        return f'<a href="tel:{match["phone"].replace(" ", "")}"><bdi>{match["phone"]}</bdi></a>'
    return f'<a href="mailto:{match["mail"]}"><bdi>{match["mail"]}</bdi></a>'


@register.filter
def paragraphs(text):
    """Plain text with a paragraph for every line, as Chinese is set: each begins with an indent.

    >>> paragraphs("您好：\\n\\n 请看附件。")
    '<p>您好：</p><p>请看附件。</p>'
    """
    lines = (line.strip() for line in str(text or "").splitlines())
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))


@register.filter
def listed(text):
    """Text as a paragraph; several lines as a list, numbered where they number themselves."""
    lines = [line.strip() for line in str(text or "").splitlines() if line.strip()]
    if len(lines) < 2:
        return contacts_linked(format_html_join("", "<p>{}</p>", ((line,) for line in lines)))
    numbered = all(NUMBERED.match(line) for line in lines)
    if numbered:
        lines = [NUMBERED.sub("", line, count=1) for line in lines]
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return contacts_linked(format_html("<ol>{}</ol>" if numbered else "<ul>{}</ul>", items))
