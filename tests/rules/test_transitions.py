"""The transition tables: every role in every state with every action, and what the law demands of them."""

import itertools

import pytest
from django.utils import translation

from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import outcome_leaves
from wagtail_disclosure.rules.transition_data import get_table, reachable
from wagtail_disclosure.rules.transitions import MoveRefused

from . import document

TABLES = [("cn", "request"), ("cn", "correction"), ("cn", "letter"), ("uk", "request"), ("uk", "letter")]
REQUEST = get_table("cn", "request")
# Facts under which no guard stands in the way, as far as guards do not exclude one another.
OPEN = {
    "actor": "li",
    "channel_basis": "confirmed_on",
    "open_conditions": frozenset(),
    "past_conditions": frozenset(),
    "lapsed": frozenset({"supplement", "fee", "reasons", "third_party", "co_maker", "clarification"}),
    "reply": "petition",
    "reply_complete": True,
    "decision_contributors": frozenset({"wang"}),
    "extension_proposers": frozenset({"wang"}),
    "decision_unchanged": True,
    "is_anonymised": False,
    "extension_possible": True,
    "third_party_untold": False,
    "task_is_yours": True,
    "consent_given": True,
    "joined_answered": True,
    "joined_untold": True,
    "joined_visible": True,
}
# Other states of affairs: what guards ask about is the case, or nothing is as it should be.
WAITING = OPEN | {
    "open_conditions": frozenset(
        {"third_party", "co_maker", "other_agency", "extension", "extension_notice", "review_extension"}
        | {"task", "repeat", "review", "review_decided", "supervision", "hold", "follow_up"}
    ),
    "past_conditions": frozenset({"supplement", "reasons", "follow_up"}),
}
SHUT = {
    "actor": "wang",
    "channel_basis": "arrived_on",
    "open_conditions": frozenset({"third_party", "extension"}),
    "past_conditions": frozenset({"supplement"}),
    "lapsed": frozenset(),
    "reply": "provided",
    "reply_complete": False,
    "decision_contributors": frozenset({"wang"}),
    "extension_proposers": frozenset({"wang"}),
    "decision_unchanged": False,
    "is_anonymised": False,
    "extension_possible": False,
    "third_party_untold": True,
    "task_is_yours": False,
    "consent_given": False,
    "joined_answered": False,
    "joined_untold": False,
    "joined_visible": False,
}
SITUATIONS = {"open": OPEN, "waiting": WAITING, "shut": SHUT}
# Who outside the office may do what, and where: written from the Regulation, not from the table.
OUTSIDE = {
    "applicant": {
        "draft": {"submit", "discard"},
        "submitted": {"withdraw", "correct_contact"},
        "awaiting_confirmation": {"confirm_receipt", "withdraw", "correct_contact"},
        "received": {"withdraw", "correct_contact"},
        "awaiting_supplement": {"answer_supplement", "withdraw", "correct_contact"},
        "handling": {"withdraw", "correct_contact"},
        "awaiting_reasons": {"give_reasons", "withdraw", "correct_contact"},
        "awaiting_payment": {"withdraw", "correct_contact"},
        "drafted": {"withdraw", "correct_contact"},
        "approved": {"withdraw", "correct_contact"},
        "replied": {"rate", "correct_contact"},
        "served": {"rate"},
        "abandoned": {"rate"},
    },
    # Whoever is consulted confirms receipt and answers while that is open; what comes later is recorded as late.
    "third_party": {
        **{
            state: {"late_opinion"}
            for state in "awaiting_payment drafted approved replied served abandoned withdrawn transferred archived".split()
        },
        **{
            state: {
                "late_opinion",
                *("answer_third_party", "answer_co_maker", "answer_agency"),
                *("record_third_party_delivery", "record_co_maker_delivery"),
            }
            for state in ("received", "awaiting_supplement", "handling", "awaiting_reasons")
        },
    },
}
AFTER_ARCHIVING = {
    *("reopen", "propose_publication", "late_opinion"),
    *("record_review", "record_review_result", "retract_review_result"),
    *("hold", "lift_hold"),
}


def rows(table, state, action):
    return [move for move in table.moves if (move.source, move.code) == (state, action)]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("profile, code", TABLES)
