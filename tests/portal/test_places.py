"""Sub-sites, the section 政府信息公开 and the guide, as visitors see them."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.catalogue.models import Category, CategoryScheme
from wagtail_disclosure.departments.models import Department, DepartmentMember
from wagtail_disclosure.portal.models import (
    ColumnPage,
    GuidePage,
    InstitutionPage,
    PlatformSectionPage,
    RulePage,
    SubsitePage,
)
from wagtail_disclosure.publishing import actions

from .conftest import OFFICE_FIELDS, draft, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    def get(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return BeautifulSoup(response.content, "html.parser")

    return get


@pytest.fixture
def subsite(world):
    """The sub-site of the other department, whose drafts the head of the office reviews as well."""
    DepartmentMember.objects.create(department=world.other, user=world.people.head, role="reviewer")
    return place(world, SubsitePage, "价格管理科子站", department=world.other, phone="0100-5550107")


def latest(page):
    return [each.get_text() for each in page.select("[aria-labelledby=disclosure-latest] li a")]


# Sub-sites


def test_a_sub_site_shows_its_own_items_and_no_other_departments(world, read, subsite):
    factories.published(world, "价格的文件", folder=world.other_folder, department=world.other)
    factories.published(world, "办公室的文件")
    page = read(subsite.url)
    assert latest(page) == ["价格的文件"]
    assert "办公室的文件" not in page.get_text()


def test_a_sub_site_shows_its_contact_and_accent(world, read, subsite):
    page = read(subsite.url)
    assert page.select_one('.disclosure-contact a[href^="tel:"]').get_text() == "0100-5550107"
    assert page.select_one(".disclosure--accent-blue")


def test_a_new_sub_site_starts_with_what_the_department_states(world):
    Department.objects.filter(pk=world.other.pk).update(
        functions="管理价格。", phone="0100-1", email="a@b.example"
    )
    page = draft(
        world, SubsitePage, "子站", department=Department.objects.get(pk=world.other.pk), phone="0100-2"
    )
    assert (page.functions, page.phone, page.email) == ("管理价格。", "0100-2", "a@b.example")


def test_a_change_of_the_department_does_not_change_its_public_sub_site(world, read, subsite):
    Department.objects.filter(pk=world.other.pk).update(phone="0100-9999999")
    assert "0100-9999999" not in read(subsite.url).get_text()


def test_the_menu_of_a_sub_site_is_its_public_columns(world, read, subsite):
    column = place(world, ColumnPage, "价格公示", parent=subsite, categories=[world.category])
    draft(world, ColumnPage, "还没批准", parent=subsite)
    place(world, ColumnPage, "不在菜单", parent=subsite, show_in_menus=False)
    factories.published(world, "收费目录")
    page = read(subsite.url)
    tabs = page.select(".disclosure-tabs a")
    assert [(each["href"], each.get("aria-current")) for each in tabs] == [
        (subsite.url, "page"),
        (column.url, None),
    ]
    assert tabs[1].get_text() == "价格公示"
    section = page.select_one(".disclosure-columns section")
    assert section.h2.get_text() == "价格公示"
    assert section.select_one("li a").get_text() == "收费目录"


def test_a_column_of_a_sub_site_has_its_menu_and_accent(world, read, subsite):
    column = place(world, ColumnPage, "价格公示", parent=subsite)
    page = read(column.url)
    assert page.select_one(".disclosure-menu h2").get_text() == "价格管理科子站"
    assert page.select_one(".disclosure-menu [aria-current=page]").get_text() == "价格公示"
    assert page.select_one(".disclosure--accent-blue")


def test_the_sub_site_of_a_merged_department_says_so_and_leads_to_its_successor(world, read, subsite):
    assert not read(subsite.url).select_one(".disclosure-banner")
    successor = place(world, SubsitePage, "办公室子站", department=world.office)
    other = Department.objects.get(pk=world.other.pk)
    other.status, other.status_date = "merged", "2026-01-05"
    other.save()
    other.successors.add(world.office)
    banner = read(subsite.url).select_one(".disclosure-banner")
    assert banner.select_one("a")["href"] == successor.url
    assert "2026" in banner.get_text()


def test_a_successor_without_a_sub_site_is_linked_by_its_list(world, read, subsite):
    other = Department.objects.get(pk=world.other.pk)
    other.status, other.status_date = "merged", "2026-01-05"
    other.save()
    other.successors.add(world.office)
    link = read(subsite.url).select_one(".disclosure-banner a")["href"]
    assert link == f"{world.catalogue.url}department/01/"


def test_a_department_has_one_public_sub_site_in_a_language(world, subsite):
    second = draft(world, SubsitePage, "又一个子站", department=world.other)
    with pytest.raises(ValidationError, match="价格管理科子站"):
        actions.submit(second, world.people.officer)
    # A new edition of the same one is no second one.
    subsite.save_revision(user=world.people.officer)
    actions.submit(subsite, world.people.officer)


def test_a_sub_site_costs_the_same_with_many_columns(client, world, subsite):
    def cost():
        client.get(subsite.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(subsite.url)
        return len(captured)

    place(world, ColumnPage, "一", parent=subsite, categories=[world.category])
    fill(world, 3)
    few = cost()
    for title in ("二", "三", "四"):
        place(world, ColumnPage, title, parent=subsite, categories=[world.parent_category])
    fill(world, 50)
    # One asks whether the page is withheld.
    assert cost() == few <= 9


# The section 政府信息公开


def rows_of(page):
    return [each.get_text(strip=True) for each in page.select(".disclosure-items tbody th > a")]


@pytest.fixture
def statutory(world):
    scheme = CategoryScheme.objects.create(code="art20", name="法定公开", kind="statutory")
    return Category.objects.create(scheme=scheme, code="20.3", name="规划")


def blocks_of(page):
    """Addresses of the blocks in their fixed order: guide, rules, statutory content, reports, requests."""
    names = ["guide", "rules", "statutory", "reports", "requests"]
    return dict(zip(names, [each["href"] for each in page.select(".disclosure-blocks a")], strict=True))


def test_the_section_always_has_its_four_blocks_and_the_link_to_requests(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开")
    blocks = blocks_of(read(section.url))
    assert blocks["requests"] == f"{world.catalogue.url}on-request/"
    anchors = [address.partition("#")[2] for address in blocks.values() if "#" in address]
    page = read(section.url)
    # Statutory content has a part of its own once there is a statutory scheme.
    assert [name for name in anchors if not page.find(id=name)] == ["disclosure-statutory"]


def test_the_blocks_lead_to_the_pages_that_the_section_names(world, read):
    rules = place(world, ColumnPage, "公开制度", categories=[world.category])
    reports = place(world, ColumnPage, "公开年报", categories=[world.parent_category])
    section = place(
        world,
        PlatformSectionPage,
        "政府信息公开",
        rules_page=rules,
        reports_page=reports,
        request_url="/requests/",
    )
    guide = place(world, GuidePage, "公开指南", parent=section, **OFFICE_FIELDS)
    factories.published(world, "2025年度报告")
    page = read(section.url)
    blocks = blocks_of(page)
    assert blocks["guide"] == guide.url
    assert blocks["rules"] == rules.url
    assert blocks["reports"] == reports.url
    assert blocks["requests"] == "/requests/"
    assert page.select_one("[aria-labelledby=disclosure-reports] li a").get_text() == "2025年度报告"
    assert blocks_of(read(guide.url))["guide"] == guide.url


def test_the_section_shows_statutory_heads_with_counts_what_is_under_them_and_search(world, read, statutory):
    section = place(world, PlatformSectionPage, "政府信息公开")
    factories.published(world, "十五五规划", statutory_head=statutory)
    factories.published(world, "关于价格公示的通知")
    page = read(section.url)
    head = page.select_one("[aria-labelledby=disclosure-statutory] li")
    assert head.a.get_text() == "规划"
    assert head.select_one(".disclosure-count").get_text() == "1"
    assert rows_of(page) == ["十五五规划"]
    scopes = [each["value"] for each in page.select(".disclosure-search input[type=radio]")]
    assert scopes == ["all", "body", "title", "number", "issuing_body"]
    assert rows_of(read(head.a["href"])) == ["十五五规划"]


def test_the_section_of_an_agency_that_uses_no_heads_shows_the_newest_of_all(world, read, statutory):
    section = place(world, PlatformSectionPage, "政府信息公开")
    factories.published(world, "关于价格公示的通知")
    assert rows_of(read(section.url)) == ["关于价格公示的通知"]


def test_rules_are_found_where_no_column_is_named_for_them(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开")
    factories.published(world, "信息公开审核制度", page_class=RulePage)
    factories.published(world, "普通通知")
    links = read(section.url).select("[aria-labelledby=disclosure-rules] li a")
    assert [each.get_text() for each in links] == ["信息公开审核制度"]


def test_the_section_shows_the_eight_newest_and_leads_to_the_whole_catalogue(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开")
    fill(world, 9)
    page = read(section.url)
    assert len(rows_of(page)) == 8
    assert page.select_one(".disclosure-all a")["href"] == world.catalogue.url


def test_rules_and_reports_stand_before_the_long_list(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开")
    factories.published(world, "信息公开审核制度", page_class=RulePage)
    headings = [each["id"] for each in read(section.url).select(".disclosure-layout__main h2[id]")]
    assert headings.index("disclosure-rules") < headings.index("disclosure-latest")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example/", "requests"])
def test_an_address_that_is_no_web_address_is_refused(world, address):
    with pytest.raises(ValidationError, match="request_url"):
        draft(world, PlatformSectionPage, "政府信息公开", request_url=address)


def test_a_site_without_a_catalogue_still_shows_its_section(world, read):
    section = place(world, PlatformSectionPage, "政府信息公开")
    actions.withdraw(world.catalogue, world.people.leader, reason="other", explanation="重建")
    type(world.catalogue).objects.get(pk=world.catalogue.pk).delete()
    page = read(section.url)
    assert len(page.select(".disclosure-blocks a")) == 5
    assert not page.select_one(".disclosure-search")


# The guide


def test_the_guide_has_the_parts_that_article_12_asks_for(world, read):
    form = get_document_model().objects.create(
        title="申请表", file=ContentFile("申请".encode(), name="form.txt")
    )
    guide = place(world, GuidePage, "公开指南", application_form=form, **OFFICE_FIELDS)
    page = read(guide.url)
    parts = [each["id"] for each in page.select(".disclosure-guide__section")]
    assert parts == ["classification", "arrangement", "how-to-obtain", "office", "procedure", "supervision"]
    shown = page.get_text()
    for text in (
        "分为机构、规划、财政等类。",
        "办公室",
        "滨江路1号",
        "office@agency.example",
        "申请表",
        "可向主管部门投诉",
    ):
        assert text in shown
    assert page.select_one(".disclosure-callout a[download]")["href"] == form.url


@pytest.mark.parametrize("missing", ["classification", "office_name", "phone", "supervision"])
def test_a_guide_without_a_required_part_is_refused(world, missing):
    with pytest.raises(ValidationError, match=missing):
        draft(world, GuidePage, "公开指南", **{**OFFICE_FIELDS, missing: ""})


# The institution


def test_the_profile_of_the_institution_lists_the_departments_with_a_sub_site(world, read, subsite):
    page = factories.published(
        world,
        "机构职能",
        page_class=InstitutionPage,
        duties="<p>综合协调。</p>",
        address="滨江路1号",
        office_hours="9:00—17:00",
        contact="0100-5550100",
        head_name="周委",
        head_title="主任",
    )
    shown = read(page.url)
    row = shown.select_one(".disclosure-table tbody tr")
    assert [each.get_text() for each in row.find_all(["th", "td"])] == ["价格管理科子站", "", "0100-5550107"]
    assert row.a["href"] == subsite.url
    assert "主任" in shown.get_text()


def test_a_department_that_the_profile_describes_is_linked_there_and_not_listed_again(world, read, subsite):
    place(world, SubsitePage, "办公室", department=world.office)
    page = factories.published(
        world,
        "机构职能",
        page_class=InstitutionPage,
        duties="<p>综合协调。</p>",
        internal_bodies="<ul><li>办公室：负责运转。</li></ul>",
        address="滨江路1号",
        office_hours="9:00—17:00",
        contact="0100-5550100",
        head_name="周委",
    )
    shown = read(page.url)
    assert shown.select_one(".disclosure-fields li a").get_text() == "办公室"
    names = [each.get_text() for each in shown.select(".disclosure-table tbody th")]
    assert names == ["价格管理科子站"]
