"""What is public already and may be what somebody is about to request."""

import re

from ..catalogue.filters import Filters
from ..catalogue.models import CatalogueIndexPage
from ..catalogue.scope import scope_of
from ..catalogue.search.engine import Search
from ..rules.text import fold, is_searchable

MOST = 5
# Words of requests, not of titles.
FILLERS = re.compile(
    r"(?:关于|有关|相关|所有|全部|政府信息|信息公开|的文件|的信息|的通知|情况|about|the|all)", re.IGNORECASE
)
PARTS = re.compile(r"[\s、，；。：,;:.《》〈〉“”\"'()（）和与及的]+")
SHORTEST = 2


def suggestions(site, locale, answers):
    """Up to five public items for what is described: by number, by title, then by parts of the title."""
    scope = _scope(site, locale)
    if scope is None:
        return []
    found = {}
    for text, where in _queries(answers):
        for item in _search(scope, text, where):
            found.setdefault(item.pk, item)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def _scope(site, locale):
    for page in CatalogueIndexPage.objects.live().filter(locale=locale):
        if page.get_url_parts() and page.get_url_parts()[0] == site.pk:
            return scope_of(page)
    return None


def _queries(answers):
    number, subject = answers.get("document_number", ""), answers.get("subject", "")
    if number:
        yield number, "number"
    if len(subject.strip()) >= SHORTEST:
        yield subject, "all"
        parts = [part for part in PARTS.split(FILLERS.sub(" ", fold(subject))) if len(part) >= SHORTEST]
        if len(parts) > 1:
            yield " ".join(parts), "all"
        for part in sorted(parts, key=len, reverse=True)[:3]:
            yield part, "title"


def _search(scope, text, where):
    text = text[:200]
    return (
        Search(scope, text, where=where, filters=Filters()).page(size=MOST).items
        if is_searchable(text)
        else []
    )
