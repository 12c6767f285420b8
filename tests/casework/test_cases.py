"""P4, P7: a case changes by its events alone; a person sees the cases of the own department and no others."""

import datetime
import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Site

from tests import factories, factories_cases
from tests.catalogue.concurrency import together
from wagtail_disclosure.casework import moves, retention, terms
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.casework.models.case import recording
from wagtail_disclosure.casework.receipts import intake
from wagtail_disclosure.casework.record import By, rebuild, record
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment, RequestEvent


@pytest.fixture
def place(db):
    return factories_cases.agency()


@pytest.fixture
def case(place):
    return factories_cases.request(place, department=place.prices)


# Events


def test_an_event_moves_the_case_and_says_who_and_when(place, case):
    day = datetime.date(2026, 3, 2)
    event = record(case, "receive", actor=place.officer, state="received", received_on=day, note="电话确认")
    stored = DisclosureRequest.objects.get(pk=case.pk)
    assert (stored.state, stored.received_on, case.state) == ("received", day, "received")
    assert (event.by, event.actor_name, event.state, event.note) == (
        By.OFFICER,
        "陈信",
        "received",
        "电话确认",
    )


def test_what_happened_is_neither_changed_nor_deleted(case):
    event = case.events.get()
    for change in (
        event.save,
        event.delete,
        case.events.all().delete,
        lambda: RequestEvent.objects.update(note="x"),
        lambda: RequestEvent.objects.filter(pk=event.pk).update(type="x"),
        case.delete,
        DisclosureRequest.objects.all().delete,
    ):
        with pytest.raises(ProtectedError):
            change()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "closed"},
        {"due_on": datetime.date(2030, 1, 1)},
        {"closed_on": datetime.date(2030, 1, 1)},
        {"legal_hold": True},
        {"is_supervised": True},
        {"number": "SQ-1"},
        {"submitted_at": timezone.now()},
    ],
)
def test_nothing_else_writes_what_the_events_say(case, values):
    for name, value in values.items():
        setattr(case, name, value)
    with pytest.raises(ProtectedError):
        case.save()
    with pytest.raises(ProtectedError):
        DisclosureRequest.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    assert case.state == "submitted"


def test_what_officers_enter_may_change(place, case):
    case.subject, case.officer = "道路审批", place.officer
    case.save()
    assert DisclosureRequest.objects.get().officer == place.officer


def test_caches_are_rebuilt_from_the_events(place, case):
    day = datetime.date(2026, 3, 2)
    record(case, "receive", state="received", received_on=day)
    with recording():
        DisclosureRequest.objects.update(state="archived", received_on=None, due_on=day)
    assert sorted(rebuild(case)) == ["due_on", "received_on", "state"]
    stored = DisclosureRequest.objects.get()
    assert (stored.state, stored.received_on, stored.due_on) == ("received", day, None)
    assert rebuild(case) == []


def test_a_case_that_was_opened_again_is_rebuilt_as_open(case):
    factories_cases.close(case)
    record(case, "reopen", state="handling", closed_on=None)
    assert rebuild(case) == []
    assert not DisclosureRequest.objects.get().is_closed


@pytest.mark.django_db(transaction=True)
def test_events_of_two_at_once_are_both_kept():
    case = factories_cases.request(factories_cases.agency())
    together(lambda index: record(case, "note", data={"from": index}).pk, 4)
    assert sorted(each.data["from"] for each in case.events.filter(type="note")) == [0, 1, 2, 3]


# Scope


def seen(user):
    return set(DisclosureRequest.objects.visible_to(user))


def test_each_department_sees_its_own_cases_and_the_office_all(place, case):
    other = factories_cases.request(place, department=place.projects)
    unassigned = factories_cases.request(place)
    assert seen(place.officer) == {case}
    assert seen(place.other_officer) == {other}
    assert seen(factories_cases.overseer()) == {case, other, unassigned}
    assert seen(factories.user("root", superuser=True)) == {case, other, unassigned}


def test_nobody_without_a_role_sees_a_case(place, case):
    inactive = factories.user("left", superuser=True)
    inactive.is_active = False
    assert seen(factories.user("stranger")) == set()
    assert seen(inactive) == set()
    assert seen(AnonymousUser()) == set() and seen(None) == set()


def test_a_reviewer_sees_the_cases_of_the_department(place, case):
    reviewer = factories.user("head")
    DepartmentMember.objects.create(department=place.prices, user=reviewer, role="reviewer")
    assert seen(reviewer) == {case}


def test_who_has_a_case_in_hand_sees_it_and_only_it(place, case):
    factories_cases.request(place, department=place.prices)
    case.officer = place.other_officer
    case.save()
    assert seen(place.other_officer) == {case}


