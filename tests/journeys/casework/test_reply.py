"""The reply: drafted, returned, approved by another, issued, served; and what comes after it. By the buttons of the office."""

import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories_cases
from tests.casework.test_moves import at, handled
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.catalogue.models import CatalogueIndexPage, DepartmentFolderPage, EntryPage
from wagtail_disclosure.departments.roles import grant_on

from .office import file, now, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = "2026-06-10"


def begun(place, **applicant):
    return handled(place, "2026-06-08", applicant=applicant or somebody())


# The form of the reply is known to these two alone.


def drafts(officer, case, reply, action="draft_decision", **states):
    """Draft ``reply`` with what it states: texts and grounds by their codes, ``upload`` for files to hand out."""
    page = officer.presses(case, action)
    chosen = page.locator(f"#id_reply_{reply}")
    if not chosen.is_checked():
        page.click(f"label[for=id_reply_{reply}]")
        page.wait_for_selector("#decision-fields .disclosure-replies__states:focus")
    officer.fills({name if name == "upload" else f"decision_{name}": value for name, value in states.items()})
    officer.sends()
    officer.is_back(case)
    return now(case)


def is_started_from(officer, case, action, reply, **states):
    """Whether the form of the reply starts from what is known already."""
    page = officer.presses(case, action)
    expect(page.locator("main [name=reply]:checked")).to_have_value(reply)
    for name, value in states.items():
        assert value in page.locator(f"main [name=decision_{name}]").input_value()


def decided(place, reply="provided", on=TODAY, **given):
    """A case with a reply that went out."""
    case = begun(place)
    if reply == "provided":
        given["documents"] = [str(factories_cases.attachment(case, origin="officer", name="清单.txt").key)]
    moves.act(case, "draft_decision", by=place.officer, reply=reply, at=at(on, 9), **given)
    moves.act(case, "approve_decision", by=place.reviewer, at=at(on, 9))
    moves.act(case, "issue_decision", by=place.officer, at=at(on, 9))
    return case


def test_a_reply_is_returned_redrafted_approved_by_another_issued_served_and_archived(
    officer, reviewer, place, screenshot
):
    case = begun(place)
    drafts(officer, case, "provided", upload=file("清单.txt"))
    assert not officer.is_offered(case, "approve_decision")
    page = reviewer.goes("index", queue="approval")
    page.get_by_role("link", name=case.number).first.click()
    page.wait_for_url(f"**/{case.pk}/")
    reviewer.acts(case, "return_decision", note="请补充附件")
    page = officer.looks(case)
    expect(page.locator("main")).to_contain_text("请补充附件")
    drafts(officer, case, "provided", upload=file("附件.txt"))
    case = reviewer.acts(case, "approve_decision")
    assert case.state == "approved" and not reviewer.is_offered(case, "issue_decision")
    case = officer.acts(case, "issue_decision", date=TODAY)
    assert case.closed_on == datetime.date(2026, 6, 10) and case.letters.filter(kind="reply_granted").exists()
    assert all(each.released_at for each in case.attachments.filter(name="附件.txt"))
    officer.acts(case, "record_failed_service", service_method="post", date=TODAY, note="地址不详退回")
    officer.acts(case, "record_service", service_method="email", date=TODAY)
    assert officer.acts(case, "archive").state == "archived"
    screenshot(officer.page, "office-archived")


def test_a_draft_that_its_reviewer_rewrites_is_approved_by_somebody_else(officer, reviewer, head, place):
    case = begun(place)
    drafts(officer, case, "does_not_exist", search_record="检索档案室，未找到")
    drafts(reviewer, case, "does_not_exist", "revise_decision", search_record="检索档案室和办公系统，未找到")
    assert not reviewer.is_offered(case, "approve_decision")
    assert head.acts(case, "approve_decision").state == "approved"


REPLIES = {
    "does_not_exist": {"search_record": "检索档案室和办公系统，未找到"},
    "not_ours": {"reasons": "不属于本机关职责", "right_agency": "市住房和城乡建设局"},
    "petition": {"right_channel": "市信访局"},
    "partly": {
        "grounds_per_part": ["privacy", "internal"],
        "part_privacy": "名单.txt 的手机号码",
        "reasons": "已作区分处理",
        "upload": file("名单.txt"),
    },
}


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_of_each_kind_states_what_it_must(officer, place, reply):
    case = drafts(officer, begun(place), reply, **REPLIES[reply])
    assert Standing(case).decision[0] == reply and case.state == "drafted"
    moves.act(case, "approve_decision", by=place.reviewer)
    moves.act(case, "issue_decision", by=place.officer)
    if reply == "petition":
        officer.looks(case)
        assert officer.acts(case, "move_to_mailbox", mailbox="市信访局").state == "transferred"


