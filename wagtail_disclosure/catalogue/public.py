"""Answers to the addresses of a catalogue: lists, their feeds, and documents disclosed on request."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from . import addresses, contexts, feeds, filters, lists, meta
from .conditional import conditional
from .listings import limited, period_address
from .scope import scope_of

LIST_TEMPLATE = "wagtail_disclosure/catalogue/list.html"
PLACES = ("after", "before")


def scope_or_404(page):
    scope = scope_of(page)
    if scope is None:
        raise Http404
    return scope


def items_of(scope, limits, **options):
    """One page of the items within ``limits``, of which at most one is not a period."""
    return lists.list_page(lists.rows(scope, **limits.columns()), between=limits.between, **options)


def places(request, parse):
    """The places that ``after`` and ``before`` of an address name; those of the first page for anything else."""
    try:
        return {name: parse(request.GET.get(name)) for name in PLACES}
    except lists.InvalidPlace:
        return dict.fromkeys(PLACES)


def show(page, request, find, template=LIST_TEMPLATE, feed=None):
    """Answer with the list that ``find`` (a function of the scope) gives, or with a feed of it."""
    scope = scope_or_404(page)

    def answer():
        listing = find(scope)
        if feed:
            return feeds.answer(scope, request, feed, listing, items_of(scope, listing.limits).items)
        context = list_context(scope, request, limited(scope, listing, request))
        return TemplateResponse(request, template, {**page.get_context(request), **context})

    return conditional(request, scope, answer)


def list_context(scope, request, listing):
    """The context of a list without words to search for."""
    found = items_of(scope, listing.limits, **places(request, lists.parse_position))
    everything = not listing.limits.axes and not listing.limits.year
    counts = counts_of_all(scope) if everything else None
    facets = contexts.Facets(scope, listing.limits, _facet_address(scope, listing), counts)
    return {
        **common(scope, listing.limits.category),
        "breadcrumbs": contexts.crumbs(scope, *listing.crumbs),
        "heading": listing.title,
        "feed_title": listing.heading,
        "description": listing.description,
        "facts": listing.facts,
        "notice": listing.notice,
        "items": found.items,
        "result_count": count_text(scope, listing.limits),
        "pager": pager(request, found),
        "facets": facets.build(),
        "applied": applied(listing),
        "clear_url": listing.address if listing.period else None,
        "unknown": listing.unknown,
        "feeds": addresses.feeds(listing.address),
        "meta_tags": meta.column_tags(
            scope, listing.title, listing.description[:200], column_type=meta.column_type("catalogue")
        ),
    }


def counts_of_all(scope):
    return {
        axis: scope.directory.values(axis)
        for axis in ("category", "department", "year", "attribute", "genre")
    }


def applied(listing):
    """The year and month that the address limits the list to, each with the address without it."""
    found = listing.limits.labelled(filters.PERIOD) if listing.period else []
    removed = {"year": period_address(listing), "month": period_address(listing, listing.limits.year)}
    return [{"label": label, "value": value, "remove_url": removed[name]} for name, label, value in found]


def count_text(scope, limits):
    """How many items a list has, where the register has kept the count: of one limit, not of several."""
    keys = {
        "category": lambda node: node.pk,
        "department": lambda department: department.pk,
        "genre": lambda node: node.code,
    }
    given = {name: keys.get(name, str)(value) for name, value in limits.axes.items()}
    if limits.year:
        given["month" if limits.month else "year"] = limits.year
    if len(given) != 1 or {"month", "validity"} & given.keys():
        return ""
    count = scope.directory.count(*given.popitem())
    return ngettext("%(count)d item", "%(count)d items", count) % {"count": count}


def _facet_address(scope, listing):
    """A facet leads to the list of its own where there is one, else to the search that combines limits."""

    def address(params):
        given = {name: value for name, value in params.items() if value}
        other = {name: value for name, value in given.items() if name not in filters.PERIOD}
        if (
            other == {n: v for n, v in listing.limits.params(scope).items() if v and n in other}
            and listing.limits.axes
        ):
            return period_address(listing, given.get("year"), given.get("month"))
        if given == {"validity": filters.ENDED}:
            return addresses.not_in_force(scope)
        if given and given.keys() <= set(filters.PERIOD):
            return addresses.year(scope, given["year"], given.get("month"))
        return addresses.search(scope, **given)

    return address


def common(scope, category=None):
    """What every list page shows."""
    return {
        "search": contexts.search_form(scope),
        "tree": contexts.tree(scope, category),
        "on_request_url": addresses.on_request(scope),
        "catalogue_url": scope.directory.base_path,
    }


def pager(request, found):
    """The addresses of the pages around this one; of the first page where this one lies beyond the end."""
    is_beyond = not found.items and any(name in request.GET for name in PLACES)
    return {
        "older_url": _moved(request, "after", found.older),
        "newer_url": _moved(request, "before", found.newer),
        "first_url": _address_with(request) if is_beyond else None,
    }


def _moved(request, name, place):
    return _address_with(request, **{name: str(place)}) if place is not None else None


def _address_with(request, **places):
    query = request.GET.copy()
    for each in PLACES:
        query.pop(each, None)
    query.update(places)
    return "?" + query.urlencode() if query else request.path
