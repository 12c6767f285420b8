"""Search: tokens, exact matching, highlighting. The promise: a text is found by every part of it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wagtail_disclosure.rules.text import (
    contains,
    excerpt,
    fold,
    highlight,
    highlight_number,
    is_chinese,
    is_searchable,
    search_terms,
    simplified_forms,
    tokens_for_index,
    tokens_for_query,
)

# Mostly what documents are made of, and sometimes anything at all.
WRITTEN = st.text(
    alphabet="政务公开信息条例年度报告國務發關於〇一二三0123456789abcdeABCDEéèü〔〕（）[]，。、/-—_ 　\n\t“”ＡＢ１２ｱﾊﾟがབོད가각",
    max_size=60,
)
TEXTS = st.one_of(WRITTEN, st.text(max_size=40))


@st.composite
def text_and_part(draw):
    text = draw(TEXTS.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return text, text[start:end]


def found(text, query):
    """What an index does: all tokens of the query among those of the text, then the exact check."""
    return set(tokens_for_query(query)) <= set(tokens_for_index(text)) and contains(text, query)


@settings(max_examples=500)
@given(text_and_part())
@example(("e\u0301a", "e"))
@example(("İstanbul", "i"))
@example(("ﬁnal", "ﬁ"))
@example(("각", "각"))
@example(("620700036/2021-00008", "036/2021-0"))
def test_text_is_found_by_every_part_of_it(case):
    text, part = case
    assert found(text, part)


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_tokens_never_lose_a_text_that_contains_the_query(text, query):
    if contains(text, query):
        assert set(tokens_for_query(query)) <= set(tokens_for_index(text))


@given(TEXTS)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS)
def test_folding_goes_character_by_character(text, more):
    assert fold(text + more) == fold(text) + fold(more)


@given(TEXTS)
def test_tokens_are_short_and_hold_only_letters_and_digits(text):
    tokens = tokens_for_index(text)
    assert len(tokens) == len(set(tokens))
    assert all(1 <= len(token) <= 4 and token.isalnum() for token in tokens)


@pytest.mark.parametrize(
    "query",
    [
        "信息公开",
        "信息",
        "公",
        "年度报告",
        "政府信息公开工作年度报告",
        "2010",
        "信息 报告",
        "２０１０年",
        "开工",
    ],
)
def test_chinese_words_are_found(query):
    assert found("2010年政府信息公开工作年度报告", query)


@pytest.mark.parametrize("query", ["公开信息", "信公", "2011", "信息 预算", "工作报告", "年報表"])
def test_words_that_are_not_there_are_not_found(query):
    assert not found("2010年政府信息公开工作年度报告", query)


def test_tokens_alone_are_not_an_answer():
    """All pairs of the query are in the text, but not in this order: the exact check decides."""
    text, query = "公开信和息公", "公开信息公"
    assert not contains(text, query)
    assert set(tokens_for_query("息公 公开")) <= set(tokens_for_index(text))


@pytest.mark.parametrize(
    "query",
    [
        "620700036/2021-00008",
        "620700036",
        "2021-00008",
        "00008",
        "2021",
        "036/2021",
        "６２０７０００３６／２０２１",
        "0008",
        "8",
    ],
)
def test_index_number_is_found_whole_and_by_part(query):
    assert found("索引号：620700036/2021-00008，主动公开", query)


@pytest.mark.parametrize("query", ["620700036/2021-00009", "00018", "620700036/2020"])
def test_another_index_number_is_not_found(query):
    assert not contains("索引号：620700036/2021-00008，主动公开", query)


@pytest.mark.parametrize("query", ["powerpoint", "PowerPoint", "ＰＯＷＥＲ", "point", "owerp", "W", "ipv6"])
def test_latin_words_are_found_whatever_their_case_and_by_part(query):
    assert found("使用Microsoft PowerPoint，网站支持IPv6", query)


@pytest.mark.parametrize(
    "text, query",
    [
        ("政務公開工作總結報告", "政务公开"),
        ("政务公开工作总结报告", "政務公開"),
        ("關於發展改革", "关于发展"),
        ("新政办发〔2010〕75号", "新政办发[2010]75号"),
        ("新政办发〔2010〕75号", "（2010）75"),
        ("二○一○年", "二〇一〇年"),
        ("“一服务两公开”", '"一服务'),
        ("2008—2009", "2008-2009"),
        ("Zhèngwù", "zhengwu"),
        ("信\u200b息公\u00ad开", "信息公开"),
    ],
)
def test_other_ways_of_writing_the_same_are_found(text, query):
    assert found(text, query)


def test_traditional_characters_have_one_simplified_form_each():
    forms = simplified_forms()
    assert len(forms) > 1500
    assert not set(forms) & set(forms.values()), "no chain of forms"
    assert forms["務"] == "务" and forms["髮"] == forms["發"] == "发"


def test_terms_are_all_needed_in_any_order():
    assert found("信息公开指南与目录", "目录 指南")
    assert not found("信息公开指南与目录", "目录 年报")
    assert search_terms(" 目录　指南 目录\n") == ["目录", "指南"]


@pytest.mark.parametrize("query", ["", "  ", "，。", "《》", "-", "\u0301", "\x00"])
def test_query_without_letters_cannot_be_looked_up(query):
    assert not is_searchable(query)
    assert tokens_for_query(query) == []


def test_punctuation_beside_letters_is_matched_exactly():
    assert contains("公开指南、目录", "指南、目录")
    assert not contains("公开指南和目录", "指南、目录")


def marked(pieces):
    return [piece.text for piece in pieces if piece.is_match]


def test_matches_are_highlighted_as_they_stand_in_the_text():
    pieces = highlight("政務公開與政务公开", "政务公开")
    assert marked(pieces) == ["政務公開", "政务公开"]
    assert marked(highlight("ＩＰＶ６ 与 IPv6", "ipv6")) == ["ＩＰＶ６", "IPv6"]


def test_touching_and_overlapping_matches_are_one():
    assert marked(highlight("政府信息公开", "信息 息公 公开")) == ["信息公开"]


def test_highlight_never_makes_markup():
    pieces = highlight("<script>alert(1)</script>", "script")
    assert "".join(piece.text for piece in pieces) == "<script>alert(1)</script>"


def test_accent_is_not_torn_off_its_letter():
    assert marked(highlight("cafe\u0301s", "cafe")) == ["cafe\u0301"]


@settings(max_examples=300)
@given(text_and_part())
def test_highlighting_changes_nothing_and_marks_what_was_found(case):
    text, part = case
    pieces = highlight(text, part)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert all(one.is_match != other.is_match for one, other in zip(pieces, pieces[1:], strict=False))
    assert bool(marked(pieces)) is bool(search_terms(part))


@given(text_and_part(), st.integers(1, 30))
def test_excerpt_is_part_of_the_text_with_the_first_match(case, length):
    text, part = case
    shown = excerpt(text, part, length)
    joined = "".join(piece.text for piece in shown.pieces)
    assert joined in text
    assert shown.cut_before or text.startswith(joined)
    assert shown.cut_after or text.endswith(joined)
    assert bool(marked(shown.pieces)) is bool(search_terms(part))


def test_excerpt_of_a_long_text_is_short():
    shown = excerpt("前" * 1000 + "信息公开" + "后" * 1000, "信息公开", 80)
    assert sum(len(piece.text) for piece in shown.pieces) == 80
    assert shown.cut_before and shown.cut_after
    assert marked(shown.pieces) == ["信息公开"]


def test_large_and_monotonous_text_is_handled():
    text = "公" * 300_000 + "a" * 300_000
    assert found(text, "公" * 50)
    assert len(tokens_for_index(text)) == 6
    assert marked(highlight(text, "aaa")) == ["a" * 300_000]


def test_a_number_is_marked_though_its_brackets_were_left_out():
    assert marked(highlight_number("临发改规〔2026〕4号", "临发改规2026 4号")) == ["临发改规〔2026〕4号"]
    assert marked(highlight_number("临发改规〔2026〕4号", "〔2026〕")) == ["〔2026〕"]
    assert marked(highlight_number("临发改规〔2026〕4号", "改规2026")) == ["改规〔2026〕"]
    assert marked(highlight_number("临发改规〔2026〕4号", "2025")) == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("临发改规〔2026〕4号", True),
        ("General Office", False),
        ("2026", False),
        ("", False),
        ("Plan for the city (规划)", False),
    ],
)
def test_chinese_is_told_from_other_writing(text, expected):
    assert is_chinese(text) is expected
