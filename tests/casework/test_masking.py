"""Masked data is enough to recognise a person by, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.casework.masking import MASKS, masked

EXAMPLES = [
    ("name", "王小明", "王**"),
    ("name", "欧阳修", "欧**"),
    ("name", "Mary Ann Smith", "M*** A*** S***"),
    ("number", "320102199003071234", "3201**********1234"),
    ("number", "E12345678", "E1*****78"),
    ("number", "123", "***"),
    ("phone", "13812345678", "138****5678"),
    ("phone", "0936-8210000", "093*-***0000"),
    ("phone", "110", "****"),
    ("email", "zhang@example.com", "z***@example.com"),
    ("email", "nothing", "****"),
    ("address", "江苏省南京市玄武区某路1号", "江苏省南京市****"),
    ("address", "10 Downing Street", "****"),
    ("text", "某公司", "****"),
    ("name", "", ""),
]


@pytest.mark.parametrize(("kind", "text", "shown"), EXAMPLES)
def test_each_kind_is_masked_in_its_way(kind, text, shown):
    assert masked(text, kind) == shown


@given(st.sampled_from(sorted(set(MASKS) - {"organisation"})), st.text(min_size=4))
def test_no_mask_shows_the_whole_and_none_fails(kind, text):
    shown = masked(text, kind)
    assert shown != text.strip() or not text.strip() or set(text.strip()) <= {"*"}
