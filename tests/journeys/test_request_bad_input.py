"""What goes wrong when a citizen fills in a form: each time it is said what, and the answers stay."""

import pytest
from playwright.sync_api import expect

from tests.journeys import citizens
from tests.journeys.citizens import FORM, LANGUAGES, Filling, fits, go_on
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PROGRAM = {"name": "身份证.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + b"\x00" * 400}
WANTED = "一件谁也没有听说过的档案"


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_mistakes_are_named_and_nothing_is_lost(catalogue, new_page, accessible, screenshot, language, width):
    page = new_page(width=width, locale=LANGUAGES[language], answers=[410])

    def refused(name):
        """An error is said, has the focus, and can be read by everybody."""
        box = page.locator(".disclosure-errors")
        expect(box).to_be_focused()
        accessible(page)
        assert fits(page)
        screenshot(page, f"citizen-{language}-{width}-bad-{name}")
        return box.inner_text()

    page.goto(FORM.format(language=language))
    page.fill("#id_subject", WANTED)
    long = "请公开" * 34_000
    page.fill("#id_description", long)
    go_on(page)
    refused("long")
    assert page.input_value("#id_description") == long and page.input_value("#id_subject") == WANTED
    page.fill("#id_description", "a\u202eb")
    go_on(page)
    assert "U+202E" in refused("control")
    page.fill("#id_description", "")
    Filling(page).describe(WANTED)
    go_on(page)
    refused("kind")
    page.check("[name=kind][value=natural]")
    go_on(page)
    page.fill("#id_name", "王小明")
    page.fill("#id_email", "no address")
    go_on(page)
    refused("applicant")
    assert page.input_value("#id_name") == "王小明" and page.input_value("#id_email") == "no address"
    page.fill("#id_identity_number", citizens.IDENTITY)
    page.fill("#id_email", citizens.EMAIL)
    go_on(page)
    page.check("[name=delivery_routes][value=post]")
    go_on(page)
    refused("delivery")
    page.uncheck("[name=delivery_routes][value=post]")
    Filling(page).delivery()
    page.set_input_files("#disclosure-files", [citizens.text_file(f"{each}.txt") for each in range(30)])
    go_on(page, "button[value=upload]")
    refused("many")
    page.set_input_files("#disclosure-files", [PROGRAM, citizens.text_file("../../说明.txt")])
    go_on(page, "button[value=continue]")
    assert "身份证.pdf" in refused("program")
    assert [each.name for each in RequestAttachment.objects.all()] == ["说明.txt"]
    go_on(page, "button[value=continue]")
    go_on(page)
    refused("consent")
    Filling(page).send()
    assert DisclosureRequest.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_beside_the_way_are_for_everybody(catalogue, new_page, accessible, screenshot, language):
    page = new_page(width=375, locale=LANGUAGES[language], answers=[410])
    page.goto(FORM.format(language=language))
    Filling(page).describe(WANTED)
    begun = page.url.rpartition("kind/")[0]
    for name in ("later", "resume"):
        page.goto(f"{begun}{name}/")
        accessible(page)
        screenshot(page, f"citizen-{language}-375-{name}")
        go_on(page)
        accessible(page)
        screenshot(page, f"citizen-{language}-375-{name}-sent")
    page.context.clear_cookies()
    page.goto(f"{begun}kind/")
    accessible(page)
    screenshot(page, f"citizen-{language}-375-expired")
    form = catalogue.form if language == "zh-hans" else catalogue.english_form
    type(form).objects.filter(pk=form.pk).update(opening="closed")
    page.goto(FORM.format(language=language))
    accessible(page)
    screenshot(page, f"citizen-{language}-375-closed")
