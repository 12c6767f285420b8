"""What the templates of the portal are given. The words of a place are its own; what it lists is the register's."""

import re

from django.http import Http404
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText

from ..catalogue import addresses, contexts, feeds, lists, meta, public
from ..catalogue.conditional import conditional
from ..catalogue.entry import describe_file
from ..catalogue.filters import Filters
from ..catalogue.listings import Listing, department_notice
from ..catalogue.models import CategoryScheme
from ..publishing.evidence import first_public_at
from . import listing
from .blocks import blocks_of, request_url
from .models import ColumnPage, GuidePage, PlatformSectionPage, SubsitePage
from .outline import COLUMN, PLATFORM, SUBSITE, crumbs_of, outline_of, place_of
from .scopes import scope_for

LATEST_ITEMS = 10
SECTION_ITEMS = 6
PLATFORM_ITEMS = 8
DESCRIPTION_LENGTH = 200


def context_of(page, request):
    """The context of a place's template, for the public page and for the preview of a draft."""
    scope = scope_for(page, request)
    if scope is None:
        return {"breadcrumbs": [{"title": page.title, "url": None}]}
    build = next(function for model, function in BUILDERS.items() if isinstance(page, model))
    return {"breadcrumbs": crumbs_of(scope, page), **build(page, request, scope, outline_of(scope))}


def answer(page, request, serve):
    """The response of ``serve()``, or 304 where the reader has it already."""
    scope = scope_for(page, request)
    return conditional(request, scope, serve) if scope else serve()


# The section 政府信息公开


def platform_context(page, request, scope, outline):
    section = _public_place(outline, page, request) or place_of(PLATFORM, page, _address(page))
    rules, reports = _rules_and_reports(scope, outline, section)
    listed = scope.directory.catalogue is not None
    heads = statutory_nodes(scope) if listed else []
    return {
        "blocks": blocks_of(scope, outline, section),
        "search": contexts.search_form(scope) if listed else None,
        "statutory": statutory_heads(scope, heads),
        "tree": contexts.tree(scope) if listed else [],
        "items": _latest_required(scope, heads),
        "feeds": addresses.feeds(scope.directory.base_path) if listed else None,
        "catalogue_url": scope.directory.base_path,
        "rules": rules,
        "reports": reports,
        "contact": scope.directory.agency,
        "meta_tags": meta.column_tags(
            scope, page.title, _description(page), column_type=meta.column_type("catalogue")
        ),
    }


def _public_place(outline, page, request):
    """The place that ``page`` is to the public; None for the preview of a draft."""
    return None if getattr(request, "is_preview", False) else outline.by_key.get(page.pk)


def _address(page):
    parts = page.get_url_parts()
    return (parts and parts[2]) or ""


def statutory_nodes(scope):
    """The categories of the heads of Art. 20."""
    return [
        node
        for node in scope.directory.categories
        if node.scheme.kind == CategoryScheme.Kind.STATUTORY and node.active and node.parent_id is None
    ]


def statutory_heads(scope, nodes):
    """The heads of Art. 20 with the number of public items under each."""
    return [
        {
            "name": node.local_name(),
            "url": addresses.category(scope, node),
            "count": scope.directory.count("category", node.pk),
        }
        for node in nodes
    ]


def _latest_required(scope, nodes):
    """The newest items under a head of Art. 20: the section holds what the law requires (国办公开办函〔2019〕61号).

    Every item where the agency uses the heads for none.
    """
    used = tuple(node.pk for node in nodes if scope.directory.count("category", node.pk))
    if not used:
        return lists.latest(scope, PLATFORM_ITEMS)
    return listing.latest_of_each(scope, [listing.Selection(used)], PLATFORM_ITEMS)[0]


def _rules_and_reports(scope, outline, section):
    """The newest rules and annual reports: those of the columns that the section names."""
    targets = section.facts["targets"]
    columns = [outline.by_key.get(targets.get(name, (None,))[0]) for name in ("rules_page", "reports_page")]
    selections = [selection_of_place(scope, place) for place in columns]
    rules, reports = listing.latest_of_each(scope, selections, SECTION_ITEMS)
    if not selections[0]:
        rules = lists.latest(scope, SECTION_ITEMS, kind="rulepage")
    return rules, reports


