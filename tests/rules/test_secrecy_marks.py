"""Marks of state secrets are found however they are spaced; talking about secrecy is none."""

import pytest

from wagtail_disclosure.rules.secrecy_marks import find_secrecy_mark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("机密★10年", "机密★10年"),
        ("绝密★", "绝密★"),
        ("正文\n秘 密 ★ 1 年\n", "秘 密 ★ 1 年"),
        ("機密☆長期", "機密☆"),
        ("密级：秘密", "密级：秘密"),
        ("密 级: 绝密", "密 级: 绝密"),
    ],
)
def test_marks_are_found(text, mark):
    assert find_secrecy_mark(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "国家秘密分为绝密、机密、秘密三级。",
        "密级：无",
        "密级：绝密/机密/秘密",
        "密级：□绝密 □机密 □秘密",
        "商业秘密",
        "★重点工作",
    ],
)
def test_other_texts_are_not_marked(text):
    assert find_secrecy_mark(text) == ""
