"""With number and code, and with nothing else, an applicant sees where a request stands."""

import datetime

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.formats import date_format

from tests import factories_cases as factories
from tests.casework.following.applicant import CODE, START, Applicant, replied
from wagtail_disclosure.casework import moves
from wagtail_disclosure.rules.dates import written_date

pytestmark = pytest.mark.django_db


def time_format(moment):
    with translation.override("en"):
        return date_format(moment, "TIME_FORMAT")


# Getting in


def test_number_and_code_open_the_page_however_they_are_typed(case):
    browser = Applicant()
    browser.get()
    browser.fill({"number": f" {case.number.lower()} ", "code": CODE.lower().replace("-", " ")})
    assert case.number in browser.text and case.subject in browser.text
    assert browser.soup.select_one("h1").get_text() == "Your request"


def test_nothing_about_the_case_is_in_the_address_or_leaves_with_it(case, applicant):
    response = applicant.response
    assert case.number not in applicant.at and f"/{case.pk}/" not in applicant.at
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"] and "private" in response.headers["Cache-Control"]
    again = Applicant()
    again.enter(case)
    assert again.at != applicant.at


@pytest.mark.parametrize("wrong", ["code", "number", "both", "hostile"])
def test_whatever_is_wrong_the_answer_is_the_same(case, wrong):
    given = {
        "code": (case.number, "ABCD-EFGH-2345-0000"),
        "number": ("SQ2026-01-99999", CODE),
        "both": ("SQ2026-01-99999", "ABCD-EFGH-2345-0000"),
        "hostile": ("' OR 1=1 --", "<script>😀</script>"),
    }[wrong]
    browser = Applicant()
    browser.get()
    browser.fill({"number": given[0], "code": given[1]})
    assert "Number and code do not belong together" in browser.errors
    assert browser.at == START and browser.response.status_code == 403
    assert browser.soup.select_one("[name=number]")["value"] == given[0]


def test_after_too_many_tries_the_page_says_when_to_try_again(case):
    browser = Applicant()
    for _try in range(11):
        browser.enter(case, "ABCD-EFGH-2345-0000")
    assert browser.response.status_code == 429
    until = timezone.localtime() + datetime.timedelta(minutes=10)
    times = {time_format(until - datetime.timedelta(minutes=each)) for each in (0, 1)}
    assert any(f"{each} at the latest" in browser.text for each in times)
    # The right code is not told from a wrong one.
    browser.enter(case)
    assert browser.response.status_code == 429 and case.subject not in browser.text


@pytest.mark.parametrize(
    "values", [{"number": "", "code": ""}, {"number": "长" * 100_000, "code": "x" * 100_000}]
)
def test_what_cannot_be_a_number_is_refused_with_a_reason(case, values):
    browser = Applicant()
    browser.get()
    browser.fill(values)
    assert browser.soup.select_one(".disclosure-errors a[href='#id_number']")


def test_a_form_that_another_website_sent_opens_nothing(case):
    browser = Applicant()
    browser.get()
    browser.fill({"number": case.number, "code": CODE}, headers={"sec-fetch-site": "cross-site"})
    assert (
        case.subject not in browser.text and browser.soup.select_one("[name=number]")["value"] == case.number
    )


def test_another_case_another_browser_and_an_invented_key_open_nothing(place, case, applicant):
    other = factories.request(place, code="ZZZZ-ZZZZ-ZZZZ-ZZZZ", subject="别人的申请")
    stranger = Applicant()
    for address in (applicant.at, f"{START}{case.pk}/", f"{START}{case.number}/", f"{START}abc/do/withdraw/"):
        stranger.get(address)
        assert case.subject not in stranger.text and stranger.response.status_code in (403, 404)
    assert other.subject not in applicant.text


def test_a_browser_without_cookies_is_told_so(case):
    browser = Applicant()
    browser.get()
    response = browser.client.post(START, {"number": case.number, "code": CODE})
    browser.client.cookies.clear()
    browser.get(response.url)
    assert "no cookies" in browser.soup.select_one("[role=alert]").get_text()
    assert case.subject not in browser.text


