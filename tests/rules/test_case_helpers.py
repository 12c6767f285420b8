"""Receipt by channel, fees, numbers of identity documents, remedies, and what a reply must state."""

import datetime
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.fees import FeeMethod
from wagtail_disclosure.rules.identity_numbers import check_identity_number
from wagtail_disclosure.rules.personal_numbers import id_check_character
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.receipt import confirmation_due, receipt_date
from wagtail_disclosure.rules.remedies import remedies_text, remedy_on, remedy_periods
from wagtail_disclosure.rules.replies import reply_problems

from .clock_cases import CALENDARS, CN, UK

MONDAY, TUESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6)
CASES, PAGES = CN.fee_schedule_on(MONDAY).method("per_case"), CN.fee_schedule_on(MONDAY).method("per_page")
TODAY = date(2026, 3, 2)


# Receipt.


@pytest.mark.parametrize(
    "channel, facts, received",
    [
        ("counter", {"submitted_on": MONDAY}, MONDAY),
        ("oral", {"submitted_on": MONDAY}, MONDAY),
        ("tracked_mail", {"submitted_on": MONDAY, "signed_on": TUESDAY}, TUESDAY),
        ("tracked_mail", {"submitted_on": MONDAY}, None),
        ("ordinary_mail", {"arrived_on": MONDAY}, None),
        ("ordinary_mail", {"arrived_on": MONDAY, "confirmed_on": TUESDAY}, TUESDAY),
        ("online", {"submitted_on": MONDAY}, None),
        ("online", {"submitted_on": MONDAY, "confirmed_on": FRIDAY}, FRIDAY),
        ("email", {"submitted_on": MONDAY, "arrived_on": MONDAY}, None),
        ("fax", {"submitted_on": MONDAY, "confirmed_on": MONDAY}, MONDAY),
        ("fax", {"submitted_on": MONDAY, "confirmed_on": None}, None),
        ("online", {}, None),
    ],
)
def test_the_channel_decides_the_day_of_receipt(channel, facts, received):
    assert receipt_date(CN.request_channels.get(channel), facts) == received


def test_in_britain_arrival_counts_whatever_the_channel():
    facts = {"submitted_on": MONDAY, "arrived_on": TUESDAY, "confirmed_on": FRIDAY}
    assert {receipt_date(channel, facts) for channel in UK.request_channels} == {TUESDAY}


def test_an_ordinary_letter_is_to_be_confirmed_on_the_day_it_arrives():
    assert confirmation_due(CN.request_channels.get("ordinary_mail"), {"arrived_on": MONDAY}) == MONDAY
    assert confirmation_due(CN.request_channels.get("online"), {"submitted_on": MONDAY}) is None


@pytest.mark.parametrize(
    "facts, code",
    [
        ({"submitted_on": TUESDAY, "confirmed_on": MONDAY}, "before"),
        ({"arrived_on": TUESDAY, "signed_on": MONDAY}, "before"),
        ({"confirmed_on": "2026-03-02"}, "date"),
        ({"confirmed_on": datetime.datetime(2026, 3, 2)}, "date"),
        ({"opened_on": MONDAY}, "unknown_fact"),
    ],
)
def test_facts_of_receipt_that_cannot_be_are_refused(facts, code):
    with pytest.raises(RuleError) as error:
        receipt_date(CN.request_channels.get("online"), facts)
    assert error.value.code == code and "%(" not in str(error.value)


# Fees.


@pytest.mark.parametrize(
    "cases, amount", [(0, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300)]
)
def test_fees_by_case(cases, amount):
    assert CASES.fee(cases).amount == amount


@pytest.mark.parametrize(
    "pages, amount", [(30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740)]
)
def test_fees_by_page(pages, amount):
    assert PAGES.fee(pages).amount == amount


def test_a_fee_shows_its_lines_and_its_law():
    fee = CASES.fee(3, before=29)
    assert [(line.first, line.last, line.units, line.price) for line in fee.lines] == [
        (30, 30, 1, 100),
        (31, 32, 2, 200),
    ]
    assert (fee.amount, fee.currency) == (500, "CNY")
    assert CASES.citation("zh-hans") == "《政府信息公开信息处理费管理办法》第四条"
    assert CASES.window == "calendar_month"


