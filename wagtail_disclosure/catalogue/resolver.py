"""What an index number stands for: its document, a notice that it was withdrawn or voided, or nothing."""

from types import SimpleNamespace

from django.http import HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from ..compat import Page
from ..publishing import departures
from ..publishing.models import LedgerEntry, PublishedItem
from ..publishing.verification import withholding
from ..rules.index_numbers import lookup_key
from ..rules.text import is_searchable
from . import addresses, contexts, meta
from .filters import Filters
from .models import AttributeDetermination, FiledItem, IndexNumber
from .public import scope_or_404
from .search import engine

TEMPLATE = "wagtail_disclosure/catalogue/tombstone.html"
NUMBER_TEMPLATE = "wagtail_disclosure/catalogue/number.html"
LONGEST_NUMBER = 100
REDIRECT_KEPT_SECONDS = 60 * 60


def resolve(page, request, number):
    """Answer to the address of an index number; a document number, or a part of one, leads to the search for it."""
    scope = scope_or_404(page)
    # Control characters are in no number, and PostgreSQL refuses NUL.
    number = "".join(char if char.isprintable() else " " for char in number).strip()
    if len(number) > LONGEST_NUMBER or not number:
        return ask(scope, page, request, number[:LONGEST_NUMBER])
    found = find(scope, number)
    if found is not None:
        return answer_for(scope, page, request, found)
    if is_searchable(number) and engine.Search(scope, number, "number", Filters()).page(size=1).items:
        return HttpResponseRedirect(addresses.search(scope, q=number, scope="number"))
    return ask(scope, page, request, number)


def find(scope, number):
    """The :class:`IndexNumber` of the scope's site, however it was typed; None for one never issued here."""
    found = IndexNumber.objects.filter(key=lookup_key(number), agency__site_id=scope.site_id)
    return found.exclude(state=IndexNumber.State.RESERVED).select_related("agency").first()


def ask(scope, page, request, number):
    """The form that asks for a number; with a ``number``, that it was never issued: 404, Not found."""
    context = {
        **page.get_context(request),
        "number": number,
        "number_url": addresses.number_form(scope),
        "search_url": addresses.search(scope, q=number) if number else addresses.search(scope),
        "file_check_url": addresses.file_check(scope),
        "catalogue_url": scope.directory.base_path,
        "breadcrumbs": contexts.crumbs(scope, (_("Look up a number"), None)),
        "contact": scope.directory.agency,
        "meta_tags": meta.site_tags(scope),
    }
    return TemplateResponse(request, NUMBER_TEMPLATE, context, status=404 if number else 200)


def answer_for(scope, page, request, number):
    """Redirect to the public document, or show what became of it."""
    if number.state == IndexNumber.State.VOID:
        return tombstone(scope, page, request, voided(number))
    path = public_path(scope, number.translation_key) or withheld_path(scope, number.translation_key)
    if path:
        return HttpResponseRedirect(path)
    filed = FiledItem.objects.filter(
        translation_key=number.translation_key,
        site_id=scope.site_id,
        attribute=AttributeDetermination.Attribute.ON_REQUEST,
        closed_at=None,
    )
    if filed.exists():
        return HttpResponseRedirect(addresses.on_request(scope))
    return tombstone(scope, page, request, withdrawn(number, scope.language))


def public_path(scope, translation_key):
    """Where the document is public: in the language of ``scope``, else in another; None if nowhere."""
    found = PublishedItem.objects.filter(site_id=scope.site_id, translation_key=translation_key)
    paths = dict(found.values_list("language", "path"))
    return paths.get(scope.language) or next(iter(paths.values()), None)


def withheld_path(scope, translation_key):
    """Where a document would be public that is withheld after a verification: its address says so. None if nowhere."""
    for page in Page.objects.filter(translation_key=translation_key, live=True):
        parts = page.get_url_parts() if withholding.is_withheld(page) else None
        if parts is not None and parts[0] == scope.site_id:
            return parts[2]
    return None


def voided(number):
    return {
        "number": number.number,
        "status": "void",
        "withdrawn_at": number.voided_at,
        "explanation": number.void_reason,
    }


