"""Lists of the catalogue: what stands in them, page by page, at a constant number of queries."""

import uuid
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.catalogue.models import FiledItem
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def world():
    return factories.world()


@pytest.fixture
def read(client, world):
    """Read a page below the catalogue: its parsed content, after checking that it is there."""

    def get(address, status=200):
        response = client.get(address if address.startswith("/") else world.catalogue.url + address)
        assert response.status_code == status, address
        return BeautifulSoup(response.content, "html.parser")

    return get


def titles(page):
    return [each.get_text(strip=True) for each in page.select(".disclosure-items tbody th > a")]


def link(page, selector):
    found = page.select_one(selector)
    return found["href"] if found else None


LISTS = ["", "category/01/", "category/0101/", "department/01/", "search/?department=01", "search/?q=价格"]


@pytest.mark.parametrize("address", LISTS)
def test_a_published_item_is_listed(world, read, address):
    factories.published(world, "关于价格公示的通知")
    assert titles(read(address)) == ["关于价格公示的通知"]


@pytest.mark.parametrize("address", LISTS)
def test_a_draft_is_not_listed(world, read, address):
    factories.draft(world, "关于价格公示的通知")
    assert titles(read(address)) == []


@pytest.mark.parametrize("address", LISTS)
def test_a_withdrawn_item_leaves_the_lists(world, read, address):
    page = factories.published(world, "关于价格公示的通知")
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="数据有误")
    assert titles(read(address)) == []


@pytest.mark.parametrize("address", ["", "category/0101/", "department/01/", "search/?department=01"])
def test_an_item_of_another_site_or_language_is_not_listed(world, read, address):
    elsewhere = Site.objects.create(hostname="elsewhere.example", root_page=world.site.root_page)
    fill(world, 2, site=elsewhere, bodies=lambda number: "正文", titles=lambda number: "别站")
    fill(world, 2, language="en", bodies=lambda number: "body", titles=lambda number: "english")
    fill(world, 1, bodies=lambda number: "正文", titles=lambda number: "本站")
    assert titles(read(address)) == ["本站"]


def test_an_item_stands_under_its_own_department_only(world, read):
    factories.published(world, "办公室的文件")
    assert titles(read("department/02/")) == []


def test_a_list_is_paged_without_a_gap_in_both_directions(world, read):
    fill(world, 45)
    pages, address = [], ""
    while address is not None:
        pages.append(read(address))
        address = link(pages[-1], ".disclosure-pager__older")
        address = world.catalogue.url + address if address else None
    assert [len(titles(page)) for page in pages] == [20, 20, 5]
    assert sum((titles(page) for page in pages), []) == [f"第{number}号文件" for number in range(45)]
    newer = read(world.catalogue.url + link(pages[2], ".disclosure-pager__newer"))
    assert titles(newer) == titles(pages[1])
    newest = read(world.catalogue.url + link(newer, ".disclosure-pager__newer"))
    assert titles(newest) == titles(pages[0])
    assert link(newest, ".disclosure-pager__newer") is None


def test_items_published_in_the_same_moment_are_all_listed(world, read):
    fill(world, 25, days=0)
    first = read("")
    second = read(world.catalogue.url + link(first, ".disclosure-pager__older"))
    assert len({*titles(first), *titles(second)}) == 25


@pytest.mark.parametrize(
    "address, expected",
    [
        ("year/2024/", ["六月", "一月"]),
        ("year/2024/06/", ["六月"]),
        ("year/2024/6/", ["六月"]),
        ("year/2023/", ["除夕"]),
        ("year/2022/", []),
        ("category/0101/?year=2024", ["六月", "一月"]),
        ("department/01/?year=2024&month=1", ["一月"]),
        ("search/?year=2024&month=6", ["六月"]),
    ],
)
def test_year_and_month_are_those_of_the_local_calendar(world, read, address, expected):
    world.other = world.office
    zone = timezone.get_current_timezone()
    for title, moment in {
        # 16:30 on 31 December in London.
        "一月": datetime(2024, 1, 1, 0, 30, tzinfo=zone),
        "六月": datetime(2024, 6, 30, 23, 59, tzinfo=zone),
        "除夕": datetime(2023, 12, 31, 23, 59, 59, tzinfo=zone),
    }.items():
        fill(world, 1, end=moment, titles=lambda number, title=title: title, bodies=lambda number: "正文")
    assert titles(read(address)) == expected


