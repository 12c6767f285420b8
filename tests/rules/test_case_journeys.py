"""Whole cases: the table and the clock together, from the draft to the archive."""

import datetime
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import replies_to
from wagtail_disclosure.rules.transitions import MoveRefused

from .paper_case import PaperCase

CN = get_profile("cn")
TABLES = [("cn", "request"), ("cn", "correction"), ("uk", "request")]


def refused(case, *arguments, **options):
    before = (case.state, len(case.steps), case.clock_events)
    with pytest.raises(RuleError) as error:
        case.do(*arguments, **options)
    assert (case.state, len(case.steps), case.clock_events) == before
    return error.value


@pytest.mark.parametrize(
    "kind, code",
    [
        (kind.code, reply.code)
        for kind in CN.case_kinds
        if ("cn", kind.fact("table")) in TABLES
        for reply in replies_to(CN, kind)
    ],
)
def test_every_reply_closes_a_case_that_then_is_archived(kind, code):
    reply = replies_to(CN, CN.case_kinds.get(kind)).get(code)
    case = PaperCase(table=CN.case_kinds.get(kind).fact("table"))
    if code == "withdrawn":
        case.handled().do("withdraw", "applicant")
    elif code == "supplement_overdue":
        case.received().do("ask_supplement", until=date(2026, 3, 20)).wait(20).do("close_abandoned", "head")
    elif code == "fee_overdue":
        case.handled().do("send_fee_notice", "head").wait(40).do("close_abandoned", "head")
    else:
        case.handled().decided(code).wait(3).do("record_service")
    assert case.facts["reply"] == code
    assert case.table.states[case.state].closed and case.deadline().closed
    assert case.do("archive").state == "archived"
    assert reply.fact("outcome")


def test_online_submission_does_not_start_the_clock():
    case = PaperCase().do("submit", "applicant")
    assert case.deadline() is None and case.state == "submitted"
    case.wait(3).do("ask_confirmation").wait(1).do("confirm_receipt", "applicant")
    assert case.deadline().received == date(2026, 3, 6)


def test_a_request_over_the_counter_is_received_at_once():
    case = PaperCase(channel="counter").do("register", "registrar")
    assert (case.state, case.deadline().due) == ("received", date(2026, 3, 30))


def test_a_supplement_and_a_third_party_and_an_extension():
    case = PaperCase(on=date(2026, 6, 15)).received()
    case.wait(7).do("ask_supplement", until=date(2026, 7, 6))
    assert case.deadline().due is None
    case.wait(9).do("answer_supplement", "applicant")
    assert (case.state, case.deadline().due) == ("received", date(2026, 7, 29))
    assert refused(case, "ask_supplement", until=date(2026, 8, 1)).guard == "not_asked_before"
    case.do("accept").do("ask_third_party", key="a").wait(1).do("record_third_party_delivery", key="a")
    assert refused(case, "draft_decision").guard == "no_opinion_outstanding"
    assert refused(case, "close_third_party", key="a").guard == "third_party_overdue"
    case.wait(8).do("answer_third_party", "third_party", key="a")
    assert case.deadline().due == date(2026, 8, 7)
    case.do("propose_extension", actor="li")
    assert refused(case, "approve_extension", "head", actor="li").guard == "not_the_proposer"
    case.do("approve_extension", "head", days=20)
    assert case.deadline().due == date(2026, 8, 7), "not before the applicant is told"
    case.do("notify_extension")
    assert case.deadline().due == date(2026, 9, 4)
    assert refused(case, "propose_extension").guard == "extension_possible"


def test_two_consultations_end_each_for_itself():
    case = PaperCase().handled().do("ask_third_party", key="a").wait(10).do("ask_third_party", key="b")
    case.wait(15)
    case.do("close_third_party", key="a")
    assert refused(case, "close_third_party", key="b").guard == "third_party_overdue"
    assert refused(case, "answer_third_party", key="a").guard == "third_party_open"
    assert refused(case, "draft_decision").guard == "no_opinion_outstanding"
    case.do("answer_third_party", key="b").do("draft_decision")


def test_a_fee_that_is_paid_begins_the_clock_anew():
    case = PaperCase().handled().wait(3).do("send_fee_notice", "head").wait(1).do("record_fee_delivery")
    assert refused(case, "close_abandoned", "head").guard == "fee_overdue"
    case.wait(14).do("record_payment")
    assert (case.state, case.deadline().start, case.deadline().due) == (
        "handling",
        date(2026, 3, 20),
        date(2026, 4, 20),
    )


def test_excessive_requests_with_sound_reasons_get_a_later_date():
    case = (
        PaperCase()
        .received()
        .do("ask_reasons", until=date(2026, 3, 12))
        .wait(5)
        .do("give_reasons", "applicant")
    )
    case.do("set_later_date", "head", until=date(2026, 6, 30))
    assert case.deadline().due == date(2026, 6, 30)


def test_nobody_approves_their_own_draft():
    case = PaperCase().handled().do("draft_decision", actor="li").do("revise_decision", "head", actor="wang")
    for actor in ("li", "wang"):
        assert refused(case, "approve_decision", "head", actor=actor).guard == "not_a_drafter"
    case.do("approve_decision", "reviewer", actor="zhao")
    case.facts["decision_unchanged"] = False
    assert refused(case, "issue_decision").guard == "decision_unchanged"


