"""Arts. 32–34: those who are consulted are kept with the case, masked, and are never taken for the applicant."""

import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from tests import factories_cases
from tests.casework.consultation.conftest import (
    APPLICANT,
    EMAIL,
    ITEMS,
    Party,
    action_of,
    admin,
    asked,
    events,
    is_unusable,
    link,
    page_of,
    send,
    soup,
    text_of,
)
from tests.casework.test_moves import at
from wagtail_disclosure.casework import identity, moves, retention
from wagtail_disclosure.requests.models import RequestParty

# Asking


def test_several_parties_are_asked_in_turn_each_with_its_row_and_key(case, ask):
    first, second = ask(), ask(party_name="第二家公司", party_email="")
    maker, other = (
        ask("ask_co_maker", party_name="临江市财政局"),
        ask("ask_agency", questions="是否涉密？", until="2026-03-20", items=""),
    )
    assert [(each.kind, each.key) for each in (first, second, maker, other)] == [
        ("third_party", "1"),
        ("third_party", "2"),
        ("co_maker", "1"),
        ("other_agency", "1"),
    ]
    assert [each.to[0] for each in mail.outbox if each.to[0] == EMAIL] == [EMAIL] * 3
    assert (first.token_hash != "", second.token_hash) == (True, "")
    asked_events = case.events.filter(type="ask_third_party")
    assert [each.data["key"] for each in asked_events] == ["1", "2"]
    assert ITEMS not in str(asked_events[0].data) and asked_events[0].details["items"] == ITEMS


@pytest.mark.parametrize(
    "changed",
    [
        {"party_name": ""},
        {"party_email": "no address"},
        {"items": ""},
        {"items": "王小明申请的采购合同"},
        {"items": f"申请人电话 {factories_cases.PHONE}"},
        {"date": "2999-01-01"},
        {"party_name": "x" * 300},
        {"items": "x" * 100_000},
    ],
)
def test_what_cannot_be_asked_is_refused_whole_with_the_answers_kept(case, place, changed):
    response = send(admin(place.officer), action_of(case, "ask_third_party"), asked(**changed))
    assert not RequestParty.objects.exists() and not mail.outbox
    assert events(case)[-1] == "accept"
    assert "赵经理" in response.content.decode()


def test_the_mail_has_the_link_and_neither_the_applicant_nor_what_is_asked(case, ask):
    ask()
    sent = mail.outbox[-2] if mail.outbox[-1].to[0] != EMAIL else mail.outbox[-1]
    text = f"{sent.subject} {sent.body}"
    assert case.number in text and link() in text
    for hidden in (*APPLICANT, ITEMS, case.subject, "赵经理"):
        assert hidden not in text
    token = link().split("/")[2]
    assert len(token) >= 43
    party = RequestParty.objects.get()
    assert token not in str(RequestParty.objects.filter(pk=party.pk).values().get())
    assert token not in str([each.data for each in case.events.all()])


def test_a_party_is_not_taken_for_the_applicant_and_identifies_itself_nowhere(case, place, ask):
    party = ask()
    assert case.applicant_person == case.applicant and party in case.people()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {RequestParty._meta.db_table}")
        stored = str(cursor.fetchall())
    for plain in ("建材", "赵经理", EMAIL, "88886666"):
        assert plain not in stored
    page = admin(place.officer).get(page_of(case))
    text = text_of(page)
    for plain in ("赵经理", EMAIL, "88886666", "某路2号"):
        assert plain not in text
    panels = {each["id"]: each.get_text(" ", strip=True) for each in soup(page).select("section[id]")}
    people = next(text for name, text in panels.items() if "people" in name)
    assert "王**" in people and "临**" not in people
    assert "临**" in next(text for name, text in panels.items() if "consultations" in name)


def test_reading_the_data_of_a_party_is_logged_as_its_own(case, place, ask):
    ask()
    url = reverse("disclosure_requests:people", args=[case.pk])
    response = send(admin(place.officer), url, {"reason": "寄送"})
    assert EMAIL in response.content.decode()
    fields = set(identity.reads_of(case).values_list("field", flat=True))
    assert {"name", "third_party-1:email", "third_party-1:name"} <= fields


def test_when_the_case_is_anonymised_the_party_goes_and_its_link_with_it(case, place, ask):
    party = ask()
    moves.act(case, "withdraw", role="applicant")
    retention.anonymise(case, at=at("2037-03-03"))
    party.refresh_from_db()
    assert not any([party.name, party.contact_person, party.email, party.phone, party.address])
    assert party.token_hash == ""
    assert is_unusable(Party().get())


def test_keys_are_rotated_for_parties_as_well(settings, ask):
    party, old, new = ask(), "o" * 40, "n" * 40
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "FIELD_KEYS": [old]}
    party.name = "临江市某建材有限公司"
    party.save()
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "FIELD_KEYS": [new, old]}
    call_command("disclosure_rotate_keys", stdout=io.StringIO())
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "FIELD_KEYS": [new]}
    assert identity.own_text(RequestParty.objects.get(pk=party.pk).name) == "临江市某建材有限公司"
