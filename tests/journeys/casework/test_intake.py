"""A request comes in, is looked into, and finds who handles it, by the buttons of the office."""

import csv
import datetime

import pytest
from playwright.sync_api import expect

from tests.casework.test_moves import at, handled, received, submitted
from wagtail_disclosure.casework import identity, moves
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.requests.models import DisclosureRequest

from .office import FORM, file, now, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REGISTRATION = "main form:has([name=token])"


def test_a_letter_is_registered_on_the_day_it_was_signed_for_and_not_twice(officer, place, screenshot):
    page = officer.goes("add")
    officer.fills({"channel": "tracked_mail"}, REGISTRATION)
    officer.sends(REGISTRATION)
    page.locator("main details.disclosure-case__more summary").click()
    values = {
        "arrived_on": "2026-06-04",
        "department": str(place.prices.pk),
        "subject": "2025年水价听证会纪要",
        "delivery_forms": "paper",
        "kind": "natural",
        "name": "张三",
        "phone": "13912345678",
    }
    officer.fills(values, REGISTRATION)
    officer.sends(REGISTRATION)
    assert not DisclosureRequest.objects.filter(subject=values["subject"]).exists(), (
        "the deciding day is missing"
    )
    expect(page.locator("[name=name]")).to_have_value("张三")
    officer.fills({"signed_on": "2026-06-05"}, REGISTRATION)
    officer.sends(REGISTRATION)
    case = DisclosureRequest.objects.get(subject=values["subject"])
    code = page.locator("main code").inner_text()
    expect(page.locator("main")).to_contain_text(case.number)
    screenshot(page, "office-registered")
    page.reload()
    assert DisclosureRequest.objects.filter(subject=values["subject"]).count() == 1
    expect(page.locator("main code")).to_have_text(code)
    assert (case.received_on, case.state) == (datetime.date(2026, 6, 5), "received")


def test_identity_is_checked_and_the_case_is_assigned(officer, place):
    case = received(place, "2026-06-08", applicant=somebody())
    officer.acts(case, "check_identity", identity_check="original_seen", date="2026-06-09", note="核对原件")
    case = officer.acts(case, "assign", assignee=str(place.officer.pk), note="请承办")
    assert case.events.get(type="check_identity").data["identity_check"] == "original_seen"
    assert case.officer == place.officer
    expect(officer.page.locator("main")).to_contain_text("陈信")


def test_it_is_handed_over_and_the_first_department_sees_it_no_more(officer, other, place):
    case = handled(place, "2026-06-08", applicant=somebody())
    officer.presses(case, "hand_over")
    officer.fills({"department": str(place.projects.pk), "note": "属贵科职责"})
    page = officer.sends()
    assert page.url.endswith("/admin/disclosure_requests/") and now(case).department == place.projects
    expect(page.locator(".messages")).to_contain_text(case.number)
    assert page.locator("main table").get_by_text(case.number).count() == 0
    other.looks(case)
    expect(other.page.locator("main")).to_contain_text("属贵科职责")
    assert other.is_offered(case, "assign")


def test_another_department_answers_its_task_and_sees_no_more_than_that(officer, other, place, screenshot):
    case = handled(place, "2026-06-08", applicant=somebody())
    officer.acts(case, "involve", department=str(place.projects.pk), question="请提供审批文件", task_days=3)
    page = other.looks(case)
    screenshot(page, "office-task")
    expect(page.locator("main")).to_contain_text("请提供审批文件")
    assert not other.is_offered(case, "draft_decision")
    case = other.acts(case, "answer_task", "1", answer="见附件", upload=file("审批文件.txt"))
    page = officer.looks(case)
    expect(page.locator("main")).to_contain_text("见附件")
    expect(page.locator("main")).to_contain_text("审批文件.txt")
    assert not Standing(case).open_keys(Standing(case).table.actions["answer_task"])


def test_a_supplement_is_asked_for_and_comes(officer, place):
    case = received(place, "2026-06-08", applicant=somebody())
    asked = {"triggers": ["description_unclear"], "items": "请说明是哪一年的清单"}
    case = officer.acts(case, "ask_supplement", **asked, until="2026-06-25")
    assert case.state == "awaiting_supplement" and case.letters.filter(kind="supplement").exists()
    given = {"description": "2025年的项目审批清单", "date": "2026-06-10", "upload": file("补正.txt")}
    case = officer.acts(case, "answer_supplement", **given)
    assert (case.state, case.attachments.count()) == ("received", 1)
    expect(officer.page.locator("main")).to_contain_text("2025年的项目审批清单")
    assert not officer.is_offered(case, "ask_supplement"), "it is asked for once"


def test_without_a_supplement_the_head_closes_the_case_as_abandoned(officer, head, place):
    case = received(place, "2026-05-06")
    asked = {
        "by": place.officer,
        "data": {"triggers": ["description_unclear"]},
        "details": {"items": "哪一年"},
    }
    moves.act(case, "ask_supplement", until=datetime.date(2026, 5, 20), at=at("2026-05-07"), **asked)
    assert not officer.is_offered(case, "close_abandoned")
    case = head.acts(case, "close_abandoned", reason="逾期未补正")
    assert (case.state, case.closed_on) == ("abandoned", datetime.date(2026, 6, 10))
    assert case.letters.filter(kind="abandoned_notice").exists()
    assert officer.acts(case, "archive").state == "archived"


