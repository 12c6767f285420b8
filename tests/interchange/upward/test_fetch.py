"""A platform fetches what is public, page by page, and reports what it made of it; nobody else learns anything."""

import datetime
import json
import uuid

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import factories
from wagtail_disclosure.interchange.models import UpwardEvent, UpwardSubmission
from wagtail_disclosure.interchange.upward import signing
from wagtail_disclosure.interchange.upward.planning import plan
from wagtail_disclosure.interchange.upward.replies import LARGEST
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.verification import withholding

from .conftest import SECRET
from .receiver import items_of

pytestmark = pytest.mark.urls("tests.urls_with_requests")
ITEMS, STATUSES = "/upward/region/items.json", "/upward/region/statuses/"


@pytest.fixture
def fetching(make_platform):
    platform = make_platform(direction="fetch", endpoint="", batch_size=4)
    platform.key = platform.renew_access_key()
    return platform


def fetch(platform, path=ITEMS, key=None, **query):
    headers = {"Authorization": f"Bearer {key or platform.key}"}
    return Client().get(path, query, headers=headers)


def everything(platform):
    found, since = [], "0"
    while True:
        data = fetch(platform, since=since).json()
        found += data["items"]
        since = data["next"]
        if not data["more"]:
            return found, since


def report(platform, rows, *, secret=SECRET, key=None, at=None, body=None, kind="application/json"):
    body = json.dumps({"results": rows}).encode() if body is None else body
    key = key or uuid.uuid4().hex
    timestamp = str(int((at or timezone.now()).timestamp()))
    headers = {
        signing.KEY: key,
        signing.TIMESTAMP: timestamp,
        signing.SIGNATURE: signing.signature(secret, timestamp, key, body),
    }
    return Client(enforce_csrf_checks=True).post(STATUSES, body, content_type=kind, headers=headers)


# Fetching


def test_pages_hold_each_item_once_and_later_ones_only_what_is_new(world, fetching, rows):
    plan(fetching)
    found, since = everything(fetching)
    assert len(found) == 6 == len({item["id"] for item in found})
    assert set(UpwardSubmission.objects.values_list("state", "route")) == {("sent", "fetch")}
    assert fetch(fetching, since=since).json()["items"] == []
    factories.published(world, "新的通知", folder=world.other_folder)
    plan(fetching)
    assert [item["title"] for item in fetch(fetching, since=since).json()["items"]] == ["新的通知"]
    # From the beginning it is all there again, and nothing is marked twice.
    assert len(everything(fetching)[0]) == 7
    assert UpwardEvent.objects.filter(state="sent").count() == 7


def test_what_was_withdrawn_is_a_tombstone_without_its_words(world, fetching):
    page = factories.published(world, "不宜公开的标题", summary="不宜公开的概述")
    plan(fetching)
    everything(fetching)
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")
    # Before anything was planned the words are gone already.
    assert "不宜公开" not in fetch(fetching).content.decode()
    plan(fetching)
    text = fetch(fetching).content.decode()
    (item,) = json.loads(text)["items"]
    assert item["action"] == "withdraw" and "不宜公开" not in text


def test_what_is_withheld_while_a_platform_fetches_reaches_it_later(world, fetching):
    page = factories.published(world)
    plan(fetching)
    row = withholding.withhold(page)
    found, since = everything(fetching)
    assert found == []
    withholding.release(row)
    plan(fetching)
    assert [each["title"] for each in fetch(fetching, since=since).json()["items"]] == [page.title]


def test_no_draft_is_ever_in_it(world, fetching):
    page = factories.published(world)
    draft = page.get_latest_revision_as_object()
    draft.title = "未经审核的标题"
    draft.save_revision(user=world.people.officer)
    factories.draft(world, "另一份草稿")
    plan(fetching)
    text = fetch(fetching).content.decode()
    assert "关于价格公示的通知" in text and "未经审核" not in text and "草稿" not in text


def test_xml_says_the_same(fetching, rows):
    plan(fetching)
    response = fetch(fetching, "/upward/region/items.xml")
    assert response["Content-Type"].startswith("application/xml")
    assert [item["key"] for item in items_of(response.content, "xml")] == [
        item["key"] for item in fetch(fetching).json()["items"]
    ]


