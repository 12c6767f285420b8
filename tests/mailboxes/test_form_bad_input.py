"""P9: whatever is sent to any step of a letter: no error of the server, a reason, and nothing entered before is lost."""

import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import factories_mail
from tests.mailboxes.writer import LETTER, PERSON
from wagtail_disclosure.casework import cleaning, identity
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.wizard import drafts
from wagtail_disclosure.mailboxes.models import CitizenLetter, CitizenLetterAttachment

pytestmark = pytest.mark.django_db
STEPS = {"letter": LETTER, "person": PERSON}
REFUSED = ["a\x00b", "a\x07b", "a\u202eb\u202c", "\u200b\u3164", "长" * 100_000]
TAKEN = ["𠮷野家", "😀👨‍👩‍👧", "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "=1+1", "مرحبا"]


def at(writer, step):
    """Bring ``writer`` to ``step`` with all before it filled in."""
    writer.open()
    for name, values in STEPS.items():
        if name == step:
            return
        writer.fill(values)
    if step == "check":
        writer.fill({"action": "continue"})


@pytest.mark.parametrize("step", STEPS)
def test_what_is_no_answer_is_refused_with_a_reason_and_kept(writer, step):
    at(writer, step)
    before = list(Draft.objects.values_list("version", flat=True))
    for name in set(STEPS[step]) - {"wants_reply"}:
        for bad in REFUSED:
            writer.fill({**STEPS[step], name: bad})
            assert writer.response.status_code == 200, (name, bad[:20])
            assert writer.soup.select_one(".disclosure-errors a[href]"), (name, bad[:20])
    writer.fill({})
    assert writer.soup.select_one(".disclosure-errors"), "empty"
    assert list(Draft.objects.values_list("version", flat=True)) == before
    writer.fill(STEPS[step])
    assert writer.step() != step and not writer.soup.select_one(".disclosure-errors"), "and then it goes on"


def test_a_text_that_is_too_long_comes_back_whole(writer):
    writer.open()
    writer.fill({**LETTER, "body": "长" * 100_000})
    assert writer.soup.select_one("[name=body]").get_text().count("长") == 100_000


@pytest.mark.parametrize("value", TAKEN)
def test_any_text_that_people_write_arrives_and_is_shown_as_text(writer, value):
    letter = {"type": "complaint", "subject": value, "body": value}
    writer.send(letter=letter, person={**PERSON, "name": value})
    case = CitizenLetter.objects.get()
    assert (writer.step(), case.subject, case.body) == ("receipt", value, value)
    assert b"<script>alert" not in writer.response.content


@pytest.mark.parametrize("step", ["check", "later", "resume", "files", "receipt", "delete", "nothing"])
def test_other_steps_take_rubbish_without_an_error_of_the_server(writer, step):
    at(writer, "check")
    target = writer.at.replace("/check/", f"/{step}/")
    for bad in [*REFUSED, *TAKEN]:
        values = dict.fromkeys(("action", "code", "shown_at", "website", "consent_to_publish"), bad)
        assert writer.client.post(target, values).status_code < 500, bad[:20]
    assert not CitizenLetter.objects.exists()


def test_a_type_that_the_mailbox_does_not_take_is_refused(writer):
    writer.open()
    writer.fill({**LETTER, "type": "report"})
    assert writer.soup.select_one(".disclosure-errors a[href='#id_type_0']")
    assert not Draft.objects.exists()


def test_a_type_that_the_mailbox_takes_no_longer_is_asked_again_at_the_end(writer):
    at(writer, "check")
    drafts.save(Draft.objects.get(), "letter", {**LETTER, "type": "report"})
    writer.fill({})
    assert writer.step() == "check" and not CitizenLetter.objects.exists()
    assert writer.soup.select_one(".disclosure-banner a[href*='/letter/']")


def test_thirty_files_are_too_many_and_a_program_under_another_name_is_none(writer):
    at(writer, "files")
    many = [SimpleUploadedFile(f"{number}.txt", b"text") for number in range(30)]
    writer.fill({"action": "upload", "files": many})
    assert writer.soup.select_one(".disclosure-errors") and not CitizenLetterAttachment.objects.exists()
    mixed = [
        SimpleUploadedFile("photo.jpg", b"MZ\x90\x00" + b"\x00" * 100),
        SimpleUploadedFile("a.txt", b"a"),
    ]
    writer.fill({"action": "continue", "files": mixed})
    assert writer.step() == "files" and "photo.jpg" in writer.soup.select_one(".disclosure-errors").get_text()
    writer.fill({"action": "continue"})
    writer.fill({})
    assert [each.name for each in CitizenLetter.objects.get().attachments.all()] == ["a.txt"]


def test_sent_twice_it_is_one_letter_with_one_receipt(writer):
    at(writer, "check")
    hidden = {
        each["name"]: each.get("value", "")
        for each in writer.soup.select("form.disclosure-form input[type=hidden]")
    }
    target = writer.at
    first = writer.client.post(target, hidden, follow=True)
    again = writer.client.post(target, hidden, follow=True)
    number = CitizenLetter.objects.get().number
    assert number in first.content.decode() and number in again.content.decode()


def test_a_draft_that_expired_keeps_what_was_just_sent(writer):
    at(writer, "person")
    Draft.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    cleaning.clean()
    target = writer.at
    response = writer.client.post(target, PERSON)
    assert response.status_code == 410
    assert Draft.objects.get().answers["person"]["phone"] == PERSON["phone"]


def test_without_a_name_none_is_kept_although_the_draft_expired_on_the_way(writer):
    at(writer, "person")
    Draft.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    cleaning.clean()
    writer.client.post(writer.at, {**PERSON, "signed": "unnamed"})
    # Past the step of the person, which would take the name out.
    form = f"{writer.base}{Draft.objects.get().pk}"
    writer.client.post(f"{form}/letter/?back=check", LETTER)
    writer.open(f"{form}/check/")
    assert writer.step() == "check"
    writer.fill({})
    case = CitizenLetter.objects.get()
    assert case.is_anonymous and identity.own_text(case.correspondent.name) == ""


def test_a_draft_of_a_mailbox_opens_no_other_form(writer, place):
    at(writer, "check")
    other = factories_mail.mailbox(place)
    key = writer.at.rstrip("/").split("/")[-2]
    address = f"/mailbox/zh-hans/{other.code}/{key}/check/"
    assert writer.client.get(address).status_code == 410
    assert Client().get(writer.at).status_code == 410, "nor does it open in another browser"


def test_many_letters_of_one_sender_wait_and_the_answers_are_kept(writer, settings):
    limits = {"CASE_LIMITS": {"submit_sender": (1, 600)}}
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **limits}
    writer.send()
    at(writer, "check")
    writer.fill({"consent_to_publish": "on"})
    assert writer.response.status_code == 429 and CitizenLetter.objects.count() == 1
    assert writer.soup.select_one("[name=consent_to_publish]").has_attr("checked")
    cache.clear()
    writer.fill({"consent_to_publish": "on"})
    assert writer.step() == "receipt" and CitizenLetter.objects.count() == 2


def test_everything_is_deleted_at_once_when_somebody_thinks_better_of_it(writer):
    at(writer, "files")
    writer.fill({"action": "upload", "files": [SimpleUploadedFile("a.txt", b"a")]})
    writer.client.post(writer.at.replace("/files/", "/delete/"))
    assert not Draft.objects.exists() and not CitizenLetterAttachment.objects.exists()