# Sub-sites


def subsite_context(page, request, scope, outline):
    columns = outline.below(page.path)
    department = scope.directory.department_by_id.get(page.department_id)
    listed = department is not None and scope.directory.catalogue is not None
    return {
        "menu": subsite_menu(outline, place_of(SUBSITE, page, _address(page)), current=page),
        "columns": sections_of(scope, columns),
        "items": lists.latest(scope, LATEST_ITEMS, department_id=page.department_id),
        "more_url": addresses.department(scope, department) if listed else None,
        "feeds": addresses.feeds(addresses.department(scope, department)) if listed else None,
        "notice": notice_of(scope, outline, department) if department else None,
        "meta_tags": meta.column_tags(
            scope, page.title, _description(page), column_type=meta.column_type("functions")
        ),
    }


def notice_of(scope, outline, department):
    """What is said of a department that has ended; its successors are linked by their sub-sites if they have any."""
    notice = department_notice(scope, department)
    if notice is None:
        return None
    links = []
    for successor in department.successors.all():
        subsite = outline.subsite_of(successor.pk)
        url = subsite.url if subsite else addresses.department(scope, successor)
        links.append({"title": successor.local_name(), "url": url})
    return {**notice, "links": links}


def subsite_menu(outline, subsite, current):
    """The own menu of ``subsite`` (a place): its home and the columns shown in menus; nothing without columns."""
    home = {"title": _("Sub-site home"), "url": subsite.url, "current": current.path == subsite.path}
    columns = menu_below(outline, subsite.path, current.path)
    return [home, *columns] if columns else []


def menu_below(outline, path, current):
    """The columns below ``path`` as menu entries; the branch in which ``current`` stands is open."""
    return [
        {
            "title": place.title,
            "url": place.url,
            "current": place.path == current,
            "children": menu_below(outline, place.path, current) if current.startswith(place.path) else [],
        }
        for place in outline.below(path)
    ]


def sections_of(scope, columns, count=SECTION_ITEMS):
    """Columns (places) with their newest items, in one query for all of them."""
    found = listing.latest_of_each(scope, [selection_of_place(scope, each) for each in columns], count)
    return [
        {"title": place.title, "url": place.url, "items": items}
        for place, items in zip(columns, found, strict=True)
    ]


def selection_of_place(scope, place):
    """What a column (a place) lists; nothing for other places and for None."""
    if place is None or place.kind != COLUMN:
        return listing.Selection(())
    return listing.selection_of(scope, place.categories, place.department_id)


def internal_departments(page, request):
    """The departments that have a sub-site, with what their sub-sites say of functions and telephone."""
    scope = scope_for(page, request)
    places = outline_of(scope).of_kind(SUBSITE) if scope else []
    return [{"name": place.title, "url": place.url, **place.facts} for place in places]


def linked_departments(html, departments):
    """``html`` with the departments that begin an item of a list linked to their sub-sites, and those it does not name."""
    rest = []
    for department in departments:
        name = re.escape(escape(department["name"]))
        link = format_html('<a href="{}">{}</a>', department["url"], department["name"])
        html, found = re.subn(
            rf"(<li[^>]*>\s*(?:<b>)?){name}(?=\s*(?:</b>)?\s*[：:（(])",
            lambda match, link=link: match[1] + link,
            html,
            count=1,
        )
        rest += [] if found else [department]
    return mark_safe(html), rest


# Columns


def column_context(page, request, scope, outline):
    place = _public_place(outline, page, request)
    selection = selection_of_place(scope, place) if place else selection_of_page(scope, page)
    sort = request.GET.get("sort", listing.NEWEST)
    sort = sort if sort in (listing.NEWEST, listing.OLDEST) else listing.NEWEST
    places = public.places(request, lists.parse_position)
    found = listing.column_page(scope, selection, sort=sort, **places)
    menu, heading = column_menu(outline, page)
    subsite = outline.above(page.path, SUBSITE)
    return {
        "menu": menu,
        "menu_heading": heading,
        "accent": subsite.accent if subsite else "",
        "sections": sections_of(scope, outline.below(page.path)),
        "mapped": bool(selection),
        "items": found.items,
        "pager": column_pager(request, found, sort),
        "sort_options": sort_options(page, sort) if found.items else [],
        "feeds": addresses.feeds(_address(page)) if selection else None,
        "meta_tags": meta.column_tags(
            scope,
            page.title,
            _description(page),
            ",".join(meta.keywords(page)),
            meta.column_type(page.column_type),
        ),
    }