def test_a_copy_that_is_still_right_is_confirmed(fetching, rows):
    plan(fetching)
    first = fetch(fetching)
    again = Client().get(
        ITEMS, headers={"Authorization": f"Bearer {fetching.key}", "If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304 and again.content == b"" and "private" in first["Cache-Control"]


def test_looking_at_the_head_takes_nothing(fetching, rows):
    plan(fetching)
    response = Client().head(ITEMS, headers={"Authorization": f"Bearer {fetching.key}"})
    assert response.status_code == 200 and not UpwardSubmission.objects.exclude(state="waiting").exists()


def test_without_the_key_nothing_is_told(fetching, make_platform, rows):
    plan(fetching)
    other = make_platform(code="other", direction="fetch", endpoint="")
    other_key = other.renew_access_key()
    old = fetching.key
    wrong = [
        Client().get(ITEMS),
        fetch(fetching, key="wrong"),
        fetch(fetching, key="falsch-é"),
        fetch(fetching, key=other_key),
        Client().get(ITEMS, headers={"Authorization": f"Basic {fetching.key}"}),
        fetch(fetching, "/upward/nowhere/items.json"),
    ]
    fetching.key = fetching.renew_access_key()
    wrong.append(fetch(fetching, key=old))
    fetching.access_key_expires_on = timezone.localdate() - datetime.timedelta(days=1)
    fetching.save()
    wrong.append(fetch(fetching))
    fetching.access_key_expires_on, fetching.active = None, False
    fetching.save()
    wrong.append(fetch(fetching))
    assert {(each.status_code, each.content) for each in wrong} == {(401, wrong[0].content)}
    assert Client().post(ITEMS).status_code == 405


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "since=1e9", "limit=0", "limit=²", f"since={2**63}"]
)
def test_a_parameter_that_is_none_is_refused(fetching, query):
    response = Client().get(f"{ITEMS}?{query}", headers={"Authorization": f"Bearer {fetching.key}"})
    assert (response.status_code, response.json()) == (400, {"error": "bad_parameter"})


def test_a_page_is_no_larger_than_the_platform_has_it(fetching, rows):
    plan(fetching)
    assert len(fetch(fetching, limit="2").json()["items"]) == 2
    assert len(fetch(fetching, limit="400").json()["items"]) == 4


