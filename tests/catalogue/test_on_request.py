"""Disclosure on request: how to ask, where, in what time, and the documents listed by title."""

import uuid
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from tests.portal.conftest import OFFICE_FIELDS, place
from wagtail_disclosure.catalogue.models import FiledItem
from wagtail_disclosure.portal.models import GuidePage, PlatformSectionPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client, world):
    def get(address):
        response = client.get(address if address.startswith("/") else world.catalogue.url + address)
        assert response.status_code == 200, address
        return BeautifulSoup(response.content, "html.parser")

    return get


def link(page, selector):
    found = page.select_one(selector)
    return found["href"] if found else None


def filed(world, title, **changed):
    fields = {
        "translation_key": "7a2c4f9e-9d5b-4c36-9a0d-0a6a4c0f9a11",
        "page_id": 1,
        "site_id": world.site.pk,
        "language": "zh-hans",
        "title": title,
        "attribute": "on_request",
        "ground": "art_27",
        "digest": "0" * 64,
        "filed_at": timezone.now(),
        **changed,
    }
    return FiledItem.objects.create(**fields)


def shown_on_request(page):
    return [each.get_text(strip=True).split("\n")[0] for each in page.select(".disclosure-items tbody th")]


def test_the_on_request_list_shows_titles_and_nothing_to_open(world, read):
    filed(world, "项目评审资料", issuing_body="市发展改革委")
    page = read("on-request/")
    assert "项目评审资料" in shown_on_request(page)[0]
    assert page.select(".disclosure-items tbody th a") == []


@pytest.mark.parametrize(
    "changed",
    [{"attribute": "withheld"}, {"closed_at": timezone.now()}, {"language": "en"}, {"site_id": 999}],
)
def test_what_is_withheld_closed_or_elsewhere_is_not_on_the_on_request_list(world, read, changed):
    filed(world, "不予公开的资料", **changed)
    assert shown_on_request(read("on-request/")) == []


def test_the_on_request_list_is_paged_without_a_gap(world, read):
    now = timezone.now()
    for number in range(25):
        filed(world, f"资料{number:02d}", filed_at=now, page_id=number + 1, translation_key=uuid.uuid4())
    first = read("on-request/")
    second = read(world.catalogue.url + "on-request/" + link(first, ".disclosure-pager__older"))
    assert len({*shown_on_request(first), *shown_on_request(second)}) == 25
    back = read(world.catalogue.url + "on-request/" + link(second, ".disclosure-pager__newer"))
    assert shown_on_request(back) == shown_on_request(first)


def test_the_law_says_what_a_request_states_and_when_the_reply_comes(read):
    steps = read("on-request/").select_one(".disclosure-steps").get_text()
    for words in ("身份证明", "文号", "形式要求", "20个工作日", "7个工作日", "不收取费用"):
        assert words in steps


def test_the_steps_are_those_of_the_jurisdiction(read, settings):
    settings.WAGTAIL_DISCLOSURE = {"JURISDICTION": "uk"}
    steps = read("on-request/").select_one(".disclosure-steps").get_text()
    assert "20个工作日" in steps and "身份证明" not in steps


def test_a_request_is_handed_in_at_the_agency_until_there_is_a_guide(world, read):
    world.agency.address = "江畔大道66号"
    world.agency.save()
    assert "江畔大道66号" in read("on-request/").select_one(".disclosure-contact").get_text()
    guide = place(world, GuidePage, "公开指南", **OFFICE_FIELDS)
    page = read("on-request/")
    contact = page.select_one(".disclosure-contact").get_text()
    assert "滨江路1号" in contact and "江畔大道66号" not in contact
    assert link(page, ".disclosure-callout a") == guide.url


def test_the_page_that_takes_requests_is_linked_and_never_the_page_itself(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开", request_url="/apply/")
    assert link(read("on-request/"), ".disclosure-callout .disclosure-button") == "/apply/"
    PlatformSectionPage.objects.filter(pk=section.pk).update(request_url=f"{world.catalogue.url}on-request/")
    world.agency.save()
    page = read("on-request/")
    assert page.select(".disclosure-callout") == []
    own = f"{world.catalogue.url}on-request/"
    assert [each for each in page.select("main a, .disclosure a") if each["href"] == own] == []


def test_numbers_are_shown_where_there_are_any(world, read):
    filed(world, "项目评审资料")
    assert read("on-request/").select(".disclosure-items__number") == []
    filed(world, "旧档案", index_number="620700036/2019-00001", page_id=2, translation_key=uuid.uuid4())
    assert len(read("on-request/").select(".disclosure-items__number")) == 2


def test_the_list_has_feeds_whose_entries_lead_to_their_place_in_it(world, client, read):
    filed(world, "项目评审资料", issuing_body="市发展改革委")
    page = read("on-request/")
    address = link(page, '.disclosure-feeds a[type="application/atom+xml"]')
    feed = ElementTree.fromstring(client.get(address).content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert entry.find(f"{atom}title").text == "项目评审资料"
    where, mark, anchor = entry.find(f"{atom}link").get("href").partition("#")
    assert where.endswith("/on-request/") and page.find(id=anchor)


def test_the_page_carries_the_tags_of_its_column(world, read):
    tags = {each["name"]: each["content"] for each in read("on-request/").select("meta[name]")}
    assert tags["SiteName"] == world.agency.name and tags["ColumnType"] == "依申请公开"
