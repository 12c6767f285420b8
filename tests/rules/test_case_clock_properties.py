"""What must be true of every due date, whatever the events and the calendar."""

import datetime
import random
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wagtail_disclosure.rules.calendar import get_calendar
from wagtail_disclosure.rules.case_clock import case_deadline
from wagtail_disclosure.rules.case_ledger import DayStatus
from wagtail_disclosure.rules.working_days import add_working_days

from .clock_cases import CALENDARS, CN, UK, consultation, deadline, event, extension, received, supplement
from .mail_terms import PETITION, letter, stated

STARTS = st.dates(date(2020, 1, 1), date(2026, 11, 30))
PROFILES = st.sampled_from([CN, UK])
FEW = settings(max_examples=60)


def plus(start, days):
    return start + datetime.timedelta(days=days)


def is_working(day):
    return CALENDARS["cn"].is_working(day)


@st.composite
def pauses(draw, start, before, most=3):
    """Consultations that begin after ``start`` and before the day ``before``, answered within their term."""
    found = []
    for number in range(draw(st.integers(0, most))):
        asked = plus(start, draw(st.integers(0, max(0, (before - start).days - 1))))
        answered = min(plus(asked, draw(st.integers(0, 25))), add_working_days(asked, 15, CALENDARS["cn"]))
        found.append((asked, answered, str(number), draw(st.sampled_from(["third_party", "co_maker"]))))
    return found


@st.composite
def cases(draw):
    """A start with consultations and an extension, all in time."""
    start = draw(STARTS)
    base = add_working_days(start, 20, CALENDARS["cn"])
    asked = draw(pauses(start, base))
    events = [each for pause in asked for each in consultation(*pause)]
    if draw(st.booleans()):
        told = plus(start, draw(st.integers(0, (base - start).days)))
        events += extension(told, told, draw(st.integers(1, 20)))
    return start, asked, events


@FEW
@given(STARTS, st.integers(1, 30), st.data())
def test_earlier_receipt_is_never_due_later(start, gap, data):
    later = plus(start, gap)
    base = add_working_days(later, 20, CALENDARS["cn"])
    events = [each for pause in data.draw(pauses(later, base)) for each in consultation(*pause)]
    told = plus(later, data.draw(st.integers(0, 28)))
    events += extension(told, told, data.draw(st.integers(1, 20)))
    assert deadline(received(start), *events).due <= deadline(received(later), *events).due


@FEW
@given(STARTS, st.data())
def test_pauses_add_exactly_the_working_days_they_cover_overlaps_once(start, data):
    base = add_working_days(start, 20, CALENDARS["cn"])
    asked = data.draw(pauses(start, base))
    covered = {
        plus(first, offset)
        for first, last, _key, _who in asked
        for offset in range(1, (last - first).days + 1)
    }
    paused = sum(is_working(day) for day in covered)
    case = deadline(received(start), *(each for pause in asked for each in consultation(*pause)))
    assert case.due == add_working_days(start, 20 + paused, CALENDARS["cn"])
    assert case.paused_days == paused


@FEW
@given(STARTS, st.integers(1, 20), st.integers(0, 20))
def test_an_extension_adds_exactly_its_working_days(start, days, told_after):
    told = add_working_days(start, told_after, CALENDARS["cn"])
    case = deadline(received(start), *extension(told, told, days))
    assert case.due == add_working_days(deadline(received(start)).due, days, CALENDARS["cn"])
    assert case.extended_by == days


@FEW
@given(cases(), st.integers(0, 10**6))
def test_the_order_of_recording_does_not_matter(case, seed):
    start, _asked, events = case
    events = [received(start), *events]
    shuffled = random.Random(seed).sample(events, len(events))
    assert deadline(*shuffled) == deadline(*events)


@FEW
@given(cases())
def test_the_ledger_is_gapless_and_sums_to_the_due_date(case):
    start, _asked, events = case
    found = deadline(received(start), *events)
    assert [row.date for row in found.ledger] == [plus(start, n) for n in range((found.due - start).days + 1)]
    numbers = [row.counted for row in found.ledger if row.counted is not None]
    assert numbers == list(range(found.working_days + 1))
    assert found.ledger[-1].date == found.due and found.ledger[-1].counted == found.working_days
    for row in found.ledger[1:]:
        assert (row.counted is None) == (row.status in (DayStatus.REST, DayStatus.PAUSED))
        assert row.counted is None or row.day.is_working


