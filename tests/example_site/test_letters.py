"""The letters of the example agency: their scripts keep to the table of moves, and leave no state of it out."""

import datetime
from collections import Counter

import pytest

from example_site.loader import case_steps, letter_scripts
from example_site.loader.case_scripts import Days, timed
from example_site.loader.content import data, table
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.transition_data import get_table

PROFILE = get_profile("cn")
MOVES = get_table("cn", "letter")
TODAY = datetime.date(2026, 11, 29)


@pytest.fixture(scope="module")
def found():
    return letter_scripts.scripts()


def walk(script):
    """The moves of a script, each one that the table has; what guards ask for is left to the load."""
    state = MOVES.start
    for step in script.steps:
        action = step.action
        if action == "submit" and script.channel != "online":
            action = "register"
        moves = [each for each in MOVES.moves if (each.code, each.source) == (action, state)]
        assert moves, f"{script.key}: {action} in {state}"
        yield moves[0]
        state = moves[0].target


def ends(scripts):
    return Counter(list(walk(script))[-1].target for script in scripts)


def test_every_state_is_the_end_of_some_letter_at_either_scale(found):
    assert set(ends(found)) == set(MOVES.states) - {"draft"} and len(found) >= 120
    small = letter_scripts.small(found)
    assert set(ends(small)) == set(MOVES.states) - {"draft"} and 25 <= len(small) <= 55


def test_letters_are_about_something_that_their_mailbox_takes(found):
    boxes = {each["code"]: each for each in data("mailboxes")}
    for script in found:
        assert script.row["type"] in boxes[script.mailbox]["types"], script.key
        assert "{" not in script.row["subject"] + script.row["body"] and len(script.row["subject"]) <= 100
        answered = any(step.action == "draft_decision" for step in script.steps)
        assert script.row["reply"] or not answered, script.key
    assert {row["path"] for row in table("letters")} == set(data("letter_paths")["paths"])
    assert {script.channel for script in found} <= {each.code for each in PROFILE.mail_channels}


def test_letters_are_joined_with_older_ones_and_selected_with_consent(found):
    known = {script.key: script for script in found}
    for script in found:
        if script.row["earlier"]:
            assert known[script.row["earlier"]].ago > script.ago
        if script.row["path"] == "selected":
            assert script.row["consent"] and not script.row["anonymous"]
    assert 8 <= sum(script.row["path"] == "selected" for script in found) <= 10
    assert sum("frequent" in topic for topic in data("letter_topics").values()) == 2


def test_everything_that_people_write_is_written(found):
    texts = data("letter_texts")
    for script in found:
        for step in script.steps[1:]:
            for name in MOVES.actions[step.action].fields:
                if name in case_steps.action_fields.TEXTS:
                    known = texts[name]
                    given = (
                        known.get(step.value) or known.get(step.action) if isinstance(known, dict) else known
                    )
                    assert given, (step, name)


@pytest.mark.django_db
def test_everything_happens_on_working_days_before_the_load_and_in_order(found):
    days = Days(TODAY)
    for number, script in enumerate(found):
        times = [each.at for each in timed(script, days, number)]
        assert times and times == sorted(times), script.key
        assert all(days.calendar.is_working(at.date()) and 9 <= at.hour < 18 for at in times), script.key
        left_out = script.steps[len(times) :]
        assert [step.action for step in left_out] in ([], ["archive"]), script.key
