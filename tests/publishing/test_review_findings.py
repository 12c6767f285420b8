"""What the automatic checks point the reviewer to, and what they leave alone."""

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests import factories
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.review import findings
from wagtail_disclosure.publishing.review.findings import Finding, findings_of
from wagtail_disclosure.rules.personal_numbers import find_personal_numbers


def found(page):
    draft = page.get_latest_revision().as_object()
    return findings_of(draft, digest_of(draft))


def passages(page):
    return " ".join(finding.passage for finding in found(page))


def text(words):
    return [("paragraph", f"<p>{words}</p>")]


@pytest.mark.parametrize(
    "words", ["11010519491231002X", "身份证11010519491231002x。", "<b>110105194912</b>31002X", "13912345678"]
)
def test_personal_numbers_are_found(world, words):
    assert any(finding.serious for finding in found(factories.draft(world, body=text(words))))


@pytest.mark.parametrize(
    "words",
    [
        "110105194912310021",
        "11010519491331002X",
        "620700036/2021-00008",
        "12345678901234567890",
        "电话 0936-8213456",
        "金额139123456789元",
        "2026年11月22日",
    ],
)
def test_other_numbers_are_left_alone(world, words):
    assert not any(finding.serious for finding in found(factories.draft(world, body=text(words))))


def test_numbers_are_found_in_every_kind_of_text(world):
    page = factories.draft(
        world,
        summary="请联系13912345678",
        body=[
            (
                "table",
                {
                    "caption": "名单",
                    "cells": "张三\t13812345678",
                    "header_row": False,
                    "header_column": False,
                },
            ),
            ("clauses", [{"label": "第一条", "text": "<p>13712345678</p>"}]),
        ],
    )
    for number in ("13912345678", "13812345678", "13712345678"):
        assert number in passages(page)


@pytest.mark.parametrize(
    ("words", "serious"), [("印发日期20086月", False), ("资金\ufffd万元", True), ("〔201075〕号", False)]
)
def test_damage_from_conversions_is_pointed_out(world, words, serious):
    page = factories.draft(world, summary="有损坏。", body=text(words))
    assert [finding.serious for finding in found(page)] == [serious]


def test_an_empty_summary_is_pointed_out(world):
    (finding,) = found(factories.draft(world, summary=""))
    assert not finding.serious
    assert found(factories.draft(world, summary="价格公示安排。")) == []


@pytest.mark.parametrize(
    ("alt", "decorative", "count"), [("", False, 1), ("  ", False, 1), ("图", False, 0), ("", True, 0)]
)
def test_images_without_alternative_text_are_pointed_out(world, alt, decorative, count):
    image = get_image_model().objects.create(title="图", file=get_test_image_file())
    page = factories.draft(world, summary="有图。")
    page.body = [{"type": "image", "value": {"image": image.pk, "alt_text": alt, "decorative": decorative}}]
    page.body = page._meta.get_field("body").to_python(page.body)
    page.save_revision()
    page.refresh_from_db()
    assert len(found(page)) == count


def test_a_missing_file_is_serious(world):
    document = get_document_model().objects.create(title="附件", file=ContentFile(b"x", "a.pdf"))
    page = factories.draft(world, summary="有附件。")
    page.attachments.create(document=document)
    page.save_revision()
    document.file.storage.delete(document.file.name)
    page.refresh_from_db()
    assert [(finding.passage, finding.serious) for finding in found(page)] == [("附件", True)]


def test_serious_findings_stand_first(world):
    page = factories.draft(world, summary="", body=text("13912345678"))
    assert [finding.serious for finding in found(page)] == [True, False]


def test_a_site_adds_its_own_check(world):
    page = factories.draft(world, summary="价格公示安排。")

    def check(draft, digest):
        yield Finding("标题", "标题过短", draft.title)

    with hooks.register_temporarily(findings.HOOK, check):
        assert passages(page) == page.title


@given(st.text(max_size=300))
def test_markup_of_any_kind_is_read_without_error(words):
    findings.plain(words)
    for found in find_personal_numbers(words):
        findings.around(words, found.start, found.end)


@given(st.text(alphabet="汉字a ", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_passage_is_part_of_its_text(words, start, end):
    start, end = sorted((min(start, len(words)), min(end, len(words))))
    passage = findings.around(words, start, end).strip("…")
    assert passage.replace(" ", "") in words.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "is_file_name"),
    [
        ("pic.png", True),
        ("IMG_20261103_0912", True),
        ("微信图片_20261103", True),
        ("图片1", True),
        ("20261103", True),
        ("听证会现场", False),
        ("图片展示听证会现场", False),
        ("Photo of the hearing", False),
        ("2026年", False),
    ],
)
def test_an_alternative_text_that_is_a_file_name_is_found(world, text, is_file_name):
    image = get_image_model().objects.create(title="现场", file=get_test_image_file())
    page = factories.draft(world)
    draft = page.get_latest_revision().as_object()
    draft.body = draft.body.stream_block.to_python(
        [{"type": "image", "value": {"image": image.pk, "alt_text": text, "decorative": False}}]
    )
    draft.save_revision(user=world.people.officer)
    page = type(page).objects.get(pk=page.pk)
    assert [each.passage for each in found(page) if each.passage == text] == ([text] if is_file_name else [])