def test_a_petition_in_disguise_is_answered_and_then_moved():
    case = PaperCase().handled().decided("petition")
    assert case.do("move_to_mailbox").state == "transferred"
    other = PaperCase().handled().decided("provided")
    assert refused(other, "move_to_mailbox").guard == "petition_replied"


def test_a_reply_that_is_quashed_is_made_anew_within_the_term_that_was_ordered():
    case = PaperCase().handled().decided("does_not_exist").wait(2).do("record_service").do("archive")
    case.wait(60).do("reopen", "head", until=date(2026, 5, 20))
    assert (case.state, case.deadline().due) == ("handling", date(2026, 5, 20))
    case.decided("provided")
    assert not case.deadline().is_overdue(date(2027, 1, 1))


def test_a_case_taken_up_again_is_not_held_by_what_was_open_before():
    case = PaperCase().handled().do("ask_third_party", key="a").wait(1)
    case.do("ask_supplement", until=date(2026, 3, 10)).wait(20).do("close_abandoned", "head")
    case.wait(5).do("reopen", "head")
    assert case.deadline().due == date(2026, 4, 27)
    case.do("draft_decision")


def test_a_british_request_with_clarification_fee_and_internal_review():
    case = PaperCase("uk", on=date(2026, 6, 1)).do("submit", "applicant").do("accept")
    case.wait(2).do("ask_clarification", key="1", until=date(2026, 8, 3)).wait(7).do(
        "clarify", "applicant", key="1"
    )
    assert case.deadline().due == date(2026, 7, 9)
    case.do("send_fees_notice").wait(5).do("record_payment")
    assert case.deadline().due == date(2026, 7, 14), "10 and 11 June are disregarded, 12 to 15 too"
    case.decided().do("ask_review", "applicant", key="")
    assert case.deadline("internal_review").due == date(2026, 7, 14)
    assert refused(case, "decide_review", "reviewer", actor="officer").guard == "not_the_decider"
    assert case.do("decide_review", "reviewer", actor="zhao").state == "reviewed"


# Any walk through a table.


def attempt(case, choose):
    """Take some action that the table allows somebody; the clock may still refuse it."""
    roles = sorted(case.table.roles)
    actions = [
        (move.code, role)
        for role in roles
        for move in case.table.allowed(case.state, role, case.all_facts(f"{role} {len(case.steps)}", None))
    ]
    if actions:
        action, role = choose(st.sampled_from(sorted(set(actions))))
        options = {
            "key": str(len(case.steps)) if case.table.actions[action].opens else choose(open_keys(case)),
            "until": case.today + datetime.timedelta(days=choose(st.integers(0, 30))),
            "days": choose(st.integers(1, 20)),
            "actor": f"{role} {len(case.steps)}",
        }
        try:
            case.do(action, role, **options)
        except RuleError as error:
            assert str(error) and "%(" not in str(error)


def open_keys(case):
    pairs = [(action, key) for action, _source, _target, key in case.steps]
    keys = sorted({key for of in case.table.open_conditions(pairs).values() for key in of})
    return st.sampled_from(keys or [""])


def finish(case):
    """Bring any case to its end by what the office can do alone, once all terms are over."""
    case.wait(400)
    for _round in range(60):
        if case.table.states[case.state].closed:
            return
        pairs = [(action, key) for action, _source, _target, key in case.steps]
        keys = [key for of in case.table.open_conditions(pairs).values() for key in sorted(of)] + [""]
        for action, role, key in ((a, r, k) for a in FINISHING for r in ("officer", "head") for k in keys):
            try:
                case.do(action, role, key=key, actor=f"{role} {len(case.steps)}")
            except (RuleError, KeyError):
                continue
            break
        else:
            raise AssertionError(f"stuck in {case.state}: {case.steps}")


FINISHING = """
issue_decision approve_decision close_abandoned close_lapsed close_reasons close_third_party close_co_maker
stop_waiting_for_agency accept draft_decision confirm_receipt discard record_payment submit register
""".split()


@pytest.mark.parametrize("profile, table", TABLES)
@settings(max_examples=40)
@given(data=st.data())
def test_no_walk_through_a_table_ends_where_the_office_cannot_go_on(profile, table, data):
    case = PaperCase(
        profile, table, channel=data.draw(st.sampled_from(get_profile(profile).request_channels.codes()))
    )
    for _step in range(data.draw(st.integers(0, 14))):
        case.wait(data.draw(st.integers(0, 12)))
        attempt(case, data.draw)
    deadline = case.deadline()
    state = case.table.states[case.state]
    assert state.counted == (deadline is not None), "what counts was received, and nothing else was"
    if deadline and state.closed != bool(deadline.closed):
        raise AssertionError(f"{case.state}: the clock says closed on {deadline.closed}")
    if case.state != "draft":
        finish(case)
        assert case.table.states[case.state].closed


def test_the_refusal_of_the_table_comes_before_that_of_the_clock():
    case = PaperCase().handled()
    assert isinstance(refused(case, "answer_third_party", key="a"), MoveRefused)
    assert refused(case, "ask_supplement").code == "until_missing"
