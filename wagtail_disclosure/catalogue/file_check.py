"""Check this file (文件核验): whether a file is one that was approved, by its SHA-256.

Nothing that is sent is kept: of an upload the hash is computed while it is read. Told is only what the public pages
say anyway, so a file of a draft and one that had to be taken down are as unknown as any other.
"""

import hashlib
import re
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import F
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import conf
from ..compat import Page
from ..publishing.models import FileUse, PublishedItem, Takedown, Withdrawal
from ..publishing.models.items import base_content_type
from . import addresses, contexts, meta, resolver
from .public import scope_or_404

TEMPLATE = "wagtail_disclosure/catalogue/file_check.html"
MOST_FILES = 10
# Documents named for one file: a form or a picture may stand in very many.
MOST_ITEMS = 20
LONGEST_NAME = 120
# Uploads of one address, and for how many seconds they count.
MOST_UPLOADS, COUNTED_SECONDS = 60, 10 * 60
SHA256 = re.compile(r"[0-9a-f]{64}")
WHOLE_SHA256 = re.compile(r"\b[0-9a-f]{64}\b", re.IGNORECASE)
CURRENT, EARLIER, WITHDRAWN, UNKNOWN = "current", "earlier", "withdrawn", "unknown"


@dataclass
class Checked:
    """One file that was asked about: its hash and what is known of it, or why it could not be checked."""

    name: str = ""
    sha256: str = ""
    problem: str = ""
    items: list = field(default_factory=list)

    @property
    def state(self):
        """The best that is known: public now, part of an earlier edition, withdrawn or unknown."""
        states = {each["state"] for each in self.items}
        return next((state for state in (CURRENT, EARLIER, WITHDRAWN) if state in states), UNKNOWN)


def answer(page, request):
    """The form, and the answers for the files that were sent or the hashes that were given as ``?sha256=``."""
    scope = scope_or_404(page)
    checked, problem = _asked(request)
    for each in checked:
        if not each.problem:
            each.items = known_uses(scope, each.sha256)
    if request.GET.get("format") == "json" and request.method == "GET":
        response = JsonResponse(
            {"files": [_as_data(scope, each) for each in checked], "problem": str(problem)}
        )
    else:
        context = _context(scope, checked, problem)
        response = TemplateResponse(request, TEMPLATE, {**page.get_context(request), **context})
    # What somebody checks is nobody else's business.
    add_never_cache_headers(response)
    return response


def _context(scope, checked, problem):
    return {
        "checked": checked,
        "problem": problem,
        "check_url": addresses.file_check(scope),
        "number_url": addresses.number_form(scope),
        "search_url": addresses.search(scope),
        "most_files": MOST_FILES,
        "most_bytes": conf.get("FILE_CHECK_MAX_BYTES"),
        "contact": scope.directory.agency,
        "breadcrumbs": contexts.crumbs(scope, (_("Check a file"), None)),
        "meta_tags": meta.site_tags(scope),
    }


# What was asked


