"""Feeds and the sitemap: what is public, at absolute addresses, with one query each."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from tests import factories
from tests.portal.conftest import draft, place
from tests.register_rows import fill
from tests.urls import urlpatterns as site_urls
from wagtail_disclosure.catalogue import sitemaps
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.portal.models import ColumnPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

urlpatterns = [path("", include("wagtail_disclosure.urls")), *site_urls]


def parsed(response):
    assert response.status_code == 200
    return ElementTree.fromstring(response.getvalue())


FEEDS = ["", "category/0101/", "department/01/", "search/?q=通知"]


def address(world, place, name):
    where, mark, query = place.partition("?")
    return f"{world.catalogue.url}{where}feed/{name}/{mark}{query}"


@pytest.mark.parametrize("place", FEEDS)
def test_an_atom_feed_lists_what_the_list_does(world, client, place):
    page = factories.published(world, "关于价格公示的通知", summary="摘要 & <b>")
    factories.draft(world, "草稿通知")
    feed = parsed(client.get(address(world, place, "atom")))
    entries = feed.findall(f"{ATOM}entry")
    assert [each.find(f"{ATOM}title").text for each in entries] == ["关于价格公示的通知"]
    assert entries[0].find(f"{ATOM}link").get("href") == f"http://localhost{page.url}"
    assert entries[0].find(f"{ATOM}summary").text == "摘要 & <b>"
    assert entries[0].find(f"{ATOM}published").text.startswith("20")


@pytest.mark.parametrize("place", FEEDS)
def test_an_rss_feed_lists_what_the_list_does(world, client, place):
    factories.published(world, "关于价格公示的通知")
    feed = parsed(client.get(address(world, place, "rss")))
    assert [each.text for each in feed.findall("channel/item/title")] == ["关于价格公示的通知"]


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_a_withdrawn_item_leaves_the_feeds(world, client, name):
    page = factories.published(world)
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="有误")
    assert page.title not in client.get(address(world, "", name)).content.decode()


def test_control_characters_in_a_title_do_not_break_a_feed(world, client):
    fill(world, 1, titles=lambda number: "通知\x0b\x1b第一号")
    assert parsed(client.get(address(world, "", "atom"))).find(f"{ATOM}entry/{ATOM}title") is not None


@pytest.mark.parametrize("place", ["category/9999/feed/atom/", "feed/json/", "search/feed/rss/?department=x"])
def test_a_feed_of_nothing_is_not_found(world, client, place):
    assert client.get(world.catalogue.url + place).status_code == 404


def on_the_way(captured):
    return [
        each["sql"]
        for each in captured.captured_queries
        if 'FROM "wagtail_disclosure_published' in each["sql"]
    ]


@pytest.mark.parametrize("place", FEEDS[:3])
def test_a_feed_takes_one_query(world, client, place):
    fill(world, 30)
    client.get(address(world, place, "atom"))
    with CaptureQueriesContext(connection) as captured:
        client.get(address(world, place, "atom"))
    assert len(on_the_way(captured)) == 1


def locations(tree, kind):
    return [each.text for each in tree.findall(f"{SITEMAP}{kind}/{SITEMAP}loc")]


def test_the_sitemap_leads_to_files_that_together_name_every_public_item_once(world, client, monkeypatch):
    monkeypatch.setattr(sitemaps, "LARGEST_FILE", 10)
    fill(world, 25)
    fill(world, 3, language="en")
    places, *files = locations(parsed(client.get(f"{world.catalogue.url}sitemap/")), "sitemap")
    found = [locations(parsed(client.get(each)), "url") for each in files]
    assert [len(each) for each in found] == [10, 10, 5]
    paths = PublishedItem.objects.filter(language="zh-hans").values_list("path", flat=True)
    assert sorted(sum(found, [])) == sorted(f"http://localhost{each}" for each in paths)


def test_the_sitemap_of_an_empty_catalogue_has_its_places_only(world, client):
    (places,) = locations(parsed(client.get(f"{world.catalogue.url}sitemap/")), "sitemap")
    home = f"http://localhost{world.site.root_page.specific.get_url_parts()[2]}"
    catalogue = f"http://localhost{world.catalogue.url}"
    assert locations(parsed(client.get(places)), "url") == [home, catalogue, f"{catalogue}on-request/"]


def test_the_sitemap_names_the_public_places_of_the_portal(world, client):
    column = place(world, ColumnPage, "工作动态", categories=[world.category])
    draft(world, ColumnPage, "草稿栏目")
    (places, *_files) = locations(parsed(client.get(f"{world.catalogue.url}sitemap/")), "sitemap")
    found = locations(parsed(client.get(places)), "url")
    assert f"http://localhost{column.url}" in found and len(found) == 4


def test_a_withdrawn_item_leaves_the_sitemap(world, client):
    page = factories.published(world)
    _places, *files = locations(parsed(client.get(f"{world.catalogue.url}sitemap/")), "sitemap")
    assert locations(parsed(client.get(files[0])), "url") == [f"http://localhost{page.url}"]
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="有误")
    assert locations(parsed(client.get(files[0])), "url") == []


def test_a_sitemap_file_takes_one_query_and_is_streamed(world, client):
    fill(world, 30)
    last = PublishedItem.objects.order_by("-position").first().position
    client.get(world.catalogue.url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(f"{world.catalogue.url}sitemap/{last}/")
        assert response.streaming
        response.getvalue()
    assert len([each for each in captured.captured_queries if "publisheditem" in each["sql"]]) == 1


@pytest.mark.urls("tests.catalogue.test_feeds")
def test_the_addresses_outside_the_page_tree(world, client):
    page = factories.published(world)
    number = PublishedItem.objects.get(pk=page.pk).index_number
    assert client.get(f"/number/{number}/")["Location"] == page.url
    assert client.get("/number/none/").status_code == 404
    assert locations(parsed(client.get("/sitemap-disclosure.xml")), "sitemap")
    assert client.get("/number/").status_code == 200
    assert client.get("/number/", {"n": number})["Location"] == page.url
    assert scope_of(world.catalogue).directory.base_path == world.catalogue.url


@pytest.mark.urls("tests.catalogue.test_feeds")
def test_robots_are_told_what_to_leave_alone_and_where_the_sitemap_is(world, client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert f"Disallow: {world.catalogue.url}search/" in lines and "Disallow: /*?disclosure-text=" in lines
    assert f"Sitemap: http://localhost{world.catalogue.url}sitemap/" in lines
    assert f"Disallow: {world.catalogue.url}" not in lines


@pytest.mark.urls("tests.catalogue.test_feeds")
@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap-disclosure.xml", "/number/1/"])
def test_the_addresses_outside_the_page_tree_are_for_reading_only(world, address):
    response = Client(enforce_csrf_checks=True).post(address)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
