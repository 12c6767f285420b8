"""Finding pages in the admin: by any part of a title, and disclosed items by their numbers as well.

Items stand in no index of Wagtail (keeping it costs a scan per save), and that index finds no words inside Chinese
text. So the search of pages, of the explorer and of the choosers looks at titles themselves, besides the index.
"""

import unicodedata

from django.conf import settings
from django.db.models import Count, Q
from wagtail import hooks
from wagtail.admin.views.pages.search import SearchView

from ..compat import Page
from ..publishing.scope import hidden_from
from ..rules.index_numbers import lookup_key
from .models import DisclosurePage, IndexNumber

# Hits of the index that are looked at besides.
INDEXED = 200
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def titled(text):
    """Condition on pages: every word of ``text`` stands in the title, or in a number of the item."""
    found = Q()
    for word in text.split():
        part = Q()
        # As typed, and in the other width of letters, digits and signs.
        for form in {word, unicodedata.normalize("NFKC", word), word.translate(FULL_WIDTH)}:
            part |= Q(title__icontains=form) | Q(draft_title__icontains=form)
            items = DisclosurePage.objects.filter(document_number__icontains=form)
            part |= Q(pk__in=items.order_by().values("pk"))
        if key := lookup_key(word):
            held = IndexNumber.objects.filter(key__contains=key).exclude(translation_key=None)
            part |= Q(translation_key__in=held.order_by().values("translation_key"))
        found &= part
    return found


class _FoundByPart:
    """For a page queryset: what Wagtail's own views call to search."""

    supports_facet = True

    def autocomplete(self, query, fields=None, operator=None, order_by_relevance=True, **options):
        text = _text(query)
        if not text.strip():
            return self
        indexed = self.model._default_manager.all().autocomplete(query, fields=fields, operator=operator)
        found = self.filter(titled(text) | Q(pk__in=[each.pk for each in indexed[:INDEXED]]))
        return found.order_by("-latest_revision_created_at", "-pk") if order_by_relevance else found

    def facet(self, field):
        rows = self.model._base_manager.filter(pk__in=self.order_by().values("pk"))
        return dict(rows.order_by().values_list(field).annotate(count=Count("pk")).order_by("-count"))


def _text(query):
    """The words of a query, which Wagtail gives as text or as parsed."""
    if isinstance(query, str):
        return query
    parts = getattr(query, "subqueries", None) or [getattr(query, "subquery", None)]
    text = getattr(query, "query_string", "")
    return " ".join(filter(None, [text, *(_text(part) for part in parts if part is not None)]))


def by_part(pages):
    """The page queryset ``pages`` with a search that finds parts of titles, and numbers."""
    if isinstance(pages, _FoundByPart):
        return pages
    pages = pages.all()
    pages.__class__ = type(f"{type(pages).__name__}ByPart", (_FoundByPart, type(pages)), {})
    return pages


@hooks.register("construct_explorer_page_queryset")
def search_explorer(parent_page, pages, request):
    return by_part(pages)


@hooks.register("construct_page_chooser_queryset")
def search_chooser(pages, request):
    return by_part(pages)


class PageSearchView(SearchView):
    """Wagtail's search of pages, with the pages it begins with replaced."""

    @property
    def all_pages(self):
        return self._pages

    @all_pages.setter
    def all_pages(self, pages):
        if not getattr(settings, "WAGTAILADMIN_PAGE_SEARCH_FILTER_BY_PERMISSIONS", True):
            hidden = hidden_from(self.request.user, Page.objects.all())
            pages = pages.exclude(pk__in=hidden.values("pk"))
        self._pages = by_part(pages)


# Before the check of all addresses is put around them.
@hooks.register("register_admin_urls", order=9_000)
def replace_page_search():
    """Adds no URL; Wagtail has no hook for what its search of pages looks at."""
    from wagtail.admin.urls import pages

    views = {"search": PageSearchView.as_view(), "search_results": PageSearchView.as_view(results_only=True)}
    for pattern in pages.urlpatterns:
        pattern.callback = views.get(pattern.name, pattern.callback)
    return []
