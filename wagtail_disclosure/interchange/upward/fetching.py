"""What a platform fetches and reports: public items since a place, tombstones, statuses. Each platform has its own key."""

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ...casework.receipts import throttle
from ...casework.receipts.visitors import sender_key
from ..models.upward import UpwardPlatform, UpwardSubmission
from . import documents, signing
from .moves import UNKNOWN, By, apply, move
from .replies import FINDINGS, LARGEST, Unreadable, read

State = UpwardSubmission.State
LARGEST_PLACE = 2**63 - 1
# Bytes after which a page ends, though more would belong to it.
FULL = 4 * 1024 * 1024
OUTCOMES = {
    "applied": "",
    "repeated": "",
    "late": "the submission has a later status",
    UNKNOWN: "no such submission",
}


class Refused(Exception):
    """The request is answered with ``status`` and one word about why."""

    def __init__(self, status, code, **headers):
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


def answering(view):
    """Turn :class:`Refused` into an answer in the format of the request."""

    def answer(request, code, kind=""):
        kind = kind or ("xml" if "xml" in request.headers.get("Content-Type", "") else "json")
        try:
            return view(request, code, kind)
        except Refused as refused:
            body = documents.write(kind, {"error": refused.code}, "error")
            return _response(body, kind, refused.status, **refused.headers)

    return answer


def _response(body, kind, status=200, **headers):
    response = HttpResponse(body, status=status, content_type=f"{documents.TYPES[kind]}; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Vary"] = "Authorization"
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def _count(name, key):
    if not throttle.allows(name, key):
        raise Refused(429, "too_many_requests", Retry_After=str(throttle.limit(name).seconds))


def _platform(code):
    return UpwardPlatform.objects.select_related("agency__site").filter(code=code, active=True).first()


@require_safe
@answering
def items(request, code, kind):
    """One page of what has changed since ``since``, oldest first: items as they are public now, and tombstones."""
    _count("feed_sender", sender_key(request))
    platform = _platform(code)
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if platform is None or not platform.fetches or scheme.lower() != "bearer" or not platform.opens_with(key):
        # Whether there is such a platform is nobody's business.
        raise Refused(401, "wrong_key", WWW_Authenticate="Bearer")
    _count("feed_platform", code)
    since = _number(request.GET.get("since", "0"), LARGEST_PLACE, 0)
    size = _number(request.GET.get("limit", str(platform.batch_size)), platform.batch_size, 1)
    body = _page(platform, since, size, kind, hand_over=request.method == "GET")
    tag = quote_etag(documents.fingerprint(body))
    response = get_conditional_response(request, etag=tag) or _response(body, kind)
    response["ETag"] = tag
    return response


def _number(text, most, least):
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= LARGEST_PLACE):
        raise Refused(400, "bad_parameter")
    return min(int(text), most)


@transaction.atomic
def _page(platform, since, size, kind, *, hand_over):
    later = UpwardSubmission.objects.select_for_update().filter(platform=platform, pk__gt=since)
    rows = list(later.exclude(state=State.SUPERSEDED).order_by("pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    current = {each.pk: record for each, record in documents.current(platform, rows)}
    found, place, weight = [], since, 0
    for row in rows:
        if row.pk in current:
            item = documents.item_of(row, current[row.pk])
            weight += len(documents.write("json", item))
            if found and weight > FULL:
                more = True
                break
            found.append(item)
            if hand_over and row.state == State.WAITING:
                by = By(platform.name, data={"fetched": True})
                move(row, State.SENT, by, route=UpwardSubmission.Route.FETCH)
        elif hand_over and row.state == State.WAITING:
            # The platform goes on from a later place: what comes of this is planned anew, and stands behind that.
            move(row, State.SUPERSEDED, By(platform.name))
        place = row.pk
    data = documents.message(platform, found, next=str(place), more=more)
    return documents.write(kind, data, "page")


@csrf_exempt
@require_POST
@answering
def statuses(request, code, kind):
    """Take over what a platform reports: signed, and the same report as often as it likes."""
    _count("feed_sender", sender_key(request))
    platform, body = _platform(code), _body(request)
    secret = "" if platform is None or hasattr(platform.secret, "token") else platform.secret
    try:
        key = signing.check(secret, request.headers, body)
    except signing.NotSigned as error:
        raise Refused(401, "not_signed") from error
    _count("feed_platform", code)
    try:
        reply = read(body, request.headers.get("Content-Type", ""))
    except Unreadable as error:
        raise Refused(413 if error.code == "too_large" else 400, error.code) from error
    came = apply(platform, reply.reports, By(platform.name, data={"message": key}))
    results = [
        {"key": report.key, "result": outcome, "message": OUTCOMES[outcome]} for report, outcome in came
    ]
    findings = [{"code": each["code"], "detail": each["detail"]} for each in reply.findings]
    answer = {"message": key, "results": results, "findings": findings}
    return _response(documents.write(kind, answer, "answer"), kind)


def _body(request):
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > LARGEST:
        raise Refused(413, "too_large")
    try:
        return request.body
    except RequestDataTooBig as error:
        raise Refused(413, "too_large") from error
    except UnreadablePostError as error:
        raise Refused(400, "unreadable") from error


@require_safe
def schema(request, kind):
    """The schema of the messages, for whoever builds the other side."""
    if kind not in documents.SCHEMAS:
        raise Http404
    return HttpResponse(
        documents.schema(kind),
        content_type="application/schema+json" if kind == "json" else "application/xml",
    )


def finding_text(found):
    """A finding of a run as a sentence."""
    text = str(FINDINGS.get(found.get("code"), _("Something was not as expected.")))
    return f"{text} ({found['detail']})" if found.get("detail") else text
