"""Stands in for the unified platform of the region: checks the signature, accepts most, refuses some, adopts what it likes.

A webmaster sees with it what the feed does, without another server. It keeps nothing: what it says of an item it says again.
"""

import json
from xml.etree import ElementTree

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from example_site.content_tools import chosen
from wagtail_disclosure.interchange.models import UpwardPlatform
from wagtail_disclosure.interchange.upward import signing
from wagtail_disclosure.interchange.upward.documents import NAMESPACE
from wagtail_disclosure.interchange.upward.transport import Answer

CODE = "region"
REASONS = ("与已收录信息重复。", "不属于统一平台收录范围。", "缺少成文日期，请补充后重新报送。")


def items_of(body):
    """Key, kind and name of each item of a message in JSON or XML, which came with a right signature."""
    if body.lstrip()[:1] == b"{":
        return [(item["key"], item["action"], item["id"]) for item in json.loads(body)["items"]]
    name = f"{{{NAMESPACE}}}"
    found = ElementTree.fromstring(body).find(f"{name}items")
    return [tuple(item.findtext(f"{name}{each}") for each in ("key", "action", "id")) for item in found]


def result_of(key, action, name):
    """What the platform says of one item; None for one that it never answers."""
    if action == "withdraw":
        return {"key": key, "status": "withdrawn"}
    fate = chosen(f"platform {name}", 0, 99)
    if fate < 3:
        return None
    if fate < 9:
        return {"key": key, "status": "refused", "reason": REASONS[fate % len(REASONS)]}
    if fate < 15:
        return {"key": key, "status": "received"}
    return {"key": key, "status": "accepted", "reference": f"TY-{chosen(f'number {name}', 10_000, 99_999)}"}


def is_adopted(name):
    """Whether the platform adopts, in the end, what it has accepted."""
    return chosen(f"adopted {name}", 0, 99) < 35


def answer(body):
    results = [result_of(*item) for item in items_of(body)]
    return {"results": [each for each in results if each is not None]}


def send(platform, body, key):
    """In place of the network, for the loader."""
    return Answer(200, json.dumps(answer(body)).encode(), "application/json")


@csrf_exempt
@require_POST
def receive(request):
    platform = UpwardPlatform.objects.filter(code=CODE).first()
    try:
        signing.check(platform.secret if platform else "", request.headers, request.body)
    except signing.NotSigned:
        return HttpResponse(status=401)
    found = answer(request.body)
    for each in found["results"]:
        each["at"] = timezone.now().isoformat()
    return JsonResponse(found)
