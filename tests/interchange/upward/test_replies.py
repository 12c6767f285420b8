"""What a platform answers is read strictly: whatever it sends, no status is invented and no process falls over."""

import json
import uuid

import hypothesis
import pytest
from hypothesis import strategies as st

from wagtail_disclosure.interchange.upward.documents import NAMESPACE
from wagtail_disclosure.interchange.upward.replies import FINDINGS, LARGEST, Unreadable, read

KEY, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
JSON, XML = "application/json", "application/xml; charset=utf-8"


def as_json(*rows):
    return json.dumps({"results": rows}).encode()


def as_xml(*rows):
    cells = ["".join(f"<{name}>{text}</{name}>" for name, text in row.items()) for row in rows]
    inner = "".join(f"<result>{each}</result>" for each in cells)
    return f'<statuses xmlns="{NAMESPACE}"><results>{inner}</results></statuses>'.encode()


@pytest.mark.parametrize(("write", "kind"), [(as_json, JSON), (as_xml, XML)])
def test_results_in_any_order_are_read(write, kind):
    rows = [
        {"key": OTHER, "status": "refused", "reason": "重复"},
        {
            "key": KEY.upper(),
            "status": "adopted",
            "at": "2026-05-04T08:00:00+08:00",
            "url": "https://a.example/1",
        },
    ]
    reply = read(write(*rows), kind, {KEY, OTHER})
    assert [(each.key, each.status, each.reason) for each in reply.reports] == [
        (OTHER, "refused", "重复"),
        (KEY, "adopted", ""),
    ]
    assert reply.reports[1].at.isoformat() == "2026-05-04T00:00:00+00:00" and reply.findings == []


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([{"key": KEY, "status": "accepted"}], ["missing"]),
        ([{"key": str(uuid.UUID(int=9)), "status": "accepted"}], ["unknown_item", "missing", "missing"]),
        (
            [{"key": KEY, "status": "accepted"}, {"key": KEY, "status": "refused"}],
            ["contradiction", "missing", "missing"],
        ),
        ([{"key": KEY, "status": "accepted"}] * 2, ["missing"]),
        ([{"key": KEY, "status": "great"}], ["unknown_status", "missing", "missing"]),
        ([{"key": KEY}], ["unknown_status", "missing", "missing"]),
        ([{"key": "1", "status": "accepted"}], ["not_a_result", "missing", "missing"]),
        ([{"key": KEY, "status": ["accepted"]}], ["not_a_result", "missing", "missing"]),
        (["accepted", 3, None], ["not_a_result"] * 3 + ["missing"] * 2),
        ([{"key": KEY, "status": "refused", "reason": "x" * 1001}], ["not_a_result", "missing", "missing"]),
        ([{"key": KEY, "status": "refused", "reason": "\0"}], ["not_a_result", "missing", "missing"]),
        (
            [{"key": KEY, "status": "adopted", "at": "2999-01-01T00:00:00Z"}],
            ["bad_time", "missing", "missing"],
        ),
        (
            [{"key": KEY, "status": "adopted", "at": "2026-01-01T00:00:00"}],
            ["bad_time", "missing", "missing"],
        ),
        ([{"key": KEY, "status": "adopted", "at": "gestern"}], ["bad_time", "missing", "missing"]),
    ],
)
def test_what_is_wrong_is_a_finding_and_the_rest_counts(rows, codes):
    reply = read(as_json(*rows), JSON, {KEY, OTHER})
    assert [each["code"] for each in reply.findings] == codes
    assert set(codes) <= set(FINDINGS)


def test_an_address_that_runs_a_script_is_left_out():
    reply = read(as_json({"key": KEY, "status": "adopted", "url": "javascript:alert(1)"}), JSON)
    assert reply.reports[0].url == ""


BOMB = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 99 + b'">]><statuses><results>&b;</results></statuses>'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"<html>", JSON),
        (b"[]", JSON),
        (b'{"results": {}}', JSON),
        (b'{"results": NaN}', JSON),
        (b"\xff\xfe", JSON),
        (b"[" * 100_000, JSON),
        (b"", XML),
        (b"<a/>", XML),
        (b"<a>", XML),
        (BOMB, XML),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', XML),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', XML),
        (b" " * (LARGEST + 1), JSON),
    ],
)
def test_what_cannot_be_read_says_so(body, kind):
    with pytest.raises(Unreadable) as raised:
        read(body, kind, {KEY})
    assert raised.value.code in FINDINGS


@hypothesis.given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just(KEY),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["results", "key", "status", "at", "url"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_no_json_makes_it_fall_over(data):
    try:
        reply = read(json.dumps(data).encode(), JSON, {KEY})
    except Unreadable:
        return
    assert {each.key for each in reply.reports} <= {KEY}


@hypothesis.given(st.binary(max_size=200), st.sampled_from([JSON, XML, "", "text/html"]))
def test_no_bytes_make_it_fall_over(body, kind):
    try:
        read(body, kind, {KEY})
    except Unreadable:
        pass
