"""Import damage: pinyin residue is taken out, everything else is reported and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.text import DAMAGE_LABELS, find_damage, strip_pinyin_residue

CHARACTERS = "政府信息公开工作年度报告務發進導動與國"
SYLLABLES = ["wù", "fā", "jìn", "dǎo", "dòng", "guó", "lǜ", "ài", "zhuàng", "ōu", "wu\u0300", "Fā"]


def kinds(text):
    return [finding.kind for finding in find_damage(text)]


@pytest.mark.parametrize(
    "damaged, clean",
    [
        ("國務(wù)院推進(jìn)政務(wù)公開", "國務院推進政務公開"),
        ("綠（lǜ）色發（fā）展", "綠色發展"),
        ("服務(wu\u0300)", "服務"),
        ("動(dòng)態(tài)、總(zǒng)結(jié)", "動態、總結"),
    ],
)
def test_pinyin_residue_is_taken_out(damaged, clean):
    assert strip_pinyin_residue(damaged) == clean


@pytest.mark.parametrize(
    "text",
    [
        "世界贸易组织(WTO)",
        "支持(IPv6)协议",
        "一是(略)",
        "网址(http://example.org)",
        "第(一)项",
        "café(wù)",
        "他说(hello)",
        "附件(PDF)",
        "总则 (wù)",
        "银行(é une)",
        "",
    ],
)
def test_other_brackets_stay(text):
    assert strip_pinyin_residue(text) == text


@given(st.lists(st.tuples(st.sampled_from(CHARACTERS), st.sampled_from([*SYLLABLES, ""])), max_size=30))
def test_any_mix_of_residue_is_undone(pairs):
    damaged = "".join(char + (f"({syllable})" if syllable else "") for char, syllable in pairs)
    clean = strip_pinyin_residue(damaged)
    assert clean == "".join(char for char, _syllable in pairs)
    assert strip_pinyin_residue(clean) == clean
    residue = sum(1 for _char, syllable in pairs if syllable)
    assert kinds(damaged).count("pinyin_residue") == min(residue, 20)
    assert "pinyin_residue" not in kinds(clean)


@pytest.mark.parametrize(
    "text, kind, column",
    [
        ("区政府于20086月成立了领导小组", "lost_digits", 5),
        ("20085月至9月开展培训", "lost_digits", 1),
        ("截至2010 1231日公开323条", "lost_digits", 3),
        ("截至20101231日公开323条", "lost_digits", 3),
        ("〇一〇年十二月十八日", "lost_digits", 1),
        ("一一年三月二十二日", "lost_digits", 1),
        ("2010年月18日印发", "lost_digits", 5),
        ("(新政办发〔201075)规定", "document_number", 6),
        ("新政办发〔201075〕", "document_number", 5),
        ("新政办发〔2010 75号", "document_number", 5),
        ("新政办发[201075]规定", "document_number", 5),
        ("新政办发〔〕75号", "document_number", 5),
        ("2010年2月30日印发", "impossible_date", 1),
        ("2010-13-01印发", "impossible_date", 1),
        ("政府\ufffd\ufffd公开", "replacement", 3),
        ("政府\ue5f1公开", "replacement", 3),
        ("队伍建设??体上可以说", "question_marks", 5),
        ("锟斤拷锟斤拷", "mojibake", 1),
        ("政府\x00公开", "control", 3),
        ("国务(wù)院", "pinyin_residue", 3),
    ],
)
def test_damage_is_reported_with_its_place(text, kind, column):
    findings = [finding for finding in find_damage("前言\n" + text) if finding.kind == kind]
    assert [(finding.line, finding.column) for finding in findings][:1] == [(2, column)]
    assert findings[0].excerpt
    assert str(findings[0].label)


@pytest.mark.parametrize(
    "text",
    [
        "2008年6月成立领导小组，2008年12月31日总结",
        "截至2010年12月31日，主动公开323条",
        "二〇一〇年十二月十八日",
        "二○一一年三月二十二日",
        "十二年三月，三十年十月",
        "实行一年三个月",
        "新政办发〔2010〕75号",
        "桂政办发[2012]126号，国发(2010)33号",
        "2010-12-18，电话0771-2520159，邮编(530022)",
        "联系电话4519925(201075)",
        "是吗?不是。真的??",
        "http://example.org/index.htm?a=1&b=2",
        "620700036/2021-00008",
        "2020年2月29日",
        "Plain English, 2010-12-18.",
        "",
    ],
)
def test_sound_text_has_no_findings(text):
    assert find_damage(text) == []


def test_line_with_nothing_but_a_question_mark_is_reported():
    assert kinds("第一段\n              ?\n第二段") == ["question_marks"]


def test_mixed_scripts_are_for_information_only():
    (finding,) = find_damage("加强信息公开工作，推進政务公开")
    assert (finding.kind, finding.severity, finding.column) == ("mixed_script", "info", 11)
    assert find_damage("推進政務公開") == find_damage("推进政务公开") == []


def test_severity_says_what_to_do():
    severities = {finding.kind: finding.severity for finding in find_damage("政\ufffd国务(wù)院20086月")}
    assert severities == {"replacement": "error", "pinyin_residue": "info", "lost_digits": "warning"}


def test_findings_come_in_order_of_place_and_are_limited():
    text = "20086月\n政\ufffd府\n" * 50
    findings = find_damage(text, limit=5)
    assert len(findings) == 10
    assert findings == sorted(findings, key=lambda finding: (finding.line, finding.column))


def test_unprintable_characters_are_shown_by_number():
    assert "\\u0000" in find_damage("政府\x00公开")[0].excerpt


def test_hostile_text_is_read_in_one_pass():
    """Each would take hours if a pattern went back over it."""
    for text in [
        "?" * 400_000,
        "〔" * 200_000,
        " " * 400_000 + "?a",
        "2" * 400_000,
        "20" * 200_000,
        "政(" * 200_000,
    ]:
        assert len(find_damage(text)) <= 40
        strip_pinyin_residue(text)


@given(st.text())
def test_any_text_can_be_examined(text):
    for finding in find_damage(text):
        assert finding.kind in DAMAGE_LABELS
        assert finding.line >= 1 and finding.column >= 1
