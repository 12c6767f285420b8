"""The public places of a site in one language: what menus, crumbs and columns need to know, without the page tree.

Asking the tree for menus scans the whole catalogue. The places are few: they are read from their own tables and
kept until the version of the public lists changes.
"""

from dataclasses import dataclass, field

from django.core.cache import cache

from ..catalogue.entry import describe_file
from ..compat import Page
from ..publishing.verification.withholding import visible
from .models import ColumnCategory, ColumnPage, GuidePage, PlatformSectionPage, SubsitePage

KEPT_SECONDS = 24 * 60 * 60
PLATFORM, SUBSITE, COLUMN, GUIDE = "platform", "subsite", "column", "guide"
KINDS = {PLATFORM: PlatformSectionPage, SUBSITE: SubsitePage, COLUMN: ColumnPage, GUIDE: GuidePage}


@dataclass(frozen=True)
class Place:
    """A public place. ``path`` is where it stands in the tree, ``url`` its address on the site."""

    key: int
    kind: str
    title: str
    url: str
    path: str
    slug: str
    in_menu: bool
    department_id: int | None = None
    accent: str = ""
    column_type: str = ""
    categories: tuple = ()
    # What else pages show of it: a sub-site's contact, the targets of the section's blocks.
    facts: dict = field(default_factory=dict, hash=False)


def kept(scope, name, build):
    """What ``build`` returns, kept in the cache for as long as the public lists have this version."""
    if not scope.version:
        return build()
    key = f"disclosure-portal:{scope.site_id}:{scope.language}:{scope.version}:{name}"
    found = cache.get(key)
    if found is None:
        found = build()
        cache.set(key, found, KEPT_SECONDS)
    return found


def outline_of(scope):
    """The :class:`Outline` of ``scope``."""
    return Outline(kept(scope, "outline", lambda: read_places(scope)))


class Outline:
    """The places of a scope in the order of the tree."""

    def __init__(self, places):
        self.places = places
        self.by_key = {place.key: place for place in places}

    def of_kind(self, kind):
        return [place for place in self.places if place.kind == kind]

    def below(self, path, kind=COLUMN, in_menu=True):
        """The places of ``kind`` directly below ``path``."""
        length = len(path) + Page.steplen
        return [
            place
            for place in self.places
            if place.kind == kind
            and len(place.path) == length
            and place.path.startswith(path)
            and (place.in_menu or not in_menu)
        ]

    def above(self, path, kind):
        """The nearest place of ``kind`` above ``path``, or None."""
        found = [each for each in self.of_kind(kind) if path != each.path and path.startswith(each.path)]
        return max(found, key=lambda place: len(place.path), default=None)

    def subsite_of(self, department_id):
        """The sub-site of a department, or None."""
        return next((each for each in self.of_kind(SUBSITE) if each.department_id == department_id), None)

    @property
    def platform(self):
        """The section 政府信息公开, or None."""
        return next(iter(self.of_kind(PLATFORM)), None)


def read_places(scope):
    categories = {}
    rows = ColumnCategory.objects.filter(page__live=True).order_by("page", "sort_order", "pk")
    for page_id, category_id in rows.values_list("page_id", "category_id"):
        categories.setdefault(page_id, []).append(category_id)
    found = []
    for kind, model in KINDS.items():
        pages = model.objects.live().filter(locale__language_code=scope.language).select_related("locale")
        pages = visible(pages)
        for page in pages:
            parts = page.get_url_parts()
            if parts is not None and parts[0] == scope.site_id and parts[2] is not None:
                found.append(place_of(kind, page, parts[2], tuple(categories.get(page.pk, ()))))
    return sorted(found, key=lambda place: place.path)


def place_of(kind, page, url, categories=()):
    """The :class:`Place` that ``page`` is, or would be if the draft were public."""
    return Place(
        key=page.pk,
        kind=kind,
        title=page.title,
        url=url,
        path=page.path,
        slug=page.slug,
        in_menu=page.show_in_menus,
        department_id=getattr(page, "department_id", None),
        accent=getattr(page, "accent", ""),
        column_type=getattr(page, "column_type", ""),
        categories=categories,
        facts=FACTS.get(kind, lambda page: {})(page),
    )


def _subsite_facts(page):
    return {"functions": page.functions, "phone": page.phone}


def _platform_facts(page):
    targets = {}
    for name in ("guide_page", "rules_page", "reports_page"):
        target = in_language_of(page, getattr(page, name)) if getattr(page, f"{name}_id") else None
        if target is not None:
            targets[name] = (target.pk, target.get_url_parts()[2])
    return {"targets": targets, "request_url": page.request_url}


def _guide_facts(page):
    form = page.application_form if page.application_form_id else None
    return {
        "office": {name: getattr(page, name) for name in page.OFFICE},
        "application_form": describe_file(form) if form else None,
    }


FACTS = {SUBSITE: _subsite_facts, PLATFORM: _platform_facts, GUIDE: _guide_facts}


def in_language_of(page, target):
    """``target`` in the language of ``page`` if it is public there, else ``target`` itself if it is; else None."""
    if target.locale_id != page.locale_id:
        translation = target.get_translation_or_none(page.locale)
        target = translation if translation is not None and translation.live else target
    return target if target.live and target.get_url_parts() else None


def crumbs_of(scope, page):
    """The way from the site's home to ``page``, as the breadcrumbs that templates show."""
    above = kept(scope, f"crumbs:{page.path}", lambda: _crumbs_above(scope, page))
    return [{"title": title, "url": url} for title, url in above] + [{"title": page.title, "url": None}]


def _crumbs_above(scope, page):
    paths = [page.path[: length * page.steplen] for length in range(2, page.depth)]
    found = []
    for each in (
        visible(Page.objects.filter(path__in=paths, live=True)).select_related("locale").order_by("path")
    ):
        parts = each.get_url_parts()
        if parts is not None and parts[0] == scope.site_id and parts[2] is not None:
            found.append((each.title, parts[2]))
    return found