@FEW
@given(cases(), st.integers(0, 60))
def test_a_restart_forgets_what_came_before(case, gap):
    start, _asked, events = case
    last = max([start, *(each.on for each in events)])
    again = plus(last, gap)
    restarted = deadline(received(start), *events, *supplement(start, again))
    assume(not any(each.on == again for each in events))
    assert restarted.due == deadline(received(again)).due
    assert restarted.working_days == 20 and restarted.paused_days == 0
    counted = [row for row in restarted.ledger if row.status is DayStatus.COUNTED]
    assert len(counted) == 20 and counted[0].date > again


@FEW
@given(STARTS, PROFILES, st.integers(1, 28))
def test_a_day_off_decided_by_hand_moves_the_due_date_by_one_working_day(start, profile, offset):
    plain = deadline(received(start), profile=profile)
    off = plus(start, offset)
    assume(CALENDARS[profile.code].is_working(off) and off <= plain.due)
    closed = get_calendar(profile.code, overrides=[(off, False, "typhoon")])
    moved = deadline(received(start), profile=profile, calendar=closed)
    assert moved.due == add_working_days(start, 21, CALENDARS[profile.code])


@FEW
@given(STARTS, STARTS)
def test_days_left_count_down_and_agree_with_overdue(start, today):
    case = deadline(received(start), *consultation(plus(start, 3), plus(start, 9)))
    left = case.days_left(today)
    assert (left < 0) <= case.is_overdue(today)
    assert case.days_left(case.due) == 0
    assert case.days_left(start) == 20


@FEW
@given(STARTS, st.integers(0, 40))
def test_a_british_fee_disregards_both_ends(start, gap):
    noticed = add_working_days(start, 3, CALENDARS["uk"])
    paid = plus(noticed, gap)
    days = sum(CALENDARS["uk"].is_working(plus(noticed, n)) for n in range(gap + 1))
    events = [event("fee_noticed", noticed), event("fee_paid", paid)]
    case = deadline(received(start), *events, profile=UK)
    assert case.due == add_working_days(start, 20 + days, CALENDARS["uk"])


@FEW
@given(STARTS, st.data())
def test_a_later_answer_is_never_due_earlier_nor_a_longer_extension(start, data):
    asked = plus(start, data.draw(st.integers(0, 10)))
    first, second = sorted(data.draw(st.integers(0, 15)) for _answer in range(2))
    answered = [
        deadline(received(start), *consultation(asked, plus(asked, gap))).due for gap in (first, second)
    ]
    assert answered == sorted(answered)
    fewer, more = sorted(data.draw(st.integers(1, 20)) for _extension in range(2))
    told = plus(start, data.draw(st.integers(0, 20)))
    extended = [deadline(received(start), *extension(told, told, days)).due for days in (fewer, more)]
    assert extended == sorted(extended)


@FEW
@given(cases(), cases())
def test_what_is_asked_of_one_party_says_nothing_about_another(case, other):
    """Pauses are left out together, whoever caused them: which of two came first in the records does not count."""
    start, asked, events = case
    _start, more, _events = other
    base = add_working_days(start, 20, CALENDARS["cn"])
    moved = [
        (plus(start, number), plus(start, number + 3), f"x{number}", who)
        for number, (*_days, who) in enumerate(more)
    ]
    assume(all(ask < base for ask, *_rest in moved))
    added = [each for pause in moved for each in consultation(*pause)]
    together = deadline(received(start), *events, *added)
    assert together == deadline(received(start), *added, *events)
    assert together.due >= deadline(received(start), *events).due


@FEW
@given(STARTS, st.integers(0, 15), st.integers(0, 20))
def test_a_british_ledger_is_gapless_and_sums_to_the_due_date(start, after, gap):
    noticed = plus(start, after)
    found = deadline(
        received(start), event("fee_noticed", noticed), event("fee_paid", plus(noticed, gap)), profile=UK
    )
    assert [row.date for row in found.ledger] == [plus(start, n) for n in range((found.due - start).days + 1)]
    numbers = [row.counted for row in found.ledger if row.counted is not None]
    assert numbers == list(range(found.working_days + 1)) and found.ledger[-1].counted == found.working_days


@FEW
@given(cases())
def test_answers_supposed_for_today_never_move_the_due_date_back(case):
    start, asked, _events = case
    assume(asked)
    open_questions = [each for ask, _answer, key, who in asked for each in consultation(ask, None, key, who)]
    found = deadline(received(start), *open_questions)
    today = max(ask for ask, *_rest in asked)
    assert found.if_answered_on(today).due <= found.due