def test_a_page_ends_where_it_gets_too_heavy(fetching, rows, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.interchange.upward.fetching.FULL", 1)
    plan(fetching)
    assert len(fetch(fetching).json()["items"]) == 1
    assert len(everything(fetching)[0]) == 6


def test_too_many_requests_are_told_when_to_come_back(fetching, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "CASE_LIMITS": {"feed_sender": (2, 60)}}
    found = [fetch(fetching) for _time in range(3)]
    assert [each.status_code for each in found] == [200, 200, 429] and found[2]["Retry-After"] == "60"


# Reporting


@pytest.fixture
def sent(fetching, rows):
    plan(fetching)
    everything(fetching)
    return [str(key) for key in UpwardSubmission.objects.order_by("pk").values_list("key", flat=True)]


def outcomes(response):
    return [each["result"] for each in response.json()["results"]]


def test_each_item_gets_its_status_and_a_repetition_changes_nothing(fetching, sent):
    rows = [
        {"key": sent[0], "status": "adopted", "reference": "A-1", "url": "https://p.example/1"},
        {"key": sent[1], "status": "refused", "reason": "格式不符"},
        {"key": str(uuid.uuid4()), "status": "accepted"},
    ]
    assert outcomes(report(fetching, rows, key="same-message")) == ["applied", "applied", "unknown"]
    events = UpwardEvent.objects.count()
    assert outcomes(report(fetching, rows, key="same-message")) == ["repeated", "repeated", "unknown"]
    assert UpwardEvent.objects.count() == events
    first, second = UpwardSubmission.objects.order_by("pk")[:2]
    assert (first.state, first.reference, first.counts_as_adopted) == ("adopted", "A-1", True)
    assert (second.state, second.reason) == ("refused", "格式不符")


def test_what_comes_out_of_order_changes_nothing_later(fetching, sent):
    report(fetching, [{"key": sent[0], "status": "adopted", "at": "2026-05-02T00:00:00Z"}])
    late = [{"key": sent[0], "status": "accepted", "at": "2026-05-01T00:00:00Z"}]
    assert outcomes(report(fetching, late)) == ["late"]
    older = [{"key": sent[0], "status": "refused", "at": "2026-05-01T00:00:00Z"}]
    assert outcomes(report(fetching, older)) == ["late"]
    assert UpwardSubmission.objects.get(key=sent[0]).state == "adopted"


def test_a_message_that_comes_once_more_does_not_undo_a_later_one(fetching, sent):
    """Neither one that somebody recorded nor one that its sender repeats."""
    refused, now = [{"key": sent[0], "status": "refused", "reason": "格式不符"}], timezone.now()
    assert outcomes(report(fetching, refused, key="message-1", at=now)) == ["applied"]
    assert outcomes(report(fetching, [{"key": sent[0], "status": "adopted"}])) == ["applied"]
    assert outcomes(report(fetching, refused, key="message-1", at=now)) == ["repeated"]
    assert UpwardSubmission.objects.get(key=sent[0]).state == "adopted"
    assert outcomes(report(fetching, refused, key="message-2")) == ["applied"]


def test_another_platform_reports_nothing_of_it(fetching, make_platform, sent):
    other = make_platform(code="other", secret="another-secret-that-both-sides-know")
    rows = [{"key": sent[0], "status": "adopted"}]
    body, key, now = json.dumps({"results": rows}).encode(), "message-1", str(int(timezone.now().timestamp()))
    headers = {
        signing.KEY: key,
        signing.TIMESTAMP: now,
        signing.SIGNATURE: signing.signature(other.secret, now, key, body),
    }
    send = lambda path: Client().post(path, body, content_type="application/json", headers=headers)  # noqa: E731
    assert send(STATUSES).status_code == 401
    assert outcomes(send("/upward/other/statuses/")) == ["unknown"]


def test_what_is_not_signed_now_and_for_this_body_is_refused(fetching, sent, make_platform):
    rows = [{"key": sent[0], "status": "adopted"}]
    old = timezone.now() - datetime.timedelta(minutes=6)
    wrong = [
        Client().post(STATUSES, json.dumps({"results": rows}), content_type="application/json"),
        report(fetching, rows, secret="x" * 40),
        report(fetching, rows, at=old),
        report(fetching, rows, key="short"),
    ]
    fetching.secret = ""
    fetching.save()
    wrong.append(report(fetching, rows, secret=""))
    assert {each.status_code for each in wrong} == {401}
    assert UpwardSubmission.objects.get(key=sent[0]).state == "sent"


def test_a_report_that_is_sent_again_later_is_refused(fetching, sent):
    now = timezone.now()
    rows = [{"key": sent[0], "status": "adopted"}]
    assert report(fetching, rows, at=now).status_code == 200
    with time_machine.travel(now + datetime.timedelta(minutes=10), tick=False):
        assert report(fetching, rows, at=now).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"<a/>", 400), (b"x" * (LARGEST + 1), 413), (b'{"results": 1}', 400)]
)
def test_a_report_that_cannot_be_read_is_refused(fetching, body, status):
    response = report(fetching, [], body=body)
    assert response.status_code == status and response.json()["error"]


def test_xml_is_answered_in_xml(fetching, sent):
    body = f"<statuses><results><result><key>{sent[0]}</key><status>adopted</status></result></results></statuses>"
    response = report(fetching, [], body=body.encode(), kind="application/xml")
    assert b"<result>applied</result>" in response.content
    assert UpwardSubmission.objects.get(key=sent[0]).state == "adopted"


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_the_schemas_are_there_for_whoever_builds_the_other_side(db, kind):
    response = Client().get(f"/upward/schema.{kind}")
    assert response.status_code == 200 and b"urn:wagtail-disclosure:upward-feed:1.0" in response.content
