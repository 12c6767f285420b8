"""Two requests are perhaps the same when their words are, whatever the width, case or punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.similarity import ALIKE, similarity

WANTED = "2025年居民用水价格调整听证会的会议纪要"


@pytest.mark.parametrize(
    "other",
    [
        WANTED,
        "２０２５年居民用水价格调整听证会的会议纪要。",
        "申请公开：2025年居民用水价格调整听证会会议纪要",
    ],
)
def test_the_same_wish_in_other_words_is_alike(other):
    assert similarity(WANTED, other) >= ALIKE


@pytest.mark.parametrize("other", ["", "…！", "2025年度项目审批清单", "纪要", "🙂" * 500])
def test_another_wish_is_not(other):
    assert similarity(WANTED, other) < ALIKE


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_a_share_and_the_same_both_ways(one, other):
    assert 0.0 <= similarity(one, other) == similarity(other, one) <= 1.0
    assert similarity(one, one) in (0.0, 1.0)
