"""The requests of the example agency: their scripts keep to the table of moves, and leave nothing of it out."""

import datetime
from collections import Counter

import pytest

from example_site.loader import case_people, case_steps
from example_site.loader.case_scripts import Days, first_possible, parse, scripts, timed
from example_site.loader.content import data, table
from example_site.logins import lines
from wagtail_disclosure.rules.identity_numbers import check_identity_number
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import outcome_leaves
from wagtail_disclosure.rules.transition_data import get_table

PROFILE = get_profile("cn")
MOVES = get_table("cn", "request")
TODAY = datetime.date(2026, 11, 29)
# A form that is being filled in is no case yet: it is sent and received in one, or deleted.
BEFORE = {"draft"}, {"discard"}


@pytest.fixture(scope="module")
def found():
    return [script for script in scripts() if script.kind == "request"]


@pytest.fixture(scope="module")
def corrections():
    return [script for script in scripts() if script.kind == "correction"]


@pytest.fixture(scope="module")
def played(found):
    return {script.key: list(walk(script)) for script in found}


def walk(script):
    """The moves of a script, each one that the table has; what guards ask for is left to the load."""
    table = get_table("cn", script.kind)
    state = table.start
    basis = PROFILE.request_channels.get(script.channel).fact("basis")
    first = "submit" if script.channel == "online" else "register"
    for step in script.steps:
        action = first if step.action == "submit" else step.action
        moves = [each for each in table.moves if (each.code, each.source) == (action, state)]
        if action == first:
            wanted = "to_be_confirmed" if basis == "confirmed_on" else "received_at_once"
            moves = [each for each in moves if wanted in {guard.code for guard in each.guards}]
        assert moves, f"{script.key}: {action} in {state}"
        yield moves[0]
        state = moves[0].target


def test_every_state_is_the_end_of_some_request(played):
    ends = Counter(moves[-1].target for moves in played.values())
    assert set(MOVES.states) - set(ends) == BEFORE[0] and sum(ends.values()) >= 200


def test_every_action_occurs(played):
    taken = {move.code for moves in played.values() for move in moves}
    assert set(MOVES.actions) - taken == BEFORE[1]


def test_every_outcome_of_the_annual_report_occurs(found, played):
    replies = {each.code: each.fact("outcome") for each in PROFILE.replies}
    drafted = [script for script in found if any(step.action == "issue_decision" for step in script.steps)]
    codes = {
        script.path[name] for script in drafted for name in ("reply", "reply_again") if name in script.path
    }
    codes |= {move.reply for moves in played.values() for move in moves if move.reply}
    assert codes == set(replies)
    assert {replies[code] for code in codes} == {leaf.code for leaf in outcome_leaves(PROFILE.outcomes)}


def test_every_channel_and_kind_of_applicant_occurs(found):
    people = [case_people.applicant(script.first, script.path.get("kind", "")) for script in found]
    assert {script.channel for script in found} == {each.code for each in PROFILE.request_channels}
    assert {person["kind"] for person in people} == {each.code for each in PROFILE.applicant_kinds}
    for person in people:
        document = PROFILE.identity_documents.get(person["identity_kind"])
        assert not check_identity_number(document, person["identity_number"], TODAY).warnings, person


def test_each_request_is_about_something_else(found):
    rows = table("requests")
    assert {row["department"] for row in rows} == {f"{number:02d}" for number in range(1, 13)}
    repeated = [row["subject"] for row in rows if row["earlier"]]
    once = [row["subject"] for row in rows if not row["earlier"]]
    assert len(set(once)) == len(once) and 3 <= len(repeated) <= 10
    known = {script.key: script for script in found}
    for script in found:
        if script.row["earlier"]:
            assert known[script.row["earlier"]].ago >= script.ago
    used = {row["path"] for row in rows}
    assert len({row["key"] for row in rows}) == len(rows)
    assert used == set(data("request_paths")["paths"])


def test_corrections_come_to_every_reply_and_stand_in_open_and_closed_states(corrections):
    table = get_table("cn", "correction")
    ends = {list(walk(script))[-1].target for script in corrections}
    assert {"submitted", "awaiting_supplement", "handling", "drafted", "archived"} <= ends
    replies = {script.path["reply"] for script in corrections if "reply" in script.path}
    assert replies == {each.code for each in PROFILE.correction_replies if each.fact("decision", True)}
    assert len(corrections) >= 10 and {script.channel for script in corrections} >= {"online", "counter"}
    assert all(table.states[end] for end in ends)


def test_everything_that_people_write_is_written(found, corrections):
    texts = data("request_texts")
    taken = {(script.kind, step.action) for script in found + corrections for step in script.steps}
    for kind, action in {each for each in taken if each[1] != "submit"}:
        for name in get_table("cn", kind).actions[action].fields:
            if name in case_steps.action_fields.TEXTS:
                known = texts[case_steps.TEXTS.get(name, name)]
                assert known[action] if isinstance(known, dict) else known, (action, name)


@pytest.mark.django_db
def test_everything_happens_on_working_days_before_the_load_and_in_order(found, corrections):
    days = Days(TODAY)
    for number, script in enumerate(found + corrections):
        times = [each.at for each in timed(script, days, number)]
        assert times and times == sorted(times), script.key
        assert all(days.calendar.is_working(at.date()) and 9 <= at.hour < 18 for at in times), script.key
        assert times[-1].date() < TODAY
        left_out = script.steps[len(times) :]
        assert [step.action for step in left_out] in ([], ["archive"]), script.key


@pytest.mark.parametrize("text", ["", "Accept", "accept+", "accept++1", "ask=1=2", "accept+x"])
def test_a_step_that_is_written_wrongly_is_refused(text):
    with pytest.raises(ValueError, match="No step"):
        parse(text)


def test_a_step_says_what_whose_when_and_by_whom():
    step = parse("answer_third_party=refuses#2+4:officer")
    assert (step.action, step.value, step.key, step.gap, step.role) == (
        "answer_third_party",
        "refuses",
        "2",
        4,
        "officer",
    )


def test_numbers_and_codes_are_told_with_the_log_ins():
    told = "\n".join(lines("http://127.0.0.1:8000", [("SQ2026-00-00001", "AAAA-BBBB", "the reply")]))
    assert "SQ2026-00-00001  AAAA-BBBB  the reply" in told and "http://127.0.0.1:8000/requests/" in told
    assert "number and code" not in "\n".join(lines("http://127.0.0.1:8000"))


@pytest.mark.parametrize("today", ["2026-03-02", "2026-11-30", "2027-06-01"])
def test_what_is_repeated_came_before_whenever_the_agency_is_loaded(db, today):
    days, found = Days(datetime.date.fromisoformat(today)), {each.key: each for each in scripts()}
    for script in found.values():
        if earlier := found.get(script.row["earlier"]):
            assert first_possible(earlier, days) > first_possible(script, days), script.key
