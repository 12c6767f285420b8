"""The public review record (审查记录) of an item at its address, for people and for programs."""

from django.http import Http404, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ..compat import Page
from ..publishing.review.record import public_record
from ..publishing.verification import withholding
from . import addresses, contexts, meta, resolver
from .public import scope_or_404

TEMPLATE = "wagtail_disclosure/catalogue/receipt.html"
LONGEST_EDITION = 6


def answer(page, request, page_id):
    """The record of an item of this site, ``?edition=`` of an earlier edition, ``?format=json`` for a program.

    Raises ``Http404`` for what was never public.
    """
    scope = scope_or_404(page)
    item = Page.objects.filter(pk=page_id).first()
    parts = item.get_url_parts() if item is not None else None
    edition = request.GET.get("edition", "")
    if parts is None or parts[0] != scope.site_id or not _is_edition(edition):
        raise Http404
    if withholding.is_withheld(item):
        return withholding.notice(request)
    found = public_record(item, edition=int(edition) if edition else None)
    if found is None:
        raise Http404
    if not found["in_force"]:
        found |= resolver.of_withdrawn(scope, item)
        if not found["title"]:
            # It had to go unnamed, and so do its files.
            found["files"] = []
    address = addresses.review_record(scope, page_id)
    for each in found["editions"]:
        each["url"] = f"{address}?edition={each['number']}"
    if request.GET.get("format") == "json":
        return as_json(scope, found)
    return TemplateResponse(
        request, TEMPLATE, {**page.get_context(request), **_context(scope, found, address)}
    )


def _is_edition(text):
    return not text or (text.isdecimal() and text.isascii() and len(text) <= LONGEST_EDITION)


def _context(scope, found, address):
    title, url = found["title"] or found["number"], found["document_url"] or found.get("notice_url")
    return {
        **found,
        "record_url": address,
        "json_url": f"{address}?format=json" + ("" if found["is_latest"] else f"&edition={found['edition']}"),
        "file_check_url": addresses.file_check(scope),
        "breadcrumbs": contexts.crumbs(scope, (title, url), (_("Review record"), None)),
        "meta_tags": meta.site_tags(scope),
    }


def as_json(scope, found):
    """The record for programs: the same facts, addresses with the host, times with their zone."""

    def full(url):
        return f"{scope.root_url}{url}" if url.startswith("/") else url

    return JsonResponse(
        {
            "title": found["title"],
            "index_number": found["number"],
            "url": full(found["document_url"] or found.get("notice_url", "")),
            "public": found["in_force"],
            "edition": found["edition"],
            "public_since": found["opened_at"],
            "public_until": found["closed_at"],
            "content_sha256": found["digest"],
            "matches_approval": found["digest_matches"],
            "authority": str(found["authority"]),
            "steps": [
                {
                    "name": each["name"],
                    "person": each["person"],
                    "approved_at": each["decided_at"],
                    "ledger_hash": each["hash"],
                }
                for each in found["steps"]
            ],
            "files": [
                {"title": each["title"], "url": full(each["url"]), "sha256": each["digest"]}
                for each in found["files"]
            ],
            "ledger": [
                {
                    "sequence": each["sequence"],
                    "at": each["recorded_at"],
                    "event": str(each["action"]),
                    "previous_hash": each["previous_hash"],
                    "hash": each["hash"],
                }
                for each in found["entries"]
            ],
            "editions": [{**each, "url": full(each["url"])} for each in found["editions"]],
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