def test_what_came_over_the_internet_is_confirmed_or_set_aside(officer, head, place):
    case, empty = submitted(place, "2026-06-09"), submitted(place, "2026-06-09", subject="测试测试")
    assert officer.acts(case, "ask_confirmation").state == "awaiting_confirmation"
    case = officer.acts(case, "confirm_receipt", date="2026-06-10")
    assert (case.state, case.received_on) == ("received", datetime.date(2026, 6, 10))
    assert not officer.is_offered(empty, "set_aside")
    assert head.acts(empty, "set_aside", reason="内容为测试").state == "discarded"


def test_the_applicant_withdraws_at_the_counter(officer, place):
    case = officer.acts(handled(place, "2026-06-08", applicant=somebody()), "withdraw", note="申请人当面撤回")
    assert case.state == "withdrawn" and case.letters.filter(kind="withdrawal_confirmation").exists()


def test_reasons_are_asked_for_given_and_a_later_date_is_set(officer, head, place):
    case = received(place, "2026-06-08", applicant=somebody())
    case = officer.acts(case, "ask_reasons", reason="半年内申请40件", until="2026-06-30")
    case = officer.acts(case, "give_reasons", reasons="用于学术研究", date="2026-06-10")
    assert case.state == "handling"
    due = case.due_on
    case = head.acts(case, "set_later_date", until="2026-08-31", reason="数量较多")
    assert case.due_on == datetime.date(2026, 8, 31) > due


def test_the_head_supervises_a_case_and_ends_that(officer, head, place):
    case = handled(place, "2026-06-08", applicant=somebody())
    assert not officer.is_offered(case, "supervise")
    case = head.acts(case, "supervise", note="请尽快办理", until="2026-06-15")
    assert case.is_supervised
    expect(officer.looks(case).locator("main")).to_contain_text("请尽快办理")
    expect(officer.goes("index", queue="supervised").locator("main")).to_contain_text(case.number)
    head.opens(case)
    assert not head.acts(case, "end_supervision", note="已办结").is_supervised


def test_contact_data_are_corrected_and_read_by_whoever_says_why(officer, place):
    case = handled(place, "2026-06-08", applicant=somebody())
    officer.acts(case, "correct_contact", phone="13700001234")
    page = officer.page
    with page.expect_navigation():
        page.locator(f"main a[href$='/{case.pk}/people/']").click()
    reason = "main form:has([name=reason])"
    officer.fills({"reason": "核对电话"}, reason)
    officer.sends(reason)
    expect(page.locator("main")).to_contain_text("13700001234")
    assert identity.reads_of(case).filter(reason="核对电话").exists()


def test_cases_are_chosen_in_the_list_and_assigned_at_once(head, place, screenshot):
    cases = [
        received(place, "2026-06-08", applicant=somebody(), subject=f"批量分配{number}")
        for number in range(3)
    ]
    page = head.goes("index", q="批量分配")
    for case in cases[:2]:
        page.locator(f"[data-bulk-action-checkbox][data-object-id='{case.pk}']").check()
    with page.expect_navigation():
        page.locator("[data-bulk-action-button]").first.click()
    # Meanwhile somebody else takes one of them up.
    moves.act(cases[1], "note", by=place.officer, note="已联系")
    page.select_option("[name=assignee]", str(place.officer.pk))
    screenshot(page, "office-bulk")
    with page.expect_navigation():
        page.locator("main form [type=submit]").last.click()
    expect(page.locator(".nice-padding").last).to_contain_text(cases[1].number)
    assert [now(case).officer for case in cases] == [place.officer, None, None]


def test_what_is_filtered_is_exported_without_words_of_applicants(head, place):
    case = received(place, "2026-06-08", applicant=somebody(), subject="导出测试")
    page = head.goes("index", q="导出测试")
    page.locator(".w-slim-header [data-w-dropdown-target=toggle]").first.click()
    with page.expect_download() as waiting:
        page.locator("a[href*='export=csv']").first.click()
    with open(waiting.value.path(), encoding="utf-8-sig") as sheet:
        rows = list(csv.reader(sheet))
    assert [row[0] for row in rows[1:]] == [case.number]
    assert "王" not in str(rows) and "导出测试" not in str(rows)


def test_a_form_that_was_overtaken_says_so_keeps_the_answer_and_is_sent_again(officer, head, place):
    case = handled(place, "2026-06-08", applicant=somebody())
    officer.presses(case, "note")
    officer.fills({"note": "已电话联系申请人"})
    head.acts(case, "assign", assignee=str(place.officer.pk))
    page = officer.sends()
    expect(page.locator("main")).to_contain_text("分配承办人")
    expect(page.locator(f"{FORM} [name=note]")).to_have_value("已电话联系申请人")
    assert not case.events.filter(type="note").exists()
    officer.sends()
    officer.is_back(case)
    assert [each.note for each in case.events.filter(type="note")] == ["已电话联系申请人"]


def test_a_double_click_acts_once_and_tells_what_happened(officer, place):
    case = received(place, "2026-06-08", applicant=somebody())
    page = officer.presses(case, "accept")
    page.locator(f"{FORM} button[type=submit]").dblclick(no_wait_after=True)
    page.wait_for_url(f"**/disclosure_requests/{case.pk}/")
    assert case.events.filter(type="accept").count() == 1
    expect(page.locator(".messages").first).to_contain_text("开始办理")
