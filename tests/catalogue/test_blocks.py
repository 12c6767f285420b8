"""How the body of a document is shown: who signed it, and its tables."""

import pytest
from bs4 import BeautifulSoup

from wagtail_disclosure.catalogue.blocks import BodyBlock


def shown(*blocks, **context):
    body = BodyBlock()
    value = body.to_python([{"type": kind, "value": value} for kind, value in blocks])
    return BeautifulSoup(body.render(value, context=context), "html.parser")


def table(*lines, caption="收费标准", header_row=True, header_column=False):
    cells = "\n".join("\t".join(line) for line in lines)
    return (
        "table",
        {"caption": caption, "header_row": header_row, "header_column": header_column, "cells": cells},
    )


PRICES = table(("区域", "首小时", "封顶"), ("一类", "4", "40"), ("二类", "3.5", "30"))


@pytest.mark.parametrize("day", ["2026年9月17日", "二〇二六年九月十七日", "18 April 2026"])
def test_who_signed_a_document_and_when_stand_apart(day):
    body = shown(("paragraph", f"<p>自公布之日起施行。</p><p>临江市发展和改革委员会</p><p>{day}</p>"))
    assert [each.get_text() for each in body.select(".disclosure-signature")] == [
        "临江市发展和改革委员会",
        day,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<p>自公布之日起施行。</p><p>2026年9月17日</p>",
        "<p>临江市发展和改革委员会</p><p>2026年9月17日起施行</p>",
        "<h3>价格</h3><p>2026年9月17日</p>",
    ],
)
def test_a_sentence_or_a_heading_before_a_date_is_no_signature(text):
    assert not shown(("paragraph", text)).select(".disclosure-signature")


def test_a_first_column_that_names_its_rows_is_their_header():
    rows = shown(PRICES).select("tbody tr")
    assert [row.find("th")["scope"] for row in rows] == ["row", "row"]


@pytest.mark.parametrize(
    "lines",
    [
        (("序号", "名称"), ("1", "甲"), ("2", "乙")),
        (("类别", "名称"), ("道路", "甲"), ("道路", "乙")),
        (("类别", "名称"), ("道路", "甲"), ("", "乙")),
        (("名称",), ("甲",), ("乙",)),
    ],
)
def test_a_first_column_that_names_nothing_is_no_header(lines):
    assert not shown(table(*lines)).select("tbody th")


def test_the_editor_decides_that_the_first_column_is_a_header():
    assert shown(table(("序号", "名称"), ("1", "甲"), header_column=True)).select("tbody th[scope=row]")


def test_columns_of_numbers_are_told_from_columns_of_words():
    lines = (("项目", "件数", "比例", "说明"), ("甲", "1,024", "97.0%", "见附件"), ("乙", "—", "3%", "5"))
    numbers = [each.get_text() for each in shown(table(*lines)).select("thead .disclosure-table__number")]
    assert numbers == ["件数", "比例"]


def test_each_cell_carries_the_label_of_its_column_for_the_card_of_a_phone():
    lines = (("项目", "依据", "科室", "责任"), ("甲", "《条例》", "能源科", "核准"))
    body = shown(table(*lines))
    assert body.select_one(".disclosure-table--cards")
    assert [each["data-label"] for each in body.select("tbody td")] == ["依据", "科室", "责任"]
    assert not shown(PRICES).select(".disclosure-table--cards")


def test_a_caption_that_the_heading_says_already_is_not_shown_again():
    body = shown(("heading", "二、收费标准"), ("paragraph", "<p>见下表。</p>"), PRICES, PRICES)
    assert [each.get("class") for each in body.select("caption")] == [["disclosure-visually-hidden"]] * 2


def test_a_caption_that_the_title_of_the_page_says_already_is_not_shown_again():
    page = type("Titled", (), {"title": "收费标准"})()
    assert shown(PRICES, page=page).caption["class"] == ["disclosure-visually-hidden"]


def test_a_caption_of_its_own_is_shown():
    assert not shown(("heading", "二、其他"), PRICES).caption.get("class")
