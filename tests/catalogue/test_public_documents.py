"""The page of one document: its record, files, related items, addresses, meta tags, and how often it was read."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, PageViewRestriction

from tests import factories
from wagtail_disclosure.catalogue import entry, header, visits
from wagtail_disclosure.catalogue.models import EntryPage, RelatedItem, ViewCount
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.publishing.records import register_open

pytestmark = pytest.mark.django_db
# One of them asks whether the item is withheld.
MOST_QUERIES = 9


@pytest.fixture(autouse=True)
def _no_views_waiting(monkeypatch):
    monkeypatch.setattr(visits, "_process_buffer", visits.ProcessBuffer())


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def read(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return soup(response)


def meta(page):
    return {each["name"]: each["content"] for each in page.select("meta[name]")}


def record(page):
    return {
        each.dt.get_text(strip=True): each.dd.get_text(strip=True)
        for each in page.select(".disclosure-header > div")
    }


def test_the_record_shows_the_eight_fields_first_and_empty_ones_keep_their_label(world, client):
    page = factories.published(world, keywords="价格；公示", document_number="")
    fields = record(read(client, page))
    published = PublishedItem.objects.get(pk=page.pk)
    values = list(fields.values())
    assert len(fields) == 15
    assert values[0] == published.index_number and "公示" in values[2]
    assert (values[3], values[5]) == ("市发展改革委", "办公室")
    # What is empty is said to be so to those who cannot see it.
    assert "disclosure-visually-hidden" in str(
        read(client, page).select(".disclosure-header > div")[1].select_one("dd span")
    )


def test_the_title_goes_before_the_record_and_the_fold_keeps_the_eight_fields(world, client):
    page = read(client, factories.published(world))
    order = [
        each.name
        for each in page.select(".disclosure-document h1, .disclosure-document dl.disclosure-header")
    ]
    assert order == ["h1", "dl", "dl"]
    folded = page.select(".disclosure-record details .disclosure-header > div")
    assert len(page.select(".disclosure-record > .disclosure-header > div")) == 8 and len(folded) == 7


def test_the_index_number_of_a_document_is_text_to_copy(world, client):
    value = read(client, factories.published(world)).select_one(".disclosure-header dd")
    assert value.get_text() and not value.a


def test_the_keywords_are_separated_in_one_way(world, client):
    page = factories.published(world, keywords="价格,公示；收费")
    with translation.override("en"):
        fields = header.fields_of(page, None, scope_of(page))
    assert fields[2]["value"] == "价格; 公示; 收费"


def test_the_publication_date_is_the_register_s_to_the_minute(world, client):
    page = factories.published(world)
    at = timezone.localtime(PublishedItem.objects.get(pk=page.pk).date_published)
    assert read(client, page).select_one(".disclosure-meta time").get_text() == at.strftime("%Y-%m-%d %H:%M")


def test_attachments_show_type_and_size(world, client):
    document = get_document_model().objects.create(
        title="附件一", file=ContentFile(b"x" * 2048, name="annex.TXT")
    )
    page = factories.draft(world)
    page.attachments.create(document=document, sort_order=0)
    page.save_revision(user=world.people.officer)
    page = factories.publish(world, EntryPage.objects.get(pk=page.pk))
    shown = read(client, page).select_one(".disclosure-attachments li")
    assert shown.a.get_text() == "附件一" and "TXT" in shown.get_text() and "2.0" in shown.get_text()


def test_related_items_and_interpretations_are_shown_while_they_are_public(world, client):
    other = factories.published(world, "政策原文")
    explained = factories.published(world, "政策解读")
    unpublished = factories.draft(world, "未公开的草稿")
    page = factories.draft(world, "关于政策的通知")
    for number, (item, kind) in enumerate(
        [
            (other, RelatedItem.Kind.RELATED),
            (explained, RelatedItem.Kind.INTERPRETATION),
            (unpublished, RelatedItem.Kind.RELATED),
        ]
    ):
        page.related_items.add(
            RelatedItem(page=page, related=item.disclosurepage_ptr, kind=kind, sort_order=number)
        )
    page.save_revision(user=world.people.officer)
    page = factories.publish(world, EntryPage.objects.get(pk=page.pk))
    links = [each.get_text() for each in read(client, page).select(".disclosure-related a")]
    assert links == ["政策解读", "政策原文"]
    actions.withdraw(other, world.people.leader, reason="content_error", explanation="有误")
    links = [each.get_text() for each in read(client, page).select(".disclosure-related a")]
    assert links == ["政策解读"]


def test_a_document_no_longer_in_force_says_so_and_links_to_its_successor_if_that_is_public(world, client):
    successor = factories.published(world, "新办法")
    page = factories.published(
        world, "旧办法", validity="replaced", replaced_by=Page.objects.get(pk=successor.pk)
    )
    banner = read(client, page).select_one(".disclosure-banner")
    assert banner.a["href"] == successor.url
    actions.withdraw(successor, world.people.leader, reason="content_error", explanation="有误")
    assert read(client, page).select_one(".disclosure-banner").a is None


def test_a_document_in_force_has_no_banner(world, client):
    assert read(client, factories.published(world)).select_one(".disclosure-banner") is None


def test_the_national_meta_tags_are_complete(world, client):
    world.agency.site_id_code = "6207000036"
    world.agency.save()
    page = factories.published(world, summary="摘要", source="本网", keywords="价格；公示")
    tags = meta(read(client, page))
    assert {
        name: tags[name] for name in ("SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnType")
    } == {
        "SiteName": "临江市发展和改革委员会",
        "SiteDomain": "localhost",
        "SiteIDCode": "6207000036",
        "ColumnName": "年度报告",
        "ColumnType": "信息公开目录",
    }
    published = PublishedItem.objects.get(pk=page.pk)
    assert (tags["ArticleTitle"], tags["ContentSource"], tags["Keywords"]) == (
        page.title,
        "本网",
        "价格,公示",
    )
    assert (tags["Author"], tags["Description"]) == ("市发展改革委", "摘要")
    assert tags["Url"] == f"http://localhost{published.path}"
    assert len(tags["PubDate"]) == len("2026-11-22 10:00")


def test_a_list_carries_the_tags_of_a_column(world, client):
    tags = meta(soup(client.get(f"{world.catalogue.url}category/0101/")))
    assert (tags["ColumnName"], tags["ColumnType"]) == ("年度报告", "信息公开目录")


def test_structured_data_is_json_that_cannot_end_its_element(world, client):
    title = "</script><script>alert(1)</script>&通知"
    page = factories.published(world, title)
    response = client.get(page.url)
    assert b"<script>alert" not in response.content
    data = json.loads(soup(response).select_one('script[type="application/ld+json"]').string)
    assert (data["@type"], data["name"]) == ("DigitalDocument", title)
    assert data["identifier"] == PublishedItem.objects.get(pk=page.pk).index_number


def test_canonical_address_feeds_and_qr_code(world, client):
    page = factories.published(world)
    shown = read(client, page)
    assert shown.select_one('link[rel="canonical"]')["href"] == f"http://localhost{page.url}"
    feeds = [each["href"] for each in shown.select('link[type="application/atom+xml"]')]
    assert feeds == [f"{world.catalogue.url}category/0101/feed/atom/"]
    code = shown.select_one(".disclosure-qr svg")
    assert code.select_one("path") and not code.select("[style]")


def test_a_public_translation_is_announced_and_a_draft_of_one_is_not(world, client):
    english = Locale.objects.create(language_code="en")
    for page in (world.site.root_page, world.catalogue, world.folder):
        page.copy_for_translation(english)
    page = factories.published(world)
    assert read(client, page).select("link[hreflang]") == []
    # Publishing in another language is the business of its own review; the register is what counts here.
    row = PublishedItem.objects.get(pk=page.pk)
    translated = Page.objects.get(pk=page.copy_for_translation(english).pk)
    row.pk, row.page_id, row.language, row.path = translated.pk, translated.pk, "en", "/en/catalogue/01/item/"
    with register_open():
        row.save(force_insert=True)
    cache.clear()
    links = {each["hreflang"]: each["href"] for each in read(client, page).select("link[hreflang]")}
    assert links == {"zh-hans": f"http://localhost{page.url}", "en": "http://localhost/en/catalogue/01/item/"}


def test_a_draft_can_be_previewed(world):
    page = factories.draft(world, "草稿", issuing_body="市发展改革委")
    request = RequestFactory().get("/")
    request.is_preview = True
    context = entry.context_of(page, request)
    assert [field["value"] for field in context["header_fields"]][3] == "市发展改革委"
    assert "canonical_url" not in context and context["date_published"] is None


def test_a_document_costs_nine_queries_at_most(world, client):
    page = factories.published(world)
    read(client, page)
    with CaptureQueriesContext(connection) as captured:
        read(client, page)
    assert len(captured) <= MOST_QUERIES


def test_a_view_restriction_on_the_site_holds_for_documents_and_lists(world, client):
    """Of what is public the gate allows none; one put there past the gate must still be kept."""
    page = factories.published(world)
    restriction = PageViewRestriction(
        page=Page.objects.get(pk=world.site.root_page.pk), restriction_type="login"
    )
    PageViewRestriction.objects.bulk_create([restriction])
    assert client.get(page.url).status_code == 302
    assert client.get(world.catalogue.url).status_code == 302


# Views


def views(page):
    text = page.select_one(".disclosure-meta").get_text(" ", strip=True)
    return int("".join(char for char in text.rsplit(" ", 1)[-1] if char.isdigit()))


def test_each_reading_is_counted_and_none_is_written(world, client):
    page = factories.published(world)
    with CaptureQueriesContext(connection) as captured:
        shown = [views(read(client, page)) for _time in range(3)]
    assert shown == [1, 2, 3]
    assert not [each for each in captured.captured_queries if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert not ViewCount.objects.exists()


def test_storing_the_views_keeps_the_number_shown(world, client):
    page = factories.published(world)
    read(client, page)
    assert visits.flush() == 1
    assert ViewCount.objects.get(pk=page.pk).count == 1
    assert views(read(client, page)) == 2
    assert visits.flush() == 1 and visits.flush() == 0
    assert ViewCount.objects.get(pk=page.pk).count == 2


def test_asking_for_the_headers_is_no_reading(world, client):
    page = factories.published(world)
    client.head(page.url)
    assert visits.views_of(page.pk) == 0


def test_views_that_cannot_be_stored_go_on_waiting(world, client, monkeypatch):
    page = factories.published(world)
    read(client, page)

    def refuse(**kwargs):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(ViewCount.objects, "filter", refuse)
        assert visits.flush() == 0
    assert visits.flush() == 1


def test_a_process_stores_its_views_by_itself_when_the_interval_is_over(world, monkeypatch):
    page = factories.published(world)
    visits.count(page.pk)
    monkeypatch.setattr(visits, "INTERVAL", 0)
    visits.count(page.pk)
    assert ViewCount.objects.get(pk=page.pk).count == 2


def test_a_shared_cache_holds_the_views_of_all_processes_until_the_command_runs(world, monkeypatch, capsys):
    monkeypatch.setattr(visits, "HELD_BY_PROCESS", ())
    page = factories.published(world)
    for _view in range(5):
        visits.count(page.pk)
    visits.count(page.pk + 1)
    assert visits.views_of(page.pk) == 5
    call_command("disclosure_flush_views")
    assert "6" in capsys.readouterr().out
    assert (ViewCount.objects.get(pk=page.pk).count, visits.views_of(page.pk)) == (5, 5)
    visits.count(page.pk)
    assert visits.views_of(page.pk) == 6


def test_the_command_says_when_the_cache_is_not_shared(capsys):
    call_command("disclosure_flush_views")
    assert capsys.readouterr().err


# Conditional requests


def test_an_unchanged_page_is_confirmed_and_a_changed_one_is_sent(world, client):
    page = factories.published(world)
    for address in (page.url, world.catalogue.url, f"{world.catalogue.url}category/0101/feed/atom/"):
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        factories.published(world, "更新")
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.category.save(),
        lambda world: world.office.save(),
        lambda world: world.agency.save(),
        lambda world: Page.objects.get(pk=world.site.root_page.pk).specific.save_revision().publish(),
    ],
    ids=["category", "department", "agency", "page of the site"],
)
def test_what_lists_show_besides_the_register_changes_the_tag(world, client, change):
    factories.published(world)
    tag = client.get(world.catalogue.url)["ETag"]
    change(world)
    assert client.get(world.catalogue.url)["ETag"] != tag


def test_the_text_size_a_reader_chose_is_part_of_the_tag(world, client):
    factories.published(world)
    tag = client.get(world.catalogue.url)["ETag"]
    client.cookies["disclosure_display"] = "large"
    assert client.get(world.catalogue.url)["ETag"] != tag


def test_pages_of_somebody_logged_in_carry_no_tag(world, client):
    factories.published(world)
    client.force_login(world.people.root)
    assert "ETag" not in client.get(world.catalogue.url)


def test_conditional_requests_can_be_switched_off(world, client, settings):
    settings.WAGTAIL_DISCLOSURE = {"CONDITIONAL_REQUESTS": False}
    factories.published(world)
    assert "ETag" not in client.get(world.catalogue.url)


MIDDLEWARE = "wagtail_disclosure.catalogue.conditional.UnchangedMiddleware"


def test_the_middleware_confirms_with_one_query_and_counts_the_reading(world, client, settings):
    page = factories.published(world)
    tag = client.get(page.url)["ETag"]
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(page.url, headers={"if-none-match": tag}).status_code == 304
    assert (len(captured), visits.views_of(page.pk)) == (1, 2)


@pytest.mark.parametrize(
    "tag",
    ["*", '"x"', 'W/"d1..x.00000000000000000000000000000000"', 'W/"d99999999999..a.b"', "\x00", "é" * 999],
)
def test_the_middleware_lets_other_tags_pass(world, settings, tag):
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]
    page = factories.published(world)
    response = Client().get(page.url, headers={"if-none-match": tag})
    assert response.status_code == (304 if tag == "*" else 200)


def test_the_middleware_does_not_confirm_what_has_changed_or_left(world, settings):
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]
    client = Client()
    page = factories.published(world)
    tag = client.get(page.url)["ETag"]
    other = client.get(world.catalogue.url, headers={"if-none-match": tag})
    assert other.status_code == 200
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="有误")
    assert client.get(page.url, headers={"if-none-match": tag}).status_code == 410
