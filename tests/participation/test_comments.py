"""Commenting on a draft without JavaScript: a receipt for everybody, nothing lost, nothing shown before somebody looked."""

import json
import re

import pytest
from django.test import Client

from tests import factories_participation as factories
from wagtail_disclosure.casework import identity
from wagtail_disclosure.casework.models import Submission
from wagtail_disclosure.participation import moderation
from wagtail_disclosure.participation.models import Comment

pytestmark = pytest.mark.django_db
GIVEN = {
    "paragraph": factories.SECOND,
    "body": "建议降低第一阶梯的价格。",
    "name": "王小明",
    "phone": "13812345678",
}


def test_each_paragraph_leads_to_the_form_with_itself_chosen(page, visitor, client):
    text = client.get(page.url).content.decode()
    assert f"/participation/{page.pk}/comment/?paragraph={factories.SECOND}" in text
    writer = visitor(page, "comment/")
    writer.open(f"{writer.base}?paragraph={factories.SECOND}")
    assert writer.soup.select_one("[name=paragraph] [selected]")["value"] == factories.SECOND
    assert "阶梯制" in writer.soup.select_one("blockquote").get_text()
    writer.open(f"{writer.base}?paragraph=nonsense")
    assert not writer.soup.select("blockquote")


def test_a_comment_is_stored_whole_with_a_receipt(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    assert writer.soup.select_one("[name=consent]").get("checked") is None
    writer.fill(GIVEN)
    found = Comment.objects.get()
    assert re.fullmatch(r"YJ\d{4}-01-00001", found.number) and found.number in writer.text()
    assert writer.soup.select_one(".disclosure-code").get_text()
    assert (found.body, found.paragraph, found.state) == (GIVEN["body"], factories.SECOND, "pending")
    assert found.paragraph_label.startswith("2. 第二条") and not found.consent_to_publish
    assert (found.department, found.channel, found.language) == (page.department, "online", "zh-hans")
    assert identity.own_text(found.name) == "王小明" and str(found.name) == "王**"


def test_name_and_contact_are_optional(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    writer.fill({"body": "同意。"})
    found = Comment.objects.get()
    assert not found.name and found.paragraph == "" and found.number in writer.text()


def test_sent_twice_it_is_one_comment_with_one_receipt(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    before = writer.soup
    writer.fill(GIVEN)
    first = writer.soup.select_one(".disclosure-code").get_text()
    writer.soup = before
    writer.fill(GIVEN)
    assert writer.soup.select_one(".disclosure-code").get_text() == first
    assert Comment.objects.count() == Submission.objects.count() == 1


def test_sent_twice_around_the_end_it_still_has_its_receipt(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    before = writer.soup
    writer.fill(GIVEN)
    _end(page)
    writer.soup = before
    writer.fill(GIVEN)
    assert Comment.objects.get().number in writer.text()


def _end(page):
    type(page).objects.filter(pk=page.pk).update(closes_on=factories.days(-1))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({**GIVEN, "body": ""}, "body"),
        ({**GIVEN, "body": "　\u200b"}, "body"),
        ({**GIVEN, "body": "长" * 5001}, "body"),
        ({**GIVEN, "body": "a\x00b"}, "body"),
        ({**GIVEN, "email": "no mail"}, "email"),
        ({**GIVEN, "paragraph": "00000000-0000-0000-0000-0000000000ff"}, "paragraph"),
    ],
)
def test_a_wrong_form_is_shown_again_with_every_answer(page, visitor, given, wrong):
    writer = visitor(page, "comment/")
    writer.open()
    writer.fill(given)
    assert not Comment.objects.exists()
    assert writer.soup.select_one(f".disclosure-errors a[href='#id_{wrong}']")
    assert writer.soup.select_one("[name=name]")["value"] == "王小明"
    if wrong != "body":
        assert writer.soup.select_one("[name=body]").get_text(strip=True) == GIVEN["body"]


def test_a_program_that_fills_in_the_trap_is_refused(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    writer.fill(GIVEN, website="https://spam.example/")
    assert not Comment.objects.exists() and writer.soup.select(".disclosure-errors")


def test_after_the_end_nothing_is_taken_and_the_words_are_kept(page, visitor):
    writer = visitor(page, "comment/")
    writer.open()
    _end(page)
    writer.fill(GIVEN)
    assert writer.response.status_code == 409 and not Comment.objects.exists()
    assert writer.soup.select_one("textarea").get_text(strip=True) == GIVEN["body"]
    writer.open()
    assert writer.response.status_code == 200 and not writer.soup.select("form.disclosure-form")


def test_before_the_beginning_nothing_is_taken(place, visitor):
    page = factories.consultation(place, opens_on=factories.days(1))
    writer = visitor(page, "comment/")
    writer.open()
    assert not writer.soup.select("form.disclosure-form")


def test_too_many_of_one_sender_are_told_to_wait_and_lose_nothing(page, visitor, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "CASE_LIMITS": {"comment_sender": (1, 60)}}
    for number in (1, 2):
        writer = visitor(page, "comment/")
        writer.open()
        writer.fill({**GIVEN, "body": f"意见{number}"})
    assert writer.response.status_code == 429 and Comment.objects.count() == 1
    assert writer.soup.select_one("[name=body]").get_text(strip=True) == "意见2"


def test_without_addresses_of_its_own_the_form_is_below_the_page(page, visitor, settings):
    settings.ROOT_URLCONF = "tests.urls"
    writer = visitor(page, "")
    writer.open(f"{page.url}comment/")
    assert writer.soup.select_one("[name=csrfmiddlewaretoken]")
    writer.fill(GIVEN)
    assert Comment.objects.get().number in writer.text()


def test_nothing_is_shown_before_somebody_looked(page, place, client):
    found = factories.comment(page, body="请降价。电话13812345678", name="王小明", paragraph=factories.FIRST)
    assert "请降价" not in client.get(page.url).content.decode()
    text = moderation.suggested(found.body)
    moderation.act(found, "show", by=place.officer, text=text)
    shown = client.get(page.url).content.decode()
    assert "请降价。电话＊＊＊" in shown and "13812345678" not in shown and "王" not in shown
    assert f"?about={factories.FIRST}#comments" in shown
    other = client.get(f"{page.url}?about={factories.SECOND}").content.decode()
    assert "请降价" not in other


def test_a_paragraph_is_named_as_it_reads(place, client):
    text = "<p>水 &amp; 电 &lt;script&gt;</p>"
    draft = json.dumps([{"type": "paragraph", "value": text, "id": factories.FIRST}])
    page = factories.consultation(place, draft=draft)
    assert page.paragraphs[0].label == "1. 水 & 电 <script>"
    found = factories.comment(page, paragraph=factories.FIRST)
    moderation.act(found, "show", by=place.officer, text=found.body)
    assert "<span>1. 水 &amp; 电 &lt;script&gt;</span>" in client.get(page.url).content.decode()


def test_a_draft_of_the_next_edition_keeps_the_paragraphs_of_comments(page):
    factories.comment(page, paragraph=factories.SECOND)
    draft = page.get_latest_revision_as_object()
    draft.title = "新标题"
    draft.save_revision()
    assert [each.id for each in page.get_latest_revision_as_object().paragraphs] == [
        factories.FIRST,
        factories.SECOND,
    ]


def test_the_writer_sees_what_became_of_it_and_takes_back_the_permission(page, place, visitor, client):
    found = factories.comment(page)
    moderation.act(found, "show", by=place.officer, text=found.body)
    writer = visitor(page, "status/")
    writer.open()
    writer.fill({"number": found.number, "code": "AAAA-AAAA-AAAA-AAAA"})
    assert writer.soup.select(".disclosure-errors") and found.body not in writer.text()
    writer.fill({"number": found.number.lower(), "code": found.code})
    assert found.body in writer.text()
    writer.fill({"action": "withdraw"})
    found.refresh_from_db()
    assert (found.state, found.public_text, found.consent_to_publish) == ("hidden", "", False)
    assert "建议降低" not in client.get(page.url).content.decode()
    assert [each.action for each in moderation.events_of(found)] == ["withdraw", "show"]


def test_the_form_of_a_page_that_is_not_public_does_not_exist(page, place):
    other = factories.consultation(place)
    type(other).objects.filter(pk=other.pk).update(live=False)
    assert Client().get(f"/participation/{other.pk}/comment/").status_code == 404
    assert Client().get(f"/participation/{page.pk}/answer/").status_code == 404
    assert Client().get("/participation/999999/comment/").status_code == 404
