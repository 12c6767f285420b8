"""Columns: what they list, how one pages through them, and what they cost."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.catalogue.models import Category
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.portal import listing
from wagtail_disclosure.portal.models import ColumnPage, SubsitePage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem, PublishedItemCategory
from wagtail_disclosure.publishing.records import register_open

from .conftest import draft, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    def get(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return BeautifulSoup(response.content, "html.parser")

    return get


def titles(page):
    return [each.get_text(strip=True) for each in page.select(".disclosure-items tbody th > a")]


def category(world, code, parent=None):
    return Category.objects.create(scheme=world.scheme, code=code, name=f"类目{code}", parent=parent)


# One approval, three places


def test_a_document_approved_once_is_in_the_catalogue_its_column_and_its_sub_site(world, read):
    column = place(world, ColumnPage, "通知通告", categories=[world.category])
    subsite = place(world, SubsitePage, "办公室", department=world.office)
    page = factories.draft(world, "关于价格公示的通知")
    for address in (world.catalogue.url, column.url, subsite.url):
        assert "关于价格公示的通知" not in read(address).get_text()
    factories.publish(world, page)
    for address in (world.catalogue.url, column.url, subsite.url):
        assert "关于价格公示的通知" in read(address).get_text()


def test_a_withdrawn_document_leaves_its_column(world, read):
    column = place(world, ColumnPage, "通知通告", categories=[world.category])
    page = factories.published(world, "关于价格公示的通知")
    assert titles(read(column.url)) == ["关于价格公示的通知"]
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="数据有误")
    assert titles(read(column.url)) == []


# Mapping


def test_an_item_under_several_mapped_categories_appears_once(world, read):
    fill(world, 3)
    column = place(world, ColumnPage, "通知通告", categories=[world.category, world.parent_category])
    assert titles(read(column.url)) == ["第0号文件", "第1号文件", "第2号文件"]


def enter(items, node):
    """Put ``items`` into one more category of the register."""
    PublishedItemCategory.objects.bulk_create(
        PublishedItemCategory(
            item=item,
            category_id=node.pk,
            site_id=item.site_id,
            language=item.language,
            position=item.position,
        )
        for item in items
    )


def test_items_of_unrelated_categories_are_merged_by_date(world, read):
    second = category(world, "02")
    keys = fill(world, 4)
    with register_open():
        PublishedItemCategory.objects.filter(item__in=keys[1::2]).delete()
    enter(PublishedItem.objects.filter(pk__in=keys[1::2]), second)
    both = place(world, ColumnPage, "两类", categories=[world.category, second])
    one = place(world, ColumnPage, "一类", categories=[second])
    assert titles(read(both.url)) == ["第0号文件", "第1号文件", "第2号文件", "第3号文件"]
    assert titles(read(one.url)) == ["第1号文件", "第3号文件"]


def test_a_category_of_the_first_level_brings_those_below_it(world, read):
    column = place(world, ColumnPage, "工作信息", categories=[world.parent_category])
    factories.published(world, "年度报告")
    assert titles(read(column.url)) == ["年度报告"]


def test_an_unmapped_column_says_that_nothing_is_there(world, read):
    fill(world, 2)
    page = read(place(world, ColumnPage, "通知通告").url)
    assert titles(page) == []
    assert page.select_one(".disclosure-empty")
    assert not page.select_one(".disclosure-feeds")


def test_a_column_of_text_alone_needs_no_items(world, read):
    column = place(world, ColumnPage, "本委概况", body=[("paragraph", "<p>本委负责综合协调。</p>")])
    page = read(column.url)
    assert "本委负责综合协调。" in page.get_text()
    assert not page.select_one(".disclosure-empty")


def test_a_column_of_a_department_lists_only_its_items(world, read):
    fill(world, 12)
    DepartmentMember.objects.create(department=world.other, user=world.people.head, role="reviewer")
    column = place(world, ColumnPage, "通知", categories=[world.category], department=world.other)
    wanted = PublishedItem.objects.filter(department_id=world.other.pk).order_by("-position")
    assert titles(read(column.url)) == [item.title for item in wanted]
    assert 0 < len(wanted) < 12


def test_a_category_of_another_agency_cannot_enter_review(world):
    from django.core.exceptions import ValidationError
    from wagtail.models import Site

    from wagtail_disclosure.catalogue.models import CategoryScheme
    from wagtail_disclosure.departments.models import Agency

    site = Site.objects.create(hostname="elsewhere.example", root_page=world.site.root_page)
    agency = Agency.objects.create(site=site, name="别的机关")
    scheme = CategoryScheme.objects.create(code="theirs", name="目录", kind="agency", agency=agency)
    foreign = Category.objects.create(scheme=scheme, code="01", name="别的类目")
    page = draft(world, ColumnPage, "通知通告", categories=[foreign])
    with pytest.raises(ValidationError, match="别的类目"):
        actions.submit(page, world.people.officer)


# Paging


@pytest.fixture
def long_column(world, settings):
    settings.WAGTAIL_DISCLOSURE = {"PAGE_SIZE": 4}
    fill(world, 10)
    return place(world, ColumnPage, "通知通告", categories=[world.category, category(world, "03")])


def walk(read, address, selector):
    shown, at = [], address
    while at:
        page = read(at)
        shown += titles(page)
        link = page.select_one(selector)
        at = address + link["href"] if link else None
    return shown


def test_paging_forward_shows_every_item_once_newest_first(read, long_column):
    assert walk(read, long_column.url, ".disclosure-pager__older") == [f"第{n}号文件" for n in range(10)]


def test_paging_forward_in_the_other_order_begins_with_the_oldest(read, long_column):
    first = long_column.url + "?sort=oldest"
    page = read(first)
    assert titles(page) == ["第9号文件", "第8号文件", "第7号文件", "第6号文件"]
    assert not page.select_one(".disclosure-pager__newer")
    shown, at = [], first
    while at:
        page = read(at)
        shown += titles(page)
        link = page.select_one(".disclosure-pager__older")
        at = long_column.url + link["href"] if link else None
    assert shown == [f"第{n}号文件" for n in range(9, -1, -1)]


@pytest.mark.parametrize("sort", ["", "&sort=oldest"])
def test_the_way_back_leads_to_the_same_page(read, long_column, sort):
    first = read(f"{long_column.url}?x=1{sort}")
    second = read(long_column.url + first.select_one(".disclosure-pager__older")["href"])
    back = read(long_column.url + second.select_one(".disclosure-pager__newer")["href"])
    assert titles(back) == titles(first)


@pytest.mark.parametrize("query", ["after=x", "after=-1", "before=9223372036854775808", "after=1%00"])
def test_a_place_that_cannot_be_is_the_first_page(read, long_column, query):
    assert titles(read(f"{long_column.url}?{query}")) == titles(read(long_column.url))


@pytest.mark.parametrize("query", ["sort=sideways", "nothing=at&all"])
def test_an_unknown_parameter_gives_the_ordinary_page(read, long_column, query):
    assert titles(read(f"{long_column.url}?{query}"))[0] == "第0号文件"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(st.integers(0, 2), max_size=3),
    after=st.integers(0, 31),
    size=st.integers(1, 12),
    sort=st.sampled_from([listing.NEWEST, listing.OLDEST]),
)
def test_a_page_is_the_same_part_of_the_union_as_python_would_take(spread, chosen, after, size, sort):
    """Against all rows read into memory."""
    scope, categories, memberships = spread
    keys = {categories[number] for number in chosen}
    everything = sorted({position for position, key in memberships if key in keys}, reverse=True)
    if sort == listing.OLDEST:
        everything.reverse()
    start = everything[after - 1] if 0 < after <= len(everything) else None
    rest = everything[after:] if start is not None else everything
    bound = {"before" if sort == listing.OLDEST else "after": start}
    selection = listing.selection_of(scope, tuple(categories[number] for number in chosen))
    found = listing.column_page(scope, selection, size=size, sort=sort, **bound)
    assert [item.position for item in found.items] == rest[:size]
    forward = found.newer if sort == listing.OLDEST else found.older
    assert forward == (rest[size - 1] if len(rest) > size else None)


@pytest.fixture
def spread(world):
    """Thirty items over three categories, some in two of them."""
    others = [category(world, code) for code in ("02", "03", "04")]
    memberships = []
    for number, item in enumerate(PublishedItem.objects.filter(pk__in=fill(world, 30))):
        for node in {others[number % 3], others[number % 2]}:
            memberships.append((item.position, node.pk))
            enter([item], node)
    return scope_of(world.catalogue), [node.pk for node in others], memberships


# Cost


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [each["sql"] for each in captured]


def test_a_column_costs_the_same_whatever_it_lists(client, world):
    nodes = [category(world, f"1{number}") for number in range(12)]
    small = place(world, ColumnPage, "一类", categories=[world.category])
    large = place(world, ColumnPage, "多类", categories=[world.category, *nodes])
    for number in range(4):
        place(world, ColumnPage, f"子栏目{number}", parent=large, categories=[world.category])
    fill(world, 5)
    few = queries(client, large.url)
    fill(world, 300)
    many = queries(client, large.url)
    assert len(few) == len(many) <= 9
    # One more than without sub-columns.
    assert len(many) == len(queries(client, small.url)) + 1
    listed = [sql for sql in many if "disclosure_publisheditem" in sql]
    assert len(listed) == 2


def test_an_unchanged_column_is_confirmed_without_being_built(client, world):
    column = place(world, ColumnPage, "通知通告", categories=[world.category])
    factories.published(world, "旧的通知")
    tag = client.get(column.url)["ETag"]
    assert client.get(column.url, headers={"If-None-Match": tag}).status_code == 304
    factories.published(world, "新的通知")
    assert client.get(column.url, headers={"If-None-Match": tag}).status_code == 200


# Sub-columns, menus, feeds, tags


def test_sub_columns_are_sections_with_their_newest_items(world, read):
    guide = place(world, ColumnPage, "企业办事指南")
    filled = place(world, ColumnPage, "项目备案", parent=guide, categories=[world.category])
    place(world, ColumnPage, "信用修复", parent=guide)
    factories.published(world, "备案须知")
    page = read(guide.url)
    sections = {each.h2.get_text(): each for each in page.select(".disclosure-columns section")}
    assert list(sections) == ["项目备案", "信用修复"]
    assert sections["项目备案"].select_one("li a").get_text() == "备案须知"
    assert sections["项目备案"].select_one(".disclosure-more")["href"] == filled.url
    assert sections["信用修复"].select_one(".disclosure-brief__empty")
    assert not page.select_one(".disclosure-empty")


def test_a_draft_sub_column_is_shown_nowhere(world, read):
    guide = place(world, ColumnPage, "企业办事指南")
    place(world, ColumnPage, "项目备案", parent=guide)
    draft(world, ColumnPage, "还没批准", parent=guide)
    assert "还没批准" not in read(guide.url).get_text()


def menu_of(page):
    """Heading and addresses of the menu beside a column, and the address that is marked as the present one."""
    menu = page.select_one(".disclosure-menu")
    links = [each["href"] for each in menu.select("a")]
    return menu.h2.get_text(), links, menu.select_one("[aria-current=page]")["href"]


def test_beside_a_column_stand_the_columns_next_to_it(world, read):
    first = place(world, ColumnPage, "工作动态")
    second = place(world, ColumnPage, "通知通告")
    place(world, ColumnPage, "不在菜单", show_in_menus=False)
    draft(world, ColumnPage, "还没批准")
    _heading, links, current = menu_of(read(second.url))
    assert links == [first.url, second.url]
    assert current == second.url


def test_a_column_with_sub_columns_and_these_share_one_menu(world, read):
    place(world, ColumnPage, "工作动态")
    guide = place(world, ColumnPage, "企业办事指南")
    first = place(world, ColumnPage, "项目备案", parent=guide)
    second = place(world, ColumnPage, "信用修复", parent=guide)
    for page in (guide, first, second):
        assert menu_of(read(page.url)) == ("企业办事指南", [guide.url, first.url, second.url], page.url)
    crumbs = [each.get_text(strip=True) for each in read(second.url).select(".disclosure-crumbs li")]
    assert crumbs[1:] == ["企业办事指南", "信用修复"]


def test_a_column_alone_has_no_menu(world, read):
    assert read(place(world, ColumnPage, "工作动态").url).select_one(".disclosure-menu") is None


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_column_has_feeds(client, world, read, kind):
    column = place(world, ColumnPage, "通知通告", categories=[world.category])
    page = factories.published(world, "关于价格公示的通知")
    address = read(column.url).select_one(f'link[type="application/{kind}+xml"]')["href"]
    response = client.get(address)
    assert response.status_code == 200
    assert "关于价格公示的通知" in response.content.decode()
    assert page.full_url in response.content.decode()


def test_a_column_without_categories_has_no_feed(world, read):
    column = place(world, ColumnPage, "通知通告")
    read(column.url + "feed/atom/", status=404)


def test_a_column_carries_the_national_meta_tags(world, read):
    column = place(
        world,
        ColumnPage,
        "政策文件",
        column_type="policy",
        introduction="<p>发布<b>规范性文件</b>。</p>",
        keywords="政策；文件",
    )
    page = read(column.url)
    tags = {each["name"]: each["content"] for each in page.select("meta[name^=Column]")}
    assert tags == {
        "ColumnName": "政策文件",
        "ColumnDescription": "发布规范性文件。",
        "ColumnKeywords": "政策,文件",
        "ColumnType": "政策文件",
    }
    assert page.select_one("meta[name=SiteName]")["content"] == "临江市发展和改革委员会"
