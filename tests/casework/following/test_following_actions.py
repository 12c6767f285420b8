"""P4 and P9: what an applicant does in a case is checked, sent once, and lost in no case."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from tests import factories_cases as factories
from tests.casework.following.applicant import CODE, START, Applicant, file, replied
from wagtail_disclosure.casework import identity, moves
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment

pytestmark = pytest.mark.django_db
EXE = b"MZ\x90\x00" + b"\x00" * 100


def received(place, case):
    moves.act(case, "confirm_receipt", by=place.officer)
    return case


def asked(place, case, action="ask_supplement"):
    """A request whose applicant is asked for something."""
    received(place, case)
    until = timezone.localdate() + datetime.timedelta(days=30)
    details = {"items": "请写明年度。"} if action == "ask_supplement" else {"reason": "申请数量较多。"}
    moves.act(
        case, action, by=place.officer, until=until, details=details, data={"triggers": ["form_unclear"]}
    )
    return case


def opened(case):
    found = Applicant()
    found.enter(case)
    return found


def last(case):
    return case.events.order_by("-pk").first()


def state(case):
    return DisclosureRequest.objects.get(pk=case.pk).state


def test_only_what_the_table_opens_to_the_applicant_is_offered(place, case):
    assert opened(case).offered() == ["withdraw", "correct_contact"]
    moves.act(case, "ask_confirmation", by=place.officer)
    browser = opened(case)
    assert browser.offered() == ["confirm_receipt", "withdraw", "correct_contact"]
    address = browser.at
    for action in ("accept", "note", "issue_decision", "nonsense"):
        assert browser.get(f"{address}do/{action}/").status_code == 404
    # In the table, and not open now.
    browser.get(f"{address}do/answer_supplement/")
    assert browser.soup.select_one("[role=alert]") and not browser.soup.select("form.disclosure-form")


def test_the_applicant_confirms_and_the_time_limit_begins(place, case):
    moves.act(case, "ask_confirmation", by=place.officer)
    browser = opened(case)
    browser.do("confirm_receipt")
    browser.press("continue")
    browser.press("send")
    held = DisclosureRequest.objects.get(pk=case.pk)
    assert (held.state, held.received_on) == ("received", timezone.localdate())
    assert last(case).by == "applicant" and browser.soup.select_one("[role=status]")


def test_a_supplement_is_answered_with_text_and_files(place, case):
    asked(place, case)
    browser = opened(case)
    browser.do("answer_supplement")
    assert "请写明年度。" in browser.text and "in what form" in browser.text
    browser.press("upload", {"description": "2025年度😀𠮷", "files": [file("../../身份证.txt")]})
    assert browser.soup.select_one("textarea").get_text().strip() == "2025年度😀𠮷"
    browser.press("continue")
    assert "2025年度😀𠮷" in browser.text and "身份证.txt" in browser.text
    assert state(case) == "awaiting_supplement"
    browser.press("send")
    event, attachment = last(case), RequestAttachment.objects.get()
    assert (state(case), event.details) == ("received", {"description": "2025年度😀𠮷"})
    assert (attachment.case_id, attachment.origin, attachment.name) == (case.pk, "applicant", "身份证.txt")
    assert event.documents == [str(attachment.key)] and not Draft.objects.exists()
    assert browser.soup.select_one("a[download]").get_text() == "身份证.txt"


@pytest.mark.parametrize(
    "text", ["", "x" * 5001, "长" * 100_000, "a\x00b", "a\u202eb", "\u3164\u200b", "  "], ids=range(7)
)
def test_bad_text_is_refused_with_a_reason_and_stays_with_its_files(place, case, text):
    asked(place, case, "ask_reasons")
    browser = opened(case)
    browser.do("give_reasons")
    browser.press("continue", {"reasons": text})
    assert browser.soup.select_one(".disclosure-errors a[href='#id_reasons']")
    assert browser.soup.select_one("textarea").get_text().strip() == text.strip()
    assert state(case) == "awaiting_reasons"


def test_a_supplement_needs_text_or_a_file(place, case):
    asked(place, case)
    browser = opened(case)
    browser.do("answer_supplement")
    browser.press("continue")
    assert browser.soup.select_one(".disclosure-errors a[href='#id_description']")
    browser.press("continue", {"files": [file()]})
    browser.press("send")
    assert state(case) == "received"


def test_of_the_files_those_that_may_be_kept_are_and_the_others_are_named(place, case, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "CASE_FILES_MOST": 3}
    asked(place, case)
    browser = opened(case)
    browser.do("answer_supplement")
    browser.press("continue", {"description": "说明", "files": [file(), file("scan.pdf", EXE)]})
    assert "scan.pdf" in browser.errors and browser.soup.select_one(".disclosure-brief li")
    assert browser.soup.select_one("textarea").get_text().strip() == "说明"
    browser.press("upload", {"files": [file(f"{number}.txt") for number in range(30)]})
    assert "3" in browser.errors and RequestAttachment.objects.count() == 1
    browser.press(browser.soup.select_one(".disclosure-brief button")["value"])
    assert not RequestAttachment.objects.exists()
    assert browser.soup.select_one("textarea").get_text().strip() == "说明"


def test_what_is_hostile_is_shown_as_text(place, case):
    asked(place, case, "ask_reasons")
    browser = opened(case)
    browser.do("give_reasons")
    browser.press("continue", {"reasons": "<script>alert(1)</script>{{ case }}"})
    assert not browser.soup.select("article script")
    browser.press("send")
    assert not browser.soup.select("article script") and "<script>alert(1)</script>{{ case }}" in browser.text


def test_withdrawing_says_what_it_means_and_ends_the_request(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    assert browser.soup.select_one("article .disclosure-banner")
    browser.press("continue", {"note": "已经在网上找到"})
    assert state(case) == "received"
    browser.press("send")
    assert (state(case), last(case).note) == ("withdrawn", "已经在网上找到")
    assert "已经在网上找到" not in browser.text and browser.offered() == []


def test_sent_twice_it_happens_once(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    browser.press("continue")
    address, events = browser.at, case.events.count()
    first = browser.client.post(address, {"action": "send"})
    second = browser.client.post(address, {"action": "send"})
    assert (first.status_code, second.status_code) == (302, 302) and first.url == second.url
    assert case.events.count() == events + 1


def test_what_is_deleted_on_the_check_is_gone_and_nothing_is_sent(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    browser.press("continue", {"note": "x"})
    browser.press("delete")
    assert state(case) == "received" and not Draft.objects.exists() and browser.offered()


def test_contact_data_is_shown_masked_corrected_in_part_and_in_no_event(case):
    browser = opened(case)
    browser.do("correct_contact")
    assert "138****5678" in browser.text and factories.PHONE not in browser.text
    browser.press("continue", {"email": "no address"})
    assert browser.soup.select_one(".disclosure-errors a[href='#id_email']")
    browser.press("continue", {"email": "", "phone": ""})
    assert browser.errors
    browser.press("continue", {"email": "new@example.com", "phone": ""})
    browser.press("send")
    person = DisclosureRequest.objects.get(pk=case.pk).applicant
    assert identity.own_text(person.email) == "new@example.com"
    assert identity.own_text(person.phone) == factories.PHONE
    event = last(case)
    assert event.type == "correct_contact" and "new@" not in f"{event.data}{event.details}{event.note}"


@pytest.mark.parametrize(
    "email, expected",
    [("new@example.com", ["wang@example.com"]), ("WANG@example.com", []), ("", [])],
)
def test_the_address_that_gets_no_mails_any_more_is_told_so(
    case, mailoutbox, django_capture_on_commit_callbacks, email, expected
):
    with django_capture_on_commit_callbacks(execute=True):
        browser = opened(case)
        browser.do("correct_contact")
        browser.press("continue", {"email": email, "phone": "13900001111"})
        browser.press("send")
    assert [mail.to[0] for mail in mailoutbox] == expected
    for mail in mailoutbox:
        text = mail.subject + mail.body
        assert case.number in text
        for secret in (CODE, "王", "new@", "13900001111", case.subject):
            assert secret not in text


def test_after_the_reply_the_applicant_rates_and_comments(place, case):
    replied(place, case)
    browser = opened(case)
    browser.do("rate")
    browser.press("continue", {"comment": "很快"})
    assert browser.soup.select_one(".disclosure-errors a[href='#id_rating_0']")
    browser.press("continue", {"rating": "very_satisfied", "comment": "很快"})
    browser.press("send")
    event = last(case)
    assert (event.data["rating"], event.details) == ("very_satisfied", {"comment": "很快"})
    assert "Very satisfied" in browser.text and "很快" in browser.text


# Others act meanwhile


def test_what_the_applicant_has_not_read_is_shown_before_anything_is_sent(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    browser.press("continue", {"note": "不需要了"})
    moves.act(case, "accept", by=place.officer)
    browser.press("send")
    assert browser.response.status_code == 409 and "We began to work" in browser.errors
    assert "不需要了" in browser.text and state(case) == "handling"
    browser.press("send")
    assert state(case) == "withdrawn"


def test_what_only_the_office_reads_is_in_nobodys_way(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    browser.press("continue")
    moves.act(case, "note", by=place.officer, note="内部")
    browser.press("send")
    assert state(case) == "withdrawn" and "内部" not in browser.text


def test_when_the_way_is_closed_the_page_says_why_and_shows_what_was_entered(place, case):
    asked(place, case, "ask_reasons")
    browser = opened(case)
    browser.do("give_reasons")
    form, address = browser.soup, browser.at
    browser.press("continue", {"reasons": "用于研究"})
    moves.act(case, "give_reasons", by=place.officer, details={"reasons": "电话说明"})
    moves.act(case, "note", by=place.officer, note="内部")
    browser.press("send")
    assert browser.response.status_code == 409 and "用于研究" in browser.text
    assert "内部" not in browser.text and "Add a note" not in browser.text
    browser.soup, browser.at = form, address
    browser.press("continue", {"reasons": "还是研究"})
    assert browser.response.status_code == 409 and "还是研究" in browser.text
    assert state(case) == "handling"


# The half hour ends while somebody writes


@pytest.mark.parametrize("session", ["over", "gone"])
def test_a_form_that_comes_too_late_is_filled_in_again_after_number_and_code(place, case, session):
    asked(place, case)
    browser = opened(case)
    browser.do("answer_supplement")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        if session == "gone":
            browser.client.cookies.clear()
        browser.press("continue", {"description": "写了很久的补正内容", "files": [file("大文件.txt")]})
        assert browser.response.status_code == 403 and "大文件.txt" in browser.text
        assert "写了很久" not in browser.text and state(case) == "awaiting_supplement"
        # A wrong code first: what is kept stays.
        browser.fill({"number": case.number, "code": "ABCD-EFGH-2345-0000"})
        browser.fill({"number": case.number, "code": CODE})
        assert browser.at.endswith("/do/answer_supplement/")
        assert browser.soup.select_one("textarea").get_text().strip() == "写了很久的补正内容"
        browser.press("continue")
        browser.press("send")
    assert state(case) == "received" and not Draft.objects.exists()


def test_a_check_that_comes_too_late_is_shown_again(place, case):
    received(place, case)
    browser = opened(case)
    browser.do("withdraw")
    browser.press("continue", {"note": "不需要了"})
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        browser.press("send")
        assert state(case) == "received"
        browser.fill({"number": case.number, "code": CODE})
        assert browser.at.endswith("/do/withdraw/check/") and "不需要了" in browser.text
        browser.press("send")
    assert state(case) == "withdrawn"


@pytest.mark.parametrize("back", ["../../admin/", "//evil.example/", "do/withdraw/../../x", "leave"])
def test_after_number_and_code_nobody_is_led_elsewhere(case, back):
    browser = Applicant()
    browser.get()
    response = browser.client.post(START, {"number": case.number, "code": CODE, "back": back})
    assert response.status_code == 302 and response.url.startswith(START) and back not in response.url


def test_what_somebody_kept_is_given_to_nobody_else(place, case):
    asked(place, case)
    browser = opened(case)
    browser.do("answer_supplement")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        browser.press("continue", {"description": "我的内容"})
        kept = browser.soup.select_one("[name=kept]")["value"]
        stranger = Applicant()
        values = {"number": case.number, "code": CODE, "back": "do/answer_supplement"}
        wrong = kept[:-1] + ("y" if kept.endswith("x") else "x")
        stranger._came(stranger.client.post(START, {**values, "kept": wrong}, follow=True))
        assert "我的内容" not in stranger.text
        assert Draft.objects.filter(kind="following-kept").count() == 1


@pytest.mark.parametrize("back", ["do/check", "do/check/"])
def test_an_address_that_is_no_action_leads_to_the_page_of_the_case(case, back):
    browser = Applicant()
    browser._came(browser.client.post(f"{START}unknown/do/withdraw/", {"note": "我的内容"}, follow=True))
    kept = browser.soup.select_one("[name=kept]")["value"]
    values = {"number": case.number, "code": CODE, "back": back, "kept": kept}
    browser._came(browser.client.post(START, values, follow=True))
    assert browser.response.status_code == 200 and case.number in browser.text
