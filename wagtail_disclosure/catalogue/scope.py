"""Where the public lists of a catalogue page are: its site, its language, and what is known of them."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from django.db.models import Q
from wagtail.models import Locale, Site

from ..departments.models import Agency, Department
from ..publishing.models import RegisterCounter
from .models import CatalogueIndexPage, CatalogueVersion, Category, CategoryScheme

# Directories kept in memory; one is a few hundred small rows.
KEPT = 32


@dataclass(frozen=True)
class Scope:
    """A site and a language: what every list, search, feed and sitemap is about.

    ``root_url`` is the site's address without a path.
    """

    site_id: int
    root_url: str
    language: str
    version: str

    @cached_property
    def directory(self):
        """The :class:`Directory` of this version, kept in memory until the version changes."""
        return _remembered((self.site_id, self.language, self.version), self._build)

    def _build(self):
        return Directory(self.site_id, self.language)


def scope_of(page):
    """The :class:`Scope` that any page of a site belongs to, with one query; None for a page without an address."""
    parts = page.get_url_parts()
    if parts is None or parts[2] is None:
        return None
    site_id, root_url, _path = parts
    language = Locale.objects.filter(pk=page.locale_id)
    row = (
        CatalogueVersion.objects.filter(pk=site_id)
        .annotate(language=language.values("language_code"))
        .values_list("version", "language")
        .first()
    )
    version, code = row or ("", page.locale.language_code)
    # The templates say the language of the page; they need not ask for it again.
    page.disclosure_language = code
    return Scope(site_id, root_url, code, version)


@dataclass(frozen=True)
class Crumb:
    title: str
    url: str


class Directory:
    """What stays the same between two versions: the catalogue's place, categories, departments, maintained counts."""

    def __init__(self, site_id, language):
        self.language = language
        self._read_place(site_id)
        self.agency = Agency.objects.filter(site_id=site_id).first()
        self.departments = (
            list(Department.objects.filter(agency=self.agency).prefetch_related("successors"))
            if self.agency
            else []
        )
        self._read_categories()
        self.counts = {
            (axis, value): count
            for axis, value, count in RegisterCounter.objects.filter(
                site_id=site_id, language=language, count__gt=0
            ).values_list("axis", "value", "count")
        }
        self.department_by_id = {each.pk: each for each in self.departments}
        self.department_by_code = {each.code: each for each in self.departments}

    def _read_place(self, site_id):
        """Find the catalogue page; ``trail`` leads to it from the site's home, itself included."""
        roots = [path for path in Site.get_site_root_paths() if path.site_id == site_id]
        found = CatalogueIndexPage.objects.filter(locale__language_code=self.language)
        below = Q()
        for root in roots:
            below |= Q(url_path__startswith=root.root_path)
        self.catalogue = found.filter(below).order_by("-live", "path").first() if roots else None
        self.trail, self.base_path = [], ""
        if self.catalogue is None:
            return
        self.base_path = self.catalogue.get_url_parts()[2] or ""
        root = next(r.root_path for r in roots if self.catalogue.url_path.startswith(r.root_path))
        for page in self.catalogue.get_ancestors(inclusive=True):
            if page.url_path.startswith(root) and (page.live or page.pk == self.catalogue.pk):
                self.trail.append(Crumb(page.title, page.get_url_parts()[2]))

    def _read_categories(self):
        found = Category.objects.filter(scheme__agency=None)
        if self.agency:
            found |= Category.objects.filter(scheme__agency=self.agency)
        self.categories = list(found.select_related("scheme").order_by("scheme__code", "sort_order", "code"))
        self.category_by_id = {each.pk: each for each in self.categories}
        self.children = {}
        for each in self.categories:
            self.children.setdefault(each.parent_id, []).append(each)
            if each.parent_id in self.category_by_id:
                each.parent = self.category_by_id[each.parent_id]
        schemes = OrderedDict((each.scheme_id, each.scheme) for each in self.categories)
        self.schemes = {scheme.code: scheme for scheme in schemes.values()}
        own = [scheme for scheme in schemes.values() if scheme.kind == CategoryScheme.Kind.AGENCY]
        self.own_scheme = own[0] if own else None
        self._category_by_code = {(each.scheme_id, each.code): each for each in self.categories}

    def category(self, code, scheme=None):
        """The category with ``code`` in the scheme with code ``scheme`` (default: the agency's catalogue), or None."""
        found = self.schemes.get(scheme) if scheme else self.own_scheme
        return self._category_by_code.get((found.pk, code)) if found else None

    def of_kind(self, kind, code):
        """The category with ``code`` in any scheme of ``kind``, or None."""
        for each in self.categories:
            if each.scheme.kind == kind and each.code == code:
                return each
        return None

    def roots(self, scheme):
        return [each for each in self.children.get(None, ()) if scheme and each.scheme_id == scheme.pk]

    def count(self, axis, value=""):
        """How many public items have ``value`` on ``axis``; 0 where none."""
        return self.counts.get((axis, str(value)), 0)

    def values(self, axis):
        """The values of ``axis`` that occur, with their counts."""
        return {value: count for (name, value), count in self.counts.items() if name == axis}

    def path_to(self, category):
        """The categories from the first level down to ``category``."""
        found, seen = [], set()
        while category is not None and category.pk not in seen:
            found.insert(0, category)
            seen.add(category.pk)
            category = self.category_by_id.get(category.parent_id)
        return found


_memory = OrderedDict()
_lock = Lock()


def _remembered(key, build):
    """What ``build`` returns, kept under ``key``, whose last part is a version; nothing is kept without one."""
    if not key[-1]:
        return build()
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
    built = build()
    with _lock:
        _memory[key] = built
        while len(_memory) > KEPT:
            _memory.popitem(last=False)
    return built