def test_the_page_is_closed_by_hand_and_after_half_an_hour(case, applicant):
    address = applicant.at
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        applicant.get(address)
        assert case.subject not in applicant.text and applicant.soup.select_one("[name=code]")
    applicant.enter(case)
    address = applicant.at
    applicant.fill(form=".disclosure-leave")
    applicant.get(address)
    assert case.subject not in applicant.text


def test_the_address_says_the_language(case):
    browser = Applicant("/case/zh-hans/")
    browser.enter(case)
    assert "已提交，等待我们确认" in browser.text and browser.soup.select_one("article[lang=zh-hans]")
    assert browser.get("/case/xx/").status_code == 404
    assert browser.get("/case/").status_code == 200


def test_a_site_without_the_addresses_says_how_to_ask(settings, case):
    from django.template.loader import render_to_string

    from wagtail_disclosure.casework.following import addresses

    settings.ROOT_URLCONF = "tests.urls"
    assert addresses.address() is None and addresses.absolute(case) == ""
    text = render_to_string("wagtail_disclosure/casework/mail/applicant.txt", {"case": case, "url": ""})
    assert case.number in text and "/case/" not in text


# What the page says


def test_the_page_tells_what_concerns_the_applicant_and_nothing_of_the_office(place, case):
    officer = place.officer
    moves.act(case, "confirm_receipt", by=officer)
    moves.act(case, "note", by=officer, note="对方语气急躁")
    moves.act(case, "assign", by=officer, changes={"officer": officer}, note="请速办")
    moves.act(
        case,
        "ask_supplement",
        by=officer,
        until=timezone.localdate() + datetime.timedelta(days=30),
        data={"triggers": ["description_unclear"]},
        details={"items": "请写明年度。"},
        note="内部说明",
    )
    browser = Applicant()
    browser.enter(case)
    story = browser.soup.select_one(".disclosure-story").get_text(" ", strip=True)
    assert [each.select_one("span").get_text() for each in browser.soup.select(".disclosure-story > li")] == [
        "We asked you to complete the request.",
        "The request was confirmed; it counts as received.",
        "You submitted the request.",
    ]
    assert "请写明年度。" in story and "another description by which" in story
    for hidden in ("陈信", officer.username, "对方语气急躁", "请速办", "内部说明", "Add a note", "Assign"):
        assert hidden not in browser.text
    assert "Art. 30" in browser.text
    # To complete a request is no consultation.
    assert "for consultation" not in browser.soup.select_one("[aria-labelledby=disclosure-limit]").get_text()
    asked = browser.soup.select_one(".disclosure-actions__asked a")
    assert "/do/answer_supplement/" in asked["href"]


