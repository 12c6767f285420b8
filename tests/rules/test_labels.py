"""Citing provisions as the reader's language does."""

import pytest

from wagtail_disclosure.rules.labels import article_label, chinese_number, joined


@pytest.mark.parametrize(
    ("article", "chinese", "english"),
    [
        ("16", "第十六条", "Art. 16"),
        ("20.15", "第二十条第十五项", "Art. 20(15)"),
        ("13, 27", "第十三条、第二十七条", "Art. 13, Art. 27"),
        ("s.19(2A)", "s.19(2A)", "s.19(2A)"),
        ("Part II", "Part II", "Part II"),
        ("", "", ""),
    ],
)
def test_provisions_are_cited_in_the_language_of_the_reader(article, chinese, english):
    assert article_label(article, "zh-hans") == chinese
    assert article_label(article, "en-gb") == english
    assert article_label(article, "mn") == english


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (27, "二十七"),
        (100, "一百"),
        (104, "一百零四"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_numbers_as_laws_count_their_articles(number, text):
    assert chinese_number(number) == text


def test_lists_are_joined_as_the_language_does():
    assert (joined(["甲", "乙"], "zh-hans"), joined([2026, 2027], "en")) == ("甲、乙", "2026, 2027")
