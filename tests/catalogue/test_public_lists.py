"""Lists of the catalogue: what stands in them, page by page, at a constant number of queries."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Site

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.catalogue import lists
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.templatetags.disclosure_display import lang_of

pytestmark = pytest.mark.django_db
# One of them asks whether the page is withheld.
MOST_QUERIES = 9


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
        "nothing/",
        "sitemap/99999999999999999999/",
    ],
)
def test_what_does_not_exist_is_not_found(world, read, address):
    fill(world, 1)
    read(address, status=404)


PLACES = ["x", "-1", "1e3", "99999999999999999999", "%00", "0-", "2-1", "99999999999999999999-1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("address", ["", "category/0101/", "search/?q=文件&", "on-request/"])
def test_a_place_that_cannot_be_is_the_first_page(world, read, address, place):
    fill(world, 25, bodies=lambda number: "正文")
    mark = "" if address.endswith("&") else "?"
    assert titles(read(f"{address}{mark}after={place}")) == titles(read(address))
    assert titles(read(f"{address}{mark}before={place}")) == titles(read(address))


@pytest.mark.parametrize(
    "address, named",
    [
        ("?year=0", "0"),
        ("?year=abc", "abc"),
        ("?month=3", "3"),
        ("category/0101/?year=9999", "9999"),
        ("department/01/?month=2", "2"),
        ("search/?category=nowhere", "nowhere"),
        ("search/?category=x:y:z", "x:y:z"),
        ("search/?department=%27%20OR%201=1", "' OR 1=1"),
        ("search/?department=%00", "\x00"),
        ("search/?year=2024&month=13", "13"),
        ("search/?attribute=secret", "secret"),
        ("search/?genre=%3Cscript%3E", "<script>"),
        ("search/?category=" + "x" * 10_000, "x" * 40),
    ],
)
def test_a_limit_that_does_not_exist_is_left_out_and_named(world, read, address, named):
    fill(
        world,
        3,
        bodies=lambda number: "正文",
        end=datetime(2024, 6, 1, tzinfo=timezone.get_current_timezone()),
    )
    page = read(address)
    (note,) = page.select(".disclosure-banner p")
    assert f"“{named}”" in note.get_text() or named == "\x00"
    assert page.select_one('meta[name="robots"][content^="noindex"]')
    # What is known in the same address still holds.
    assert bool(page.select(".disclosure-applied li")) is ("year=2024" in address)


def test_an_ordinary_list_names_no_unknown_limit(world, read):
    fill(world, 3)
    assert read("").select(".disclosure-banner") == []


@pytest.mark.parametrize(
    "address", ["?year=２０２４", "search/?year=２０２４&month=０６", "search/?department=０１"]
)
def test_digits_typed_in_full_width_are_understood(world, read, address):
    world.other = world.office
    zone = timezone.get_current_timezone()
    fill(world, 2, days=1, end=datetime(2024, 6, 20, tzinfo=zone), bodies=lambda number: "正文")
    page = read(address)
    assert len(titles(page)) == 2 and page.select(".disclosure-banner") == []
    assert page.select(".disclosure-applied li")


def test_a_place_beyond_the_end_is_an_empty_page_that_leads_back(world, read):
    fill(world, 3)
    page = read("?after=1&year=" + str(timezone.localdate().year))
    assert titles(page) == []
    back = page.select_one(".disclosure-empty a")["href"]
    assert "after" not in back and "year" in back


@pytest.mark.parametrize("address", ["department/01/", "category/0101/", ""])
def test_a_list_of_a_year_says_so_and_the_year_can_be_taken_off(world, read, address):
    page = read(f"{address}?year=2024")
    assert "2024" in page.h1.get_text() and "2024" in page.title.get_text()
    assert "2024" in page.select(".disclosure-crumbs li")[-1].get_text()
    chip = page.select_one(".disclosure-applied li a")
    assert chip["href"] == world.catalogue.url + address
    assert "2024" not in read(chip["href"]).h1.get_text()


def test_years_and_months_are_written_as_the_language_writes_them(world, read):
    with translation.override("zh-hans"):
        assert lists.period_name(2025, 6) == "2025年6月"
    with translation.override("en"):
        assert [lists.period_name(2025), lists.period_name(2025, 6)] == ["2025", "June 2025"]
    page = read("year/2025/06/")
    assert "2025年6月" in page.h1.get_text()
    assert "2025年6月" in page.select_one(".disclosure-crumbs").get_text()
    assert "2025年6月" in page.select_one('.disclosure-facets [aria-current="true"]').get_text()


def test_a_list_says_how_much_it_has_where_that_is_kept(world, read):
    world.other = world.office
    fill(world, 5, days=1, end=datetime(2024, 6, 20, tzinfo=timezone.get_current_timezone()))
    for address in ("category/0101/", "department/01/", "year/2024/"):
        assert "5" in read(address).select_one(".disclosure-meta").get_text()
    assert read("department/01/?year=2024").select(".disclosure-meta") == []


@pytest.mark.parametrize("address", ["", "search/", "on-request/", "number/"])
def test_lists_are_for_reading_only(world, address):
    client = Client()
    url = world.catalogue.url + address
    assert {client.options(url)["Allow"], client.post(url)["Allow"]} == {"GET, HEAD, OPTIONS"}
    assert [client.post(url).status_code, client.put(url).status_code] == [405, 405]


def test_a_document_is_for_reading_only(world, client):
    page = factories.published(world)
    assert (
        client.post(page.url).status_code == 405 and client.options(page.url)["Allow"] == "GET, HEAD, OPTIONS"
    )


def test_chinese_parts_of_an_english_page_say_their_language(world):
    world.office.functions = "负责综合协调。"
    world.office.names = {"en": "General Office"}
    world.office.save()
    with translation.override("en"):
        html = render_to_string(
            "wagtail_disclosure/catalogue/list.html",
            {"heading": world.office.local_name(), "description": world.office.functions},
        )
    page = BeautifulSoup(html, "html.parser")
    assert (page.h1.get("lang"), page.select_one(".disclosure-lead")["lang"]) == (None, "zh")
    with translation.override("zh-hans"):
        assert lang_of("负责综合协调。") == ""


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
