"""What the public reads of selected letters: the list with its feeds, one letter, and the frequently asked questions."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...casework.wizard.addresses import way_to
from ...catalogue import addresses, feeds, meta
from ...catalogue.filters import Filters
from ...catalogue.listings import Listing
from ...catalogue.scope import scope_of
from ..models.selected import QUESTIONS, SELECTED, STATISTICS, LetterSelection
from .listing import SelectedList, letters_of

FOLDER = "wagtail_disclosure/mailboxes/selected"
# On the page of the mailbox itself.
NEWEST = 5
MOST_QUESTIONS = 200
READ = ("GET", "HEAD")


@dataclass(frozen=True)
class FeedItem:
    """A selected letter as feeds want it."""

    title: str
    path: str
    summary: str
    date_published: datetime
    date_updated: datetime
    issuing_body: str
    index_number: str = ""


def only_read(answer):
    """Decorator: an address below the page of a mailbox that takes nothing."""

    def answered(page, request, *args):
        if request.method not in READ:
            return HttpResponseNotAllowed(READ)
        return answer(page, request, *args)

    return answered


def base_of(page, request=None):
    """The address of the page of the mailbox; empty where it has none."""
    return page.get_url(request) or ""


def frame(page, request, title, address):
    """The context that every page below that of a mailbox has."""
    scope = scope_of(page)
    return {
        "page": page,
        "self": page,
        "base": base_of(page, request),
        "heading": title,
        "breadcrumbs": [*way_to(page, request), {"title": title, "url": address}],
        "meta_tags": meta.site_tags(scope) if scope is not None else [],
    }


def beside_form(page, request):
    """What the page of a mailbox shows below its form."""
    base = base_of(page, request)
    if not base or not page.live:
        return {}
    letters = letters_of(page)
    return {
        "selected_url": f"{base}{SELECTED}/",
        "questions_url": f"{base}{QUESTIONS}/",
        "statistics_url": f"{base}{STATISTICS}/",
        "selected_letters": _with_addresses(letters[:NEWEST], base),
        "has_questions": letters.exclude(question="").exists(),
    }


def _with_addresses(letters, base):
    return [{"letter": each, "url": f"{base}{each.slug}/"} for each in letters]


@only_read
def letters(page, request, feed=None):
    """The list, or a feed of its newest."""
    asked, base = SelectedList(page, request.GET), base_of(page, request)
    title = _("Selected letters: %(mailbox)s") % {"mailbox": page.title}
    address = f"{base}{SELECTED}/"
    if feed:
        return _feed(page, request, feed, asked, title, address)
    found = asked.paginated()
    context = {
        **frame(page, request, title, address),
        "address": address,
        "asked": asked,
        "choices": asked.choices(),
        "rows": _with_addresses(found.object_list, base),
        "result_count": ngettext("%(count)d letter", "%(count)d letters", found.paginator.count)
        % {"count": found.paginator.count},
        "pager": _pager(found, asked, address),
        "feeds": addresses.feeds(asked.address(address)),
        "is_limited": bool(asked.params),
    }
    return TemplateResponse(request, f"{FOLDER}/list.html", context)


def _pager(found, asked, address):
    def at(number):
        return asked.address(address, **({"page": number} if number > 1 else {}))

    return {
        "newer_url": at(found.previous_page_number()) if found.has_previous() else None,
        "older_url": at(found.next_page_number()) if found.has_next() else None,
        "newer_label": _("Previous page"),
        "older_label": _("Next page"),
    }


def _feed(page, request, name, asked, title, address):
    scope = scope_of(page)
    if scope is None:
        raise Http404
    base = page.get_url_parts(request)[2]
    items = [
        FeedItem(
            title=each.title,
            path=f"{base}{each.slug}/",
            summary=each.reply[:500],
            date_published=each.first_published_at,
            date_updated=each.last_published_at,
            issuing_body=each.department_name,
        )
        for each in asked.paginated().object_list
    ]
    listing = Listing(heading=title, limits=Filters(), address=asked.address(f"{base}{SELECTED}/"))
    return feeds.answer(scope, request, name, listing, items)


@only_read
def questions(page, request):
    """The frequently asked questions: what reviewed letters were made to ask and answer, by type."""
    title = _("Frequently asked questions: %(mailbox)s") % {"mailbox": page.title}
    base = base_of(page, request)
    found = list(letters_of(page).exclude(question="").order_by("letter_type", "-answered_on", "-pk"))
    found = found[:MOST_QUESTIONS]
    context = {
        **frame(page, request, title, f"{base}{QUESTIONS}/"),
        "rows": _with_addresses(found, base),
        "structured_data": faq_data(found, scope_of(page)) if found else "",
    }
    return TemplateResponse(request, f"{FOLDER}/questions.html", context)


# One letter


def check_shown(page, request):
    """Raise ``Http404`` where consent was withdrawn a moment ago and the page is about to leave."""
    if getattr(request, "is_preview", False):
        return
    if not LetterSelection.objects.consenting(page.translation_key).exists():
        raise Http404


def context_of(page, request):
    """The context of the page of a selected letter, and of its preview."""
    scope = scope_of(page)
    address = page.get_full_url(request) or ""
    trail = page.get_ancestors().live().filter(depth__gt=1)
    crumbs = [{"title": each.title, "url": each.get_url(request)} for each in trail]
    return {
        "breadcrumbs": [*crumbs, {"title": page.title, "url": None}],
        "list_url": f"{crumbs[-1]['url'] or ''}{SELECTED}/" if crumbs else "",
        "meta_tags": meta.site_tags(scope) if scope is not None else [],
        "structured_data": letter_data(page, scope, address),
    }


def letter_data(page, scope, url):
    """A letter and its reply as schema.org ``QAPage``."""
    answer = {
        "@type": "Answer",
        "text": page.reply,
        "dateCreated": page.answered_on.isoformat() if page.answered_on else None,
        "author": {"@type": "GovernmentOrganization", "name": page.department_name}
        if page.department_name
        else None,
    }
    question = {
        "@type": "Question",
        "name": page.title,
        "text": page.letter,
        "dateCreated": page.accepted_on.isoformat() if page.accepted_on else None,
        "answerCount": 1,
        "acceptedAnswer": {name: value for name, value in answer.items() if value},
    }
    data = {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "url": url,
        "inLanguage": scope.language if scope is not None else "",
        "mainEntity": {name: value for name, value in question.items() if value},
    }
    return meta.script_json({name: value for name, value in data.items() if value})


def faq_data(letters, scope):
    """Questions and answers as schema.org ``FAQPage``."""
    data = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": scope.language if scope is not None else "",
        "mainEntity": [
            {
                "@type": "Question",
                "name": each.question,
                "acceptedAnswer": {"@type": "Answer", "text": each.answer},
            }
            for each in letters
        ],
    }
    return meta.script_json({name: value for name, value in data.items() if value})
