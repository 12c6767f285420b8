"""What an index number stands for: its document, a notice that it was withdrawn or voided, or nothing."""

from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ..compat import Page
from ..publishing.models import LedgerEntry, PublishedItem, Withdrawal
from ..publishing.models.decisions import withdrawal_reasons
from ..publishing.models.items import base_content_type
from . import addresses, contexts
from .models import AttributeDetermination, FiledItem, IndexNumber
from .public import scope_or_404

TEMPLATE = "wagtail_disclosure/catalogue/tombstone.html"
LONGEST_NUMBER = 100


def resolve(page, request, number):
    """Answer to the address of an index number. Raises ``Http404`` for a number that was never issued here."""
    scope = scope_or_404(page)
    return answer_for(scope, page, request, find(scope, number))


def find(scope, number):
    """The :class:`IndexNumber` of the scope's site. Raises ``Http404`` where there is none."""
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Http404
    found = IndexNumber.objects.filter(number=number, agency__site_id=scope.site_id).first()
    if found is None or found.state == IndexNumber.State.RESERVED:
        raise Http404
    return found


def answer_for(scope, page, request, number):
    """Redirect to the public document, or show what became of it."""
    if number.state == IndexNumber.State.VOID:
        return tombstone(scope, page, request, voided(number))
    path = public_path(scope, number.translation_key)
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
    return tombstone(scope, page, request, withdrawn(number))


def public_path(scope, translation_key):
    """Where the document is public: in the language of ``scope``, else in another; None if nowhere."""
    found = PublishedItem.objects.filter(site_id=scope.site_id, translation_key=translation_key)
    paths = dict(found.values_list("language", "path"))
    return paths.get(scope.language) or next(iter(paths.values()), None)


def voided(number):
    return {
        "number": number.number,
        "status": "void",
        "withdrawn_at": number.voided_at,
        "explanation": number.void_reason,
    }


def withdrawn(number):
    """What is said of a document that has left: the decision's reason and explanation, as far as there are any."""
    pages = list(Page.objects.filter(translation_key=number.translation_key).order_by("locale_id", "pk"))
    found = {
        "number": number.number,
        "status": "withdrawn",
        "title": number.title,
        "issuing_body": number.agency.issuing_name,
        "date_published": number.issued_at,
    }
    return {**found, **departure(pages)} if pages else found


def departure(pages):
    """How the latest of ``pages`` to leave did so: by a decision, or at its approved expiry."""
    about = {
        "content_type": base_content_type(pages[0]),
        "object_id__in": [str(each.pk) for each in pages],
    }
    decision = Withdrawal.objects.filter(**about, carried_out_at__isnull=False).first()
    if decision is not None:
        # A title may say what had to be withdrawn.
        reason = next((each for each in withdrawal_reasons() if each.code == decision.reason), None)
        kept_back = reason is not None and reason.fact("hides_title", False)
        return {
            "title": "" if kept_back else decision.title,
            "withdrawn_at": decision.carried_out_at,
            "reason": decision.get_reason_display(),
            "explanation": decision.explanation,
            "successor": successor(decision.successor_url),
        }
    expired = LedgerEntry.objects.filter(**about, kind=LedgerEntry.Kind.EXPIRED).order_by("-sequence").first()
    if expired is None:
        return {}
    return {"withdrawn_at": expired.at, "reason": expired.get_kind_display()}


def successor(url):
    """The public item or address to see instead; never a scheme that runs a script."""
    if not url:
        return None
    title = (
        PublishedItem.objects.filter(path=url).values_list("title", flat=True).first()
        if url[0] == "/"
        else ""
    )
    if url.startswith(("/", "https://", "http://")) and not url.startswith("//"):
        return {"url": url, "title": title or url}
    return None


def tombstone(scope, page, request, notice):
    """The notice that stands where a document stood: 410, Gone."""
    agency = scope.directory.agency
    context = {
        **page.get_context(request),
        **notice,
        "breadcrumbs": contexts.crumbs(scope, (notice["number"] or notice.get("title", ""), None)),
        "catalogue_url": scope.directory.base_path,
        "contact": agency,
    }
    return TemplateResponse(request, TEMPLATE, context, status=410)


def left_page(page, request, page_id):
    """The notice at the address of a page that is no longer public."""
    scope = scope_or_404(page)
    left = Page.objects.filter(pk=page_id)
    found = departure(list(left))
    item = left.first()
    number = (
        IndexNumber.objects.filter(translation_key=item.translation_key)
        .exclude(state=IndexNumber.State.VOID)
        .first()
    )
    known = withdrawn(number) if number else {"number": "", "status": "withdrawn", "title": item.title}
    return tombstone(scope, page, request, {**known, **found})


def record(page, request, page_id):
    """The public review record of an item of this site. Raises ``Http404`` for what was never public."""
    from ..publishing.review.record import public_record

    scope = scope_or_404(page)
    item = Page.objects.filter(pk=page_id).first()
    parts = item.get_url_parts() if item is not None else None
    found = public_record(item) if parts is not None and parts[0] == scope.site_id else None
    if found is None:
        raise Http404
    context = {
        **page.get_context(request),
        **found,
        "breadcrumbs": contexts.crumbs(
            scope, (found["title"], found["document_url"]), (_("Review record"), None)
        ),
    }
    return TemplateResponse(request, "wagtail_disclosure/catalogue/receipt.html", context)
