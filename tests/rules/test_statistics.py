"""Published numbers: what source documents printed comes out again."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.periods import (
    AHEAD,
    DONE,
    LATE,
    MISSING,
    OPEN,
    SOON,
    Period,
    periods_of,
    same_period_before,
    span_before,
    standing,
)
from wagtail_disclosure.rules.statistics import Change, percent

D = datetime.date


def test_guangxi_8166_items_are_2885_and_5463_per_cent_more():
    found = Change(8166, 8166 - 2885)
    assert (found.difference, found.rate) == (2885, Decimal("54.63"))


def test_named_groups_need_not_be_the_whole():
    """Guangxi 2008: 1,232 of 10,562 stand in named groups; the shares are not forced to 100."""
    groups = (180, 400, 21, 41, 450, 140)
    shares = [percent(each, 10562) for each in groups]
    assert sum(groups) == 1232 and sum(shares) < 12 and percent(1232, 10562) == Decimal("11.66")


def test_xinjiangs_eight_classes_are_323():
    classes = (3, 37, 11, 37, 1, 22, 189, 23)
    assert sum(classes) == 323 and percent(189, 323) == Decimal("58.51")


@pytest.mark.parametrize(
    ("now", "before", "rate"), [(0, 5, "-100.00"), (5, 0, None), (None, 3, None), (3, None, None)]
)
def test_nothing_and_not_known_differ(now, before, rate):
    found = Change(now, before).rate
    assert found == (None if rate is None else Decimal(rate))


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_difference_leads_from_one_number_to_the_other(now, before):
    change = Change(now, before)
    assert before + change.difference == now
    assert abs(before * (1 + change.rate / 100) - now) <= before * Decimal("0.00005") + 1


def test_periods_cover_the_year_without_a_gap():
    for months in (1, 3, 6, 12):
        found = periods_of(months, 2024)
        assert found[0].first == D(2024, 1, 1) and found[-1].last == D(2024, 12, 31)
        for one, other in zip(found, found[1:], strict=False):
            assert one.last + datetime.timedelta(days=1) == other.first and one.following == other


WITHIN, AFTER = Period(2026, 1, 6), Period(2025, 1, 12)


@pytest.mark.parametrize(
    ("period", "afterwards", "days", "published", "today", "expected"),
    [
        (WITHIN, False, 0, D(2026, 6, 30), D(2026, 7, 1), DONE),
        (WITHIN, False, 0, None, D(2026, 3, 1), OPEN),
        (WITHIN, False, 0, None, D(2026, 6, 1), SOON),
        (WITHIN, False, 0, None, D(2026, 7, 1), MISSING),
        (WITHIN, False, 0, None, D(2025, 12, 31), AHEAD),
        (AFTER, True, 31, None, D(2025, 12, 31), AHEAD),
        (AFTER, True, 31, None, D(2026, 1, 5), SOON),
        (AFTER, True, 31, D(2026, 1, 31), D(2026, 5, 1), DONE),
        (AFTER, True, 31, D(2026, 2, 1), D(2026, 5, 1), LATE),
        (AFTER, True, 31, None, D(2026, 2, 1), MISSING),
    ],
)
def test_how_a_duty_stands(period, afterwards, days, published, today, expected):
    found = standing(period.window(afterwards), period.deadline(afterwards, days), published, today)
    assert found == expected


@pytest.mark.parametrize(
    ("first", "last", "year_before", "span"),
    [
        (D(2009, 1, 1), D(2009, 7, 31), (D(2008, 1, 1), D(2008, 7, 31)), (D(2008, 6, 1), D(2008, 12, 31))),
        (D(2024, 2, 1), D(2024, 2, 29), (D(2023, 2, 1), D(2023, 2, 28)), (D(2024, 1, 1), D(2024, 1, 31))),
        (D(2025, 2, 1), D(2025, 2, 28), (D(2024, 2, 1), D(2024, 2, 29)), (D(2025, 1, 1), D(2025, 1, 31))),
        (D(2025, 3, 10), D(2025, 3, 16), (D(2024, 3, 10), D(2024, 3, 16)), (D(2025, 3, 3), D(2025, 3, 9))),
    ],
)
def test_what_a_period_is_compared_with(first, last, year_before, span):
    assert same_period_before(first, last) == year_before
    assert span_before(first, last) == span
