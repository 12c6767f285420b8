"""What should be masked is found however it is written, and is gone when it was taken."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wagtail_disclosure.rules.masking import masked, suggestions, typed
from wagtail_disclosure.rules.profiles import get_profile

CN, UK = get_profile("cn").masking, get_profile("uk").masking
KNOWN = [
    ("name", "王小明"),
    ("phone", "13800138000"),
    ("email", "wang@example.com"),
    ("number", "11010519491231002X"),
    ("address", "临江市柳北区胜利路12号3栋402室"),
]


def found(text, patterns=CN, known=()):
    return [(each.kind, each.text) for each in suggestions(text, patterns, known)]


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("电话13800138000。", "mobile_number", "13800138000"),
        ("电话：１３８ ００１３－８０００", "mobile_number", "１３８ ００１３－８０００"),
        ("+86 138-0013-8000", "mobile_number", "+86 138-0013-8000"),
        ("138\u200b0013\u200b8000", "mobile_number", "138\u200b0013\u200b8000"),
        ("证件11010519491231002x号", "id_number", "11010519491231002x"),
        ("110105 19491231 002X", "id_number", "110105 19491231 002X"),
        ("卡号6222 0212 3456 7890 123", "bank_card", "6222 0212 3456 7890 123"),
        ("座机（0931）8888-1234", "landline", "0931）8888-1234"),
        ("邮箱 wang.x@mail.example.cn", "email", "wang.x@mail.example.cn"),
        ("车牌甘A·12345违停", "plate", "甘A·12345"),
        ("甘ＡＤ１２３４５", "plate", "甘ＡＤ１２３４５"),
        ("幺三八零零幺三八零零零", "spoken_number", "幺三八零零幺三八零零零"),
        ("微信号：wxid_abc123", "account", "wxid_abc123"),
        ("我叫李建国，", "signed", "李建国"),
        ("张先生说", "addressed", "张"),
        ("胜利路12号3栋402室漏水", "address", "胜利路12号3栋402室"),
        ("3号楼2单元401室", "house", "3号楼2单元401室"),
    ],
)
def test_the_usual_forms_are_found(text, kind, passage):
    assert (kind, passage) in found(text) or [
        (each_kind, each) for each_kind, each in found(text) if each_kind == kind and passage in each
    ]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("我住胜利路12号3栋402室，漏水", "胜利路12号3栋402室"),
        ("本人家住在柳北区胜利路12号", "柳北区胜利路12号"),
        ("住址：胜利路12号3栋", "胜利路12号3栋"),
        ("位于胜利路12号的路灯", "胜利路12号"),
    ],
)
def test_the_words_before_an_address_stay(text, passage):
    assert [each for kind, each in found(text) if kind == "address"] == [passage]


@pytest.mark.parametrize(
    "text",
    [
        "2026年5月1日至2026年6月30日",
        "国办发〔2019〕19号",
        "加价0.25元，每吨3.10元，共计12800元",
        "第三条第二款规定的期限为15个工作日",
        "小区二次供水价格",
        "我叫某某，住某处，电话***。",
        "",
    ],
)
def test_what_is_no_personal_data_is_left(text):
    assert found(text) == []


def test_in_the_united_kingdom_other_numbers_are_found():
    text = "Mr Smith, 12 High Street, SW1A 1AA, 020 7946 0123, QQ 12 34 56 C"
    kinds = {kind for kind, _text in found(text, UK)}
    assert kinds >= {"addressed", "address", "postcode", "telephone", "national_insurance"}


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("我是王小明。", "王小明"),
        ("我是王 小　明。", "王 小　明"),
        ("小明的房子", "小明"),
        ("拨打138 0013 8000", "138 0013 8000"),
        ("ＷＡＮＧ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ＷＡＮＧ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("住胜利路12号3栋402室", "胜利路12号3栋402室"),
    ],
)
def test_what_is_known_of_the_writer_is_found_in_any_form(text, passage):
    assert passage in [each.text for each in suggestions(text, (), KNOWN) if each.is_known]


def test_a_known_value_comes_before_a_pattern_and_short_ones_are_not_looked_for():
    [one] = suggestions("电话13800138000", CN, KNOWN)
    assert one.is_known and one.kind == "phone"
    assert suggestions("王1", (), [("name", "王"), ("number", "1"), ("name", "")]) == ()


def test_a_number_inside_a_longer_one_is_another():
    assert not suggestions("编号9138001380001", (), KNOWN)


separators = st.sampled_from(["", " ", "-", "　", " - ", "·", "\u200b", "－"])
words = st.text(st.sampled_from("我们小区的供水问题很久没有解决，请问。\n"), max_size=20)


@st.composite
def written(draw):
    """A known value as somebody may write it: with something between its characters, in full width."""
    _kind, value = draw(st.sampled_from(KNOWN[:4]))
    wide = draw(st.booleans())
    chars = [chr(ord(c) + 0xFEE0) if wide and "!" <= c <= "~" else c for c in value]
    return "".join(char + draw(separators) for char in chars[:-1]) + chars[-1]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(words, written()), min_size=1, max_size=4), words)
def test_when_every_suggestion_is_taken_nothing_of_the_writer_is_left(parts, last):
    text = "。".join(before + value for before, value in parts) + "。" + last
    taken = suggestions(text, CN, KNOWN)
    clean = masked(text, taken, lambda each: "***")
    assert suggestions(clean, (), KNOWN) == ()
    assert not any(value in typed(clean) for _kind, value in KNOWN)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_suggestions_are_passages_of_the_text_in_order_and_apart(text):
    at = 0
    for each in suggestions(text, [*CN, *UK], KNOWN):
        assert at <= each.start < each.end <= len(text) and text[each.start : each.end] == each.text
        at = each.end
    assert len(typed(text)) == len(text)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_what_is_left_stays_as_it_was(text):
    assert masked(text, (), str) == text
    kept = masked(text, suggestions(text, CN), lambda each: each.text)
    assume(text)
    assert kept == text