def _asked(request):
    """The :class:`Checked` files of a request, and what is wrong with the whole of it."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("sha256")
    typed = [each for text in given if text.strip() for each in _hashes_in(text)]
    files = request.FILES.getlist("file") if request.method == "POST" else []
    if len(files) + len(typed) > MOST_FILES:
        return [], ngettext(
            "Check at most %(count)d file at a time.", "Check at most %(count)d files at a time.", MOST_FILES
        ) % {"count": MOST_FILES}
    if files and not _may_upload(request, len(files)):
        return [], _(
            "Many files were sent from your connection just now. Wait some minutes, or compute the SHA-256 yourself and "
            "enter it."
        )
    if request.method == "POST" and not files and not typed:
        return [], _("Choose a file or enter its SHA-256.")
    return [_hashed(each) for each in files] + [_typed(text) for text in typed], ""


def _hashes_in(text):
    """``text`` as it is; where it holds several, as programs print them for several files, each of them."""
    found = WHOLE_SHA256.findall(text)
    return found if len(found) > 1 else [text]


def _hashed(upload):
    checked = Checked(name=_shown_name(upload.name))
    if upload.size > conf.get("FILE_CHECK_MAX_BYTES"):
        checked.problem = _("The file is too large to be sent. Compute its SHA-256 yourself and enter it.")
    elif not upload.size:
        checked.problem = _("The file is empty.")
    else:
        sha = hashlib.sha256()
        for chunk in upload.chunks():
            sha.update(chunk)
        checked.sha256 = sha.hexdigest()
    # Django keeps a large upload in a temporary file until then.
    upload.close()
    return checked


def _shown_name(name):
    return "".join(char if char.isprintable() else " " for char in name or "").strip()[:LONGEST_NAME]


def _typed(text):
    """A hash as the usual programs print it: capitals, blanks and colons between, the algorithm before, a name after."""
    plain = re.sub(r"^sha-?256\s*[:=]?\s*", "", text.strip().lower()[:500])
    found = SHA256.match(re.sub(r"[\s:]", "", plain))
    if found:
        return Checked(sha256=found.group())
    return Checked(
        name=_shown_name(text),
        problem=_("This is not a SHA-256: it has 64 characters, the digits 0 to 9 and the letters a to f."),
    )


def _may_upload(request, count):
    """Whether this address may send more. Only a keyed hash of the address is kept, for some minutes."""
    address = salted_hmac("wagtail_disclosure.file_check", request.META.get("REMOTE_ADDR", "")).hexdigest()
    key = f"disclosure-file-check:{address[:32]}"
    cache.add(key, 0, COUNTED_SECONDS)
    try:
        return cache.incr(key, count) <= MOST_UPLOADS
    except ValueError:
        # It ended in this moment, or there is no cache.
        return True


# What is known


def known_uses(scope, sha256):
    """What the public may know of a file: the items of the site that it belongs or belonged to, the public ones first."""
    uses = FileUse.objects.filter(
        sha256=sha256,
        seal__opened_at__isnull=False,
        seal__content_type=base_content_type(Page),
    ).values_list("seal__object_id", "seal__opened_at", "seal__closed_at")
    # What is in force has no end, and comes first.
    uses = uses.order_by(F("seal__closed_at").desc(nulls_first=True))
    latest = {}
    for key, opened, closed in uses[: MOST_ITEMS * 10]:
        latest.setdefault(key, (opened, closed))
    keys = list(latest)[:MOST_ITEMS]
    pages = {str(each.pk): each for each in Page.objects.filter(pk__in=keys).select_related("locale")}
    rows = {str(row.pk): row for row in PublishedItem.objects.filter(pk__in=keys)}
    found = [_known(scope, key, pages.get(key), rows.get(key), *latest[key]) for key in keys]
    order = [CURRENT, EARLIER, WITHDRAWN]
    return sorted(filter(None, found), key=lambda each: order.index(each["state"]))


def _known(scope, key, page, row, opened, closed):
    known = {"since": opened, "until": closed}
    if page is None:
        return known | {"state": WITHDRAWN} if _may_be_told(key) else None
    parts = page.get_url_parts()
    if parts is None or parts[0] != scope.site_id:
        return None
    record = addresses.review_record(scope, page.pk)
    if page.live:
        return known | {
            "state": CURRENT if closed is None else EARLIER,
            "title": row.title if row else page.title,
            "number": row.index_number if row else "",
            "url": row.path if row else parts[2],
            "record_url": record,
        }
    notice = resolver.notice_of(scope, page)
    if not notice["title"]:
        # It had to go unnamed, and so does its file.
        return None
    number = notice["number"]
    return known | {
        "state": WITHDRAWN,
        "title": notice["title"],
        "number": number,
        "url": addresses.number(scope, number) if number else parts[2],
        "record_url": record,
    }


def _may_be_told(key):
    """Of an item that was deleted after it had been withdrawn: whether the decision let it be named."""
    about = {"content_type": base_content_type(Page), "object_id": key}
    if Takedown.objects.filter(**about, state=Takedown.State.PENDING).exists():
        return False
    return not any(each.hides_title for each in Withdrawal.objects.filter(**about))


def _as_data(scope, checked):
    return {
        "sha256": checked.sha256,
        "state": checked.state if not checked.problem else "invalid",
        "problem": str(checked.problem),
        "items": [
            {
                **each,
                **{name: f"{scope.root_url}{each[name]}" for name in ("url", "record_url") if each.get(name)},
            }
            for each in checked.items
        ],
    }
