"""Small numbers are not shown, and nothing that is shown gives one away: held against every table that would look the same."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wagtail_disclosure.rules.small_numbers import Shown, protect


def look(column):
    return [(each.shown, each.value if each.is_shown else None) for each in (*column.cells, column.total)]


def test_nought_is_shown_and_a_small_number_with_the_next_one_is_not():
    column = protect([0, 2, 5, 9], 3)
    assert look(column) == [
        (Shown.AS_IT_IS, 0),
        (Shown.FEWER, None),
        (Shown.KEPT_BACK, None),
        (Shown.AS_IT_IS, 9),
        (Shown.AS_IT_IS, 16),
    ]


def test_where_the_rest_is_not_enough_the_total_is_kept_back():
    assert not protect([1], 3).total.is_shown and not protect([0, 2], 3).total.is_shown
    assert not protect([1, 0, 3], 3).total.is_shown, "1 and 3 are the only numbers that make 4"


def test_a_threshold_of_one_shows_everything():
    assert all(each.is_shown for each in protect([0, 1, 2], 1).cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.sampled_from([3, 4]))
def test_whoever_knows_the_rule_finds_two_values_for_whatever_is_not_shown(values, smallest):
    column = protect(values, smallest)
    seen = look(column)
    if not column.total.is_shown:
        return
    choices = [
        [each.value]
        if each.is_shown
        else range(1, smallest)
        if each.shown is Shown.FEWER
        else range(smallest, sum(values) + 1)
        for each in column.cells
    ]
    possible = [found for found in product(*choices) if sum(found) == sum(values)]
    assert tuple(values) in possible
    for place, (how, _value) in enumerate(seen[:-1]):
        assert how is Shown.AS_IT_IS or len({found[place] for found in possible}) > 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=4))
def test_neither_does_what_was_received_give_away_what_was_answered(pairs):
    received = [max(pair) for pair in pairs]
    answered = [min(pair) for pair in pairs]
    first = protect(received, 3)
    hidden = {place for place, each in enumerate(first.cells) if not each.is_shown}
    ceilings = [each.value if each.is_shown else None for each in first.cells]
    column = protect(answered, 3, ceilings=ceilings, hidden=hidden)
    if not column.total.is_shown:
        return
    choices = [
        [each.value]
        if each.is_shown
        else range(1, 3)
        if each.shown is Shown.FEWER
        else range(0 if place in hidden else 3, sum(answered) + 1)
        for place, each in enumerate(column.cells)
    ]
    possible = [
        found
        for found in product(*choices)
        if sum(found) == sum(answered)
        and all(most is None or value <= most for value, most in zip(found, ceilings, strict=True))
    ]
    assert tuple(answered) in possible
    for place, each in enumerate(column.cells):
        assert each.is_shown or len({found[place] for found in possible}) > 1


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_nothing_is_nothing(values):
    column = protect(values, 3)
    assert column.total.is_shown and all(each.is_shown for each in column.cells)
