"""Differences character by character, for writing without spaces, and nothing left out of them."""

import re
from html import unescape

import pytest
from django.test import RequestFactory
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
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