def test_a_correction_is_verified_answered_approved_served_and_archived(officer, reviewer, place):
    case = handled(place, "2026-06-08", applicant=somebody(), case_kind="correction")
    case = drafts(officer, case, "corrected", reasons="经核对档案，出生日期登记有误，已予更正。")
    case = reviewer.acts(case, "approve_decision")
    case = officer.acts(case, "issue_decision", date=TODAY)
    letter = case.letters.latest("issued_at")
    officer.page.goto(officer.page.locator(f"main a[href*='{letter.key}']").first.get_attribute("href"))
    expect(officer.page.locator("body")).to_contain_text("出生日期登记有误")
    officer.acts(case, "record_service", service_method="post", date=TODAY)
    assert officer.acts(case, "archive").state == "archived"


def test_a_repeat_is_marked_and_its_reply_starts_from_the_earlier_request(officer, place):
    person = somebody()
    earlier = decided_for(place, person)
    case = begun(place, **person)
    page = officer.looks(case)
    with page.expect_navigation():
        page.locator(f"main a[href*='of={earlier.number}']").first.click()
    officer.sends()
    officer.is_back(case)
    is_started_from(officer, case, "draft_decision", "repeat", earlier_request=earlier.number)
    officer.sends()
    officer.is_back(case)
    assert Standing(now(case)).decision[0] == "repeat"


def decided_for(place, person):
    case = begun(place, **person)
    moves.act(case, "draft_decision", by=place.officer, reply="petition", details={"right_channel": "信访局"})
    moves.act(case, "approve_decision", by=place.reviewer)
    moves.act(case, "issue_decision", by=place.officer)
    return case


def test_a_case_under_litigation_is_held_and_taken_up_again_when_it_is_corrected(officer, head, place):
    case = decided(place)
    given = {"review_kind": "reconsideration", "review_body": "市人民政府", "review_number": "〔2026〕1号"}
    case = officer.acts(case, "record_review", **given, date=TODAY)
    assert case.legal_hold
    case = officer.acts(
        case, "record_review_result", "1", review_result="corrected", date=TODAY, note="重新答复"
    )
    assert not case.legal_hold
    officer.acts(case, "retract_review_result", "1", reason="录入有误")
    given |= {
        "review_kind": "later_litigation",
        "review_body": "市人民法院",
        "review_number": "（2026）行初1号",
    }
    case = officer.acts(case, "record_review", **given, date=TODAY)
    officer.acts(case, "record_review_result", "2", review_result="upheld", date=TODAY)
    assert not officer.is_offered(case, "reopen")
    case = head.acts(case, "reopen", reason="复议决定责令重新答复", until="2026-07-10")
    assert (case.state, case.closed_on, case.due_on) == ("handling", None, datetime.date(2026, 7, 10))
    assert drafts(officer, case, "provided", upload=file("重新答复.txt")).state == "drafted"


def test_what_was_granted_becomes_a_draft_of_the_catalogue(officer, place):
    catalogue = CatalogueIndexPage(title="政府信息公开目录", slug="catalogue", live=False)
    place.agency.site.root_page.add_child(instance=catalogue)
    folder = DepartmentFolderPage(title="价格", slug="01", department=place.prices, live=False)
    catalogue.add_child(instance=folder)
    grant_on(folder, place.prices)
    case = decided(place)
    page = officer.looks(case)
    with page.expect_navigation():
        page.locator(f"main a[href$='/{case.pk}/publish/']").click()
    officer.fills({"title": "2025年度项目审批清单"})
    officer.sends()
    entry = EntryPage.objects.get(title="2025年度项目审批清单")
    assert page.url.endswith(reverse("wagtailadmin_pages:edit", args=[entry.pk])) and not entry.live
    assert [each.document.title for each in entry.get_latest_revision_as_object().attachments.all()] == [
        "清单"
    ]
    expect(officer.looks(case).locator("main")).to_contain_text("2025年度项目审批清单")
