"""A lost code is given anew to whoever the request belongs to, and nobody learns whether there is a request."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.casework.following.applicant import CODE, Applicant
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = pytest.mark.django_db
EMAIL = "wang@example.com"
LOST = "/case/en/lost/"


@pytest.fixture(autouse=True)
def _root(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ask(number, email, browser=None):
    browser = browser or Applicant(LOST)
    browser.get()
    browser.fill({"number": number, "email": email})
    return browser


def link():
    return re.search(r"https?://[^/]+(/case/\S+)", mail.outbox[-1].body).group(1)


def shown_code(browser):
    return browser.soup.select_one(".disclosure-code").get_text()


def enters(case, code):
    browser = Applicant()
    browser.enter(case, code)
    return case.subject in browser.text


def test_the_link_goes_to_the_address_that_was_given_and_shows_a_new_code_once(case):
    ask(case.number.lower(), " WANG@example.com ")
    [message] = mail.outbox
    assert message.to == [EMAIL] and CODE not in message.body and case.subject not in message.body
    assert "王小明" not in message.body and case.number in message.body
    browser = Applicant(link())
    browser.get()
    assert (
        not browser.soup.select(".disclosure-code")
        and DisclosureRequest.objects.get().pending_code_hash == ""
    )
    browser.fill()
    code = shown_code(browser)
    # Sent twice by the same browser, it is the same code.
    again = browser.client.post(link())
    assert code in again.content.decode()
    stranger = Applicant(link())
    assert stranger.get().status_code == 410 and stranger.client.post(link()).status_code == 410
    event = case.events.get(type="code_renewed")
    assert (event.by, event.note, event.details, event.state) == ("applicant", "", {}, case.state)
    # The old code is valid until the new one is used.
    assert enters(case, CODE) and enters(case, code) and not enters(case, CODE)


def test_the_answer_is_the_same_whatever_number_and_address_are(case):
    answers = {
        re.sub(r"\s+", " ", ask(number, email).text)
        for number, email in (
            (case.number, EMAIL),
            (case.number, "other@example.com"),
            ("SQ2026-01-99999", EMAIL),
        )
    }
    assert len(answers) == 1 and len(mail.outbox) == 1


def test_nothing_is_looked_up_before_the_page_is_answered(case, monkeypatch):
    from wagtail_disclosure.casework.following import lost

    done = []
    monkeypatch.setattr(lost, "send_link", lambda *arguments: done.append(arguments))
    monkeypatch.setattr(lost.Afterwards, "close", lambda self: None)
    ask(case.number, EMAIL)
    assert done == []


def test_a_mail_server_that_fails_changes_nothing_on_the_page(case, monkeypatch, caplog):
    def broken(*arguments, **options):
        raise OSError(EMAIL)

    monkeypatch.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
    browser = ask(case.number, EMAIL)
    assert browser.response.status_code == 200 and EMAIL not in caplog.text and caplog.records


def test_an_applicant_without_an_address_is_told_where_to_go(place, case):
    place.agency.phone, place.agency.address = "0000-88660101", "临江市江畔大道66号"
    place.agency.save()
    person = case.applicant
    person.email = ""
    person.save()
    browser = ask(case.number, "")
    assert browser.soup.select_one(".disclosure-errors a[href='#id_email']")
    assert "0000-88660101" in browser.text and "江畔大道66号" in browser.text
    ask(case.number, EMAIL)
    assert mail.outbox == []


def test_links_are_limited_and_the_page_says_until_when(case):
    for _try in range(3):
        ask(case.number, EMAIL)
    browser = ask(case.number, EMAIL)
    assert browser.response.status_code == 429 and len(mail.outbox) == 3
    assert re.search(r"\d:\d\d", browser.text)
    assert browser.soup.select_one("[name=email]")["value"] == EMAIL


@pytest.mark.parametrize("why", ["late", "replaced", "forged", "malformed"])
def test_a_link_that_is_not_valid_shows_nothing(case, why):
    ask(case.number, EMAIL)
    address, minutes = link(), 31 if why == "late" else 1
    if why == "replaced":
        ask(case.number, EMAIL)
    if why == "forged":
        address = f"{address[:-3]}{'yy' if address.endswith('xx/') else 'xx'}/"
    if why == "malformed":
        address = "/case/en/new-code/x/"
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minutes)):
        client = Client()
        assert client.get(address).status_code == 410 and client.post(address).status_code == 410
    assert not case.events.filter(type="code_renewed").exists()


# At the counter


def officer(place, user=None):
    sync(place.prices)
    sync(place.projects)
    found = Client()
    found.force_login(user or place.officer)
    return found


def test_an_officer_gives_a_new_code_after_making_sure_who_asks(place, case):
    client = officer(place)
    address = reverse("disclosure_requests:code", args=[case.pk])
    assert address in client.get(reverse("disclosure_requests:inspect", args=[case.pk])).content.decode()
    refused = client.post(address, {"token": "t", "how": "当面"})
    assert "checked" in refused.context["form"].errors
    sent = {"token": "t", "checked": "on", "how": "出示身份证"}
    response = client.post(address, sent)
    code = response.context["code"]
    assert code in response.content.decode() and "no-store" in response.headers["Cache-Control"]
    # Sent twice, it is the same code and one event.
    assert client.post(address, sent).context["code"] == code
    event = case.events.get(type="code_renewed")
    assert (event.actor, "出示身份证" in event.note, code in event.note) == (place.officer, True, False)
    assert enters(case, code) and not enters(case, CODE)


def test_others_give_no_code(place, case):
    place.reviewer.user_permissions.add(admin_access())
    address = reverse("disclosure_requests:code", args=[case.pk])
    sent = {"token": "t", "checked": "on", "how": "出示身份证"}
    for user in (place.other_officer, place.reviewer, factories.user("stranger")):
        client = officer(place, user)
        assert client.get(address).status_code in (302, 404)
        assert client.post(address, sent).status_code in (302, 404)
    page = officer(place, place.reviewer).get(reverse("disclosure_requests:inspect", args=[case.pk]))
    assert address not in page.content.decode()
    assert DisclosureRequest.objects.get().pending_code_hash == ""
