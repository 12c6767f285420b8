"""Answers to the addresses of a catalogue: lists, their feeds, and documents disclosed on request."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from . import addresses, contexts, feeds, filed, lists, meta
from .conditional import conditional
from .listings import period_of
from .scope import scope_of

LIST_TEMPLATE = "wagtail_disclosure/catalogue/list.html"


def scope_or_404(page):
    scope = scope_of(page)
    if scope is None:
        raise Http404
    return scope


def items_of(scope, limits, **options):
    """One page of the items within ``limits``, of which at most one is not a period."""
    return lists.list_page(lists.rows(scope, **limits.columns()), between=limits.between, **options)


def places(request, parse):
    """The places that ``after`` and ``before`` of an address name. Raises ``Http404`` for anything else."""
    try:
        return {name: parse(request.GET.get(name)) for name in ("after", "before")}
    except lists.InvalidPlace as error:
        raise Http404 from error


def show(page, request, find, template=LIST_TEMPLATE, feed=None):
    """Answer with the list that ``find`` (a function of the scope) gives, or with a feed of it."""
    scope = scope_or_404(page)

    def answer():
        listing = find(scope)
        if feed:
            return feeds.answer(scope, request, feed, listing, items_of(scope, listing.limits).items)
        context = list_context(scope, request, period_of(scope, listing, request))
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
        "heading": listing.heading,
        "description": listing.description,
        "facts": listing.facts,
        "notice": listing.notice,
        "items": found.items,
        "pager": pager(request, found),
        "facets": facets.build(),
        "feeds": addresses.feeds(listing.address),
        "meta_tags": meta.column_tags(
            scope, listing.heading, listing.description[:200], column_type=meta.column_type("catalogue")
        ),
    }


def counts_of_all(scope):
    return {axis: scope.directory.values(axis) for axis in ("department", "year", "attribute", "genre")}


def _facet_address(scope, listing):
    """A facet leads to the list of its own where there is one, else to the search that combines limits."""

    def address(params):
        given = {name: value for name, value in params.items() if value}
        other = {name: value for name, value in given.items() if name not in ("year", "month")}
        if (
            other == {n: v for n, v in listing.limits.params(scope).items() if v and n in other}
            and listing.limits.axes
        ):
            period = "&".join(f"{name}={given[name]}" for name in ("year", "month") if name in given)
            return f"{listing.address}{'?' + period if period else ''}"
        if given and given.keys() <= {"year", "month"}:
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
    return {
        "older_url": _moved(request, "after", found.older),
        "newer_url": _moved(request, "before", found.newer),
    }


def _moved(request, name, place):
    if place is None:
        return None
    query = request.GET.copy()
    for each in ("after", "before"):
        query.pop(each, None)
    query[name] = str(place)
    return "?" + query.urlencode()


def on_request(page, request):
    """The list of documents disclosed on request: reviewed and filed, by title only."""
    scope = scope_or_404(page)

    def answer():
        found = filed.filed_page(scope, **places(request, filed.parse_place))
        context = {
            **common(scope),
            "breadcrumbs": contexts.crumbs(scope, (_("Disclosure on request"), None)),
            "heading": _("Disclosure on request"),
            "on_request": True,
            "items": found.items,
            "pager": pager(request, found),
        }
        return TemplateResponse(request, LIST_TEMPLATE, {**page.get_context(request), **context})

    return conditional(request, scope, answer)