@given(st.sampled_from([CASES, PAGES]), st.integers(0, 3000), st.integers(0, 3000))
def test_charging_in_two_parts_is_charging_once(method, first, more):
    together = method.fee(first + more).amount
    assert method.fee(first).amount + method.fee(more, before=first).amount == together
    assert sum(line.units for line in method.fee(more, before=first).lines) == more
    assert method.fee(first).amount <= together


@pytest.mark.parametrize("number", [-1, 10**9, 1.5, "10", True, None])
def test_only_a_whole_number_can_be_charged_for(number):
    for arguments in ({"units": number}, {"units": 1, "before": number}):
        with pytest.raises(RuleError):
            CASES.fee(**arguments)


def test_there_were_no_tiers_before_2021_and_there_are_none_in_britain():
    assert CN.fee_schedule_on(date(2020, 12, 31)) is None
    assert UK.fee_schedule_on(MONDAY) is None


@pytest.mark.parametrize(
    "tiers",
    [[], [{"through": 10, "price": 0}], [{"price": 1}, {"through": 3, "price": 1}], [{"through": 9, "price": 0}, {"through": 9, "price": 1}, {"price": 2}]],
)  # fmt: skip
def test_tiers_with_gaps_are_refused(tiers):
    raw = {"code": "x", "label": {}, "unit": {}, "window": "case", "tiers": tiers}
    with pytest.raises(RuleError):
        FeeMethod.from_data(raw, {"currency": "CNY"})


# Numbers of identity documents.


def number(body):
    return body + id_check_character(body)


def warnings(text, document="resident_identity_card", today=TODAY):
    checked = check_identity_number(CN.identity_documents.get(document), text, today)
    return checked.value, [warning.code for warning in checked.warnings]


@pytest.mark.parametrize(
    "text, value, found",
    [
        ("11010519491231002X", "11010519491231002X", []),
        (" １１０１０５ 19491231-002x ", "11010519491231002X", []),
        (number("83000019900101001"), number("83000019900101001"), []),
        ("110105194912310021", "110105194912310021", ["check_character"]),
        (number("99010519491231002"), number("99010519491231002"), ["region"]),
        (number("11010519490231002"), number("11010519490231002"), ["birth_date"]),
        (number("11010520260303002"), number("11010520260303002"), ["birth_date"]),
        ("110105491231002", "110105491231002", ["old_form"]),
        ("12345", "12345", ["form"]),
        ("无", "无", ["form"]),
        ("<script>", "<SCRIPT>", ["form"]),
        ("", "", ["missing"]),
        (None, "", ["missing"]),
    ],
)
def test_a_resident_identity_number_is_questioned_and_never_refused(text, value, found):
    assert warnings(text) == (value, found)


@pytest.mark.parametrize(
    "document, text, found",
    [
        ("social_credit", "91350100M000100Y43", []),
        ("social_credit", "91350100M000100Y44", ["check_character"]),
        ("social_credit", "none", ["organisation_code"]),
        ("passport", "E 12345678", []),
        ("passport", "", ["missing"]),
        ("other", "军字第123号", []),
    ],
)
def test_other_documents_follow_their_own_standard_or_none(document, text, found):
    assert warnings(text, document)[1] == found


# A warning may repeat characters of the text: without "%" a placeholder is one that nobody filled.
@given(st.text(st.characters(exclude_characters="%"), max_size=200))
def test_any_text_is_taken_with_warnings(text):
    for document in CN.identity_documents:
        checked = check_identity_number(document, text, TODAY)
        for warning in checked.warnings:
            assert str(warning) and "%(" not in str(warning)


def test_the_message_does_not_repeat_the_number():
    checked = check_identity_number(
        CN.identity_documents.get("resident_identity_card"), "110105194912310021", TODAY
    )
    assert "1949" not in str(checked.warnings[0])


# Remedies.


def test_reconsideration_first_is_required_since_2024():
    assert remedy_on(CN, "reconsideration_first", date(2023, 12, 31)).code == "either"
    assert remedy_on(CN, "reconsideration_first", date(2024, 1, 1)).code == "reconsideration_first"
    with pytest.raises(KeyError):
        remedy_on(CN, "duel", MONDAY)


def periods(code, **days):
    found = remedy_periods(CN.remedies.get(code), days, CALENDARS["cn"])
    return {period.code: period for period in found}


