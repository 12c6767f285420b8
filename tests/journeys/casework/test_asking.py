"""Third parties, joint makers and other agencies are asked, time limits extended, fees charged: by the buttons of the office."""

import datetime

import pytest
from playwright.sync_api import expect

from tests import factories_cases
from tests.casework.test_moves import at, handled
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.standing import Standing

from .office import FORM, now, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ITEMS = "某建材公司2025年采购合同"
REASON = "涉及公共安全，不公开可能对公共利益造成重大影响。"


def begun(place, on="2026-06-08"):
    return handled(place, on, applicant=somebody())


def asked_long_ago(place, action, delivered=True):
    """A case about which somebody was asked in April, and has not answered."""
    case = begun(place, "2026-04-07")
    moves.act(case, f"ask_{action}", by=place.officer, details={"items": ITEMS}, at=at("2026-04-08"))
    if delivered:
        moves.act(case, f"record_{action}_delivery", by=place.officer, at=at("2026-04-10"))
    return case


def test_a_third_party_is_asked_by_post_and_agrees(officer, place, screenshot):
    case = begun(place)
    due = case.due_on
    party = {"party_name": "某建材公司", "party_address": "某路2号"}
    case = officer.acts(case, "ask_third_party", **party, items=ITEMS, date="2026-06-09")
    assert case.letters.filter(kind="third_party_consultation").exists()
    case = officer.acts(case, "record_third_party_delivery", "1", date="2026-06-09")
    screenshot(officer.page, "office-consultation")
    case = officer.acts(case, "answer_third_party", "1", opinion="agrees", date="2026-06-10")
    assert case.events.last().data["opinion"] == "agrees" and case.due_on > due
    assert officer.is_offered(case, "draft_decision")


def test_who_refuses_with_reasons_is_told_before_the_reply_goes_out(officer, reviewer, place):
    case = begun(place)
    moves.act(case, "ask_third_party", by=place.officer, details={"items": ITEMS}, at=at("2026-06-08"))
    page = officer.presses(case, "answer_third_party", "1")
    officer.fills({"opinion": "refuses", "date": "2026-06-10"})
    officer.sends()
    assert not case.events.filter(type="answer_third_party").exists(), "a refusal gives reasons"
    officer.fills({"opinion_reasons": "属于商业秘密"})
    officer.sends()
    officer.is_back(case)
    expect(page.locator("main")).to_contain_text("属于商业秘密")
    file = factories_cases.attachment(case, origin="officer")
    moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[str(file.key)])
    moves.act(case, "approve_decision", by=place.reviewer)
    officer.looks(case)
    assert not officer.is_offered(case, "issue_decision")
    officer.acts(case, "notify_third_party", reason=REASON)
    assert officer.acts(case, "issue_decision", date="2026-06-10").state == "replied"


def test_a_third_party_is_silent_until_its_term_is_over(officer, place, site):
    case = begun(place)
    moves.act(case, "ask_third_party", by=place.officer, details={"items": ITEMS}, at=at("2026-06-08"))
    moves.act(case, "record_third_party_delivery", by=place.officer, at=at("2026-06-09"))
    assert not officer.is_offered(case, "close_third_party")
    with site.later("2026-07-06"):
        officer.looks(case)
        case = officer.acts(case, "close_third_party", "1")
    standing = Standing(case)
    assert not standing.open_keys(standing.table.actions["close_third_party"])


def test_the_silence_of_a_joint_maker_is_consent(officer, place):
    case = asked_long_ago(place, "co_maker")
    case = officer.acts(case, "close_co_maker", "1")
    expect(officer.page.locator("main")).to_contain_text("视为同意")
    assert officer.is_offered(case, "draft_decision")


def test_another_agency_is_asked_answers_or_is_waited_for_no_longer(officer, place):
    case = begun(place)
    given = {
        "party_name": "市财政局",
        "questions": "是否同意公开？",
        "until": "2026-06-24",
        "date": "2026-06-09",
    }
    officer.acts(case, "ask_agency", **given)
    assert not officer.is_offered(case, "draft_decision")
    case = officer.acts(case, "answer_agency", "1", opinion="agrees", date="2026-06-10")
    officer.acts(case, "ask_agency", **{**given, "party_name": "市审计局"})
    case = officer.acts(case, "stop_waiting_for_agency", reason="电话答复不持有该信息")
    assert officer.is_offered(case, "draft_decision")


def test_an_extension_is_proposed_by_one_and_approved_by_another(officer, head, place):
    case = begun(place)
    due = case.due_on
    officer.acts(case, "propose_extension", days=10, reason="需要检索大量档案")
    assert not officer.is_offered(case, "approve_extension")
    head.acts(case, "approve_extension")
    case = officer.acts(case, "notify_extension")
    assert case.due_on > due and case.letters.filter(kind="extension").exists()


def test_an_extension_is_refused_with_a_word_why(officer, head, place):
    case = begun(place)
    due = case.due_on
    moves.act(case, "propose_extension", by=place.officer, days=10, details={"reason": "检索"})
    head.acts(case, "refuse_extension", note="期限足够")
    assert now(case).due_on == due
    expect(officer.looks(case).locator("main")).to_contain_text("期限足够")


def test_a_fee_is_counted_by_tiers_told_and_paid(officer, head, place):
    case = begun(place)
    assert not officer.is_offered(case, "send_fee_notice")
    head.presses(case, "send_fee_notice")
    head.fills({"fee_method": "per_page", "units": 150})
    page = head.sends()
    expect(page.locator("main [role=alert]")).to_contain_text("1700")
    assert now(case).state == "handling"
    head.sends()
    head.is_back(case)
    letter = page.locator(f"main a[href*='{case.letters.get(kind='fee_notice').key}']").first
    page.goto(letter.get_attribute("href"))
    # 30 pages for nothing, 70 at 10, 50 at 20 yuan.
    expect(page.locator("body")).to_contain_text("1700")
    officer.acts(case, "record_fee_delivery", date="2026-06-10")
    case = officer.acts(case, "record_payment", amount="1700", date="2026-06-10")
    assert case.state == "handling" and case.events.last().data["amount"] == "1700"


def test_a_fee_that_is_not_paid_abandons_the_request(officer, head, place):
    case = begun(place, "2026-03-02")
    data = {"fee_method": "per_page", "units": 150}
    moves.act(case, "send_fee_notice", by=place.head, data=data, at=at("2026-03-03"))
    moves.act(case, "record_fee_delivery", by=place.officer, at=at("2026-03-04"))
    assert not officer.is_offered(case, "close_abandoned")
    case = head.acts(case, "close_abandoned", reason="逾期未缴费")
    assert (case.state, case.closed_on) == ("abandoned", datetime.date(2026, 6, 10))


def test_an_impossible_day_is_refused_and_nothing_is_lost(officer, place):
    case = begun(place)
    page = officer.presses(case, "ask_third_party")
    officer.fills({"party_name": "某公司", "items": ITEMS, "date": "2026-06-11"})
    officer.sends()
    assert not case.events.filter(type="ask_third_party").exists()
    expect(page.locator(f"{FORM} [name=items]")).to_have_value(ITEMS)
    expect(page.locator(f"{FORM} [name=party_name]")).to_have_value("某公司")