def test_the_successor_of_a_department_sees_its_cases(place, case):
    place.prices.status = Department.Status.MERGED
    place.prices.status_date = timezone.localdate()
    place.prices.save()
    place.prices.successors.add(place.projects)
    assert seen(place.other_officer) == {case}


def test_an_office_sees_the_cases_of_its_own_agency_alone(place, case):
    site = Site.objects.create(hostname="other.example", root_page=place.agency.site.root_page)
    elsewhere = Agency.objects.create(site=site, name="邻县发展和改革局")
    theirs = Department.objects.create(agency=elsewhere, code="01", name="办公室")
    office = factories_cases.overseer()
    assert seen(office) == set(), "with several agencies somebody has to say which"
    DepartmentMember.objects.create(department=theirs, user=office, role="officer")
    assert seen(type(office).objects.get(pk=office.pk)) == set()
    DepartmentMember.objects.create(department=place.projects, user=office, role="officer")
    assert seen(type(office).objects.get(pk=office.pk)) == {case}


def test_cases_are_not_named_where_departments_are_used(place, case):
    from wagtail.models import ReferenceIndex

    for model in (DisclosureRequest, RequestEvent, RequestAttachment, type(case.applicant)):
        assert not ReferenceIndex.model_is_indexable(model)


# Keeping


def test_a_case_is_kept_as_long_as_the_setting_says_for_its_outcome(settings, case):
    settings.WAGTAIL_DISCLOSURE = {
        **settings.WAGTAIL_DISCLOSURE,
        "CASE_RETENTION_YEARS": {"default": 1, "refused": None},
    }
    factories_cases.close(case, datetime.date(2024, 2, 29))
    assert case.keep_until == datetime.date(2025, 2, 28)
    assert terms.keep_until(datetime.date(2024, 1, 1), "refused") is None


@pytest.fixture
def old_case(place):
    def store(number, code_hash):
        found = factories_cases.request(place, purpose="诉讼")
        with recording():
            DisclosureRequest.objects.filter(pk=found.pk).update(code_hash=code_hash)
        return found

    found = intake.submit(DisclosureRequest, "token", store, agency=place.agency).case
    factories_cases.attachment(found)
    record(found, "note", note="申请人王小明来电")
    factories_cases.close(found, datetime.date(2015, 3, 2))
    return DisclosureRequest.objects.get(pk=found.pk)


def test_after_its_term_nothing_of_the_person_is_left_and_the_report_still_counts(
    old_case, django_capture_on_commit_callbacks
):
    from wagtail_disclosure.casework.storage import case_files

    stored = old_case.attachments.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.anonymise(old_case)
    found = DisclosureRequest.objects.get(pk=old_case.pk)
    person = found.applicant
    assert (str(person.name), person.identity_index, person.phone_index, person.name_index) == (
        "",
        "",
        "",
        "",
    )
    assert (found.subject, found.description, found.purpose, found.code_hash) == ("",) * 4
    assert [each.note for each in found.events.all()] == [""] * found.events.count()
    assert not RequestAttachment.objects.exists() and not case_files.exists(stored)
    assert intake.case_of("token") is None
    assert (found.number, found.closed_on, person.kind) == (
        old_case.number,
        datetime.date(2015, 3, 2),
        "natural",
    )
    assert found.events.last().type == "anonymised" and found.anonymised_at
    assert not retention.anonymise(found)


def test_open_held_and_recent_cases_keep_their_data(place, old_case, case):
    recent = factories_cases.close(factories_cases.request(place), timezone.localdate())
    record(old_case, "note", legal_hold=True)
    for each in (case, recent, old_case):
        with pytest.raises(CaseRefused):
            retention.anonymise(each)
    assert not retention.due_cases(DisclosureRequest).exists()
    assert str(DisclosureRequest.objects.get(pk=old_case.pk).applicant.name) == "王**"


def test_what_is_anonymised_is_not_held_any_more(old_case, case):
    head = factories_cases.head()
    for each, is_open in ((case, True), (old_case, False)):
        if not is_open:
            retention.anonymise(each)
        offered = {move.code for move in moves.allowed(each, head, today=timezone.localdate())}
        assert ("hold" in offered) is is_open


def test_the_command_anonymises_what_is_due_once(old_case, case):
    out = io.StringIO()
    call_command("disclosure_anonymise", dry_run=True, stdout=out)
    assert DisclosureRequest.objects.filter(anonymised_at=None).count() == 2
    call_command("disclosure_anonymise", stdout=out)
    call_command("disclosure_anonymise", stdout=out)
    assert list(DisclosureRequest.objects.filter(anonymised_at=None)) == [case]
    assert RequestEvent.objects.filter(type="anonymised").count() == 1


def test_a_transaction_that_fails_leaves_neither_event_nor_state(case):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(case, "receive", state="received")
        raise RuntimeError
    assert DisclosureRequest.objects.get().state == "submitted" and case.events.count() == 1