@pytest.mark.parametrize(
    "address",
    [
        "category/9999/",
        "category/nowhere/0101/",
        "department/99/",
        "year/0/",
        "year/0000/",
        "year/9999/",
        "year/2024/13/",
        "year/2024/0/",
        "?after=x",
        "?after=-1",
        "?after=1e3",
        "?after=99999999999999999999",
        "?before=%00",
        "?year=0",
        "?year=abc",
        "?month=3",
        "category/0101/?year=0",
        "category/0101/?month=2",
        "search/?category=nowhere",
        "search/?category=x:y:z",
        "search/?department=%27%20OR%201=1",
        "search/?department=%00",
        "search/?year=2024&month=13",
        "search/?attribute=secret",
        "search/?genre=%3Cscript%3E",
        "search/?after=20",
        "search/?after=0-",
        "search/?before=2-1",
        "search/?category=" + "x" * 10_000,
        "on-request/?after=1",
        "on-request/?after=x-y",
        "on-request/?after=99999999999999999999-1",
        "nothing/",
        "sitemap/99999999999999999999/",
    ],
)
def test_what_does_not_exist_is_not_found(world, read, address):
    fill(world, 1)
    read(address, status=404)


def test_a_place_beyond_the_end_is_an_empty_page(world, read):
    fill(world, 3)
    page = read("?after=1")
    assert titles(page) == [] and page.select_one(".disclosure-empty")


def test_lists_cost_the_same_however_long_they_are(world, client):
    addresses = ["", "category/0101/", "department/01/", "year/2024/", "search/?attribute=proactive"]

    def queries():
        found = {}
        for address in addresses:
            client.get(world.catalogue.url + address)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(world.catalogue.url + address).status_code == 200
            found[address] = len(captured)
        return found

    end = datetime(2024, 12, 1, tzinfo=timezone.get_current_timezone())
    fill(world, 30, end=end, days=100, bodies=lambda number: "正文")
    few = queries()
    fill(world, 300, end=end, days=300, bodies=lambda number: "正文")
    assert queries() == few
    assert {
        address: count for address, count in few.items() if count > MOST_QUERIES and "search" not in address
    } == {}


def test_a_deep_page_costs_what_the_first_does(world, client):
    keys = fill(world, 200)
    deep = PublishedItem.objects.get(pk=keys[150]).position
    for address in ("", f"?after={deep}"):
        client.get(world.catalogue.url + address)
        with CaptureQueriesContext(connection) as captured:
            client.get(world.catalogue.url + address)
        assert len(captured) <= MOST_QUERIES
        assert not [
            each for each in captured.captured_queries if "COUNT(" in each["sql"] or "OFFSET" in each["sql"]
        ]


def test_a_merged_department_names_its_successor(world, read):
    world.office.status, world.office.status_date = "merged", timezone.localdate()
    world.office.save()
    world.office.successors.add(world.other)
    banner = read("department/01/").select_one(".disclosure-banner")
    assert "价格管理科" in banner.get_text()
    assert banner.select_one("a")["href"].endswith("/department/02/")


def test_a_category_says_what_it_holds_and_who_is_responsible(world, read):
    world.category.main_content = "本机关年度报告"
    world.category.responsible_department = world.office
    world.category.save()
    page = read("category/0101/")
    assert "本机关年度报告" in page.select_one(".disclosure-lead").get_text()
    assert page.select_one(".disclosure-facts a")["href"].endswith("/department/01/")


def test_breadcrumbs_lead_from_the_home_page_over_the_catalogue_to_the_category(world, read):
    crumbs = [each.get_text(strip=True) for each in read("category/0101/").select(".disclosure-crumbs li")]
    assert crumbs[-3:] == ["政府信息公开目录", "工作信息", "年度报告"]


def test_the_tree_opens_at_the_current_category_and_names_each_once(world, read):
    page = read("category/0101/")
    assert page.select_one(".disclosure-tree [aria-current]").get_text(strip=True) == "年度报告"
    assert page.select_one(".disclosure-tree details")["open"] == ""


def test_limits_are_combined_and_can_be_taken_off(world, read):
    fill(world, 6, bodies=lambda number: "正文")
    page = read("search/?category=0101&department=01&attribute=proactive")
    applied = page.select(".disclosure-applied li")
    assert ["年度报告" in applied[0].get_text(), "办公室" in applied[1].get_text(), len(applied)] == [
        True,
        True,
        3,
    ]
    fewer = read(applied[1].a["href"])
    assert len(titles(fewer)) == 6 and len(fewer.select(".disclosure-applied li")) == 2


def test_facets_of_a_search_say_how_much_each_leaves(world, read):
    fill(world, 40, bodies=lambda number: "正文")
    page = read("search/?q=文件")
    links = page.select(".disclosure-facets a")
    department = next(each for each in links if "办公室" in each.get_text())
    expected = int(department.select_one(".disclosure-count").get_text())
    result = read(department["href"])
    assert str(expected) in result.select_one(".disclosure-meta").get_text()
    assert 0 < expected == len(titles(result)) < 40


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
