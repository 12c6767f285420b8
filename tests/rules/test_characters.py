"""Lines of text and codes: what cannot be read is refused, whatever script it is in."""

import pytest

from wagtail_disclosure.rules.characters import check_code, check_line, folded_code
from wagtail_disclosure.rules.errors import RuleError


@pytest.mark.parametrize("text", ["", "办公室", "Office No. 1", "—", "مكتب", "👪", "क्षि", "a\u200db"])
def test_what_can_be_read_is_accepted(text):
    check_line(text)


@pytest.mark.parametrize("text", ["\u200b", " \u3000", "\u3164", "\u200b\ufeff", "\u2800", "\u0301"])
def test_what_nobody_sees_is_refused(text):
    with pytest.raises(RuleError) as refused:
        check_line(text)
    assert refused.value.code == "invisible"


@pytest.mark.parametrize("text", ["a\u202eb", "\u2066a", "a\x07", "\ud800", "a\x00", "\uffff"])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(RuleError, match=f"U\\+{ord(text.strip('ab')):04X}"):
        check_line(text)


@pytest.mark.parametrize("text", ["01", "A-1.2", "b_c", "价格"])
def test_codes(text):
    check_code(text)


@pytest.mark.parametrize("text", ["", "-1", "1-", "a b", "a/b", "a\u200b", "０１", "Ａ", "a<b"])
def test_other_texts_are_no_codes(text):
    with pytest.raises(RuleError):
        check_code(text)


def test_a_code_in_full_width_is_told_how_to_be_written():
    with pytest.raises(RuleError) as refused:
        check_code("Ａ－０１")
    assert refused.value.params == {"normal": "A-01"}


def test_width_and_case_do_not_tell_codes_apart():
    assert folded_code("Ａ０１") == folded_code("a01") != folded_code("a02")
