"""Counting working days and the proactive deadline."""

import datetime
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.calendar import DayKind, get_calendar
from wagtail_disclosure.rules.clocks import RuleSet, proactive_deadline
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.working_days import add_working_days, count_working_days, working_days_between

CN = get_calendar("cn")
STARTS = st.dates(date(2005, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 90)

CN_2019 = RuleSet.from_data(
    {
        "code": "cn-2019",
        "label": {"en": "Regulation"},
        "valid_from": "2019-05-15",
        "terms": [{"code": "proactive_publication", "working_days": 20, "article": "26"}],
    }
)


@pytest.mark.parametrize(
    "start, n, due",
    [
        ("2026-02-10", 7, "2026-02-26"),
        ("2026-02-10", 15, "2026-03-09"),
        ("2026-02-10", 20, "2026-03-16"),
        ("2026-02-10", 40, "2026-04-14"),
        ("2026-02-14", 20, "2026-03-20"),
        ("2026-04-20", 20, "2026-05-20"),
        ("2026-04-20", 30, "2026-06-03"),
        ("2026-04-20", 40, "2026-06-17"),
        ("2026-06-15", 7, "2026-06-25"),
        ("2026-07-01", 20, "2026-07-29"),
        ("2026-03-02", 20, "2026-03-30"),
        # The extension of a paused case in the domain's vectors: 10 more days.
        ("2026-03-30", 10, "2026-04-14"),
    ],
)
def test_official_vectors(start, n, due):
    assert add_working_days(date.fromisoformat(start), n, CN) == date.fromisoformat(due)


def test_neither_plain_weekdays_nor_calendar_days_are_counted():
    due = add_working_days(date(2026, 2, 10), 20, CN)
    assert due not in (date(2026, 3, 10), date(2026, 3, 2))


def test_zero_days_is_the_start_even_on_a_rest_day():
    assert add_working_days(date(2026, 3, 7), 0, CN) == date(2026, 3, 7)


def test_negative_count_is_refused():
    with pytest.raises(RuleError):
        add_working_days(date(2026, 3, 7), -1, CN)


def test_count_past_the_end_of_time_is_refused():
    with pytest.raises(RuleError) as error:
        add_working_days(date(9999, 12, 30), 20, CN)
    assert error.value.code == "overflow"


def test_ledger_shows_each_day_with_its_number_and_reason():
    ledger = count_working_days(date(2026, 2, 12), 4, CN)
    rows = [(row.date.day, row.kind, row.counted) for row in ledger if row.date.month == 2]
    assert rows[:5] == [
        (12, DayKind.WORKING, 0),
        (13, DayKind.WORKING, 1),
        (14, DayKind.MAKE_UP, 2),
        (15, DayKind.WEEKEND, None),
        (16, DayKind.HOLIDAY, None),
    ]
    assert rows[-1] == (25, DayKind.WORKING, 4)
    assert ledger.rows[4].note == "农历除夕"


def test_override_moves_the_due_date_and_is_in_the_ledger():
    closed = get_calendar("cn", overrides=[(date(2026, 7, 2), False, "台风停工")])
    ledger = count_working_days(date(2026, 7, 1), 20, closed)
    assert ledger.end == date(2026, 7, 30)
    assert ledger.rows[1].note == "台风停工"


def test_count_into_a_year_not_announced_is_provisional():
    ledger = count_working_days(date(2026, 12, 15), 20, CN)
    assert ledger.provisional
    assert ledger.provisional_years == (2027,)
    confirmed = get_calendar("cn", confirmed_years=[2027])
    assert not count_working_days(date(2026, 12, 15), 20, confirmed).provisional


def test_count_within_announced_years_is_certain():
    assert not count_working_days(date(2025, 12, 15), 20, CN).provisional


@given(STARTS, COUNTS)
def test_count_and_difference_are_inverse(start, n):
    assert working_days_between(start, add_working_days(start, n, CN), CN) == n


@given(STARTS, COUNTS)
def test_ledger_is_gapless_and_numbered_in_order(start, n):
    ledger = count_working_days(start, n, CN)
    dates = [row.date for row in ledger]
    assert dates == [start + datetime.timedelta(days=offset) for offset in range(len(dates))]
    assert [row.counted for row in ledger if row.counted is not None] == list(range(n + 1))
    assert n == 0 or CN.is_working(ledger.end)


@given(STARTS, COUNTS, st.integers(0, 30))
def test_counting_in_two_steps_is_counting_once(start, n, more):
    assert add_working_days(add_working_days(start, n, CN), more, CN) == add_working_days(start, n + more, CN)


@given(STARTS, STARTS)
def test_difference_changes_only_its_sign_when_swapped(one, other):
    one, other = sorted((one, other))
    other = min(other, one + datetime.timedelta(days=400))
    assert working_days_between(one, other, CN) == -working_days_between(other, one, CN)


def test_proactive_deadline_is_twenty_working_days():
    deadline = proactive_deadline(date(2026, 2, 10), CN, CN_2019)
    assert deadline.due == date(2026, 3, 16)
    assert deadline.start == date(2026, 2, 10)
    assert deadline.term.article == "26"
    assert not deadline.provisional


def test_days_left_run_down_to_zero_and_below():
    deadline = proactive_deadline(date(2026, 2, 10), CN, CN_2019)
    assert deadline.days_left(date(2026, 2, 10)) == 20
    assert deadline.days_left(date(2026, 3, 13)) == 1
    assert deadline.days_left(date(2026, 3, 16)) == 0
    assert deadline.days_left(date(2026, 3, 18)) == -2
    assert not deadline.is_overdue(date(2026, 3, 16))
    assert deadline.is_overdue(date(2026, 3, 17))


def test_no_law_or_no_limit_gives_no_deadline():
    assert proactive_deadline(date(2026, 2, 10), CN, None) is None
    without = RuleSet("x", date(2000, 1, 1), {}, {})
    assert proactive_deadline(date(2026, 2, 10), CN, without) is None


def test_provisional_deadline_says_which_year():
    deadline = proactive_deadline(date(2026, 12, 20), CN, CN_2019)
    assert deadline.provisional
    assert deadline.provisional_years == (2027,)


@given(STARTS)
def test_deadline_depends_on_nothing_but_its_arguments(start):
    first, again = (
        proactive_deadline(start, CN, CN_2019),
        proactive_deadline(start, get_calendar("cn"), CN_2019),
    )
    assert first == again
