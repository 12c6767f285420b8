"""The addresses below a catalogue page.

What they answer is in ``public``, ``results``, ``on_request``, ``resolver`` and ``sitemaps``.
"""

import re

from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.url_routing import RouteResult

from ..compat import Page

FEED = r"(?:feed/(?P<feed>atom|rss)/)?"
CODE = r"[\w-]+"


class CatalogueRoutes(RoutablePageMixin):
    """Lists, search, feeds, sitemap, numbers and review records of a catalogue, without any urls.py."""

    @re_path(rf"^{FEED}$", name="index")
    def index_route(self, request, feed=None):
        from . import listings, public

        return public.show(
            self, request, lambda scope: listings.home_listing(scope, self), self.template, feed=feed
        )

    @re_path(rf"^category/(?P<code>{CODE})/{FEED}$", name="category")
    @re_path(rf"^category/(?P<scheme>{CODE})/(?P<code>{CODE})/{FEED}$", name="scheme_category")
    def category_list(self, request, code, scheme=None, feed=None):
        from . import listings, public

        return public.show(
            self, request, lambda scope: listings.category_listing(scope, code, scheme), feed=feed
        )

    @re_path(rf"^department/(?P<code>{CODE})/{FEED}$", name="department")
    def department_list(self, request, code, feed=None):
        from . import listings, public

        return public.show(self, request, lambda scope: listings.department_listing(scope, code), feed=feed)

    @re_path(rf"^year/(?P<year>[0-9]{{1,4}})/(?:(?P<month>[0-9]{{1,2}})/)?{FEED}$", name="year")
    def year_list(self, request, year, month=None, feed=None):
        from . import listings, public

        month = int(month) if month is not None else None
        return public.show(
            self, request, lambda scope: listings.year_listing(scope, int(year), month), feed=feed
        )

    @re_path(rf"^not-in-force/{FEED}$", name="not_in_force")
    def not_in_force_list(self, request, feed=None):
        from . import listings, public

        return public.show(self, request, listings.not_in_force_listing, feed=feed)

    @re_path(rf"^search/{FEED}$", name="search")
    def search_results(self, request, feed=None):
        from . import results

        return results.answer(self, request, feed=feed)

    @re_path(rf"^on-request/{FEED}$", name="on_request")
    def on_request_list(self, request, feed=None):
        from . import on_request

        return on_request.answer(self, request, feed=feed)

    @re_path(r"^number/(?:(?P<number>.+)/)?$", name="number")
    def number_resolver(self, request, number=None):
        """A number that an address cannot hold is given as ``?n=``."""
        from . import resolver

        return resolver.resolve(self, request, number or request.GET.get("n", ""))

    @re_path(r"^record/(?P<page_id>[0-9]{1,18})/$", name="record")
    def review_record(self, request, page_id):
        from . import receipts

        return receipts.answer(self, request, int(page_id))

    @re_path(r"^check-file/$", name="file_check")
    def check_file(self, request):
        from . import file_check

        return file_check.answer(self, request)

    @re_path(r"^sitemap/$", name="sitemap")
    def sitemap_index(self, request):
        from . import sitemaps

        return sitemaps.index(self, request)

    @re_path(r"^sitemap/places/$", name="sitemap_places")
    def sitemap_places(self, request):
        from . import sitemaps

        return sitemaps.places(self, request)

    @re_path(r"^sitemap/(?P<start>[0-9]{1,19})/$", name="sitemap_file")
    def sitemap_file(self, request, start):
        from . import sitemaps

        return sitemaps.file(self, request, start)

    def check_request_method(self, request, *args, **kwargs):
        """All addresses are for reading; one takes files."""
        match = getattr(request, "routable_resolver_match", None)
        if request.method == "POST" and match is not None and match.url_name == "file_check":
            return None
        return super().check_request_method(request, *args, **kwargs)

    def left_item(self, request, page_id):
        from . import resolver

        return resolver.left_page(self, request, page_id)

    def route(self, request, path_components):
        if self.live and path_components:
            try:
                self.resolve_subpage("/" + "/".join(path_components) + "/")
            except Http404:
                item = self._item_at(path_components)
                if item is not None:
                    return item.route(request, [])
        try:
            return super().route(request, path_components)
        except Http404:
            left = self._left_at(path_components) if self.live else None
            if left is None:
                raise
            return RouteResult(self, args=(self.left_item, [left], {}))

    def _below(self, path_components):
        url_path = f"{self.url_path}{'/'.join(path_components)}/"
        return Page.objects.filter(slug=path_components[-1], url_path=url_path)

    def _item_at(self, path_components):
        """The public item at a path, with two queries instead of two for each level of the tree."""
        from .models import DisclosurePage

        found = self._below(path_components).filter(live=True).values_list("pk", "content_type_id").first()
        model = ContentType.objects.get_for_id(found[1]).model_class() if found else None
        if model is None or not issubclass(model, DisclosurePage):
            return None
        return model.objects.filter(pk=found[0]).first()

    def _left_at(self, path_components):
        """The key of an item at this path that was public and has left; None where there is none."""
        from ..publishing.departures import departure_of

        if not path_components:
            return None
        left = self._below(path_components).filter(live=False).first()
        return left.pk if left is not None and departure_of([left]) else None


def reserved_names():
    """The first part of every address that the catalogue answers itself: no page below it may have that name."""
    first = (re.match(r"\^([a-z-]+)/", str(each.pattern)) for each in CatalogueRoutes.get_subpage_urls())
    return {found[1] for found in first if found}