def test_every_role_in_every_state_with_every_action(profile, code, situation):
    """Each of the combinations is one move or a refusal that names what stands in the way."""
    table, facts, tried = get_table(profile, code), SITUATIONS[situation], 0
    for state, role, action in itertools.product(table.states, table.roles, table.actions):
        tried += 1
        allowed = {move.code: move for move in table.allowed(state, role, facts)}
        of_state = rows(table, state, action)
        of_role = [move for move in of_state if role in move.roles]
        passing = [move for move in of_role if all(guard.holds(facts) for guard in move.guards)]
        if passing:
            assert table.move(state, action, role, facts) is allowed[action] is passing[0]
            continue
        assert action not in allowed
        with pytest.raises(MoveRefused) as refused:
            table.move(state, action, role, facts)
        expected = "state" if not of_state else "role" if not of_role else "guard"
        assert refused.value.code == expected, (state, role, action)
        assert bool(refused.value.guard) == (expected == "guard")
        assert "%(" not in str(refused.value)
    assert tried == len(table.states) * len(table.roles) * len(table.actions)


@pytest.mark.parametrize("role", OUTSIDE)
def test_people_outside_the_office_may_do_just_what_the_regulation_gives_them(role):
    for state in REQUEST.states:
        rights = {move.code for move in REQUEST.moves if move.source == state and role in move.roles}
        assert rights == OUTSIDE[role].get(state, set()), state


@pytest.mark.parametrize("profile, code", TABLES)
def test_only_a_named_second_person_approves(profile, code):
    """Who drafted, and who is not known to be another person, does not approve."""
    table = get_table(profile, code)
    seconds = {action.code for action in table.actions.values() if action.second_person}
    assert "approve_decision" in seconds
    assert {"approve_extension"} <= seconds or "extension" not in table.conditions
    for move in table.moves:
        if move.code in seconds:
            assert move.roles <= {"reviewer", "head"}
            alone = WAITING | {"actor": "wang"}
            nobody = WAITING | {"actor": None}
            unknown = WAITING | {"decision_contributors": frozenset(), "extension_proposers": frozenset()}
            for facts in (alone, nobody, unknown):
                assert move.failing(facts).code == move.action.second_person


@pytest.mark.parametrize("profile, code", TABLES)
def test_a_reply_goes_out_only_approved_and_unchanged(profile, code):
    table = get_table(profile, code)
    issued = [move for move in table.moves if move.target == "replied" and not move.stays]
    assert {(move.code, move.source) for move in issued} == {("issue_decision", "approved")}
    assert all("decision_unchanged" in [guard.code for guard in move.guards] for move in issued)
    into = {move.code for move in table.moves if move.target == "approved" and not move.stays}
    assert into == {"approve_decision"}


@pytest.mark.parametrize("profile, code", TABLES)
def test_every_closed_case_that_counts_has_an_outcome(profile, code):
    """It comes from a reply that people approved, or from a move that decides it."""
    table = get_table(profile, code)
    decided = reachable(table, "approved")
    for move in table.moves:
        source, target = table.states[move.source], table.states[move.target]
        if target.closed and target.counted and not source.closed:
            assert move.reply or move.source == "approved", move
        if target.closed and not target.counted:
            assert not source.counted, "only what was never received can be discarded"
    assert {"replied", "archived"} <= decided


def test_every_row_of_the_annual_report_can_be_reached():
    """The 21 leaves: decided in a reply, or by the move that closes the case."""
    profile = get_profile("cn")
    leaves = {leaf.code for leaf in outcome_leaves(profile.outcomes)}
    by_move = {move.reply for move in REQUEST.moves if move.reply}
    decided = {reply.code for reply in profile.replies if reply.fact("decision", True)}
    reached = {profile.replies.get(code).fact("outcome") for code in by_move | decided}
    assert len(leaves) == 21 and reached == leaves
    assert by_move == {reply.code for reply in profile.replies if reply.fact("decision", True) is False}


@pytest.mark.parametrize("profile, code", TABLES)
def test_every_state_is_reached_and_every_open_one_can_be_closed(profile, code):
    table = get_table(profile, code)
    assert reachable(table, table.start) == set(table.states)
    closed = {state.code for state in table.states.values() if state.closed}
    assert all(reachable(table, state) & closed for state in table.states)