@FEW
@given(
    STARTS,
    st.lists(
        st.tuples(
            st.sampled_from(sorted(CN.rulesets[-1].clock("request").kinds)),
            st.integers(-5, 90),
            st.sampled_from(["", "a"]),
        ),
        max_size=8,
    ),
)
def test_any_events_give_a_deadline_or_a_clear_error(start, raw):
    """Whatever is recorded: an answer or a ``RuleError``, and never a due date before receipt."""
    from wagtail_disclosure.rules.errors import RuleError

    events = [received(start)]
    events += [event(kind, plus(start, n), key, until=plus(start, n + 9), days=5) for kind, n, key in raw]
    try:
        case = case_deadline(events, CALENDARS["cn"], CN.rulesets[-1])
    except RuleError as error:
        assert error.code and str(error) and "%(" not in str(error)
    else:
        assert case.due is None or case.due >= start
        assert case.ledger[0].date == start
        assert case.explain("officer", "en")


# Letters to mailboxes: the time limit is the one that a letter was given when it came in


@FEW
@given(STARTS, PROFILES, st.integers(1, 120), st.booleans())
def test_a_letter_is_due_by_the_limit_it_was_given_in_working_days_or_days(start, profile, limit, every_day):
    found = letter(start, stated(limit, every_day), profile=profile)
    expected = plus(start, limit) if every_day else add_working_days(start, limit, CALENDARS[profile.code])
    assert (found.due, found.next_due, found.counts_every_day) == (expected, expected, every_day)
    numbers = [row.counted for row in found.ledger if row.counted is not None]
    assert numbers == list(range(limit + 1)) and found.ledger[-1].date == expected


@FEW
@given(STARTS, st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_a_longer_limit_is_never_due_earlier_and_another_letter_is_not_moved(start, limit, more, every_day):
    first = letter(start, stated(limit, every_day))
    longer = letter(start, stated(limit + more, every_day))
    assert first.due < longer.due
    assert letter(start, stated(limit, every_day)) == first


@FEW
@given(STARTS, st.integers(1, 60), st.integers(1, 30), st.booleans(), st.integers(0, 90))
def test_an_extension_of_a_letter_adds_its_days_in_the_unit_of_the_letter(
    start, limit, days, every_day, late
):
    told = plus(start, late)
    plain = letter(start, stated(limit, every_day, most=30))
    found = letter(start, stated(limit, every_day, most=30), *extension(told, told, days))
    if told > plain.due:
        assert found.due == plain.due and found.irregularities
        return
    expected = plus(plain.due, days) if every_day else add_working_days(plain.due, days, CALENDARS["cn"])
    assert found.due == expected and found.extended_by == days and found.extension_left() == 30 - days


@FEW
@given(STARTS, st.integers(0, 40))
def test_a_petition_is_accepted_within_15_days_and_finished_within_60(start, after):
    """Regulations on Petition Work (2022), Arts. 22, 23 and 34: calendar days."""
    waiting = letter(start, PETITION)
    assert (waiting.next_due, waiting.due) == (plus(start, 15), plus(start, 60))
    accepted = letter(start, PETITION, event("accepted", plus(start, after)))
    assert accepted.next_due == accepted.due == plus(start, 60)
    assert bool(accepted.irregularities) == (after > 15)
    assert not waiting.provisional


@FEW
@given(STARTS, st.integers(1, 40), st.booleans(), st.integers(0, 60), st.integers(0, 60))
def test_days_left_of_a_letter_count_down_in_its_unit(start, limit, every_day, one, two):
    found = letter(start, stated(limit, every_day))
    first, second = sorted((plus(start, one), plus(start, two)))
    assert found.days_left(start) == limit and found.days_left(found.due) == 0
    assert found.days_left(first) >= found.days_left(second)
    assert (found.days_left(second) < 0) <= found.is_overdue(second)
    if every_day:
        assert found.days_left(first) - found.days_left(second) == (second - first).days


@FEW
@given(STARTS, st.integers(1, 40), st.booleans(), st.integers(0, 30), st.integers(0, 30))
def test_a_letter_that_is_taken_up_again_has_its_whole_limit_again(start, limit, every_day, after, later):
    closed, again = plus(start, after), plus(start, after + later)
    found = letter(start, stated(limit, every_day), event("closed", closed), event("reopened", again))
    assert found.due == letter(again, stated(limit, every_day)).due and found.closed is None
