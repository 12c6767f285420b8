"""The request form in a real browser: by keyboard, on a phone, without JavaScript, in a page of the site."""

import pytest
from wagtail.models import Site

from tests import factories_cases
from tests.factories_cases import IDENTITY, PHONE
from tests.requests.conftest import request_form
from tests.requests.test_embedding import form_page
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_of_form(settings):
    place = factories_cases.agency()
    place.form = request_form(
        place.agency,
        introduction="<p>公民、法人或者其他组织可以向本机关申请获取政府信息。</p>",
        consent_text="我同意本机关为办理本申请使用以上个人信息。",
        optional_fields=["help_needed"],
    )
    Site.objects.update(hostname="localhost")
    Site.clear_site_root_paths_cache()
    return form_page(place)


def fits(page):
    """Nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def submit(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_request_is_made_by_keyboard_on_a_phone_without_javascript(page_of_form, new_page, screenshot):
    page = new_page(width=390, java_script_enabled=False)
    page.goto(page_of_form.get_url_parts()[2])
    screenshot(page, "request-start-phone")
    page.focus("button.disclosure-button--main")
    submit(page)
    assert page.locator(".disclosure-errors a").first.is_visible()
    screenshot(page, "request-errors-phone")
    page.focus("#id_subject")
    page.keyboard.type("2025年居民用水价格调整听证会的会议纪要")
    submit(page)
    page.focus("#id_kind_0")
    page.keyboard.press("Space")
    submit(page)
    for name, text in (("name", "王小明"), ("identity_number", IDENTITY), ("phone", PHONE)):
        page.focus(f"#id_{name}")
        page.keyboard.type(text)
    screenshot(page, "request-applicant-phone")
    submit(page)
    for field in ("#id_delivery_forms_0", "#id_delivery_routes_0"):
        page.focus(field)
        page.keyboard.press("Space")
    screenshot(page, "request-delivery-phone")
    submit(page)
    screenshot(page, "request-files-phone")
    page.focus("button.disclosure-button--main")
    submit(page)
    screenshot(page, "request-check-phone")
    page.focus("#id_consent")
    page.keyboard.press("Space")
    submit(page)
    assert page.url.endswith("/receipt/"), page.inner_text("body")
    assert page.locator(".disclosure-code").is_visible()
    screenshot(page, "request-receipt-phone")
    assert DisclosureRequest.objects.count() == 1


def test_every_step_fits_wide_and_narrow_and_right_to_left(page_of_form, new_page, screenshot):
    for width in (320, 1280):
        page = new_page(width=width)
        page.goto(page_of_form.get_url_parts()[2])
        assert fits(page)
        page.fill("#id_subject", "2025年居民用水价格调整听证会的会议纪要" * 4)
        page.wait_for_timeout(2100)
        page.click("button.disclosure-button--main")
        page.check("#id_kind_1")
        page.click("button.disclosure-button--main")
        page.wait_for_selector("#id_representative")
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert fits(page)
        screenshot(page, f"request-organisation-rtl-{width}")
        page.click("button.disclosure-button--main")
        page.wait_for_selector(".disclosure-errors")
        assert page.evaluate("document.activeElement.className") == "disclosure-errors"
        screenshot(page, f"request-organisation-errors-{width}")