def test_an_archived_case_rests():
    assert {move.code for move in REQUEST.moves if move.source == "archived"} == AFTER_ARCHIVING


def test_nothing_is_drafted_while_an_opinion_is_outstanding():
    for wait in ("third_party", "co_maker", "other_agency"):
        facts = OPEN | {"open_conditions": frozenset({wait})}
        with pytest.raises(MoveRefused) as refused:
            REQUEST.move("handling", "draft_decision", "officer", facts)
        assert refused.value.guard == "no_opinion_outstanding"


@pytest.mark.parametrize("profile, code", TABLES)
def test_a_department_that_takes_part_answers_its_own_task_and_does_nothing_else(profile, code):
    table = get_table(profile, code)
    assert {move.code for move in table.moves if "involved" in move.roles} == {"answer_task"}
    assert table.move("handling", "answer_task", "involved", WAITING).stays
    for facts, guard in ((OPEN, "task_open"), (WAITING | {"task_is_yours": False}, "task_is_yours")):
        with pytest.raises(MoveRefused) as refused:
            table.move("handling", "answer_task", "involved", facts)
        assert refused.value.guard == guard
    closing = [move.action for move in table.moves if move.target == "withdrawn" and not move.stays]
    assert closing and all("task" in action.clears for action in closing), "nobody waits for a closed case"


@pytest.mark.parametrize("profile, code", TABLES)
def test_a_case_is_held_from_the_record_of_a_review_to_its_result(profile, code):
    table = get_table(profile, code)
    if code == "letter":
        assert {each.code for each in table.conditions.values() if each.marks == "legal_hold"} == {"hold"}
        assert table.open_conditions([("hold", "1"), ("lift_hold", "1")]) == {}
        return
    holding = {each.code for each in table.conditions.values() if each.marks == "legal_hold"}
    assert holding == {"review", "hold"}
    steps = [("record_review", "1"), ("record_review", "2"), ("record_review_result", "1")]
    assert table.open_conditions(steps) == {"review": {"2"}, "review_decided": {"1"}}
    assert table.open_conditions([*steps, ("retract_review_result", "1")]) == {"review": {"1", "2"}}


def test_a_supplement_is_asked_for_once():
    assert REQUEST.move("received", "ask_supplement", "officer", OPEN).target == "awaiting_supplement"
    with pytest.raises(MoveRefused) as refused:
        REQUEST.move("handling", "ask_supplement", "officer", WAITING)
    assert refused.value.guard == "not_asked_before"


@pytest.mark.parametrize(
    "channel, submit, register",
    [("online", "submitted", "awaiting_confirmation"), ("counter", "received", "received")]
    + [("ordinary_mail", "submitted", "awaiting_confirmation"), ("tracked_mail", "received", "received")],
)
def test_the_channel_decides_whether_a_request_is_received_at_once(channel, submit, register):
    basis = get_profile("cn").request_channels.get(channel).fact("basis")
    facts = OPEN | {"channel_basis": basis}
    submitted = REQUEST.move("draft", "submit", "applicant", facts)
    registered = REQUEST.move("draft", "register", "registrar", facts)
    assert (submitted.target, registered.target) == (submit, register)
    assert submitted.clock_event == ("received" if submit == "received" else "")


def test_an_application_is_abandoned_only_when_its_time_is_over():
    move = REQUEST.move("awaiting_payment", "close_abandoned", "head", OPEN)
    assert (move.target, move.reply) == ("abandoned", "fee_overdue")
    with pytest.raises(MoveRefused):
        REQUEST.move("awaiting_payment", "close_abandoned", "head", OPEN | {"lapsed": frozenset()})


def test_an_extension_needs_the_head_and_then_the_notice():
    steps = [("propose_extension", ""), ("approve_extension", ""), ("notify_extension", "")]
    seen = [set(REQUEST.open_conditions(steps[:n])) for n in range(4)]
    assert seen == [set(), {"extension"}, {"extension_notice"}, set()]
    assert REQUEST.actions["approve_extension"].clock_event == "extension_approved"
    assert REQUEST.actions["notify_extension"].clock_event == "extension_notified"
    assert all(move.roles == {"head"} for move in REQUEST.moves if move.code == "approve_extension")


