"""P8: a case that was anonymised is empty everywhere, and stays so."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories_cases
from tests.case_admin import browser, office, send, url
from tests.casework.following.applicant import CODE, Applicant, file, replied
from wagtail_disclosure.casework import moves, retention
from wagtail_disclosure.casework.consultation import answers
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.receipts import throttle
from wagtail_disclosure.casework.record import record
from wagtail_disclosure.casework.storage import case_files
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment
from wagtail_disclosure.rules.transitions import MoveRefused

TOLD = "我叫王小明，电话 13812345678"


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def case(place):
    """A request that was replied to, whose term is over."""
    found = factories_cases.request(
        place, department=place.prices, code=CODE, document_number=TOLD, index_number=TOLD
    )
    replied(place, found)
    record(found, "note", keep_until=datetime.date(2020, 1, 1))
    return found


def test_what_was_entered_and_never_sent_goes_with_the_case(case, place, django_capture_on_commit_callbacks):
    applicant = Applicant()
    applicant.enter(case)
    applicant.do("rate")
    applicant.fill({"rating": "satisfied", "comment": TOLD})
    party = case.parties.create(kind="third_party", key="1", name="某公司")
    draft = answers.save_draft(party, {"opinion_reasons": TOLD})
    kept = factories_cases.attachments.store(RequestAttachment, file(), origin="third_party", draft=draft)
    other = factories_cases.request(place, department=place.prices)
    answers.save_draft(
        other.parties.create(kind="third_party", key="1", name="某公司"), {"answered_by": "乙"}
    )
    assert Draft.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        retention.anonymise(case)
    assert [each.answers for each in Draft.objects.all()] == [{"answered_by": "乙"}], (
        "another case keeps its own"
    )
    assert not RequestAttachment.objects.exists() and not case_files.exists(kept.file.name)


def test_what_applicants_wrote_into_the_fields_of_numbers_goes_as_well(case):
    retention.anonymise(case)
    stored = DisclosureRequest.objects.get()
    assert (stored.document_number, stored.index_number, stored.subject) == ("", "", "")


def test_nobody_writes_anything_into_it_any_more(case, place):
    following = Applicant()
    following.enter(case)
    assert {"rate", "correct_contact"} <= set(following.offered())
    retention.anonymise(case)
    count = case.events.count()
    following.get(following.at)
    assert following.response.status_code == 200 and following.offered() == []
    for role in ("officer", "reviewer", "head"):
        assert moves.allowed(case, getattr(place, role), today=timezone.localdate()) == ()
    with pytest.raises(MoveRefused):
        moves.act(case, "reopen", by=place.head, details={"reason": TOLD})
    with pytest.raises(MoveRefused):
        moves.act(case, "correct_contact", role="applicant")
    client = browser(place.officer)
    response = client.post(url("action", case.pk, "note"), {"note": TOLD}, follow=True)
    assert response.status_code == 200 and case.events.count() == count


def test_before_its_term_is_over_the_same_is_written(case, place):
    response = send(browser(place.officer), url("action", case.pk, "note"), {"note": TOLD})
    assert response.status_code == 200 and case.events.last().note == TOLD


def test_a_case_that_cannot_be_anonymised_is_named_and_stops_no_other(case, place, monkeypatch, caplog):
    broken = factories_cases.request(place, department=place.prices)
    factories_cases.close(broken, keep_until=datetime.date(2020, 1, 1))
    factories_cases.attachment(broken)
    later = factories_cases.request(place, department=place.prices)
    factories_cases.close(later, keep_until=datetime.date(2020, 1, 1))

    def fail(attachment):
        raise OSError(TOLD)

    monkeypatch.setattr("wagtail_disclosure.casework.attachments.remove", fail)
    with pytest.raises(CommandError, match=broken.number):
        call_command("disclosure_anonymise", stdout=io.StringIO())
    assert list(DisclosureRequest.objects.filter(anonymised_at=None)) == [broken]
    assert broken.number in caplog.text and TOLD not in caplog.text
    monkeypatch.undo()
    call_command("disclosure_anonymise", stdout=io.StringIO())
    assert not DisclosureRequest.objects.filter(anonymised_at=None).exists()