def test_the_page_has_one_heading_labelled_sections_and_can_be_printed(place, case):
    moves.act(case, "confirm_receipt", by=place.officer)
    browser = Applicant()
    browser.enter(case)
    soup = browser.soup
    assert len(soup.select("main h1, article h1")) == 1
    for section in soup.select("article section"):
        label = section.get("aria-labelledby")
        assert label is None or soup.find(id=label), section
    ids = [each["id"] for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert not soup.select("article script, article [style]")
    assert soup.select_one(".disclosure-ledger table") and soup.select(".disclosure-noprint")


def test_own_and_released_files_are_loaded_down_and_no_others(place, case):
    now = timezone.now()
    own = factories.attachment(case, name="证明.txt")
    hidden = factories.attachment(case, name="内部.txt", origin="officer")
    released = factories.attachment(case, name="答复附件.txt", origin="officer", released_at=now)
    over = factories.attachment(
        case,
        name="过期.txt",
        origin="officer",
        released_at=now - datetime.timedelta(9),
        released_until=now - datetime.timedelta(1),
    )
    browser = Applicant()
    browser.enter(case)
    links = {a.get_text(): a["href"] for a in browser.soup.select("a[download]")}
    assert (
        set(links) == {own.name, released.name}
        and over.name in browser.text
        and hidden.name not in browser.text
    )
    assert all(browser.client.get(each).status_code == 200 for each in links.values())
    assert browser.client.get(f"/case-file/{hidden.key}/").status_code == 404
    assert browser.client.get(f"/case-file/{over.key}/").status_code == 404
    assert Applicant().client.get(links[released.name]).status_code == 404


def test_a_letter_leads_back_to_its_case_and_days_have_one_form(place, case, applicant):
    moves.act(case, "confirm_receipt", by=place.officer)
    applicant.get(applicant.at)
    followed, day = applicant.at, written_date(case.received_on, "en")
    assert day in applicant.soup.select_one("main").get_text() and ", 20" not in applicant.text
    letter = case.letters.get(kind="receipt")
    applicant.get(letter.url)
    back = applicant.soup.select_one(".disclosure-letter-page__back a")["href"]
    applicant.get(back)
    assert applicant.response.status_code == 200 and case.number in applicant.text
    assert back.split("/")[-2] == followed.split("/")[-2]


def test_letters_stand_among_the_documents(case, monkeypatch):
    class Letters:
        @staticmethod
        def for_applicant():
            return [{"title": "登记回执", "url": "/letter/1/", "at": timezone.now()}]

    monkeypatch.setattr(type(case), "letters", Letters, raising=False)
    browser = Applicant()
    browser.enter(case)
    assert browser.soup.select_one("#disclosure-documents ~ ul a[href='/letter/1/']").get_text() == "登记回执"


# Remedies


def test_after_a_reply_the_page_names_the_places_and_the_days(place, case):
    place.agency.reconsideration_body, place.agency.court = "临江市人民政府", "望江区人民法院"
    place.agency.reconsideration_link = "https://fuyi.example.gov.cn/"
    place.agency.save()
    replied(place, case, "refused_internal", {"reasons": "属于内部事务。"})
    browser = Applicant()
    browser.enter(case)
    assert "Refused: internal affairs" in browser.text
    remedies = next(a["href"] for a in browser.soup.select("article a") if a["href"].endswith("/remedies/"))
    browser.get(remedies)
    assert "临江市人民政府" in browser.text and "望江区人民法院" in browser.text
    assert "must first apply" in browser.text and browser.soup.select_one(
        "a[href='https://fuyi.example.gov.cn/']"
    )
    periods = browser.soup.select_one(".disclosure-remedies").get_text()
    assert "within 60 days of receiving the reply" in periods
    assert "within 15 days of receiving the reconsideration decision" in periods
    moves.act(case, "record_service", by=place.officer, data={"service_method": "post"})
    browser.get(remedies)
    due = browser.soup.select_one(".disclosure-remedies").get_text()
    assert str((timezone.localdate() + datetime.timedelta(days=60)).year) in due
    assert "within 15 days of receiving the reconsideration decision" in due


def test_without_places_the_sentence_of_the_law_is_there_all_the_same(place, case):
    replied(place, case)
    browser = Applicant()
    browser.enter(case)
    browser.get(f"{browser.at}remedies/")
    assert "60" in browser.text and browser.response.status_code == 200


def test_while_nothing_is_decided_there_is_nothing_to_disagree_with_until_it_is_late(place, case):
    moves.act(case, "confirm_receipt", by=place.officer)
    browser = Applicant()
    browser.enter(case)
    assert not [a for a in browser.soup.select("article a") if "remedies" in a["href"]]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=90)):
        browser.enter(case)
        browser.get(next(a["href"] for a in browser.soup.select("article a") if "remedies" in a["href"]))
        assert "does not reply in time" in browser.text


def test_a_fee_is_told_with_how_it_is_counted(place, case, applicant):
    moves.act(case, "confirm_receipt", by=place.officer)
    moves.act(case, "accept", by=place.officer)
    moves.act(case, "send_fee_notice", by=place.head, data={"fee_method": "per_page", "units": 120})
    applicant.get(applicant.at)
    assert applicant.response.status_code == 200
    assert "How the fee is counted" in applicant.text and "120" in applicant.text
