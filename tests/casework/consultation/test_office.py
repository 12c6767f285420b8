"""What the office sees and does about those who are consulted; P7, P8."""

import datetime
import re

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories_cases
from tests.casework.consultation.conftest import (
    EMAIL,
    ITEMS,
    REASONS,
    Party,
    action_of,
    admin,
    events,
    is_unusable,
    page_of,
    send,
    soup,
    text_of,
)
from tests.casework.test_moves import day, handled
from wagtail_disclosure.casework import encryption, moves, own_events
from wagtail_disclosure.casework.consultation import links
from wagtail_disclosure.casework.consultation.enquiry import Enquiry
from wagtail_disclosure.casework.models import IdentityRead

# The office


def test_a_new_link_ends_the_old_one_and_goes_to_the_right_address(
    case, place, ask, django_capture_on_commit_callbacks
):
    party = ask()
    old = Party()
    url = reverse("disclosure_requests:party_link", args=[case.pk, party.pk])
    assert url in admin(place.officer).get(page_of(case)).content.decode()
    response = send(admin(place.officer), url, {"email": "new@jiancai.example.com"})
    assert "new@jiancai.example.com" not in response.content.decode()
    assert mail.outbox[-1].to == ["new@jiancai.example.com"]
    new = Party(re.search(r"(/consultation/\S+)", mail.outbox[-1].body)[1])
    assert is_unusable(old.get()) and new.get().status_code == 200
    event = case.events.last()
    assert (event.type, event.actor, event.data) == (
        own_events.LINK_SENT,
        place.officer,
        {"party": "third_party-1"},
    )
    new.answer()
    assert send_refused(place.officer, url)


def send_refused(user, url):
    before = len(mail.outbox)
    client = admin(user)
    codes = {client.get(url).status_code, client.post(url, {"email": ""}).status_code}
    return codes <= {302, 404} and len(mail.outbox) == before


def test_nobody_else_has_links_sent_or_reads_of_parties(case, place, ask):
    party = ask()
    url = reverse("disclosure_requests:party_link", args=[case.pk, party.pk])
    other = handled(place, "2026-03-02")
    assert send_refused(place.other_officer, url) and send_refused(place.reviewer, url)
    assert send_refused(place.officer, reverse("disclosure_requests:party_link", args=[other.pk, party.pk]))
    assert admin(place.officer).get(url).status_code == 200
    assert admin(place.other_officer).get(page_of(case)).status_code in (302, 404)
    assert Client().get(url).status_code == 302


def test_an_answer_on_paper_is_recorded_with_its_reasons_and_its_file(case, place, ask):
    ask(party_email="")
    client, url = admin(place.officer), action_of(case, "answer_third_party", "1")
    values = {"opinion": "refuses", "date": "2026-03-03"}
    assert url in client.get(page_of(case)).content.decode()
    send(client, url, values)
    assert "answer_third_party" not in events(case)
    scan = factories_cases.upload(b"letter", "回函.txt")
    send(client, url, {**values, "opinion_reasons": REASONS, "upload": scan})
    event = case.events.get(type="answer_third_party")
    assert event.details["opinion_reasons"] == REASONS and len(event.documents) == 1


def test_who_refused_is_told_content_and_reasons_when_it_is_disclosed_all_the_same(
    case, place, ask, django_capture_on_commit_callbacks
):
    ask(party_name="第二家公司", party_email="")
    ask()
    Party().answer("partly")
    client, url = admin(place.officer), action_of(case, "notify_third_party")
    page = soup(client.get(url))
    assert page.select_one("select[name=third_party] option[selected]")["value"] == "2"
    send(client, url, {"third_party": "2", "reason": ""})
    assert "notify_third_party" not in events(case)
    mail.outbox.clear()
    reason = "涉及公共安全，不公开可能对公共利益造成重大影响。"
    with django_capture_on_commit_callbacks(execute=True):
        send(client, url, {"third_party": "2", "reason": reason})
    assert case.events.last().data["key"] == "2"
    assert [each.to for each in mail.outbox] == [[EMAIL]] and reason not in mail.outbox[0].body
    notice = text_of(Party().get())
    assert reason in notice and ITEMS in notice and "行政复议" in notice
    assert "王小明" not in notice


def test_a_mail_that_fails_is_seen_on_the_case_until_a_link_was_sent(case, place, ask, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise OSError(f"{EMAIL}: relay denied")

    with monkeypatch.context() as patched:
        patched.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
        party = ask()
    assert party.token_hash == "" and EMAIL not in caplog.text
    event = case.events.filter(type=own_events.NOT_SENT).first()
    assert event.data == {
        "notification": "third_party_asked",
        "recipient": "third_party",
        "party": "third_party-1",
    }
    client = admin(place.officer)
    assert soup(client.get(page_of(case))).select("#case-unsent, [id*=case-unsent]")
    moves.act(case, "correct_contact", by=place.officer)
    send(client, reverse("disclosure_requests:party_link", args=[case.pk, party.pk]), {"email": ""})
    page = client.get(page_of(case))
    assert not soup(page).select("[id*=case-unsent]") and Party().get().status_code == 200


def test_nothing_is_logged_and_read_by_showing_the_page(case, place, ask):
    ask("ask_co_maker", party_name="临江市财政局")
    text = text_of(admin(place.officer).get(page_of(case)))
    assert "临江市财政局" in text, "an agency is no person"
    assert not IdentityRead.objects.exists()


def test_whoever_has_the_database_cannot_use_a_link(case, ask):
    party = ask()
    assert is_unusable(Client().get(f"/consultation/{party.token_hash}/"))
    assert isinstance(party.email, encryption.Personal)


def test_links_last_for_their_term_whatever_the_calendar(case, ask, clock):
    party = ask()
    until = links.valid_until(Enquiry(party), timezone.now())
    assert timezone.localtime(until).date() == day("2026-03-24") + datetime.timedelta(31)


def test_without_the_addresses_of_the_package_no_mail_pretends_to_have_a_link(case, place, ask, settings):
    settings.ROOT_URLCONF = "tests.urls"
    party = ask()
    assert party.token_hash == "" and not [each for each in mail.outbox if each.to[0] == EMAIL]
    assert case.events.filter(type=own_events.NOT_SENT).exists()
