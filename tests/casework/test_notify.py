"""Every notification of the tables reaches whom it names, in their language, and none says what a case is about."""

import pytest
from django.core import mail
from django.utils.translation import override
from wagtail.users.models import UserProfile

from tests import factories, factories_cases
from tests.casework.test_moves import at, handled, make_place, provided, received, submitted
from wagtail_disclosure.casework import moves, notify, own_events
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.requests.models import RequestParty
from wagtail_disclosure.rules.profiles import available_profiles, get_profile
from wagtail_disclosure.rules.transition_data import get_table

HIDDEN = (
    "王小明",
    "王**",
    factories_cases.PHONE,
    factories_cases.IDENTITY,
    "项目审批",
    "门前道路",
    "采购合同",
)


@pytest.fixture(autouse=True)
def _language():
    # Pages that other tests asked for may have left another one.
    with override("zh-hans"):
        yield


@pytest.fixture
def place(db, settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    found = make_place()
    for name, person in vars(found).items():
        if hasattr(person, "email"):
            person.email = f"{name}@example.org"
            person.save()
    return found


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """Take an action and return the mails that follow, by address."""

    def act(case, action, *, on="2026-02-11", **options):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            moves.act(case, action, at=at(on), **options)
        for each in mail.outbox:
            text = f"{each.subject}\n{each.body}"
            assert case.number in text
            assert not [hidden for hidden in HIDDEN if hidden in text], text
            assert "\n\n\n" not in each.body and "{" not in text and "None" not in text, text
        return {each.to[0]: each for each in mail.outbox}

    return act


@pytest.mark.parametrize("code", available_profiles())
def test_every_notification_names_a_recipient_who_is_told_and_what_follows(code):
    profile = get_profile(code)
    for kind in profile.notifications:
        assert kind.fact("recipient") in notify.RECIPIENTS, kind.code
        if kind.fact("recipient") != "third_party":
            assert kind.text("next", "en") and kind.text("next", "zh-hans"), kind.code
    for case_kind in profile.case_kinds:
        for action in get_table(code, case_kind.fact("table")).actions.values():
            for name in action.notifications:
                assert name in profile.notifications


def test_the_applicant_is_told_what_happened_what_to_do_until_when_and_where(place, act, settings):
    case = received(place)
    asked = act(
        case,
        "ask_supplement",
        by=place.officer,
        until=at("2026-02-27").date(),
        details={"items": "请说明采购合同的年份"},
        data={"triggers": ["description_unclear"]},
    )["wang@example.com"]
    for wanted in ("请补正您的申请", "视为放弃", "2026年2月27日", "临江市发展和改革委员会"):
        assert wanted in f"{asked.subject}{asked.body}", asked.body


@pytest.mark.parametrize(("addresses", "named"), [("tests.urls_with_requests", True), ("tests.urls", False)])
def test_the_address_to_follow_is_named_where_the_site_has_one(place, act, settings, addresses, named):
    settings.ROOT_URLCONF = addresses
    case = received(place)
    told = act(case, "withdraw", role="applicant")["wang@example.com"]
    assert ("http://localhost/case/zh-hans/" in told.body) is named


def test_the_applicant_reads_the_language_of_the_request_and_an_officer_his_own(place, act):
    UserProfile.objects.update_or_create(user=place.officer, defaults={"preferred_language": "en"})
    case = submitted(place, language="en")
    told = act(case, "confirm_receipt", by=place.head)
    assert "Your request is registered" in told["wang@example.com"].subject
    assert "Our reply is due by: 17 March 2026" in told["wang@example.com"].body
    told = act(case, "assign", by=place.head, changes={"officer": place.officer})
    assert "A case was assigned to you" in told["officer@example.org"].subject
    assert f"/{case.pk}/" in told["officer@example.org"].body


def steps(place, case):
    """Actions with who is told, besides those that other tests look at."""
    yield "assign", {"by": place.head, "changes": {"officer": place.officer}}, {"officer"}
    yield "accept", {"by": place.officer}, set()
    yield "supervise", {"by": place.head, "note": "请尽快办理"}, {"officer"}
    yield (
        "propose_extension",
        {"by": place.officer, "days": 5, "details": {"reason": "x"}},
        {"reviewer", "head"},
    )
    yield "refuse_extension", {"by": place.head, "note": "不必"}, {"officer"}
    yield (
        "propose_extension",
        {"by": place.officer, "days": 5, "details": {"reason": "x"}},
        {"reviewer", "head"},
    )
    yield "approve_extension", {"by": place.head}, {"officer"}
    yield "notify_extension", {"by": place.officer}, {"applicant"}
    yield "ask_third_party", {"by": place.officer, "details": {"items": "采购合同"}}, {"applicant", "party"}
    yield "answer_third_party", {"role": "third_party", "data": {"opinion": "refuses"}}, {"officer"}
    yield "notify_third_party", {"by": place.officer, "details": {"reason": "公共利益"}}, {"party"}
    yield "draft_decision", {"by": place.officer, **provided(case)}, {"reviewer", "head"}
    yield "return_decision", {"by": place.reviewer, "note": "再改"}, {"officer"}
    yield "draft_decision", {"by": place.officer, **provided(case)}, {"reviewer", "head"}
    yield "approve_decision", {"by": place.reviewer}, {"officer"}
    yield "issue_decision", {"by": place.officer}, {"applicant"}
    yield "reopen", {"by": place.head, "details": {"reason": "x"}}, {"applicant"}
    yield "send_fee_notice", {"by": place.head, "data": {"fee_method": "pages", "units": 900}}, {"applicant"}
    yield "record_payment", {"by": place.head, "data": {"amount": "10"}}, {"officer"}
    yield "withdraw", {"role": "applicant"}, {"applicant"}


def test_on_the_way_of_a_case_everybody_is_told_what_the_table_says(place, act):
    case = received(place)
    RequestParty.objects.create(
        case=case, kind="third_party", key="1", name="某公司", email="party@example.org"
    )
    names = {"applicant": "wang@example.com"}
    for action, options, wanted in steps(place, case):
        told = act(case, action, **options)
        expected = {names.get(each, f"{each}@example.org") for each in wanted}
        assert set(told) == expected, action
    assert not case.events.filter(type=own_events.NOT_SENT).exists()


def test_whoever_acts_is_not_told_of_it(place, act):
    case = handled(place)
    moves.act(case, "assign", by=place.head, changes={"officer": place.officer})
    assert act(case, "assign", by=place.officer, changes={"officer": place.officer}) == {}


def test_a_department_that_is_asked_to_help_is_told_and_gets_no_link_to_what_it_may_not_see(place, act):
    case = handled(place)
    told = act(case, "involve", by=place.officer, data={"department": place.projects.pk})
    assert set(told) == {"other_officer@example.org"}
    assert "/admin/" not in told["other_officer@example.org"].body


def test_without_an_officer_those_who_oversee_the_agency_are_told(place, act):
    case = factories_cases.request(place, at=at("2026-02-10"))
    moves.act(case, "confirm_receipt", by=place.head, at=at("2026-02-10"))
    told = act(case, "ask_supplement", by=place.head, until=at("2026-02-27").date())
    assert set(told) == {"wang@example.com"}
    assert set(act(case, "answer_supplement", role="applicant")) == {"head@example.org"}


def test_people_who_left_are_not_told(place, act):
    case = handled(place)
    gone = factories.user("gone", name="已离职")
    DepartmentMember.objects.create(department=place.prices, user=gone, role="reviewer")
    gone.email, gone.is_active = "gone@example.org", False
    gone.save()
    told = act(case, "propose_extension", by=place.officer, days=5)
    assert set(told) == {"reviewer@example.org", "head@example.org"}


def test_an_office_whose_mails_all_fail_is_told_by_the_page_of_the_case(place, act, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    case = handled(place)
    monkeypatch.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
    act(case, "propose_extension", by=place.officer, days=5)
    event = case.events.last()
    assert (event.type, event.data) == (
        own_events.NOT_SENT,
        {"notification": "approval_wanted", "recipient": "reviewer"},
    )
    assert case.state == "handling"


def test_a_header_cannot_be_smuggled_into_a_mail(place, act):
    place.agency.name = "某局\nBcc: evil@example.org"
    place.agency.save()
    case = received(place)
    case.agency.refresh_from_db()
    told = act(case, "withdraw", role="applicant")["wang@example.com"]
    assert "\n" not in told.subject and told.bcc == []