def test_sixty_days_six_months_and_fifteen_days():
    either = periods("either", served_on=date(2026, 3, 2), reconsidered_on=date(2026, 6, 10))
    assert either["reconsideration"].due == date(2026, 5, 6), "60 days end within the May holiday"
    assert either["litigation"].due == date(2026, 9, 2)
    assert either["later_litigation"].due == date(2026, 6, 25)
    assert either["litigation"].citation("zh-hans") == "《中华人民共和国行政诉讼法》第四十六条"
    assert either["reconsideration"].is_open(date(2026, 5, 6)) and not either["reconsideration"].is_open(
        date(2026, 5, 7)
    )


def test_a_remedy_whose_day_is_not_known_is_open():
    first = periods("reconsideration_first", served_on=date(2026, 3, 2))
    assert first["first_litigation"].due is None and first["first_litigation"].is_open(date(2030, 1, 1))
    assert set(first) == {"first_reconsideration", "first_litigation"}, "no direct action"


def test_the_text_of_a_refusal_says_reconsideration_first():
    places = {
        "reconsideration_body": "南山市人民政府",
        "court": "南山市人民法院",
        "reconsideration_link": "https://fy.example/",
    }
    text = remedies_text(CN.remedies.get("reconsideration_first"), places, "zh-hans", online=True)
    assert "应当自收到本答复之日起60日内先向南山市人民政府申请行政复议" in text
    assert "15日内向南山市人民法院提起行政诉讼" in text and "https://fy.example/" in text
    assert "6个月" not in text
    either = remedies_text(CN.remedies.get("either"), places, "en")
    assert "or bring an action" in either and "online" not in either
    assert remedies_text(CN.remedies.get("none"), {}) == ""
    with pytest.raises(KeyError):
        remedies_text(CN.remedies.get("either"), {}, "en")


def test_british_remedies():
    text = remedies_text(UK.remedies.get("review"), {}, "en")
    assert "internal review" in text and "Information Commissioner" in text
    (review, tribunal) = remedy_periods(UK.remedies.get("review"), {"served_on": MONDAY}, CALENDARS["uk"])
    assert review.due == date(2026, 4, 30) and tribunal.due is None


# Replies.

COMPLETE = {
    "files": ["a.pdf"],
    "reasons": "因涉及内部流程",
    "where_published": "https://example.gov.cn/",
    "third_party": "某公司",
    "search_record": "检索了收发文系统",
    "right_agency": "市财政局",
    "earlier_request": "2026-1",
    "special_procedure": "不动产登记资料查询暂行办法",
    "right_channel": "信访局",
    "public_interest": "x",
    "cost_estimate": "x",
}


@pytest.mark.parametrize("profile_code", ["cn", "uk"])
def test_every_reply_is_complete_when_it_states_what_it_requires_and_not_before(profile_code):
    profile = get_profile(profile_code)
    for reply in profile.replies:
        grounds = reply.fact("grounds", [None])
        given = COMPLETE | {"ground": grounds[0], "grounds_per_part": grounds[:2]}
        past = {reply.fact("after")}
        if reply.fact("decision", True) is False:
            assert [each.code for each in reply_problems(profile, reply, given, past)] == ["no_decision"]
            continue
        assert list(reply_problems(profile, reply, given, past)) == [], reply.code
        missing = [
            each.params["fact"] for each in reply_problems(profile, reply, {}, past) if each.code == "missing"
        ]
        assert missing == reply.fact("requires"), reply.code


@pytest.mark.parametrize("code, wait", [("still_unclear", "supplement"), ("excessive", "reasons")])
def test_some_replies_are_possible_only_after_the_applicant_was_asked(code, wait):
    reply = CN.replies.get(code)
    assert [each.code for each in reply_problems(CN, reply, COMPLETE)] == ["not_asked"]
    assert list(reply_problems(CN, reply, COMPLETE, {wait})) == []


def test_a_refusal_rests_on_its_own_ground():
    reply = CN.replies.get("refused_third_party")
    (wrong,) = reply_problems(CN, reply, COMPLETE | {"ground": "internal"})
    assert wrong.code == "ground"
    (wrong,) = reply_problems(
        CN, CN.replies.get("partly"), COMPLETE | {"grounds_per_part": ["privacy", "mood"]}
    )
    assert wrong.params == {"ground": "mood"}


def test_what_is_missing_is_named_in_the_language_of_the_reader():
    (problem,) = reply_problems(CN, CN.replies.get("does_not_exist"), {})
    with translation.override("en"):
        assert str(problem) == "The reply does not state: The record of the search."
    with translation.override("zh-hans"):
        assert "检索记录" in str(problem)
