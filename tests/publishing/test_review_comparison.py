"""Differences character by character, for writing without spaces, and nothing left out of them."""

import re
from html import unescape

import pytest
from django.test import RequestFactory
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from wagtail.admin.compare import TextDiff

from tests import factories
from wagtail_disclosure.publishing.review.comparison import differences
from wagtail_disclosure.templatetags.disclosure_review import by_character


def replaced(before, after):
    return TextDiff([("deletion", before), ("addition", after)]).to_html()


def test_only_the_characters_that_changed_are_marked():
    html = by_character(replaced("价格公示工作的通知", "价格公示工作的补充通知"))
    assert html == '价格公示工作的<span class="addition">补充</span>通知'


def test_passages_with_little_in_common_stay_whole():
    html = replaced("价格公示", "人事任免名单")
    assert by_character(html) == html


def test_a_very_long_passage_stays_whole():
    html = replaced("甲" * 20_000, "甲" * 20_000 + "乙")
    assert by_character(html) == html


def test_what_is_not_safe_output_is_left_to_be_escaped():
    assert not isinstance(by_character("<script>"), SafeString)


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_stay_readable_and_harmless(before, after):
    html = by_character(replaced(before, after))
    assert set(re.findall(r"<[^>]*>", html)) <= {
        '<span class="deletion">',
        '<span class="addition">',
        "</span>",
    }
    without = re.sub(r'<span class="addition">[^<]*</span>', "", html)
    assert unescape(strip_tags(without)) == before or before == after


@pytest.mark.django_db
def test_fields_that_no_panel_shows_are_compared_as_well():
    world = factories.world()
    page = factories.published(world)
    draft = page.get_latest_revision().as_object()
    draft.issuing_body = "另一机关"
    draft.slug = "another-slug"
    draft.title = "改过的标题"
    request = RequestFactory().get("/")
    request.user = world.people.head
    changed = {change.field.name for change in differences(page, draft, request)}
    assert changed == {"title", "slug", "issuing_body"}


@pytest.mark.django_db
def test_an_unchanged_draft_shows_no_difference():
    world = factories.world()
    page = factories.published(world)
    request = RequestFactory().get("/")
    request.user = world.people.head
    assert differences(page, page.get_latest_revision().as_object(), request) == []


# Blocks, tables and plain values


def table(cells, **parts):
    return (
        "table",
        {"caption": "价格表", "header_row": True, "header_column": False, "cells": cells, **parts},
    )


def changes_of(world, body, new_body, **fields):
    """The comparisons of a public page with a draft of other content, as ``{field name: HTML}``."""
    page = factories.published(world, body=body)
    draft = page.get_latest_revision().as_object()
    ids = [block.id for block in draft.body]
    raw = [
        {"type": kind, "value": value, **({"id": ids[place]} if place < len(ids) else {})}
        for place, (kind, value) in enumerate(new_body)
    ]
    draft.body = draft.body.stream_block.to_python(raw)
    for name, value in fields.items():
        setattr(draft, name, value)
    request = RequestFactory().get("/")
    request.user = world.people.head
    with override("en"):
        return {change.field.name: change.htmldiff() for change in differences(page, draft, request)}


@pytest.mark.django_db
def test_the_line_ends_of_a_form_are_no_difference():
    body = [table("商品\t价格\n粳米\t2.98")]
    assert changes_of(factories.world(), body, [table("商品\t价格\r\n粳米\t2.98")]) == {}


@pytest.mark.django_db
def test_of_a_body_only_the_blocks_that_changed_are_shown():
    body = [("heading", "一、变动情况"), ("heading", "二、变动原因"), ("paragraph", "<p>涨幅居前。</p>")]
    changed = [("heading", "一、变动情况"), ("heading", "二、变动原因"), ("paragraph", "<p>降幅居前。</p>")]
    html = changes_of(factories.world(), body, changed)["body"]
    assert "涨幅居前" in html and "降幅居前" in html
    assert "变动情况" not in html and "变动原因" not in html
    assert 'class="disclosure-review__same"' in html


@pytest.mark.django_db
def test_a_text_that_the_editor_merely_opened_counts_as_unchanged():
    body = [("paragraph", "<p>涨幅居前。</p>"), ("paragraph", "<p>降幅居前。</p>")]
    changed = [
        ("paragraph", '<p data-block-key="qic2q">涨幅居前。</p>'),
        ("paragraph", '<p data-block-key="13yeg">降幅收窄。</p>'),
    ]
    html = changes_of(factories.world(), body, changed)["body"]
    assert "涨幅居前" not in html and "1 part unchanged" in html
    assert "降幅" in html


@pytest.mark.django_db
def test_a_key_in_the_text_itself_is_a_change():
    body = [("paragraph", "<p>涨幅居前。</p>")]
    changed = [("paragraph", '<p>涨幅居前。 data-block-key="abc"</p>')]
    assert "data-block-key" in strip_tags(changes_of(factories.world(), body, changed)["body"])


@pytest.mark.django_db
def test_a_table_is_compared_by_rows_and_cells():
    body = [table("商品\t价格\n粳米\t2.98\n面粉\t2.47\n大豆油\t61.82")]
    changed = [table("商品\t价格\n粳米\t2.98\n面粉\t2.50\n菜籽油\t73.37\n大豆油\t61.82")]
    html = changes_of(factories.world(), body, changed)["body"]
    assert "<td>面粉</td>" in html
    assert '<td><span class="deletion">2.47</span><span class="addition">2.50</span></td>' in html
    assert '<tr class="addition"><th scope="row">added</th><td>菜籽油</td><td>73.37</td></tr>' in html
    assert "粳米" not in html and "大豆油" not in html, "rows as before are only counted"


@pytest.mark.django_db
def test_a_removed_row_stands_where_it_was():
    body = [table("商品\t价格\n粳米\t2.98\n面粉\t2.47")]
    html = changes_of(factories.world(), body, [table("商品\t价格\n面粉\t2.47")])["body"]
    assert '<tr class="deletion"><th scope="row">removed</th><td>粳米</td><td>2.98</td></tr>' in html


@pytest.mark.django_db
def test_yes_and_no_are_words():
    body = [table("商品\t价格")]
    with override("en"):
        changes = changes_of(
            factories.world(), body, [table("商品\t价格", header_column=True)], important=True
        )
    assert changes["important"] == '<span class="deletion">No</span><span class="addition">Yes</span>'
    assert '<dd><span class="deletion">No</span><span class="addition">Yes</span></dd>' in changes["body"]


@pytest.mark.django_db
def test_an_added_block_is_shown_whole_and_escaped():
    body = [("heading", "一、变动情况")]
    html = changes_of(factories.world(), body, [*body, table("<b>商品</b>\t价格")])["body"]
    assert "<td>&lt;b&gt;商品&lt;/b&gt;</td><td>价格</td>" in html
