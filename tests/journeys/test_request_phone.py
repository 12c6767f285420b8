"""A citizen requests information and follows it: on a phone in Chinese, at a desk in English. Every page is looked at."""

import pytest
from playwright.sync_api import expect

from tests.journeys import citizens
from tests.journeys.citizens import FORM, LANGUAGES, Filling, fits, follow
from tests.requests.test_embedding import form_page
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_request_is_sent_and_followed(catalogue, new_page, screenshot, accessible, language, width):
    page = new_page(width=width, height=812, locale=LANGUAGES[language])

    def look(page, name):
        accessible(page)
        assert fits(page), page.url
        screenshot(page, f"citizen-{language}-{width}-{name}")

    address = (
        form_page(catalogue).get_url_parts()[2] if language == "zh-hans" else FORM.format(language=language)
    )
    page.goto(address)
    if language == "zh-hans":
        expect(page.locator(".disclosure-notes li").first).to_be_visible()
    filling = Filling(page, look)
    filling.describe()
    filling.person()
    filling.delivery()
    filling.files(citizens.text_file())
    number, code = filling.send()
    case = DisclosureRequest.objects.get()
    assert (case.number, case.subject) == (number, citizens.SUBJECT)
    page.emulate_media(media="print")
    look(page, "receipt-printed")
    page.emulate_media(media="screen")
    follow(page, number, code, language)
    expect(page.locator(".disclosure-standing__state")).to_be_visible()
    look(page, "followed")
