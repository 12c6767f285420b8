"""What the form of an action says before anything is stored: a fee, an extension, and that it is open no more."""

import pytest

from tests import factories_cases
from tests.case_admin import browser, office, send, soup, url
from tests.casework.test_moves import at
from wagtail_disclosure.casework import moves
from wagtail_disclosure.requests.models import DisclosureRequest


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def case(place, time_machine):
    time_machine.move_to(at("2026-05-11"), tick=False)
    found = factories_cases.request(place, department=place.prices, subject="水价听证会纪要")
    moves.act(found, "confirm_receipt", by=place.officer)
    moves.act(found, "accept", by=place.officer)
    return found


def hidden(response):
    form = soup(response).select_one("form[method=post]:has(.button)")
    return {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}


def test_a_fee_is_read_before_its_notice_is_sent(place, case):
    client, address = browser(place.head), url("action", case.pk, "send_fee_notice")
    given = {"fee_method": "per_page", "units": 150}
    shown = send(client, address, given)
    alert = soup(shown).select_one("[role=alert]").get_text(" ", strip=True)
    # 30 pages for nothing, 70 at 10, 50 at 20 yuan.
    assert "70页 × 10元 = 700元" in alert and "合计：1700元" in alert
    assert DisclosureRequest.objects.get().state == "handling"
    assert not case.letters.filter(kind="fee_notice").exists()
    changed = client.post(address, {**hidden(shown), **given, "units": 151})
    assert "合计：1720元" in soup(changed).select_one("[role=alert]").get_text()
    assert DisclosureRequest.objects.get().state == "handling", "another fee than the one that was read"
    client.post(address, {**hidden(changed), **given, "units": 151})
    assert DisclosureRequest.objects.get().state == "awaiting_payment"
    assert "1720" in case.letters.get(kind="fee_notice").html


def test_who_proposes_an_extension_reads_what_is_left_and_where_it_leads(place, case):
    client, address = browser(place.officer), url("action", case.pk, "propose_extension")
    page = soup(client.get(address))
    text = page.select_one("main").get_text(" ", strip=True)
    days = {
        int(each.get_text().partition("个")[0].split(" day")[0])
        for each in page.select(".disclosure-case__days li")
    }
    assert days == set(range(1, 21)) and page.select_one("[name=days]")["max"] == "20"
    assert "2026年6月8日" in text and "2026年7月7日" in text, text
    send(client, address, {"days": 21, "reason": "资料多"})
    assert not case.events.filter(type="propose_extension").exists()
    send(client, address, {"days": 20, "reason": "资料多"})
    page = soup(browser(place.head).get(url("action", case.pk, "approve_extension")))
    text = page.select_one("main").get_text(" ", strip=True)
    assert "资料多" in text and "2026年7月7日" in text
    moves.act(case, "approve_extension", by=place.head)
    moves.act(case, "notify_extension", by=place.officer)
    assert DisclosureRequest.objects.get().due_on.isoformat() == "2026-07-07"


def test_what_is_open_no_more_leads_back_to_the_case_with_what_happened(place, case):
    client, address = browser(place.officer), url("action", case.pk, "ask_supplement")
    fields = hidden(client.get(address))
    moves.act(case, "withdraw", by=place.head)
    for given in ({"items": "请说明年份", "triggers": ["unclear"], "until": "2026-05-20"}, {}):
        response = client.post(address, {**fields, **given}, follow=True)
        assert response.redirect_chain == [(url("inspect", case.pk), 302)]
        told = soup(response).select_one(".messages").get_text()
        assert "撤回申请" in told and "已撤回" in told
    assert DisclosureRequest.objects.get().state == "withdrawn"


def test_who_asks_for_a_supplement_reads_until_when_it_may_be_asked(place, case, time_machine):
    address = url("action", case.pk, "ask_supplement")
    shown = soup(browser(place.officer).get(address)).select_one(".help-block").get_text()
    # Received on Monday 11 May 2026; the seventh working day is 20 May.
    assert "2026年5月20日" in shown and "还有7个工作日" in shown and "第三十条" in shown
    time_machine.move_to(at("2026-05-21"), tick=False)
    late = soup(browser(place.officer).get(address)).select_one(".help-warning").get_text()
    assert "2026年5月20日" in late


def test_the_scan_of_a_paper_request_is_kept_with_a_note_and_not_given_out_as_the_reply(place, case):
    client = browser(place.officer)
    given = {"note": "纸质申请表扫描件", "upload": factories_cases.upload(name="申请表.txt")}
    send(client, url("action", case.pk, "note"), given)
    kept = case.attachments.get()
    assert (kept.name, kept.origin, kept.released_at) == ("申请表.txt", kept.Origin.OFFICER, None)
    assert "申请表.txt" in soup(client.get(url("inspect", case.pk))).get_text()
