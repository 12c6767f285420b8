"""Tags of the review screens."""

import re
from difflib import SequenceMatcher
from html import unescape

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wagtail_disclosure.departments.names import person_name

from ..publishing.citations import with_article
from ..publishing.names import decided_by as acted_for

register = template.Library()
register.filter("with_article", with_article)

REPLACED = re.compile(r'<span class="deletion">([^<]*)</span>\s*<span class="addition">([^<]*)</span>')
# Beyond so many characters, or with less in common than this, the whole passage counts as replaced.
LONGEST = 20_000
LEAST_IN_COMMON = 0.3


@register.filter
def by_character(html):
    """Refine Wagtail's comparison, which knows words by their spaces, for writing that has none.

    ``html`` is the safe output of a comparison; anything else is returned unchanged.
    """
    return mark_safe(REPLACED.sub(_refined, html)) if isinstance(html, SafeString) else html


@register.filter
def person(user):
    """The name of a user as the package writes it everywhere."""
    return person_name(user)


@register.filter
def decided_by(decision):
    """Who took ``decision``, an approval or a ledger entry, and for whom where a deputy did."""
    return acted_for(decision)


def _refined(match):
    before, after = unescape(match[1]), unescape(match[2])
    if len(before) + len(after) > LONGEST:
        return match[0]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < LEAST_IN_COMMON:
        return match[0]
    parts = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            parts.append(escape(before[start:end]))
            continue
        if end > start:
            parts.append(f'<span class="deletion">{escape(before[start:end])}</span>')
        if new_end > new_start:
            parts.append(f'<span class="addition">{escape(after[new_start:new_end])}</span>')
    return "".join(parts)
