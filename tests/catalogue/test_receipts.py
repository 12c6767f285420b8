"""The public review record: each edition, its files, its place in the ledger, for people and for programs."""

import pytest
from bs4 import BeautifulSoup
from django.test import override_settings

from tests import factories
from tests.catalogue.test_file_check import FIRST, SECOND, published, sha, with_file, withdraw
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing.models import LedgerEntry, Seal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built_world(built_world):
    page = published(built_world)
    second = with_file(built_world, SECOND, page=EntryPage.objects.get(pk=page.pk))
    built_world.two_editions = factories.publish(built_world, second)
    return built_world


@pytest.fixture
def two_editions(world):
    return world.two_editions


def record(client, world, page, **query):
    return client.get(f"{world.catalogue.url}record/{page.pk}/", query)


def shown(response):
    return BeautifulSoup(response.content, "html.parser")


def test_the_record_tells_files_with_hashes_and_places_in_the_ledger(world, client):
    page = published(world)
    html = shown(record(client, world, page))
    assert html.select_one(".disclosure-hashes code").get_text() == sha(FIRST)
    # What reviewers answered for stays internal.
    about = LedgerEntry.objects.about(page).exclude(kind=LedgerEntry.Kind.ACKNOWLEDGED)
    rows = html.select("[aria-labelledby=disclosure-ledger] tbody tr")
    assert [int(row.td.get_text()) for row in rows] == list(about.values_list("sequence", flat=True))
    text = html.get_text(" ")
    assert all(program in text for program in ("Get-FileHash", "certutil", "shasum -a 256", "sha256sum"))


def test_every_edition_that_was_public_has_its_record(world, client, two_editions):
    latest = shown(record(client, world, two_editions))
    addresses = [each["href"] for each in latest.select("[aria-labelledby=disclosure-editions] a")]
    assert addresses == [f"{world.catalogue.url}record/{two_editions.pk}/?edition=1"]
    earlier = shown(client.get(addresses[0]))
    digests = list(Seal.objects.about(two_editions).order_by("opened_at").values_list("digest", flat=True))
    assert digests[0] in earlier.select_one(".disclosure-hash").get_text()
    assert digests[1] in latest.select_one(".disclosure-hash").get_text()
    assert len(earlier.select(".disclosure-steps > li")) == 4
    assert earlier.select_one("meta[name=robots]") and not latest.select_one("meta[name=robots]")


def test_a_file_that_was_replaced_keeps_its_hash_and_loses_its_name_and_address(world, client, two_editions):
    files = record(client, world, two_editions, edition=1).context["files"]
    assert files == [{"title": "", "url": "", "digest": sha(FIRST)}]
    (file,) = record(client, world, two_editions).context["files"]
    assert file["title"] and file["url"] and file["digest"] == sha(SECOND)


@pytest.mark.parametrize("edition", ["0", "3", "-1", "x", "٣", "9" * 30])
def test_an_edition_that_never_was_is_not_found(world, client, two_editions, edition):
    assert record(client, world, two_editions, edition=edition).status_code == 404


def test_programs_read_the_same_record(world, client, two_editions):
    response = record(client, world, two_editions, format="json")
    data = response.json()
    assert response["Content-Type"] == "application/json"
    assert data["public"] and data["matches_approval"] and data["edition"] == 2 == len(data["editions"])
    assert data["url"] == two_editions.full_url
    assert [each["sha256"] for each in data["files"]] == [sha(SECOND)]
    assert len(data["steps"]) == 4 and {each["person"] for each in data["steps"]} == {""}
    chain = {each["hash"] for each in data["ledger"]}
    assert {each["ledger_hash"] for each in data["steps"]} <= chain
    link = shown(record(client, world, two_editions)).select_one("link[type='application/json']")
    assert client.get(link["href"]).json() == data


def test_programs_read_names_where_the_agency_shows_them(world, client):
    page = published(world)
    with override_settings(WAGTAIL_DISCLOSURE={"RECEIPT_SHOWS": "name"}):
        data = record(client, world, page, format="json").json()
    assert [each["person"] for each in data["steps"]] == ["王处", "李密", "赵核", "周委"]


def test_the_record_of_what_left_names_no_file(world, client, two_editions):
    withdraw(world, two_editions)
    for query in ({}, {"edition": 1}, {"format": "json"}):
        response = record(client, world, two_editions, **query)
        assert response.status_code == 200 and "说明文件" not in response.content.decode()


def test_the_record_of_what_had_to_go_unnamed_has_no_files_at_all(world, client, two_editions):
    withdraw(world, two_editions, reason="secrecy")
    for query in ({}, {"edition": 1}, {"format": "json"}):
        content = record(client, world, two_editions, **query).content.decode()
        assert sha(FIRST) not in content and sha(SECOND) not in content and two_editions.title not in content
