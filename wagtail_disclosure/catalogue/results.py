"""Answers to searches: words in a field, limits combined, by relevance or date."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..rules.text import is_searchable, search_terms
from . import addresses, contexts, feeds, filters, meta
from .conditional import conditional
from .listings import Listing
from .public import LIST_TEMPLATE, common, counts_of_all, pager, places, scope_or_404
from .search import engine


def answer(page, request, feed=None):
    """The results of a search, or a feed of the newest."""
    scope = scope_or_404(page)

    def build():
        asked = SearchRequest(scope, request)
        if feed:
            # Nobody would see in a feed that a limit was left out.
            if asked.unknown:
                raise Http404
            listing = Listing(heading=asked.heading(), limits=asked.limits, address=asked.address())
            return feeds.answer(scope, request, feed, listing, asked.newest())
        return TemplateResponse(request, LIST_TEMPLATE, {**page.get_context(request), **asked.context()})

    return conditional(request, scope, build)


class SearchRequest:
    """A search as its address states it."""

    def __init__(self, scope, request):
        self.scope, self.request = scope, request
        # Control characters are nobody's words, and PostgreSQL refuses NUL.
        self.query = "".join(char if char.isprintable() else " " for char in request.GET.get("q", "")).strip()
        where = request.GET.get("scope", "all")
        self.where = where if where in contexts.SCOPES else "all"
        self.sort = engine.DATE if request.GET.get("sort") == engine.DATE else engine.RELEVANCE
        asked = filters.read(scope, request.GET)
        self.limits, self.unknown = asked.limits, asked.unknown
        self.too_long = len(self.query) > engine.LONGEST_QUERY
        self.searchable = not self.query or (not self.too_long and is_searchable(self.query))

    def engine(self, sort=None):
        return engine.Search(self.scope, self.query, self.where, self.limits, sort or self.sort)

    def newest(self):
        return self.engine(engine.DATE).page().items if self.searchable else []

    def params(self, **changed):
        return {
            "q": self.query,
            "scope": self.where if self.where != "all" else None,
            "sort": self.sort if self.sort != engine.RELEVANCE else None,
            **self.limits.params(self.scope),
            **changed,
        }

    def address(self, **changed):
        return addresses.search(self.scope, **self.params(**changed))

    def heading(self):
        return _("Search: %(query)s") % {"query": self.query} if self.query else _("Search the catalogue")

    def context(self):
        asked = places(self.request, engine.parse_place)
        found = self.engine().page(**asked) if self.searchable else engine.SearchPage([])
        facets = contexts.Facets(
            self.scope, self.limits, lambda params: self.address(**params), self._facet_counts(found)
        )
        return {
            **common(self.scope, self.limits.category),
            "search": contexts.search_form(
                self.scope, self.query[: engine.LONGEST_QUERY], self.where, kept=self._kept()
            ),
            "breadcrumbs": contexts.crumbs(self.scope, (_("Search"), None)),
            "heading": _("Search the catalogue"),
            "error": self._error(),
            "terms": search_terms(self.query) if self.searchable else [],
            "items": found.items,
            "result_count": self._count_text(found) if self.searchable and self._is_limited() else "",
            "pager": self._pager(found),
            "facets": facets.build(with_category=True) if self.searchable else [],
            "unknown": self.unknown,
            "applied": [
                {"label": label, "value": value, "remove_url": self._without(name)}
                for name, label, value in self.limits.labelled()
            ],
            "clear_url": addresses.search(self.scope, q=self.query) if self.limits.labelled() else None,
            "sort_options": self._sort_options() if self.query and self.searchable else [],
            "feeds": addresses.feeds(self.address(sort=None)) if self.searchable else None,
            "meta_tags": meta.site_tags(self.scope),
        }

    def _kept(self):
        """What a second search keeps of the first: its limits and order."""
        params = self.params()
        return {name: value for name, value in params.items() if name not in ("q", "scope")}

    def _pager(self, found):
        """By relevance, what comes next is not older."""
        urls = pager(self.request, found)
        if self.query and self.sort == engine.RELEVANCE:
            urls |= {"newer_label": _("Previous page"), "older_label": _("Next page")}
        return urls

    def _is_limited(self):
        return self.query or self.limits.labelled()

    def _facet_counts(self, found):
        # Of everything, the register has kept the counts.
        if not self._is_limited():
            return counts_of_all(self.scope)
        return found.facets

    def _without(self, name):
        params = self.limits.without(name).params(self.scope)
        return self.address(**params)

    def _sort_options(self):
        return [
            {"label": label, "url": self.address(sort=value), "selected": self.sort == name}
            for name, value, label in (
                (engine.RELEVANCE, None, _("Relevance")),
                (engine.DATE, engine.DATE, _("Date published")),
            )
        ]

    def _count_text(self, found):
        if found.count_is_capped:
            return _("More than %(count)s results") % {
                "count": formats.number_format(found.count, use_l10n=True, force_grouping=True)
            }
        text = ngettext("%(count)d result", "%(count)d results", found.count)
        if not found.count_is_exact:
            text = ngettext("About %(count)d result", "About %(count)d results", found.count)
        return text % {"count": found.count}

    def _error(self):
        if self.too_long:
            return {
                "title": _("The query is too long"),
                "text": _("Enter %(limit)d characters at most.") % {"limit": engine.LONGEST_QUERY},
            }
        if not self.searchable:
            return {
                "title": _("Nothing to search for"),
                "text": _("Enter words, characters or numbers; punctuation alone cannot be searched."),
            }
        return None
