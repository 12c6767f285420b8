"""Events that cannot have happened like that, and rules of a clock that contradict themselves, are refused."""

import copy
import datetime

import pytest
from django.utils import translation

from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.case_events import CaseClock, ClockEvent
from wagtail_disclosure.rules.clocks import Term
from wagtail_disclosure.rules.errors import RuleError

from .clock_cases import CALENDARS, CN, consultation, deadline, event, extension, fee, received, supplement

START = received("2026-03-02")
CLOSED = event("closed", "2026-03-20")


@pytest.mark.parametrize(
    "events, code",
    [
        ([event("third_party_answered", "2026-03-04"), START], "answer_before_question"),
        ([START, *consultation("2026-03-10", "2026-03-09")], "answer_before_question"),
        ([START, event("third_party_answered", "2026-03-24", "a"), *consultation("2026-03-10", key="b")], "answer_before_question"),
        ([START, event("third_party_delivered", "2026-03-09"), *consultation("2026-03-10")], "answer_before_question"),
        ([START, *consultation("2026-03-10", "2026-03-12", delivered="2026-03-13")], "delivered_after_answer"),
        ([START, *consultation("2026-03-01")], "before_receipt"),
        ([*consultation("2026-03-10")], "not_received"),
        ([START, received("2026-03-03")], "twice"),
        ([START, START], "twice"),
        ([START, *consultation("2026-03-10"), *consultation("2026-03-12")], "twice"),
        ([START, *supplement("2026-03-03", "2026-03-05"), event("supplement_asked", "2026-03-06", "b", until="2026-04-01")], "asked_too_often"),
        ([START, event("supplement_asked", "2026-03-03")], "until_missing"),
        ([START, event("later_date_set", "2026-03-03")], "until_missing"),
        ([START, event("later_date_set", "2026-03-03", until="2026-03-02")], "until_past"),
        ([START, event("extension_notified", "2026-03-20")], "answer_before_question"),
        ([START, *extension("2026-03-20", "2026-03-19")], "answer_before_question"),
        ([START, *extension("2026-03-20", "2026-03-20", 21)], "extension_too_long"),
        ([START, *extension("2026-03-20", "2026-03-20", 0)], "days"),
        ([START, *extension("2026-03-20", "2026-03-20", None)], "days"),
        ([START, *extension("2026-03-20", "2026-03-20", True)], "days"),
        ([START, CLOSED, *consultation("2026-03-21")], "after_the_end"),
        ([START, CLOSED, event("closed", "2026-03-21")], "after_the_end"),
        ([START, CLOSED, CLOSED], "twice"),
        ([START, event("reopened", "2026-03-21")], "not_closed"),
        ([START, CLOSED, event("reopened", "2026-03-19")], "not_closed"),
        ([START, CLOSED, event("reopened", "2026-04-01"), event("fee_noticed", "2026-03-25")], "after_the_end"),
        ([START, event("tea_break", "2026-03-03")], "unknown_event"),
        ([START, event("later_date_set", "2026-03-03", until="2226-03-02")], "too_far"),
        ([ClockEvent("received", "2026-03-02")], "date"),
        ([ClockEvent("received", None)], "date"),
        ([ClockEvent("received", datetime.datetime(2026, 3, 2, 12))], "date"),
    ],
)  # fmt: skip
def test_what_cannot_have_happened_is_refused_in_clear_words(events, code):
    with pytest.raises(RuleError) as error:
        deadline(*events)
    assert error.value.code == code
    for language in ("en", "zh-hans"):
        with translation.override(language):
            text = str(error.value)
        assert text and "%(" not in text and "None" not in text


def test_a_clock_that_went_backwards_shows_as_an_event_in_the_future():
    events = [START, *consultation("2026-03-10", "2026-03-24")]
    assert deadline(*events, today=datetime.date(2026, 3, 24)).due
    with pytest.raises(RuleError) as error:
        deadline(*events, today=datetime.date(2026, 3, 23))
    assert error.value.code == "future"


@pytest.mark.parametrize(
    "events, due",
    [
        # Asked and answered on one day: nothing is left out.
        ([START, *consultation("2026-03-10", "2026-03-10")], "2026-03-30"),
        # Everything on the day of receipt.
        ([START, *supplement("2026-03-02", "2026-03-02"), *consultation("2026-03-02", "2026-03-03")], "2026-03-31"),
        # The extension of the day on which the corrected request came belongs to the new count.
        ([received("2026-06-15"), *extension("2026-07-01", "2026-07-01", 1), *supplement("2026-06-22", "2026-07-01")], "2026-07-30"),
        # The day of the end may hold other events.
        ([START, *consultation("2026-03-20", "2026-03-20"), CLOSED], "2026-03-30"),
        # Asked on the last day: the time limit is over with that day.
        ([START, *consultation("2026-03-30", "2026-04-08")], "2026-03-30"),
        # Two new beginnings: the last one counts.
        ([START, *supplement("2026-03-04", "2026-03-06"), *fee("2026-03-10", "2026-03-12")], "2026-04-10"),
    ],
)  # fmt: skip
def test_events_of_one_day_have_one_meaning(events, due):
    expected = datetime.date.fromisoformat(due)
    assert deadline(*events).due == deadline(*reversed(events)).due == expected