def withdrawn(number, language):
    """What is said of a document that has left: the decision's reason and explanation, as far as there are any."""
    pages = list(Page.objects.filter(translation_key=number.translation_key).select_related("locale"))
    pages.sort(key=lambda each: (each.locale.language_code != language, each.pk))
    found = {
        "number": number.number,
        "status": "withdrawn",
        "title": number.title,
        "issuing_body": _issuing_body(pages) or number.agency.issuing_name,
        "date_published": number.issued_at,
    }
    return {**found, **departure(pages)} if pages else found


def _issuing_body(pages):
    """As the lists showed it."""
    return getattr(pages[0].specific, "issuing_body", "") if pages else ""


def departure(pages):
    """How the latest of ``pages`` to leave did so, as far as the public may know; empty where none has."""
    left = departures.departure_of(pages)
    if left is None:
        return {}
    found = {"record_id": left.object_id, "withdrawn_at": left.at, "status": left.status}
    if left.hides_title:
        # A title may say what had to go.
        found["title"] = ""
    if left.status == departures.EXPIRED:
        return {**found, "status": "withdrawn", "reason": LedgerEntry.Kind.EXPIRED.label}
    if left.status == departures.SUSPENDED:
        # Neither why nor what: until a second person has decided, the public is told that it is suspended.
        return found
    decision = left.decision
    return {
        **found,
        "title": found.get("title", decision.title),
        "reason": decision.get_reason_display(),
        "explanation": decision.explanation,
        "successor": departures.successor_of(decision),
    }


def tombstone(scope, page, request, notice):
    """The notice that stands where a document stood: 410, Gone."""
    record_id = notice.get("record_id")
    called = notice["number"] or notice.get("title", "")
    context = {
        **page.get_context(request),
        **notice,
        "breadcrumbs": contexts.crumbs(scope, *([(called, None)] if called else ())),
        "review_record_url": addresses.review_record(scope, record_id) if record_id else None,
        "catalogue_url": scope.directory.base_path,
        "contact": scope.directory.agency,
        "request_url": request_address(scope, notice),
        "meta_tags": meta.site_tags(scope),
    }
    return TemplateResponse(request, TEMPLATE, context, status=410)


def request_address(scope, notice):
    """Where a document that has left may be requested, with its title and number filled in; empty without a form."""
    from . import on_request

    if notice.get("status") != "withdrawn" or not notice.get("title"):
        return ""
    address = on_request.office(scope, addresses.on_request(scope)).get("prefill_url")
    given = SimpleNamespace(
        title=notice["title"], document_number="", index_number=notice.get("number", ""), key=""
    )
    return on_request.prefilled(address, given)


def left_page(page, request, page_id):
    """The notice at the address of a page that is no longer public, or the way to what takes its place."""
    scope = scope_or_404(page)
    item = Page.objects.get(pk=page_id)
    left = departures.departure_of([item])
    if left is not None and left.status == departures.WITHDRAWN:
        parts = item.get_url_parts()
        address = departures.redirect_of(left.decision, parts[2] if parts else "")
        if address:
            response = HttpResponsePermanentRedirect(address)
            # Browsers keep a permanent redirect; what it leads to may leave one day, too.
            patch_cache_control(response, max_age=REDIRECT_KEPT_SECONDS)
            return response
    return tombstone(scope, page, request, notice_of(scope, item))


def notice_of(scope, item):
    """What is said of the page ``item``, which is no longer public."""
    number = (
        IndexNumber.objects.filter(translation_key=item.translation_key)
        .exclude(state=IndexNumber.State.VOID)
        .select_related("agency")
        .first()
    )
    if number is None:
        known = {
            "number": "",
            "status": "withdrawn",
            "title": item.title,
            "issuing_body": _issuing_body([item]),
        }
    else:
        known = withdrawn(number, item.locale.language_code)
    return {**known, **departure([item])}


def of_withdrawn(scope, item):
    """What the record says of an item that has left; the reason decides whether the title may be told."""
    notice = notice_of(scope, item)
    address = addresses.number(scope, notice["number"]) if notice["number"] else item.get_url_parts()[2]
    # The names of files say as much as the title.
    hidden = {} if notice["title"] else {"files": []}
    return {
        **hidden,
        "suspended": notice["status"] == departures.SUSPENDED,
        "title": notice["title"],
        "number": notice["number"],
        "withdrawn_at": notice.get("withdrawn_at"),
        "reason": notice.get("reason", ""),
        "notice_url": address,
    }
