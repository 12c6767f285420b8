"""P9: killed between any two writes, or with the disk full: stored whole, or not at all and ready to be sent again."""

import datetime
import errno

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import factories_cases
from tests.killed import at_each_write
from tests.requests.conftest import DELIVERY, PERSON, WANTED
from wagtail_disclosure.casework import attachments, cleaning, moves, record, retention
from wagtail_disclosure.casework.models import CalendarDay, Draft, Submission
from wagtail_disclosure.casework.storage import case_files
from wagtail_disclosure.casework.wizard import drafts
from wagtail_disclosure.catalogue.models import NumberCounter
from wagtail_disclosure.requests import intake
from wagtail_disclosure.requests.models import Applicant, DisclosureRequest, RequestAttachment, RequestEvent
from wagtail_disclosure.requests.registration import RegistrationForm, register

pytestmark = pytest.mark.django_db
ANSWERS = {"describe": WANTED, "kind": {"kind": "natural"}, "applicant": PERSON, "delivery": DELIVERY}
KEPT = (DisclosureRequest, Applicant, RequestEvent, RequestAttachment, Submission, Draft, NumberCounter)


def everything():
    return {model: list(model._base_manager.order_by("pk").values()) for model in KEPT}


def whole(case):
    """All that belongs to a request that was stored."""
    return case.applicant.pk and case.events.count() == 1 and case.due_on == case.compute_due()[0]


def test_sending_a_form(place):
    draft, secret = drafts.begin(place.form, ANSWERS)
    for name in ("a.txt", "b.txt"):
        upload = factories_cases.upload(name=name)
        attachments.store(RequestAttachment, upload, origin="applicant", draft=draft)
    token, before = drafts.token_of(draft.pk, secret), everything()

    def untouched():
        assert everything() == before
        assert drafts.find(draft.pk, secret, place.form).answers == ANSWERS

    receipt, writes = at_each_write(lambda: intake.send(draft, token, place.form), untouched)
    assert writes > 8, "case, applicant, event, files, draft, token, number"
    assert whole(receipt.case) and receipt.case.attachments.count() == 2 and not Draft.objects.exists()
    again = intake.send(draft, token, place.form)
    assert (again.case, again.repeated, DisclosureRequest.objects.count()) == (receipt.case, True, 1)
    assert receipt.case.number.endswith("00001"), "no number was lost"


def test_registering_a_request(place):
    given = {
        **{"token": "t", "channel": "counter", "submitted_on": timezone.localdate().isoformat()},
        **{
            "department": place.prices.pk,
            "subject": "水价",
            "kind": "natural",
            "name": "王小明",
            "phone": "1",
        },
    }
    form = RegistrationForm(given, user=place.officer)
    assert form.is_valid(), form.errors
    before = everything()

    def untouched():
        assert everything() == before

    receipt, writes = at_each_write(lambda: register(form, place.officer), untouched)
    assert writes > 5 and whole(receipt.case) and receipt.case.state == "received"
    assert register(form, place.officer).case == receipt.case


def test_moving_a_case(place):
    """With a release of files, a change of the case, and a due date that a new calendar moves, all in one."""
    place.reviewer = factories_cases.reviewer(place.prices)
    case = factories_cases.request(place, department=place.prices)
    for action in ("confirm_receipt", "accept"):
        moves.act(case, action, by=place.officer)
    key = factories_cases.attachment(case, origin="officer").key
    moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[key])
    moves.act(case, "approve_decision", by=place.reviewer)
    CalendarDay.objects.create(
        date=timezone.localdate() + datetime.timedelta(days=1), is_working=False, reason="台风"
    )
    before = everything()

    def issue():
        own = DisclosureRequest.objects.get(pk=case.pk)
        return moves.act(own, "issue_decision", by=place.officer, changes={"officer": place.officer})

    def untouched():
        assert everything() == before

    event, writes = at_each_write(issue, untouched)
    assert writes >= 4 and event.state == "replied"
    assert record.rebuild(DisclosureRequest.objects.get()) == []


