"""The catalogue's admin in a browser: what its scripts and Wagtail's choosers do."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from wagtail_disclosure.catalogue.models import Category, CategoryScheme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    return factories.world()


@pytest.fixture
def root(world, new_page):
    page = new_page()
    page.goto("/admin/login/")
    page.fill("[name=username]", "root")
    page.fill("[name=password]", "password")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def test_the_example_follows_the_pattern_as_it_is_typed(root, world, screenshot):
    root.goto(reverse("disclosure_number_schemes:add"))
    root.select_option("[name=agency]", str(world.agency.pk))
    output = root.locator("[data-example-url]")
    root.fill("[name=pattern]", "A-{year}-{serial:3}")
    expect(output).to_contain_text(re.compile(r"A-\d{4}-001"))
    root.fill("[name=pattern]", "A-{year")
    expect(output).not_to_contain_text("001")
    root.fill("[name=pattern]", "{organisation_code:9}/{year}-{serial:6}")
    expect(output).to_contain_text("620700036/")
    screenshot(root, "admin-number-scheme")


def test_a_category_is_found_in_the_chooser_of_the_chosen_department(root, world, screenshot):
    topics = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    Category.objects.create(scheme=topics, code="0101", name="政务公开")
    root.goto(reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", world.folder.pk]))
    root.get_by_role("tab", name=re.compile("分类|Classification")).click()
    screenshot(root, "admin-entry-classification")
    root.locator("[data-contentpath=category] button").filter(visible=True).first.click()
    root.fill(".modal-body [name=q]", "度报")
    rows = root.locator(".modal-body tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("年度报告")
    screenshot(root, "admin-category-chooser")
    rows.first.locator("a").first.click()
    expect(root.locator("[data-contentpath=category]")).to_contain_text("年度报告")


def test_a_scheme_is_imported_after_a_look_at_the_changes(root, world, screenshot):
    root.goto(reverse("wagtail_disclosure_catalogue:scheme_import", args=[world.scheme.pk]))
    text = "代码,上级代码,名称,主要内容\n0101,01,信息公开年度报告,每年1月31日前公布\n02,,统计信息,月报\n"
    file = {"name": "目录.csv", "mimeType": "text/csv", "buffer": text.encode("gbk")}
    root.set_input_files("[name=file]", files=[file])
    root.locator("main form [type=submit]").first.click()
    expect(root.locator("main")).to_contain_text("GBK")
    screenshot(root, "admin-scheme-import")
    with root.expect_navigation():
        root.locator("form:has([name=rows]) [type=submit]").click()
    assert Category.objects.filter(code="02").exists()
    root.goto(reverse(Category.snippet_viewset.get_url_name("list")))
    screenshot(root, "admin-categories")


def test_the_screens_of_an_item(root, world, screenshot):
    page = factories.draft(world)
    root.goto(f"/admin/pages/{page.pk}/edit/")
    for number, tab in enumerate(root.get_by_role("tab").all()):
        if tab.is_visible():
            tab.click()
            screenshot(root, f"admin-entry-tab-{number}")
    root.goto(reverse("wagtail_disclosure_catalogue:determine", args=[page.pk]))
    screenshot(root, "admin-determine")
    factories.published(world)
    root.goto(reverse("disclosure_index_numbers:index"))
    screenshot(root, "admin-index-numbers")
