"""Many at once, on SQLite in a file (WAL) and on PostgreSQL: nothing is lost, nothing is locked, nobody is overwritten."""

import pytest

from tests import factories_cases
from tests.at_once import crowd, shared_database
from tests.requests.conftest import DELIVERY, PERSON, WANTED, Citizen, request_form
from wagtail_disclosure.casework import attachments, moves, record
from wagtail_disclosure.casework.models import Draft, Submission
from wagtail_disclosure.casework.wizard import drafts
from wagtail_disclosure.requests import intake
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment
from wagtail_disclosure.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 8
ANSWERS = {"describe": WANTED, "kind": {"kind": "natural"}, "applicant": PERSON, "delivery": DELIVERY}


@pytest.fixture
def place(tmp_path):
    with shared_database(tmp_path):
        found = factories_cases.agency()
        found.form = request_form(found.agency)
        found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
        yield found


def serials(numbers):
    return sorted(int(number.rpartition("-")[2]) for number in numbers)


def test_many_citizens_fill_in_and_send_at_once(place):
    def fill_in(index):
        citizen = Citizen()
        citizen.client.defaults["REMOTE_ADDR"] = f"203.0.113.{index}"
        citizen.send(wanted={**WANTED, "subject": f"第{index}份"})
        return citizen.receipt().number

    numbers = crowd(fill_in, CROWD)
    assert serials(numbers) == list(range(1, CROWD + 1)), "every number once, and none left out"
    stored = DisclosureRequest.objects.order_by("pk")
    assert {each.number for each in stored} == set(numbers)
    assert {each.subject for each in stored} == {f"第{index}份" for index in range(CROWD)}
    assert all(each.events.count() == 1 and each.applicant for each in stored)
    assert (Draft.objects.count(), Submission.objects.count()) == (0, CROWD)


def test_one_form_sent_many_times_at_once_has_one_receipt(place):
    draft, secret = drafts.begin(place.form, ANSWERS)
    token = drafts.token_of(draft.pk, secret)
    found = crowd(lambda index: intake.send(draft, token, place.form), 4)
    assert len({(each.case.pk, each.code) for each in found}) == 1
    assert [each.repeated for each in found].count(False) == 1
    assert DisclosureRequest.objects.count() == 1


def test_a_file_that_is_added_while_the_form_is_sent_goes_along_or_is_refused(place):
    draft, secret = drafts.begin(place.form, ANSWERS)

    def work(index):
        if not index:
            return intake.send(draft, drafts.token_of(draft.pk, secret), place.form).case
        try:
            upload = factories_cases.upload(name=f"{index}.txt")
            return attachments.store(RequestAttachment, upload, origin="applicant", draft=draft).name
        except attachments.ValidationError as error:
            return error.code

    case, *names = crowd(work, 4)
    kept = [name for name in names if name != "draft_gone"]
    assert sorted(each.name for each in case.attachments.all()) == sorted(kept)


def case_of(place):
    case = factories_cases.request(place, department=place.prices)
    moves.act(case, "confirm_receipt", by=place.officer)
    return case


def test_of_two_officers_one_acts_and_the_other_reads_what_happened(place):
    case = case_of(place)
    seen, people = case.events.last().pk, [place.officer, place.head]
    actions = ["accept", "withdraw"]

    def act(index):
        try:
            own = DisclosureRequest.objects.get(pk=case.pk)
            return moves.act(own, actions[index], by=people[index], seen=seen).type
        except moves.Stale as error:
            return error

    found = crowd(act, 2)
    told = next(each for each in found if isinstance(each, moves.Stale))
    done = next(each for each in found if isinstance(each, str))
    assert [each.type for each in told.since] == [done]
    stored = DisclosureRequest.objects.get()
    assert (
        stored.events.count() == 3 and stored.state == {"accept": "handling", "withdraw": "withdrawn"}[done]
    )
    who = people[actions.index(done)].get_full_name() or people[actions.index(done)].get_username()
    assert who in str(told)
    assert record.rebuild(stored) == []


def test_what_does_not_exclude_each_other_is_all_kept(place):
    case = case_of(place)

    def note(index):
        moves.act(DisclosureRequest.objects.get(pk=case.pk), "note", by=place.officer, note=str(index))

    crowd(note, CROWD)
    assert case.events.filter(type="note").count() == CROWD


def test_the_same_click_from_many_windows_counts_once(place):
    case = case_of(place)

    def click(index):
        try:
            return moves.act(DisclosureRequest.objects.get(pk=case.pk), "accept", by=place.officer).type
        except MoveRefused as error:
            return error.code

    assert sorted(crowd(click, 4)) == ["accept", "state", "state", "state"]
    assert case.events.filter(type="accept").count() == 1
