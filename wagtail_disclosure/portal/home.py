"""The portal for the site's own pages: columns, sub-sites, guides and newest items for a home page or any template.

Everything comes from the places and the register, so a page that shows a dozen columns costs two queries more.
"""

from functools import cached_property

from wagtail.models import Site

from ..catalogue import addresses, contexts, lists
from ..compat import Page
from . import listing
from .blocks import blocks_of
from .contexts import SECTION_ITEMS, sections_of, selection_of_place
from .outline import COLUMN, SUBSITE, outline_of
from .scopes import scope_for

NEWS_TYPE, NOTICES_TYPE = "news", "notices"


def portal_for(page=None, request=None):
    """The :class:`Portal` of the site and language of ``page``, or of ``request`` where there is no page.

    None where neither has a site.
    """
    page = page if isinstance(page, Page) else None
    if page is None and request is not None:
        site = Site.find_for_request(request)
        page = site.root_page.localized if site else None
    scope = scope_for(page, request) if page is not None else None
    return Portal(scope, page) if scope is not None else None


class Portal:
    """What a site's templates can show of the portal. Addresses are paths; items are rows of the register."""

    def __init__(self, scope, page):
        self.scope, self.page = scope, page

    @cached_property
    def outline(self):
        return outline_of(self.scope)

    def column(self, name):
        """The public column with this slug (the one nearest to the home page), or of this ``ColumnPage``; or None."""
        found = [
            place
            for place in self.outline.of_kind(COLUMN)
            if place.slug == name or place.key == getattr(name, "pk", None)
        ]
        return min(found, key=lambda place: len(place.path), default=None)

    def column_of_type(self, code):
        """The first column next to the home page with this type of the national list, or None."""
        return next((each for each in self._main_columns if each.column_type == code), None)

    @cached_property
    def _main_columns(self):
        """The columns at the level nearest to the home page."""
        columns = [place for place in self.outline.of_kind(COLUMN) if place.in_menu]
        outside = [place for place in columns if not self.outline.above(place.path, SUBSITE)]
        top = min((len(place.path) for place in outside), default=0)
        return [place for place in outside if len(place.path) == top]

    @cached_property
    def columns(self):
        """Every main column of the portal as title and address."""
        return [_link(place) for place in self._main_columns]

    @cached_property
    def subsites(self):
        """The sub-sites of the departments as title and address."""
        return [_link(place) for place in self.outline.of_kind(SUBSITE) if place.in_menu]

    @cached_property
    def guides(self):
        """The main columns that have sub-columns (办事指南 and the like), with links to these."""
        found = [(place, self.outline.below(place.path)) for place in self._main_columns]
        return [
            {**_link(place), "entries": [_link(each) for each in below]} for place, below in found if below
        ]

    @cached_property
    def blocks(self):
        """The fixed blocks of the section 政府信息公开; empty where the site has none."""
        section = self.outline.platform
        return blocks_of(self.scope, self.outline, section) if section else []

    @property
    def platform_url(self):
        return self.outline.platform.url if self.outline.platform else ""

    @property
    def catalogue_url(self):
        return self.scope.directory.base_path

    @property
    def search(self):
        """The form of the catalogue's search; None where there is no catalogue."""
        return contexts.search_form(self.scope) if self.scope.directory.catalogue else None

    def latest(self, count=SECTION_ITEMS, department=None):
        """The newest items of the catalogue, or of the department with this code."""
        if department is None:
            return lists.latest(self.scope, count)
        found = self.scope.directory.department_by_code.get(department)
        return lists.latest(self.scope, count, department_id=found.pk) if found else []

    def panels(self, names, count=SECTION_ITEMS):
        """Columns by slug or page, each with its newest items; one query for all. Unknown ones are left out."""
        found = [place for place in map(self.column, names) if place is not None]
        return sections_of(self.scope, found, count)

    def department_url(self, code):
        """The list of the department with this code, or an empty string."""
        found = self.scope.directory.department_by_code.get(code)
        return addresses.department(self.scope, found) if found else ""


def home_context(page, request=None, *, news=None, notices=None, panels=(), count=SECTION_ITEMS):
    """What a home page shows of the portal: ``{**super().get_context(request), **home_context(self, request)}``.

    ``news``, ``notices`` and ``panels`` name columns by slug (or are pages); without a name, the first main column
    of the type 工作动态 or 通知公告 is taken. Keys: ``search``, ``headline``, ``news``, ``news_url``, ``notices``,
    ``notices_url``, ``panels``, ``blocks``, ``platform_url``, ``guides``, ``subsites``, ``columns``,
    ``catalogue_url``. The first of the news is the headline.
    """
    portal = portal_for(page, request)
    if portal is None:
        return {}
    named = [
        portal.column(news) if news else portal.column_of_type(NEWS_TYPE),
        portal.column(notices) if notices else portal.column_of_type(NOTICES_TYPE),
    ]
    others = [place for place in map(portal.column, panels) if place is not None]
    places = [*named, *others]
    selections = [selection_of_place(portal.scope, place) for place in places]
    found = listing.latest_of_each(portal.scope, selections, count + 1)
    newest = found[0] if named[0] else portal.latest(count + 1)
    return {
        "search": portal.search,
        "headline": _headline(newest[0]) if newest else None,
        "news": newest[1 : count + 1],
        "news_url": named[0].url if named[0] else portal.catalogue_url,
        "notices": found[1][:count],
        "notices_url": named[1].url if named[1] else "",
        "panels": [
            {**_link(place), "items": items[:count]} for place, items in zip(others, found[2:], strict=True)
        ],
        "blocks": portal.blocks,
        "platform_url": portal.platform_url,
        "guides": portal.guides,
        "subsites": portal.subsites,
        "columns": portal.columns,
        "catalogue_url": portal.catalogue_url,
    }


def _link(place):
    return {"title": place.title, "url": place.url}


def _headline(item):
    return {
        "title": item.title,
        "url": item.path,
        "summary": item.summary,
        "date_published": item.date_published,
    }
