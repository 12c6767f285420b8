"""Text messages: short, without personal data, through whatever the site names, and never in the way."""

import pytest
from django.core import checks
from hypothesis import given
from hypothesis import strategies as st

from tests import factories_cases
from tests.casework.test_moves import at, make_place, submitted
from wagtail_disclosure.casework import moves, own_events, sms
from wagtail_disclosure.casework.checks import check_sms_backend
from wagtail_disclosure.departments.models import Agency
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules.profiles import get_profile

LOCMEM = "wagtail_disclosure.casework.sms.LocmemBackend"


class Broken:
    def send(self, number, text):
        raise OSError(f"{number}: relay denied, {text}")


class Mute:
    pass


@pytest.fixture
def place(db):
    return make_place()


@pytest.fixture(autouse=True)
def outbox():
    sms.LocmemBackend.outbox.clear()
    return sms.LocmemBackend.outbox


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **values}

    return configure


def confirmed(place, capture, **applicant):
    case = submitted(place, applicant=applicant)
    with capture(execute=True):
        moves.act(case, "confirm_receipt", by=place.officer, at=at("2026-02-10"))
    return case


@pytest.mark.parametrize(
    ("when", "email", "phone", "messages", "mailed"),
    [
        ("without_mail", "", factories_cases.PHONE, 1, 0),
        ("without_mail", "wang@example.com", factories_cases.PHONE, 0, 1),
        ("always", "wang@example.com", factories_cases.PHONE, 1, 1),
        ("always", "wang@example.com", "", 0, 1),
        ("always", "", "", 0, 0),
    ],
)
def test_who_gets_a_message(
    place,
    configure,
    outbox,
    mailoutbox,
    django_capture_on_commit_callbacks,
    when,
    email,
    phone,
    messages,
    mailed,
):
    configure(SMS_BACKEND=LOCMEM, SMS_WHEN=when)
    case = confirmed(place, django_capture_on_commit_callbacks, email=email, phone=phone)
    assert (len(outbox), len(mailoutbox)) == (messages, mailed)
    assert not case.events.filter(type=own_events.NOT_SENT).exists()
    for number, text in outbox:
        assert number == factories_cases.PHONE and len(text) <= 70
        assert case.number in text and "发展改革委" in text
        for hidden in ("王", case.subject, factories_cases.PHONE, factories_cases.IDENTITY):
            assert hidden not in text


def test_without_a_backend_there_are_no_messages(
    place, outbox, mailoutbox, django_capture_on_commit_callbacks
):
    confirmed(place, django_capture_on_commit_callbacks, email="")
    assert not outbox and not mailoutbox


def test_a_message_that_fails_stops_nothing_is_logged_without_number_and_seen_on_the_case(
    place, configure, caplog, django_capture_on_commit_callbacks
):
    configure(SMS_BACKEND=f"{__name__}.Broken")
    case = confirmed(place, django_capture_on_commit_callbacks, email="")
    assert DisclosureRequest.objects.get().state == "received"
    assert case.number in caplog.text and factories_cases.PHONE not in caplog.text
    event = case.events.last()
    assert (event.type, event.data["recipient"]) == (own_events.NOT_SENT, "applicant")


def test_a_mail_that_fails_is_made_up_for_by_a_message(
    place, configure, outbox, monkeypatch, django_capture_on_commit_callbacks
):
    def broken(*args, **kwargs):
        raise OSError

    configure(SMS_BACKEND=LOCMEM)
    monkeypatch.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
    case = confirmed(place, django_capture_on_commit_callbacks)
    assert len(outbox) == 1 and not case.events.filter(type=own_events.NOT_SENT).exists()


def test_nothing_is_sent_for_what_was_rolled_back(place, configure, outbox):
    configure(SMS_BACKEND=LOCMEM)
    case = submitted(place, applicant={"email": ""})
    moves.act(case, "confirm_receipt", by=place.officer, at=at("2026-02-10"))
    assert not outbox, "the transaction of the test is never committed"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "+8613812345678"),
        ("（0511）88886666", "051188886666"),
        ("ask my brother", ""),
        ("", ""),
        ("138\n13800000000\nx", ""),
        ("1" * 30, ""),
    ],
)
def test_what_is_a_number(text, number):
    assert sms.number_of(text) == number


@given(name=st.text(min_size=1, max_size=120), number=st.integers(0, 60))
def test_every_message_is_one_message_with_the_number_of_the_case(name, number):
    case = DisclosureRequest(number=f"SQ2026-{'9' * number}", agency=Agency(name=name, short_name=name))
    for kind in get_profile("cn").notifications:
        for language in ("zh-hans", "en"):
            text = sms.text_about(case, kind.label(language))
            assert len(text) <= 70
            if number <= 20 and language == "zh-hans":
                assert case.number in text and kind.label(language) in text


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (None, False),
        (LOCMEM, False),
        ("wagtail_disclosure.casework.sms.ConsoleBackend", False),
        ("wagtail_disclosure.casework.sms.Nobody", True),
        ("nowhere.at.All", True),
        (f"{__name__}.Mute", True),
    ],
)
def test_the_check_says_which_backend_cannot_be_used(configure, path, fault):
    configure(SMS_BACKEND=path)
    found = check_sms_backend(None)
    assert [each.id for each in found] == (["wagtail_disclosure.E016"] if fault else [])
    assert all(isinstance(each, checks.Error) and each.hint for each in found)


def test_the_console_shows_what_would_be_sent(capsys):
    sms.ConsoleBackend().send("13800000000", "已作出答复")
    assert "已作出答复" in capsys.readouterr().out
