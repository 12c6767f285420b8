"""A citizen follows a request: what the office asks, what it replied, what can be done, and what may go wrong."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories_cases
from tests.casework.following.applicant import CODE
from tests.journeys import citizens
from tests.journeys.citizens import LANGUAGES, fits, follow, go_on
from wagtail_disclosure.casework import identity, moves
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBJECT = "2025年居民用水价格调整听证会的会议纪要"


@pytest.fixture
def case(place):
    return factories_cases.request(place, department=place.prices, code=CODE, subject=SUBJECT)


@pytest.fixture
def look(accessible, screenshot):
    def at(page, name):
        accessible(page)
        assert fits(page), page.url
        language = "en" if "/en/" in page.url else "zh-hans"
        screenshot(page, f"citizen-{language}-{page.viewport_size['width']}-{name}")

    return at


def asked(place, case):
    """The office asks for what is missing."""
    moves.act(case, "confirm_receipt", by=place.officer)
    until = timezone.localdate() + datetime.timedelta(days=30)
    details = {"items": "请写明听证会的时间和地点。"}
    data = {"triggers": ["form_unclear"]}
    moves.act(case, "ask_supplement", by=place.officer, until=until, details=details, data=data)


def provided(place, case):
    """The office replies with a file."""
    moves.act(case, "confirm_receipt", by=place.officer)
    moves.act(case, "accept", by=place.officer)
    file = factories_cases.attachment(case, "会议纪要全文".encode(), "会议纪要.txt", origin="officer")
    moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[str(file.key)])
    moves.act(case, "approve_decision", by=place.reviewer)
    moves.act(case, "issue_decision", by=place.officer)


def do(page, action):
    with page.expect_navigation():
        page.locator(f".disclosure-actions a[href*='/do/{action}/']").click()


def fresh(case):
    return DisclosureRequest.objects.get(pk=case.pk)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_supplement_is_read_and_answered(place, case, new_page, look, language, width):
    asked(place, case)
    page = new_page(width=width, locale=LANGUAGES[language])
    page.goto(f"/case/{language}/")
    look(page, "enter")
    follow(page, case.number, CODE, language)
    look(page, "asked")
    do(page, "answer_supplement")
    expect(page.locator(".disclosure-callout").first).to_contain_text("请写明听证会的时间和地点。")
    go_on(page)
    assert page.evaluate("document.activeElement.id") == "disclosure-errors"
    look(page, "answer-errors")
    page.fill("#id_description", "2025年11月，市价格听证厅。")
    page.set_input_files("#disclosure-files", [citizens.text_file("听证会通知.txt")])
    go_on(page)
    look(page, "answer-check")
    go_on(page)
    expect(page.locator("[role=status]")).to_be_focused()
    look(page, "answered")
    assert fresh(case).state == "received"


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_reply_is_read_taken_home_and_rated(place, case, new_page, look, language, width):
    provided(place, case)
    page = new_page(width=width, locale=LANGUAGES[language])
    follow(page, case.number, CODE, language)
    look(page, "replied")
    with page.expect_download() as coming:
        page.get_by_role("link", name="会议纪要.txt").click()
    assert coming.value.suggested_filename == "会议纪要.txt"
    address = page.url
    page.goto(page.locator("a[href^='/case-letter/']:not([href$='.pdf'])").last.get_attribute("href"))
    expect(page.locator("body")).to_contain_text(SUBJECT)
    look(page, "letter")
    page.goto(address)
    page.locator("a[href$='/remedies/']").click()
    expect(page.locator("article")).to_contain_text("临江市人民政府")
    look(page, "remedies")
    page.goto(address)
    do(page, "rate")
    page.locator("[name=rating]").first.check()
    go_on(page)
    go_on(page)
    assert fresh(case).events.order_by("-pk").first().type == "rate"
    # As wide as paper.
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    look(page, "rated-printed")


def test_contact_data_are_corrected_and_the_request_withdrawn(place, case, new_page, look):
    page = new_page(width=375)
    follow(page, case.number, CODE)
    do(page, "correct_contact")
    look(page, "contact")
    page.fill("#id_email", "new@example.com")
    go_on(page)
    go_on(page)
    assert identity.own_text(fresh(case).applicant.email) == "new@example.com"
    do(page, "withdraw")
    look(page, "withdraw")
    other = page.context.new_page()
    other.goto(page.url)
    go_on(page)
    go_on(page)
    assert fresh(case).is_closed
    look(page, "withdrawn")
    other.fill("#id_note", "不需要了")
    with other.expect_navigation():
        other.locator(citizens.MAIN).click()
    expect(other.locator("article")).to_contain_text("不需要了")
    look(other, "gone")
    go_on(page, ".disclosure-leave button")
    look(page, "left")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_lost_code_comes_by_mail(place, case, new_page, look, language, width):
    page = new_page(width=width, locale=LANGUAGES[language], answers=[410])
    page.goto(f"/case/{language}/lost/")
    look(page, "lost")
    page.fill("#id_number", case.number)
    page.fill("#id_email", citizens.EMAIL)
    go_on(page)
    look(page, "lost-sent")
    link = re.search(r"https?://[^/]+(/case/\S+)", mail.outbox[-1].body)[1]
    page.goto(link)
    look(page, "new-code-asked")
    go_on(page)
    code = page.locator(".disclosure-code").inner_text()
    look(page, "new-code")
    follow(page, case.number, code, language)
    expect(page.locator("article")).to_contain_text(SUBJECT)
    stranger = new_page(width=width, answers=[410])
    stranger.goto(link)
    look(stranger, "link-over")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_wrong_code_and_a_page_that_was_open_too_long(place, case, new_page, look, language, width):
    asked(place, case)
    page = new_page(width=width, locale=LANGUAGES[language], answers=[403, 429])
    said = []
    for number, code in ((case.number, "ABCD-EFGH-2345-0000"), ("SQ2026-01-99999", CODE)):
        follow(page, number, code, language)
        assert page.evaluate("document.activeElement.id") == "disclosure-errors"
        assert page.input_value("#id_number") == number
        said.append(page.locator(".disclosure-errors").inner_text())
    assert said[0] == said[1]
    look(page, "wrong")
    follow(page, case.number, CODE, language)
    do(page, "answer_supplement")
    page.fill("#id_description", "2025年11月，市价格听证厅。")
    page.context.clear_cookies()
    go_on(page)
    assert "市价格听证厅" not in page.content()
    look(page, "over")
    page.fill("#id_number", case.number)
    page.fill("#id_code", CODE)
    go_on(page)
    assert page.input_value("#id_description") == "2025年11月，市价格听证厅。"