def test_saving_a_step_and_adding_a_file(place):
    draft, secret = drafts.begin(place.form, ANSWERS)

    def add():
        upload = factories_cases.upload()
        return attachments.store(RequestAttachment, upload, origin="applicant", draft=draft)

    before = everything()

    def untouched():
        assert everything() == before

    at_each_write(lambda: drafts.save(draft, "describe", {**WANTED, "subject": "另一个"}), untouched)
    assert drafts.find(draft.pk, secret, place.form).answers["describe"]["subject"] == "另一个"
    before = everything()
    row, _writes = at_each_write(add, untouched)
    assert RequestAttachment.objects.get() == row
    assert cleaning.clean(timezone.now() + datetime.timedelta(days=2))["files"] >= 1, (
        "of the one that was killed"
    )


def test_anonymising_a_case(place):
    case = factories_cases.close(factories_cases.request(place, department=place.prices))
    factories_cases.attachment(case)
    before = everything()

    def untouched():
        assert everything() == before

    done, writes = at_each_write(lambda: retention.anonymise(DisclosureRequest.objects.get()), untouched)
    assert done and writes >= 5
    assert not DisclosureRequest.objects.get().description and not RequestAttachment.objects.exists()


# The disk


@pytest.fixture
def full_disk(monkeypatch):
    def fail(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill(name):
        monkeypatch.setattr(type(case_files._wrapped), name, fail)

    case_files.exists("x")
    return fill


@pytest.mark.parametrize("call", ["_save", "save"])
def test_a_full_disk_stores_no_half_of_a_file_and_says_so(place, full_disk, call):
    draft, _secret = drafts.begin(place.form, ANSWERS)
    full_disk(call)
    with pytest.raises(ValidationError) as error:
        attachments.store(RequestAttachment, factories_cases.upload(), origin="applicant", draft=draft)
    assert error.value.code == "not_stored" and "letter.txt" in error.value.messages[0]
    assert not RequestAttachment.objects.exists()


def test_a_full_disk_costs_the_citizen_no_answer(citizen, full_disk, monkeypatch):
    citizen.open()
    for values in (WANTED, {"kind": "natural"}, PERSON, DELIVERY):
        citizen.fill(values)
    with monkeypatch.context():
        full_disk("_save")
        citizen.fill({"action": "continue", "files": [factories_cases.upload(name="a.txt")]})
        assert "a.txt" in citizen.soup.select_one(".disclosure-errors").get_text()
    monkeypatch.undo()
    monkeypatch.setattr("wagtail_disclosure.casework.receipts.protection.ProtectedForm.fastest", 0)
    citizen.fill({"action": "continue", "files": [factories_cases.upload(name="a.txt")]})
    citizen.fill({})
    assert citizen.step() == "receipt" and DisclosureRequest.objects.get().attachments.count() == 1


def test_a_file_that_cannot_be_deleted_holds_nothing_up(place, full_disk, django_capture_on_commit_callbacks):
    draft, _secret = drafts.begin(place.form, ANSWERS)
    for name in ("a.txt", "b.txt"):
        upload = factories_cases.upload(name=name)
        attachments.store(RequestAttachment, upload, origin="applicant", draft=draft)
    full_disk("delete")
    with django_capture_on_commit_callbacks(execute=True):
        assert cleaning.discard(draft) == 1
    assert not RequestAttachment.objects.exists()


def test_a_file_that_comes_after_the_form_was_sent_is_refused_with_the_reason(place):
    draft, secret = drafts.begin(place.form, ANSWERS)
    intake.send(draft, drafts.token_of(draft.pk, secret), place.form)
    with pytest.raises(ValidationError) as error:
        attachments.store(RequestAttachment, factories_cases.upload(), origin="applicant", draft=draft)
    assert error.value.code == "draft_gone"


def test_under_another_law_what_is_sent_is_received_at_once(place, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": "uk"}
    draft, secret = drafts.begin(place.form, ANSWERS)
    case = intake.send(draft, drafts.token_of(draft.pk, secret), place.form).case
    assert (case.state, case.received_on) == (
        "received",
        timezone.localdate(case.submitted_at),
    ) and case.due_on
