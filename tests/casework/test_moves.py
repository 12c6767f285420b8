"""P4: a case moves by the named actions of its table, by whom the table names, and by nothing else."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from tests import factories, factories_cases
from tests.catalogue.concurrency import together
from wagtail_disclosure.casework import moves, record, reprojection
from wagtail_disclosure.casework.models import CalendarDay
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules import data as rules_data
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transitions import MoveRefused


def provided(case):
    """A reply that provides a file."""
    key = factories_cases.attachment(case, origin="officer").key
    return {"reply": "provided", "documents": [str(key)]}


def at(text, hour=10):
    """The moment of that day, at work."""
    return timezone.make_aware(datetime.datetime.fromisoformat(text) + datetime.timedelta(hours=hour))


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def place(db):
    return make_place()


def make_place():
    found = factories_cases.agency()
    found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
    return found


def submitted(place, on="2026-02-10", **fields):
    return factories_cases.request(place, department=place.prices, at=at(on, 8), **fields)


def received(place, on="2026-02-10", **fields):
    case = submitted(place, on, **fields)
    moves.act(case, "confirm_receipt", by=place.officer, at=at(on))
    return case


def handled(place, on="2026-02-10", **fields):
    case = received(place, on, **fields)
    moves.act(case, "accept", by=place.officer, at=at(on))
    return case


def drafted(place, on="2026-02-10", by=None, **decision):
    case = handled(place, on)
    moves.act(
        case, "draft_decision", by=by or place.officer, at=at("2026-02-11"), **{**provided(case), **decision}
    )
    return case


def refused(code, *args, **kwargs):
    """The refusal of a move; nothing was written."""
    case = args[0]
    before = (DisclosureRequest.objects.filter(pk=case.pk).values().get(), case.events.count())
    with pytest.raises(RuleError) as caught:
        moves.act(*args, **kwargs)
    assert caught.value.code == code, caught.value
    assert (DisclosureRequest.objects.filter(pk=case.pk).values().get(), case.events.count()) == before
    return caught.value


# Clock


@pytest.mark.parametrize(("on", "due"), [("2026-02-10", "2026-03-16"), ("2026-02-14", "2026-03-20")])
def test_over_the_internet_the_clock_starts_when_receipt_is_confirmed(place, on, due):
    case = submitted(place, "2026-02-09")
    assert (case.due_on, case.received_on, moves.deadline(case)) == (None, None, None)
    moves.act(case, "confirm_receipt", by=place.officer, at=at(on))
    stored = DisclosureRequest.objects.get()
    assert (stored.state, stored.received_on, stored.due_on) == ("received", day(on), day(due))
    assert record.rebuild(stored) == []


def test_a_request_received_before_the_regulation_of_2019_has_its_fifteen_days(place):
    case = received(place, "2019-05-06")
    assert moves.deadline(case).ruleset.code == "cn-2008"
    assert moves.deadline(case).working_days == 15


@pytest.mark.parametrize(
    ("channel", "facts", "on"),
    [
        ("counter", {"submitted_on": "2026-03-02"}, "2026-03-02"),
        ("tracked_mail", {"arrived_on": "2026-03-02", "signed_on": "2026-03-03"}, "2026-03-03"),
    ],
)
def test_what_is_handed_in_or_signed_for_is_received_at_once(place, channel, facts, on):
    case = registered(place, channel, facts)
    assert (case.state, case.received_on) == ("received", day(on))


def registered(place, channel, facts):
    case = factories_cases.draft(place, channel=channel, department=place.prices)
    receipt = {name: day(text) for name, text in facts.items()}
    moves.act(case, "register", by=place.officer, at=at("2026-03-04"), receipt=receipt)
    return case


def test_an_ordinary_letter_is_received_when_the_applicant_confirms(place):
    case = registered(place, "ordinary_mail", {"arrived_on": "2026-03-02"})
    assert (case.state, case.received_on) == ("awaiting_confirmation", None)
    refused("before", case, "confirm_receipt", by=place.officer, at=at("2026-03-04"), on=day("2026-03-01"))
    moves.act(case, "confirm_receipt", role="applicant", at=at("2026-03-05"))
    assert case.received_on == day("2026-03-05")


def test_without_the_fact_that_decides_nothing_is_received(place):
    case = factories_cases.draft(place, channel="tracked_mail", department=place.prices)
    facts = {"arrived_on": day("2026-03-02")}
    refused("no_receipt", case, "register", by=place.officer, at=at("2026-03-04"), receipt=facts)


def test_the_corrected_request_begins_the_count_anew(place):
    case = received(place, "2026-06-15")
    asked = {"until": day("2026-07-10"), "details": {"items": "请说明年份"}}
    moves.act(case, "ask_supplement", by=place.officer, at=at("2026-06-16"), **asked)
    assert (case.state, case.due_on) == ("awaiting_supplement", None)
    refused("guard", case, "close_abandoned", by=place.head, at=at("2026-07-10"))
    moves.act(case, "answer_supplement", role="applicant", at=at("2026-07-01"))
    assert (case.state, case.due_on) == ("received", day("2026-07-29"))
    refused("guard", case, "ask_supplement", by=place.officer, at=at("2026-07-02"), until=day("2026-07-20"))


def test_a_supplement_that_never_came_closes_the_case_after_its_term(place):
    case = received(place, "2026-06-15")
    moves.act(case, "ask_supplement", by=place.officer, at=at("2026-06-16"), until=day("2026-07-10"))
    moves.act(case, "close_abandoned", by=place.head, at=at("2026-07-11"))
    assert (case.state, case.closed_on) == ("abandoned", day("2026-07-11"))
    assert case.events.last().data["reply"] == "supplement_overdue"


def test_days_of_consultation_are_left_out_and_several_are_told_apart(place):
    case = handled(place, "2026-03-02")
    for _number in range(2):
        moves.act(case, "ask_third_party", by=place.officer, at=at("2026-03-10"))
    assert [each.data["key"] for each in case.events.filter(type="ask_third_party")] == ["1", "2"]
    opinion = {"by": place.officer, "data": {"opinion": "agrees"}, "at": at("2026-03-24")}
    refused("key", case, "answer_third_party", **opinion)
    moves.act(case, "answer_third_party", key="2", **opinion)
    refused("guard", case, "answer_third_party", **{**opinion, "key": "2"})
    offered = moves.offers(case, place.officer, today=day("2026-03-24"))
    assert [key for move, key in offered if move.code == "answer_third_party"] == ["1"]
    refused("guard", case, "draft_decision", by=place.officer, at=at("2026-03-24"), **provided(case))
    moves.act(case, "answer_third_party", **opinion)
    assert case.due_on == day("2026-04-14")


def test_an_event_that_the_clock_cannot_have_is_refused_before_anything_is_written(place):
    case = received(place, "2026-03-02")
    until = day("2026-04-01")
    early = {"by": place.officer, "at": at("2026-03-03"), "on": day("2026-02-01")}
    refused("before_receipt", case, "ask_supplement", until=until, **early)
    refused("until_missing", case, "ask_supplement", by=place.officer, at=at("2026-03-03"))
    refused("future", case, "note", by=place.officer, at=at("2026-03-03"), on=day("2026-03-04"))


# Second person


def extension(case, place, on="2026-05-18", **who):
    return moves.act(
        case, "propose_extension", by=who.get("by", place.officer), at=at(on), days=20, note="资料多"
    )


def test_an_extension_counts_when_the_head_approved_and_the_applicant_was_told(place):
    case = handled(place, "2026-04-20")
    refused("days", case, "propose_extension", by=place.officer, at=at("2026-05-18"), days=21)
    extension(case, place)
    refused("role", case, "approve_extension", by=place.officer, at=at("2026-05-18"))
    assert case.due_on == day("2026-05-20")
    moves.act(case, "approve_extension", by=place.head, at=at("2026-05-19"))
    assert case.due_on == day("2026-05-20")
    moves.act(case, "notify_extension", by=place.officer, at=at("2026-05-19"))
    assert case.due_on == day("2026-06-17")


def test_who_proposed_an_extension_does_not_approve_it(place):
    case = handled(place, "2026-04-20")
    root = factories.user("root", superuser=True)
    for person in (place.head, root):
        extension(case, place, by=person)
        error = refused("guard", case, "approve_extension", by=person, at=at("2026-05-19"))
        assert error.guard == "not_the_proposer"
        moves.act(case, "refuse_extension", by=place.head, at=at("2026-05-19"))


def test_who_drafted_a_reply_does_not_approve_it(place):
    root = factories.user("root", superuser=True)
    case = drafted(place, by=root)
    assert "approve_decision" not in codes(case, root)
    assert refused("guard", case, "approve_decision", by=root).guard == "not_a_drafter"
    moves.act(case, "revise_decision", by=place.reviewer, at=at("2026-02-12"), **provided(case))
    assert refused("guard", case, "approve_decision", by=place.reviewer).guard == "not_a_drafter"
    moves.act(case, "approve_decision", by=place.head, at=at("2026-02-12"))
    moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))
    stored = DisclosureRequest.objects.get()
    assert (stored.state, stored.closed_on, stored.keep_until) == (
        "replied",
        day("2026-02-13"),
        day("2036-02-13"),
    )
    assert not stored.is_overdue(day("2030-01-01"))
    handed_out = [each.released_at for each in stored.attachments.order_by("pk")]
    assert handed_out == [None, at("2026-02-13")], "only what the last decision names goes to the applicant"


def test_a_document_is_a_file_of_the_case_itself(place):
    case, other = handled(place), handled(place)
    refused("unknown_document", case, "draft_decision", by=place.officer, **provided(other))
    refused("unknown_document", case, "note", by=place.officer, documents=["../../x"])


def test_a_reply_that_does_not_state_what_it_must_is_refused_with_what_is_missing(place):
    case = handled(place)
    decision = {"reply": "refused_internal", "data": {"ground": "process"}}
    error = refused("guard", case, "draft_decision", by=place.officer, at=at("2026-02-11"), **decision)
    assert "The reasons" in str(error) or "理由" in str(error)
    decision = {
        "reply": "refused_internal",
        "data": {"ground": "internal"},
        "details": {"reasons": "内部管理"},
    }
    moves.act(case, "draft_decision", by=place.officer, at=at("2026-02-11"), **decision)
    assert "内部管理" not in str(case.events.last().data)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-11"))


def test_a_third_party_that_refused_is_told_before_its_information_goes_out(place):
    case = handled(place, "2026-03-02")
    moves.act(case, "ask_third_party", by=place.officer, at=at("2026-03-03"))
    answer = {"data": {"opinion": "refuses"}, "note": "商业秘密"}
    moves.act(case, "answer_third_party", role="third_party", at=at("2026-03-05"), **answer)
    moves.act(case, "draft_decision", by=place.officer, at=at("2026-03-06"), **provided(case))
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-03-06"))
    assert refused("guard", case, "issue_decision", by=place.officer).guard == "third_party_told"
    moves.act(case, "notify_third_party", by=place.officer, at=at("2026-03-06"))
    moves.act(case, "issue_decision", by=place.officer, at=at("2026-03-09"))
    assert case.state == "replied"


# Who


def codes(case, actor, on="2026-02-11"):
    return {each.code for each in moves.allowed(case, actor, today=day(on))}


def test_roles_come_from_the_department_the_office_and_its_head(place):
    case = received(place)
    office = factories_cases.overseer()
    assert moves.roles_of(place.officer, case) == {"officer", "registrar"}
    assert moves.roles_of(place.reviewer, case) == {"reviewer"}
    assert moves.roles_of(office, case) == {"officer", "registrar"}
    assert moves.roles_of(place.head, case) == {"officer", "registrar", "head"}
    assert moves.roles_of(place.other_officer, case) == frozenset()
    assert moves.roles_of(None, case) == frozenset()
    moves.act(case, "assign", by=office, changes={"officer": place.other_officer}, at=at("2026-02-11"))
    assert moves.roles_of(place.other_officer, case) == {"officer", "registrar"}
    assert case.events.last().data["officer"] == place.other_officer.pk


def test_nobody_acts_on_a_case_of_another_department_or_in_a_role_of_the_office_without_account(place):
    case = received(place)
    assert codes(case, place.other_officer) == set()
    for options in ({"by": place.other_officer}, {"role": "officer"}, {"role": "head"}):
        with pytest.raises(PermissionDenied):
            moves.act(case, "accept", **options)
    refused("role", case, "supervise", by=place.officer, role="head")
    refused("unknown_role", case, "accept")
    refused("unknown_action", case, "fly", by=place.officer)
    assert case.events.count() == 2


RAW = rules_data.load("cn/cases/request.json")


def rows(state):
    """Of the data file itself: pairs of action and roles possible in ``state``, with whether a guard is on it."""
    for action in RAW["actions"]:
        for row in action["moves"]:
            sources = [row["from"]] if isinstance(row["from"], str) else row["from"]
            if state in sources:
                guards = [*action.get("guards", []), *row.get("guards", []), action.get("second_person")]
                yield action["code"], set(row.get("roles", action.get("roles", []))), any(guards)


@pytest.mark.parametrize("state", [each["code"] for each in RAW["states"]])
def test_in_every_state_each_role_may_do_what_the_table_says_and_nothing_else(place, state):
    case = received(place)
    record.record(case, "note", state=state)
    people = SimpleNamespace(
        officer=(place.officer, {"officer", "registrar"}),
        reviewer=(place.reviewer, {"reviewer"}),
        head=(place.head, {"officer", "registrar", "head"}),
        applicant=("applicant", {"applicant"}),
        third_party=("third_party", {"third_party"}),
        system=("system", {"system"}),
    )
    known = list(rows(state))
    for actor, roles in vars(people).values():
        open_to = codes(case, actor)
        assert open_to <= {code for code, wanted, _guarded in known if wanted & roles}
        assert open_to >= {code for code, wanted, guarded in known if wanted & roles and not guarded}
    possible = {code for code, _roles, _guarded in known}
    for code in {each["code"] for each in RAW["actions"]} - possible:
        refused("state", case, code, by=place.head, at=at("2026-02-11"))
    for code, wanted in {
        code: set().union(*(r for c, r, _g in known if c == code)) for code in possible
    }.items():
        for role in {"applicant", "third_party", "system"} - wanted:
            refused("role", case, code, role=role, at=at("2026-02-11"))


# Two at once


def test_a_page_that_was_opened_before_somebody_else_acted_is_told_so(place):
    case = received(place)
    seen = case.events.last().pk
    moves.act(case, "accept", by=place.officer, seen=seen, at=at("2026-02-11"))
    error = refused("stale", case, "accept", by=place.head, seen=seen, at=at("2026-02-11"))
    assert isinstance(error, moves.Stale) and [each.type for each in error.since] == ["accept"]
    assert "陈信" in str(error)
    assert "陈信" in str(refused("state", case, "accept", by=place.head, at=at("2026-02-11")))
    assert "陈信" not in str(refused("stale", case, "withdraw", role="applicant", seen=seen))


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_moves_the_case_and_the_other_is_told():
    place = make_place()
    case = received(place)

    def click(index):
        try:
            own = DisclosureRequest.objects.get(pk=case.pk)
            return moves.act(own, "accept", by=place.officer, at=at("2026-02-11")).type
        except MoveRefused as error:
            return error.code

    assert sorted(together(click, 4)) == ["accept", "state", "state", "state"]
    assert case.events.filter(type="accept").count() == 1


def test_what_follows_a_move_comes_after_the_commit_and_not_after_a_refusal(
    place, django_capture_on_commit_callbacks
):
    told = []

    def listen(sender, case, event, move, **kwargs):
        told.append((case.number, event.type, move.target))

    moves.moved.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            case = received(place)
            refused("state", case, "archive", by=place.officer)
            assert told == []
    finally:
        moves.moved.disconnect(listen)
    assert told == [(case.number, "confirm_receipt", "received")]


# A changed calendar


def test_a_changed_calendar_shows_what_it_moves_and_then_moves_it_once(place):
    case, closed = received(place), received(place)
    moves.act(closed, "withdraw", role="applicant", at=at("2026-02-11"))
    CalendarDay.objects.create(date=day("2026-03-10"), is_working=False, reason="台风停工")
    out = io.StringIO()
    call_command("disclosure_reproject", stdout=out)
    assert f"{case.number}: 2026-03-16 → 2026-03-17" in out.getvalue()
    assert closed.number not in out.getvalue()
    assert DisclosureRequest.objects.get(pk=case.pk).due_on == day("2026-03-16")
    assert [reprojection.apply(actor=place.head), reprojection.apply(actor=place.head)] == [1, 0]
    event = case.events.last()
    assert (event.type, event.data["due_before"], event.data["due_now"]) == (
        "reprojected",
        "2026-03-16",
        "2026-03-17",
    )
    assert DisclosureRequest.objects.get(pk=case.pk).due_on == day("2026-03-17")
    assert list(reprojection.preview()) == []


def test_a_changed_calendar_moves_the_day_by_which_a_third_party_answers(place):
    case = handled(place, "2026-03-02")
    moves.act(case, "ask_third_party", by=place.officer, at=at("2026-03-03"))
    data = {"key": "1", "date": day("2026-03-04")}
    moves.act(case, "record_third_party_delivery", by=place.officer, at=at("2026-03-04"), data=data)
    assert DisclosureRequest.objects.get(pk=case.pk).answer_due_on == day("2026-03-25")
    CalendarDay.objects.create(date=day("2026-03-10"), is_working=False, reason="台风停工")
    out = io.StringIO()
    call_command("disclosure_reproject", "--apply", stdout=out)
    assert "2026-03-25 → 2026-03-26" in out.getvalue()
    assert DisclosureRequest.objects.get(pk=case.pk).answer_due_on == day("2026-03-26")
    assert case.events.last().data["answer_now"] == "2026-03-26"
    assert list(reprojection.preview()) == []


def test_a_move_after_the_calendar_changed_says_that_the_due_date_moved(place):
    case = received(place)
    CalendarDay.objects.create(date=day("2026-03-10"), is_working=False, reason="台风停工")
    moves.act(case, "accept", by=place.officer, at=at("2026-02-11"))
    assert [each.type for each in case.events.all()][-2:] == ["reprojected", "accept"]
    assert case.due_on == day("2026-03-17")
