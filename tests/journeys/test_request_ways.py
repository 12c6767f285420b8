"""Requests by other ways: without JavaScript, by keyboard alone, from the public lists, from a page of the site's own."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Site

from tests.factories_cases import IDENTITY
from tests.journeys import citizens
from tests.journeys.citizens import EMAIL, FORM, Filling, go_on, step
from tests.publishing.leaving import number_url
from tests.requests.test_embedding import form_page
from tests.testapp.models import LeafletPage
from wagtail_disclosure.catalogue.models import FiledItem
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHINESE = FORM.format(language="zh-hans")
WANTED = "一件谁也没有听说过的档案"


def test_an_organisation_with_an_agent_goes_on_in_another_browser_without_javascript(
    catalogue, new_page, screenshot
):
    page = new_page(java_script_enabled=False, answers=[410])
    page.goto(form_page(catalogue).get_url_parts()[2])
    filling = Filling(page)
    filling.describe(WANTED)
    organisation = {
        "name": "临江市某建材有限公司",
        "identity_number": "91320000MA1K00000X",
        "representative": "赵某",
        "contact_person": "钱某",
        "phone": "0511-88886666",
        "address": "江苏省镇江市某路2号",
        "agent_name": "孙某",
        "agent_identity": IDENTITY,
    }
    filling.person("business", **organisation)
    filling.delivery(("electronic", "paper"), ("download", "email", "post"))
    filling.files(citizens.text_file("../../授权委托书.txt"))
    assert step(page) == "check"
    page.get_by_role("link", name="保存并稍后继续").click()
    go_on(page)
    screenshot(page, "citizen-saved-for-later")
    address = page.locator(".disclosure-receipt a").get_attribute("href")
    code = page.locator(".disclosure-code").inner_text()
    elsewhere = new_page(java_script_enabled=False)
    elsewhere.goto(address)
    elsewhere.fill("#id_code", code)
    go_on(elsewhere)
    for text in (*organisation.values(), "授权委托书.txt"):
        expect(elsewhere.locator("article")).to_contain_text(text)
    number, secret = Filling(elsewhere).send()
    case = DisclosureRequest.objects.get()
    assert (case.number, sorted(case.delivery_routes)) == (number, ["download", "email", "post"])
    assert case.applicant.kind == "business" and case.attachments.get().name == "授权委托书.txt"
    # Going on in the first browser, sending a second time and going back make no second request.
    page.goto(address.replace("/resume/", "/check/"))
    assert page.locator("button", has_text="提交申请").count() == 0
    elsewhere.go_back()
    elsewhere.goto(address.replace("/resume/", "/check/"))
    assert step(elsewhere) == "receipt"
    assert elsewhere.locator(".disclosure-code").inner_text() == secret
    assert DisclosureRequest.objects.count() == 1


def test_the_back_button_and_two_windows_lose_nothing(catalogue, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(CHINESE)
    filling = Filling(page)
    filling.describe(WANTED)
    filling.person()
    page.go_back()
    assert page.input_value("#id_name") == "王小明"
    page.fill("#id_name", "王大明")
    go_on(page)
    filling.delivery()
    filling.files()
    expect(page.locator("article")).to_contain_text("王大明")
    page.check("#id_consent")
    other = page.context.new_page()
    other.goto(page.url)
    other.check("#id_consent")
    go_on(page)
    go_on(other)
    assert page.url == other.url and step(other) == "receipt"
    assert DisclosureRequest.objects.count() == 1


def press_until(page, selector, key="Tab", most=40):
    """Press ``key`` until the focus is on ``selector``; wherever it is on the way it can be seen."""
    for _number in range(most):
        page.keyboard.press(key)
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached at {page.url}")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_everything_is_done_by_keyboard(catalogue, new_page):
    page = new_page()
    page.goto(CHINESE)
    press_until(page, "#id_subject")
    enter(page)
    assert page.evaluate("document.activeElement.id") == "disclosure-errors"
    press_until(page, ".disclosure-errors a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_subject"
    page.keyboard.type(WANTED)
    enter(page)
    press_until(page, "#id_kind_0")
    page.keyboard.press("Space")
    enter(page)
    given = {"name": "王小明", "identity_number": IDENTITY, "email": EMAIL}
    for name, text in given.items():
        press_until(page, f"#id_{name}")
        page.keyboard.type(text)
    enter(page)
    for name in ("#id_delivery_forms_0", "#id_delivery_routes_0"):
        press_until(page, name)
        page.keyboard.press("Space")
    enter(page)
    press_until(page, "button[value=continue]")
    enter(page)
    press_until(page, "#id_consent")
    page.keyboard.press("Space")
    enter(page)
    assert step(page) == "receipt"
    case, code = DisclosureRequest.objects.get(), page.locator(".disclosure-code").inner_text()
    press_until(page, "a[href^='/case/']")
    enter(page)
    press_until(page, "#id_number")
    page.keyboard.type(case.number)
    press_until(page, "#id_code")
    page.keyboard.type(code)
    enter(page)
    expect(page.locator("article")).to_contain_text(WANTED)


def order_of_focus(page):
    """The ids or texts of what the focus comes to within the form, in order."""
    found = []
    page.evaluate("document.activeElement.blur()")
    for _number in range(60):
        page.keyboard.press("Tab")
        each = page.evaluate("document.activeElement.id || document.activeElement.innerText")
        if not each or each in found:
            break
        found.append(each)
    return found


def test_the_focus_goes_as_the_page_is_read(catalogue, new_page):
    page = new_page()
    page.goto(CHINESE)
    Filling(page).describe(WANTED)
    page.check("#id_kind_0")
    go_on(page)
    names = [each for each in order_of_focus(page) if each.startswith("id_")]
    asked = page.locator("form.disclosure-form :is(input:not([type=hidden]), select)").all()
    assert names == [each.get_attribute("id") for each in asked]


# From elsewhere in the site


def test_the_list_of_what_is_disclosed_on_request_leads_into_the_form(catalogue, new_page, accessible):
    item = FiledItem.objects.create(
        translation_key="6d3f1f0e-0000-4000-8000-000000000001",
        page_id=1,
        site_id=catalogue.site.pk,
        language="zh-hans",
        title="价格监测月报",
        attribute="on_request",
        ground="on_request",
        digest="0" * 64,
        filed_at=timezone.now() - datetime.timedelta(1),
    )
    page = new_page(width=375)
    page.goto(f"{catalogue.catalogue.url}on-request/")
    accessible(page)
    page.get_by_role("link", name=re.compile("价格监测月报")).click()
    assert page.input_value("#id_subject") == "价格监测月报"
    filling = Filling(page)
    filling.describe("价格监测月报")
    filling.person()
    filling.delivery()
    filling.files()
    filling.send()
    assert DisclosureRequest.objects.get().filed_item == item


def test_the_notice_of_a_withdrawn_document_leads_into_the_form(catalogue, new_page, accessible, screenshot):
    entry = catalogue.public
    actions.withdraw(entry, catalogue.people.root, reason="content_error", explanation="内容有误")
    page = new_page(answers=[410])
    page.goto(number_url(catalogue, entry))
    accessible(page)
    page.locator(".disclosure-actions a[href*='/request-form/']").click()
    assert page.input_value("#id_subject") == entry.title
    expect(page.locator(".disclosure-callout")).to_contain_text(entry.index_number)
    screenshot(page, "citizen-from-a-withdrawn-document")


@pytest.mark.parametrize("place_of_form", ["block", "tag"])
def test_a_page_of_the_site_s_own_takes_requests(catalogue, new_page, accessible, place_of_form):
    body = [{"type": "request_form", "value": catalogue.form.pk}] if place_of_form == "block" else []
    leaflet = LeafletPage(title="办事大厅", slug="hall", body=body, form_code="requests" if not body else "")
    Site.objects.get(is_default_site=True).root_page.add_child(instance=leaflet)
    page = new_page(width=375)
    page.goto(leaflet.get_url_parts()[2])
    expect(page.locator("h1")).to_have_text("办事大厅")
    accessible(page)
    go_on(page)
    assert page.evaluate("document.activeElement.id") == "disclosure-errors"
    filling = Filling(page)
    filling.describe(WANTED)
    filling.person()
    filling.delivery()
    filling.files()
    filling.send()
    assert DisclosureRequest.objects.count() == 1
