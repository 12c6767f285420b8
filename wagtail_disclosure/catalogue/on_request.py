"""Disclosure on request: how information is requested, where, in what time; the documents listed by title."""

from urllib.parse import urlencode

from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from .. import conf
from ..rules.labels import text_in
from ..rules.profiles import get_profile
from . import addresses, contexts, feeds, filed, meta
from .conditional import conditional
from .filters import Filters
from .listings import Listing
from .public import common, pager, places, scope_or_404

TEMPLATE = "wagtail_disclosure/catalogue/on_request.html"


def answer(page, request, feed=None):
    """The page about requests with the list of documents, or a feed of the list."""
    scope = scope_or_404(page)

    def build():
        listing = Listing(
            heading=_("Disclosure on request"), limits=Filters(), address=addresses.on_request(scope)
        )
        if feed:
            return feeds.answer(scope, request, feed, listing, filed.filed_page(scope).items)
        return TemplateResponse(
            request, TEMPLATE, {**page.get_context(request), **_context(scope, request, listing)}
        )

    return conditional(request, scope, build)


def _context(scope, request, listing):
    found = filed.filed_page(scope, **places(request, filed.parse_place))
    shared = common(scope)
    # The page does not send its readers to itself.
    del shared["on_request_url"]
    where = office(scope, listing.address)
    for item in found.items:
        item.request_url = prefilled(where.get("prefill_url"), item)
    return {
        **shared,
        **where,
        "breadcrumbs": contexts.crumbs(scope, (listing.heading, None)),
        "heading": listing.heading,
        "steps": steps(),
        "law": text_in(get_profile(conf.get("JURISDICTION")).law),
        "items": found.items,
        "has_numbers": any(item.index_number for item in found.items),
        "pager": pager(request, found),
        "feeds": addresses.feeds(listing.address),
        "meta_tags": meta.column_tags(scope, listing.heading, column_type=meta.column_type("on_request")),
    }


def prefilled(address, item):
    """The address of the form with ``item`` of the list filled in; empty where there is no form that knows how."""
    if not address:
        return ""
    given = {
        "title": item.title,
        "document_number": item.document_number,
        "index_number": item.index_number,
        "item": item.key,
    }
    return f"{address}?{urlencode({name: value for name, value in given.items() if value})}"


def steps():
    """What the law says to those who request information, with the periods of the rules in force."""
    profile = get_profile(conf.get("JURISDICTION"))
    ruleset = profile.ruleset_on(timezone.localdate())
    days = {code: term.working_days for code, term in ruleset.terms.items()} if ruleset else {}
    return [
        {
            "title": step.label(),
            "text": step.note().format(**days),
            "points": [point.label() for point in step.children],
        }
        for step in profile.request_steps
    ]


def office(scope, address):
    """Where a request is handed in: what hooks know of the guide and its office, else the agency itself."""
    found = {"contact": scope.directory.agency}
    for ask in hooks.get_hooks("disclosure_request_office"):
        found |= {name: value for name, value in ask(scope).items() if value}
    if found.get("request_url") == address:
        del found["request_url"]
    return found
