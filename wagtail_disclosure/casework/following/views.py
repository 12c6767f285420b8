"""Following a case without an account and without JavaScript: everything below ``/case/<language>/``.

The address of a case has a key that only the session knows. Nobody else can make it, which is why forms below it need no
other token against forged requests, and an old page loses nothing. Forms without a key look at where they come from.
"""

import re

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ..errors import TrackingRefused
from ..receipts import tracking
from . import access, actions, addresses, drafts, lost, pages
from .forms import FollowForm
from .visits import Visit

HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY"}
# Pages of a case that somebody may come back to after the half hour.
RETURNS = re.compile(r"(?:remedies|do/(?!check/?$)[\w-]+(?:/\d+)?(?:/check)?)/?")


@require_safe
def any_language(request):
    """``/case/``: the same in the language of the visitor."""
    return HttpResponseRedirect(addresses.address() or addresses.address(settings.LANGUAGE_CODE))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def follow_url(request, language, rest=""):
    if language not in dict(settings.LANGUAGES):
        raise Http404
    # What people write is in no report of an error.
    request.sensitive_post_parameters = "__ALL__"
    # The address says the language, whatever the browser prefers.
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()
    response = _answer(Visit(request, language), [part for part in rest.split("/") if part])
    add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _answer(visit, parts):
    if not parts:
        return enter(visit)
    if parts[0] in lost.VIEWS:
        return lost.VIEWS[parts[0]](visit, *parts[1:])
    visit.case = access.open_case_of(visit.request, parts[0])
    if visit.case is None:
        return _not_open(visit, parts[0], parts[1:])
    visit.key = parts[0]
    if parts[1:] == ["leave"]:
        return leave(visit)
    if parts[1:2] == ["do"]:
        return actions.answer(visit, parts[2:])
    page = pages.VIEWS.get("/".join(parts[1:]))
    if page is None:
        raise Http404
    return page(visit)


def enter(visit):
    """Number and code; then the page of the case, or the form that somebody was filling in."""
    if not visit.is_post:
        return _entry(visit, FollowForm())
    form = FollowForm(visit.request.POST)
    if not form.is_valid():
        return _entry(visit, form)
    if visit.is_foreign:
        form.add_error(None, _("This form was sent from another website. Check it and send it again."))
        return _entry(visit, form, status=403)
    try:
        case = tracking.find(
            access.kinds(), form.cleaned_data["number"], form.cleaned_data["code"], visit.request
        )
    except TrackingRefused as error:
        form.add_error(None, str(error))
        return _entry(visit, form, retry_at=error.retry_at, status=429 if error.retry_at else 403)
    visit.case, visit.key = case, access.open_case(visit.request, case)
    return HttpResponseRedirect(f"{visit.url(_return_to(visit, case))}?opened=1")


def _entry(visit, form, *, status=200, **context):
    post = visit.request.POST
    context = {"kept": post.get("kept", "")[:200], "back": post.get("back", "")[:100], **context}
    return visit.show(
        "enter",
        form=form,
        lost_url=visit.plain_url("lost"),
        action=visit.plain_url(),
        status=status,
        **context,
    )


def _return_to(visit, case):
    """Where to go: to the form with what was entered before the half hour was over, if there is any."""
    back = visit.request.POST.get("back", "")
    if not RETURNS.fullmatch(back):
        return ""
    answers = drafts.take(visit.request.POST.get("kept"))
    if answers is not None and back.startswith("do/"):
        actions.take_up(case, back, answers)
    return back


def _not_open(visit, key, parts):
    """No such key in this browser, or its half hour is over: ask for number and code; what was entered is kept."""
    back = "/".join(parts)
    back = back if RETURNS.fullmatch(back) else ""
    kept, lost_files = (
        actions.keep(visit, back) if visit.is_post and back and not visit.is_foreign else ("", ())
    )
    no_cookies = "opened" in visit.request.GET and access.known_case(visit.request, key) is None
    return visit.show(
        "enter",
        form=FollowForm(),
        action=visit.plain_url(),
        lost_url=visit.plain_url("lost"),
        over=not no_cookies,
        no_cookies=no_cookies,
        was_kept=bool(kept),
        lost_files=lost_files,
        kept=kept,
        back=back,
        status=403,
    )


def leave(visit):
    """Stop following in this browser."""
    if not visit.is_post:
        return visit.go()
    access.close(visit.request, visit.key, visit.case)
    left, visit.case = visit.case, None
    return visit.show("left", left=left)
