"""A form becomes a letter: whole, once, or not at all; and what the office enters of letters on paper or by telephone."""

import datetime

import pytest
from django.db import DatabaseError
from django.utils import timezone

from tests import factories_mail
from wagtail_disclosure.casework import attachments
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.casework.models import Draft, Submission
from wagtail_disclosure.casework.receipts import codes
from wagtail_disclosure.mailboxes import intake
from wagtail_disclosure.mailboxes.models import CitizenLetter, CitizenLetterAttachment, Correspondent
from wagtail_disclosure.mailboxes.registration import RegistrationForm, register

LETTER = {
    "type": "consultation",
    "subject": "路灯不亮",
    "body": "学府路三盏路灯已经一周不亮。",
    "wants_reply": True,
    "consent_to_publish": True,
}
PERSON = {"name": "李小红", "phone": "13912345678", "email": "li@example.com"}


def draft(letter=LETTER, person=PERSON, **options):
    now = timezone.now()
    return Draft.objects.create(
        kind="letter",
        answers={"letter": letter, "person": person},
        created_at=now,
        expires_at=now + datetime.timedelta(days=7),
        **options,
    )


def test_a_form_becomes_a_letter_with_a_receipt_and_its_files(place):
    held = draft()
    attachments.store(
        CitizenLetterAttachment, factories_mail.factories_cases.upload(), origin="applicant", draft=held
    )
    receipt = intake.send(held, "token-1", place.mailbox, sender="s" * 32, language="zh-hans")
    case = CitizenLetter.objects.get()
    assert receipt.case == case and codes.matches(receipt.code, case.code_hash)
    assert case.number.startswith("LX") and (case.state, case.department) == ("submitted", place.prices)
    assert (case.body, str(case.correspondent.name)) == (LETTER["body"], "李**")
    assert case.consent_to_publish and case.consent == "同意选登。"
    assert case.attachments.count() == 1 and not Draft.objects.exists()
    assert [each.type for each in case.events.all()] == ["submit"]


def test_sent_twice_it_is_one_letter_with_the_same_receipt(place):
    first = intake.send(draft(), "token-1", place.mailbox)
    again = intake.send(draft(), "token-1", place.mailbox)
    assert again.repeated and (again.case, again.code) == (first.case, first.code)
    assert CitizenLetter.objects.count() == 1


def test_a_letter_goes_to_the_department_of_its_type(place):
    row = place.mailbox.types.get(type="complaint")
    row.department = place.projects
    type(row).objects.filter(pk=row.pk).update(department=place.projects)
    mailbox = type(place.mailbox).objects.get(pk=place.mailbox.pk)
    case = intake.send(draft({**LETTER, "type": "complaint"}), "t", mailbox).case
    assert case.department == place.projects and "-02-" in case.number


def test_who_writes_anonymously_has_no_name_kept(place):
    case = intake.send(draft({**LETTER, "is_anonymous": True}), "t", place.mailbox).case
    assert case.is_anonymous and str(case.correspondent.name) == "" and case.correspondent.email_index


@pytest.mark.parametrize(
    "letter, person, mailbox",
    [
        ({"type": "report"}, {}, {}),
        ({"type": ""}, {}, {}),
        ({"subject": " "}, {}, {}),
        ({"subject": "长" * 101}, {}, {}),
        ({"body": ""}, {}, {}),
        ({"body": "长" * 5001}, {}, {}),
        ({}, {"name": ""}, {"real_name": "required"}),
    ],
)
def test_what_is_no_letter_is_refused_and_the_draft_stays(place, letter, person, mailbox):
    held = draft({**LETTER, **letter}, {**PERSON, **person})
    box = factories_mail.mailbox(place, **mailbox) if mailbox else place.mailbox
    with pytest.raises(CaseRefused):
        intake.send(held, "t", box)
    assert not CitizenLetter.objects.exists() and Draft.objects.get() == held
    assert not Submission.objects.exists()


def test_every_reason_is_named_at_once(place):
    with pytest.raises(CaseRefused) as refused:
        intake.send(draft({"type": "x", "subject": "", "body": ""}), "t", place.mailbox)
    assert len(intake.problems(place.mailbox, {}, {})) == 3
    assert all(each in str(refused.value) for each in intake.problems(place.mailbox, {}, {}))


def test_a_failure_on_the_way_leaves_the_draft_and_nothing_else(place, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(Correspondent.objects, "create", broken)
    with pytest.raises(DatabaseError):
        intake.send(draft(), "t", place.mailbox)
    assert Draft.objects.count() == 1 and not CitizenLetter.objects.exists()
    monkeypatch.undo()
    assert intake.send(Draft.objects.get(), "t", place.mailbox).case.state == "submitted"


def test_a_mailbox_that_asks_for_no_consent_stores_none(place):
    box = factories_mail.mailbox(place, offers_consent=False)
    assert intake.send(draft(), "t", box).case.consent_to_publish is False


def test_a_letter_of_a_confidential_type_has_no_consent_whatever_was_ticked(place):
    box = factories_mail.mailbox(place, types={"report": (None, "working_days")})
    held = draft()
    held.answers = {**held.answers, "letter": {**held.answers["letter"], "type": "report"}}
    held.save()
    case = intake.send(held, "t", box).case
    assert (case.letter_type, case.consent_to_publish, case.consent) == ("report", False, "")


# Letters that the office enters


def given(place, **changed):
    return {
        "token": "a" * 32,
        "mailbox": place.mailbox.pk,
        "type": "complaint",
        "channel": "phone",
        "arrived_on": (timezone.localdate() - datetime.timedelta(2)).isoformat(),
        "subject": "来电反映噪声",
        "body": "来电人反映夜间施工。",
        "wants_reply": "on",
        "name": "赵六",
        "phone": "13812345678",
        **changed,
    }


def form(place, user, **changed):
    found = RegistrationForm(given(place, **changed), user=user)
    found.is_valid()
    return found


def test_a_letter_by_telephone_is_entered_with_the_day_on_which_it_came(place):
    found = form(place, place.officer)
    assert found.errors == {}
    receipt, again = register(found, place.officer), register(found, place.officer)
    case = receipt.case
    assert again.repeated and again.case == case
    assert (case.channel, case.received_on) == ("phone", timezone.localdate() - datetime.timedelta(2))
    assert case.events.get().actor == place.officer and case.department == place.prices


def test_a_letter_for_another_department_stays_in_the_hands_of_who_entered_it(place):
    type(place.mailbox.types.first()).objects.filter(type="complaint").update(department=place.projects)
    case = register(form(place, place.officer), place.officer).case
    assert (case.department, case.officer) == (place.projects, place.officer)


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"arrived_on": "2999-01-01"}, "arrived_on"),
        ({"type": "report"}, "type"),
        ({"channel": "online"}, "channel"),
        ({"subject": "\u0000"}, "subject"),
        ({"body": ""}, "body"),
    ],
)
def test_what_cannot_be_is_refused(place, changed, field):
    assert field in form(place, place.officer, **changed).errors


def test_a_mailbox_that_requires_names_gets_no_anonymous_letter(place):
    box = factories_mail.mailbox(place, real_name="required")
    assert "name" in form(place, place.officer, mailbox=box.pk, name="").errors
    assert form(place, place.officer, name="").errors == {}


def test_nobody_enters_letters_for_mailboxes_of_an_agency_that_is_not_theirs(place):
    assert "mailbox" in form(place, place.leader).errors