def test_a_count_that_leaves_the_calendar_is_refused():
    with pytest.raises(RuleError) as error:
        deadline(received(datetime.date(9999, 12, 20)))
    assert error.value.code == "overflow"


def test_an_unknown_clock_is_refused():
    with pytest.raises(RuleError) as error:
        deadline(START, clock="tea")
    assert error.value.code == "unknown_clock"


# The rules themselves.


def raw_clock():
    clocks = data.load("cn/clocks.json")["clocks"]
    return next(copy.deepcopy(each) for each in clocks if each["ruleset"] == "cn-2019")


def part(raw, kind, code):
    return next(each for each in raw[kind] if each["code"] == code)


SPOILED = {
    "unknown term tea": lambda raw: raw.update(reply="tea"),
    "an extension without a most": lambda raw: raw.pop("extension"),
    "one kind of event starts": lambda raw: part(raw, "events", "closed").update(effect="start"),
    "third_party_asked twice": lambda raw: raw["events"].append(part(raw, "events", "third_party_asked")),
    "third_party twice": lambda raw: raw["waits"].append(part(raw, "waits", "third_party")),
    "third_party: one kind of event is its answer": lambda raw: raw["events"].remove(
        part(raw, "events", "third_party_answered")
    ),
    "third_party: unknown term moon": lambda raw: part(raw, "waits", "third_party").update(term="moon"),
    "third_party: silence without a term": lambda raw: part(raw, "waits", "third_party").update(term=""),
    "fee_paid: unknown wait tea": lambda raw: part(raw, "events", "fee_paid").update(wait="tea"),
    "closed: a wait belongs to": lambda raw: part(raw, "events", "closed").update(wait="fee"),
    "closed: effect is one of": lambda raw: part(raw, "events", "closed").update(effect="explode"),
    "fee: stop is one of": lambda raw: part(raw, "waits", "fee").update(stop="explode"),
    "fee: silence is one of": lambda raw: part(raw, "waits", "fee").pop("silence"),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_rules_of_a_clock_that_contradict_themselves_are_refused(fault):
    raw = raw_clock()
    SPOILED[fault](raw)
    with pytest.raises(RuleError) as error:
        CaseClock.from_data(raw, CN.rulesets[-1].terms)
    assert error.value.code == "clock_data" and fault in str(error.value)


@pytest.mark.parametrize(
    "raw",
    [{}, {"working_days": 20, "months": 1}, {"days": 0}, {"months": -1}, {"working_days": "20"}, {"days": True}, {"days": 1.5}],
)  # fmt: skip
def test_a_term_has_one_unit_and_a_whole_positive_number(raw):
    with pytest.raises(RuleError):
        Term.from_data({"code": "x", **raw})


@pytest.mark.parametrize(
    "raw, start, end",
    [
        ({"working_days": 7}, "2026-02-10", "2026-02-26"),
        ({"days": 60}, "2026-03-02", "2026-05-01"),
        # 1 to 5 May are a holiday: the period ends on the next working day.
        ({"days": 60, "rolls": True}, "2026-03-02", "2026-05-06"),
        ({"months": 6}, "2026-08-31", "2027-02-28"),
        ({"months": 6}, "2023-08-31", "2024-02-29"),
        ({"months": 1}, "2026-12-15", "2027-01-15"),
        ({"months": 3, "from_first": True}, "2026-06-04", "2026-09-03"),
    ],
)
def test_a_term_ends(raw, start, end):
    date = datetime.date.fromisoformat
    assert Term.from_data({"code": "x", **raw}).end(date(start), CALENDARS["cn"]) == date(end)


@pytest.mark.parametrize("raw", [{"days": 60}, {"months": 6}, {"days": 1, "rolls": True}])
def test_a_term_past_the_end_of_time_is_refused(raw):
    with pytest.raises(RuleError) as error:
        Term.from_data({"code": "x", **raw}).end(datetime.date(9999, 12, 31), CALENDARS["cn"])
    assert error.value.code == "overflow"