def selection_of_page(scope, page):
    """What a column lists, as its page states it, public or draft."""
    categories = [row.category_id for row in page.mapped_categories.all()]
    return listing.selection_of(scope, categories, page.department_id)


def column_menu(outline, page):
    """The menu beside a column and its heading: the sub-site's; that of the column with sub-columns, for it and
    them; or the columns next to it."""
    subsite = outline.above(page.path, SUBSITE)
    if subsite is not None:
        return subsite_menu(outline, subsite, current=page), subsite.title
    parent = page.path[: -page.steplen]
    guide = next((place for place in outline.of_kind(COLUMN) if place.path == parent), None)
    if guide is None and outline.below(page.path):
        guide = place_of(COLUMN, page, _address(page))
    if guide is not None:
        top = {"title": _("All of %(name)s") % {"name": guide.title}, "url": guide.url}
        below = menu_below(outline, guide.path, page.path)
        return [{**top, "current": guide.path == page.path}, *below], guide.title
    menu = menu_below(outline, parent, page.path)
    return (menu if len(menu) > 1 else []), _("Columns")


def sort_options(page, chosen):
    path = _address(page)
    return [
        {"label": _("Newest first"), "url": path, "selected": chosen == listing.NEWEST},
        {
            "label": _("Oldest first"),
            "url": f"{path}?sort={listing.OLDEST}",
            "selected": chosen == listing.OLDEST,
        },
    ]


def column_pager(request, found, sort):
    """In a list that begins with the oldest item, what comes next is newer."""
    pager = public.pager(request, found)
    if sort == listing.NEWEST:
        return pager
    return {
        "newer_url": pager["older_url"],
        "newer_label": _("Older"),
        "older_url": pager["newer_url"],
        "older_label": _("Newer"),
    }


def column_feed(page, request, name):
    """The feed of a column. Raises ``Http404`` for a column to which nothing is mapped."""
    scope = public.scope_or_404(page)
    selection = selection_of_page(scope, page)
    if not selection:
        raise Http404
    about = Listing(
        heading=page.title,
        limits=Filters(),
        address=_address(page),
        description=_description(page),
    )
    return feeds.answer(scope, request, name, about, listing.column_page(scope, selection).items)


# The guide 公开指南


def guide_context(page, request, scope, outline):
    agency, section = scope.directory.agency, outline.platform
    return {
        "blocks": blocks_of(scope, outline, section, _address(page)) if section else [],
        "sections": guide_sections(page),
        "contact": page,
        "application_form": describe_file(page.application_form) if page.application_form_id else None,
        "request_url": request_url(scope, section),
        "source": agency.local_name() if agency else "",
        "date_published": first_public_at(page),
        "meta_tags": meta.column_tags(
            scope, page.title, _description(page), column_type=meta.column_type("guide")
        ),
    }


def guide_sections(page):
    """The sections in the order of Art. 12: what there is, how to obtain it, the office, requests, supervision."""

    def label(name):
        return page._meta.get_field(name).verbose_name

    rich = {
        name: {"id": name.replace("_", "-"), "title": label(name), "html": RichText(getattr(page, name))}
        for name in page.SECTIONS
    }
    office = {
        "id": "office",
        "title": _("Disclosure office"),
        "fields": [
            {"label": label(name), "value": getattr(page, name)}
            for name in page.OFFICE
            if getattr(page, name) or name != "fax"
        ],
    }
    names = list(page.SECTIONS)
    place = names.index("procedure")
    return [
        *(rich[name] for name in names[:place]),
        office,
        *(rich[name] for name in names[place:]),
    ]


def _description(page):
    """What a search engine is told of a place: its own words for it, else the beginning of its introduction."""
    text = page.search_description or strip_tags(getattr(page, "introduction", ""))
    return Truncator(" ".join(text.split())).chars(DESCRIPTION_LENGTH)


BUILDERS = {
    PlatformSectionPage: platform_context,
    SubsitePage: subsite_context,
    ColumnPage: column_context,
    GuidePage: guide_context,
}
