"""Pages and mails speak of a letter as a letter, and of days where the clock counts every day."""

import pytest
import time_machine

from tests import factories_cases, factories_mail
from tests.case_admin import browser, soup
from tests.casework.following.applicant import CODE, Applicant
from tests.mailboxes.test_admin import url
from wagtail_disclosure.casework import mails, moves
from wagtail_disclosure.casework.desk import jobs
from wagtail_disclosure.casework.following import lost
from wagtail_disclosure.rules.profiles import get_profile

LANGUAGES = [("zh-hans", "来信", "申请"), ("en", "letter", "request")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-02T04:00:00Z", tick=False) as found:
        yield found


@pytest.fixture
def case(place):
    return factories_mail.letter(place, mailbox=place.mailbox, code=CODE, letter_type="petition")


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
def test_whoever_follows_a_letter_reads_of_a_letter(place, case, language, own, other):
    citizen = Applicant(start=f"/case/{language}/")
    citizen.enter(case)
    page = citizen.at
    pages = ["", "do/withdraw/", "do/rate/", "remedies/"]
    for rest in pages:
        citizen.get(page + rest)
        # The contact box and the menus of the site are about the site.
        text = citizen.soup.select_one("article.disclosure-following").get_text(" ", strip=True)
        assert own in text.lower() and other not in text.lower(), (rest, text)
    citizen.fill(form="form.disclosure-leave")
    assert own in citizen.soup.select_one("h1").get_text().lower()


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
def test_a_request_is_followed_as_a_request(place, language, own, other):
    case = factories_cases.request(place, code=CODE)
    citizen = Applicant(start=f"/case/{language}/")
    citizen.enter(case)
    assert other in citizen.soup.select_one("h1").get_text().lower()


@pytest.mark.parametrize(("language", "own", "other"), LANGUAGES)
@pytest.mark.parametrize("template", ["applicant", "code_link", "contact_changed"])
def test_mails_about_a_letter_speak_of_a_letter(place, case, mailoutbox, template, language, own, other):
    from django.utils.translation import override

    with override(language):
        context = {"case": case, "what": "–", "next": "", "state": "–", "until": None, "follow_url": ""}
        assert mails.send(template, "wang@example.com", {**context, "minutes": 30, "link": "https://x"})
    assert own in mailoutbox[0].body.lower() and other not in mailoutbox[0].body.lower()


def test_the_link_for_a_lost_code_is_about_the_letter(place, case, mailoutbox):
    lost.send_link(case.number, "wang@example.com", "zh-hans")
    assert "为此来信索取新的查询码" in mailoutbox[0].body


@pytest.mark.parametrize("profile", ["cn", "uk"])
def test_each_kind_of_case_has_its_words_in_both_languages(profile):
    words = get_profile(profile).case_words
    names = set(words.get("request").facts)
    for item in words:
        assert set(item.facts) == names
        assert all(item.text(name, language) for name in names for language in ("zh-hans", "en"))


def test_an_extension_of_a_petition_is_counted_in_days(place, case):
    factories_mail.through(case, place, "accept", "handle")
    client = browser(place.officer)
    text = soup(client.get(url("action", case.pk, "propose_extension"))).get_text(" ", strip=True)
    assert "2026年5月31日" in text and "个工作日" not in text
    moves.act(case, "propose_extension", by=place.officer, days=10, details={"reason": "现场核查"})
    text = soup(browser(place.head).get(url("action", case.pk, "approve_extension"))).get_text(
        " ", strip=True
    )
    assert "现场核查" in text and "个工作日" not in text


@pytest.mark.parametrize(
    ("type_", "unit"), [("petition", ("1 日", "1 day")), ("consultation", ("1 个工作日", "1 working day"))]
)
def test_a_reminder_counts_as_the_time_limit_does(place, clock, mailoutbox, type_, unit):
    place.officer.email = "officer@example.com"
    place.officer.save()
    case = factories_mail.letter(place, mailbox=place.mailbox, letter_type=type_)
    moves.act(case, "accept", by=place.officer)
    clock.move_to({"petition": "2026-04-30T04:00:00Z", "consultation": "2026-03-06T04:00:00Z"}[type_])
    jobs.run()
    body = next(each.body for each in mailoutbox if "officer@example.com" in each.to)
    assert any(each in body for each in unit), body
