"""What a site's own pages show of the portal: the home page, and tags for any template."""

import pytest
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.portal.home import home_context, portal_for
from wagtail_disclosure.portal.models import ColumnPage, PlatformSectionPage, SubsitePage

from .conftest import draft, place

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built_world(built_world):
    built_world.portal = _portal(built_world)
    return built_world


@pytest.fixture
def portal(world):
    return world.portal


def _portal(world):
    news = place(world, ColumnPage, "工作动态", categories=[world.category])
    notices = place(world, ColumnPage, "通知通告", column_type="notices", categories=[world.parent_category])
    guide = place(world, ColumnPage, "企业办事指南", column_type="service")
    inner = place(
        world, ColumnPage, "项目备案", parent=guide, column_type="service", categories=[world.category]
    )
    subsite = place(world, SubsitePage, "办公室子站", department=world.office)
    place(world, ColumnPage, "子站栏目", parent=subsite)
    section = place(world, PlatformSectionPage, "政府信息公开")
    draft(world, ColumnPage, "还没批准")
    return {
        "news": news,
        "notices": notices,
        "guide": guide,
        "inner": inner,
        "subsite": subsite,
        "section": section,
    }


def home(world, **options):
    page = world.site.root_page.specific
    return home_context(page, RequestFactory().get("/"), **options)


def test_a_home_page_is_given_the_whole_portal(world, portal):
    fill(world, 9)
    found = home(world, count=4)
    assert found["headline"]["title"] == "第0号文件"
    assert [item.title for item in found["news"]] == [f"第{n}号文件" for n in (1, 2, 3, 4)]
    assert [item.title for item in found["notices"]] == [f"第{n}号文件" for n in (0, 1, 2, 3)]
    assert found["news_url"] == portal["news"].url
    assert found["notices_url"] == portal["notices"].url
    assert found["platform_url"] == portal["section"].url
    assert len(found["blocks"]) == 5
    assert [each["title"] for each in found["columns"]] == ["工作动态", "通知通告", "企业办事指南"]
    assert found["guides"] == [
        {
            "title": "企业办事指南",
            "url": portal["guide"].url,
            "entries": [{"title": "项目备案", "url": portal["inner"].url}],
        }
    ]
    assert found["subsites"] == [{"title": "办公室子站", "url": portal["subsite"].url}]
    assert found["search"]["url"] == f"{world.catalogue.url}search/"


def test_columns_are_named_by_slug_or_page_and_unknown_ones_left_out(world, portal):
    factories.published(world, "备案须知")
    found = home(world, news=portal["notices"].slug, panels=[portal["inner"], "no-such-column"])
    assert found["news_url"] == portal["notices"].url
    assert [(each["title"], each["items"][0].title) for each in found["panels"]] == [("项目备案", "备案须知")]


def test_an_empty_site_has_an_empty_portal(db):
    world = factories.world()
    found = home(world)
    assert found["headline"] is None
    assert found["news"] == found["notices"] == found["columns"] == found["subsites"] == found["guides"] == []


def test_a_home_page_costs_the_same_with_many_columns_and_items(world, portal):
    def cost(**options):
        home(world, **options)
        with CaptureQueriesContext(connection) as captured:
            home(world, **options)
        return len(captured)

    fill(world, 3)
    few = cost(panels=[portal["inner"]])
    fill(world, 60)
    assert cost(panels=[portal["inner"], portal["news"], portal["notices"], portal["guide"]]) == few <= 3


def rendered(text, world, page=None):
    made = RequestFactory().get("/")
    context = {"page": page} if page is not None else {}
    return engines["django"].from_string("{% load disclosure_portal %}" + text).render(context, made)


def test_a_tag_shows_a_column_anywhere(world, portal):
    factories.published(world, "关于价格公示的通知")
    html = rendered(f'{{% disclosure_column "{portal["news"].slug}" 3 "h3" %}}', world)
    assert "<h3>工作动态</h3>" in html
    assert "关于价格公示的通知" in html


def test_a_tag_for_a_column_that_is_not_public_shows_nothing(world, portal):
    page = draft(world, ColumnPage, "也没批准", categories=[world.category])
    assert rendered(f'{{% disclosure_column "{page.slug}" %}}', world).strip() == ""


def test_a_heading_that_is_no_heading_is_not_written_into_the_page(world, portal):
    html = rendered(f'{{% disclosure_column "{portal["news"].slug}" 3 "script" %}}', world)
    assert "<h2>" in html and "script" not in html


def test_a_tag_lists_the_sub_sites(world, portal):
    assert portal["subsite"].url in rendered("{% disclosure_subsites %}", world, world.catalogue)


def test_a_tag_gives_the_newest_items_of_the_catalogue_or_a_department(world, portal):
    factories.published(world, "办公室的文件")
    text = "{% disclosure_latest 5 as items %}{{ items.0.title }}"
    assert rendered(text, world) == "办公室的文件"
    text = "{% disclosure_latest 5 '02' as items %}{{ items|length }}"
    assert rendered(text, world) == "0"


def test_tags_are_silent_where_there_is_no_site():
    from wagtail.models import Site

    Site.objects.all().delete()
    made = RequestFactory().get("/", headers={"Host": "nowhere.example"})
    assert portal_for(None, made) is None
    text = "{% load disclosure_portal %}{% disclosure_subsites %}{% disclosure_column 'news' %}"
    assert engines["django"].from_string(text).render({}, made).strip() == ""