def test_a_third_party_that_refused_is_told_before_the_reply_goes_out():
    with pytest.raises(MoveRefused) as refused:
        REQUEST.move("approved", "issue_decision", "officer", OPEN | {"third_party_untold": True})
    assert refused.value.guard == "third_party_told"


def test_conditions_are_kept_apart_by_key():
    steps = [
        ("ask_third_party", "a"),
        ("ask_third_party", "b"),
        ("answer_third_party", "a"),
        ("answer_third_party", "zzz"),
    ]
    assert REQUEST.open_conditions(steps) == {"third_party": {"b"}}
    assert REQUEST.condition_facts(steps)["open_conditions"] == {"third_party"}
    assert REQUEST.condition_facts(steps, key="a")["open_conditions"] == frozenset()
    assert REQUEST.condition_facts(steps, key="b")["past_conditions"] == {"third_party"}


def test_the_state_is_what_the_steps_say():
    steps = [
        ("submit", "draft", "submitted"),
        ("confirm_receipt", "submitted", "received"),
        ("note", "received", "received"),
        ("accept", "received", "handling"),
    ]
    assert REQUEST.state_after([]) == "draft"
    assert REQUEST.state_after(steps) == "handling"
    with pytest.raises(MoveRefused):
        REQUEST.state_after(steps[:1] + steps[2:])
    with pytest.raises(MoveRefused):
        REQUEST.state_after([("submit", "draft", "handling")])


def test_somebody_in_several_capacities_has_the_moves_of_all():
    both = {move.code for move in REQUEST.allowed("drafted", ["officer", "reviewer"], OPEN)}
    assert {"propose_extension", "approve_decision"} <= both
    assert REQUEST.allowed("drafted", [], OPEN) == ()


@pytest.mark.parametrize(
    "state, action, role, code",
    [
        ("limbo", "accept", "officer", "unknown_state"),
        ("received", "explode", "officer", "unknown_action"),
        ("received", "accept", "king", "unknown_role"),
        ("archived", "accept", "officer", "state"),
        ("received", "accept", "applicant", "role"),
    ],
)
def test_what_is_not_in_the_table_is_refused(state, action, role, code):
    with pytest.raises(MoveRefused) as refused:
        REQUEST.move(state, action, role, OPEN)
    assert refused.value.code == code


def test_a_missing_fact_is_an_error_and_no_permission():
    facts = {name: value for name, value in OPEN.items() if name != "open_conditions"}
    for attempt in (
        lambda: REQUEST.allowed("handling", "officer", facts),
        lambda: REQUEST.move("handling", "draft_decision", "officer", facts),
    ):
        with pytest.raises(RuleError) as error:
            attempt()
        assert error.value.code == "missing_fact"


def test_the_refusal_is_readable_in_the_language_of_the_reader():
    with pytest.raises(MoveRefused) as refused:
        REQUEST.move("drafted", "approve_decision", "head", OPEN | {"actor": "wang"})
    with translation.override("en"):
        assert "Who approves has not worked on the draft." in str(refused.value)
    with translation.override("zh-hans"):
        assert "审核人没有参与起草。" in str(refused.value)


def test_an_internal_review_runs_on_its_own_clock():
    table = get_table("uk", "request")
    move = table.move("replied", "ask_review", "applicant", OPEN)
    assert (move.target, move.action.clock, move.clock_event) == ("in_review", "internal_review", "received")
    assert table.move("handling", "extend_for_public_interest", "head", OPEN).action.clock == "request"


@pytest.mark.parametrize("profile, code", TABLES)
def test_facts_that_the_guards_need_are_named(profile, code):
    assert get_table(profile, code).fact_names <= set(OPEN)


@pytest.mark.parametrize("code", ["tea", "", "../../uk/cases/request"])
def test_an_unknown_table_is_an_error(code):
    with pytest.raises(LookupError):
        get_table("cn", code)


def test_the_page_of_the_documentation_is_what_the_tables_say():
    assert document.TARGET.read_text("utf-8") == document.text(), "run: python -m tests.rules.document"
