"""A citizen writes to a leader's mailbox on a phone, by the page, with a file, and follows the letter."""

import pytest
from playwright.sync_api import expect

from tests import factories_mail
from tests.factories_cases import PHONE
from tests.journeys import citizens
from tests.journeys.citizens import fits, follow, go_on
from tests.mailboxes.test_embedding import mailbox_page
from wagtail_disclosure.mailboxes.models import CitizenLetter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripted", [True, False])
def test_a_letter_is_sent_and_followed_on_a_phone(place, new_page, screenshot, accessible, scripted):
    mailbox = factories_mail.mailbox(place, notice="<p>来信请写明时间、地点和具体情况。</p>")
    page = new_page(width=375, height=812, java_script_enabled=scripted)

    def look(name):
        if scripted:
            accessible(page)
            screenshot(page, f"mailbox-phone-{name}")
        assert fits(page), page.url

    page.goto(mailbox_page(mailbox).get_url_parts()[2])
    look("start")
    go_on(page)
    expect(page.locator(".disclosure-errors a").first).to_be_visible()
    look("errors")
    page.check("[name=type][value=petition]")
    page.fill("#id_subject", "小区二次供水价格咨询")
    page.fill("#id_body", "请问我们小区的二次供水加价依据是什么？" * 20)
    go_on(page)
    look("person")
    page.check("[name=signed][value=named]")
    page.fill("#id_name", "王小明")
    page.fill("#id_phone", PHONE)
    go_on(page)
    page.set_input_files("#disclosure-files", [citizens.text_file()])
    go_on(page, "button[value=upload]")
    look("files")
    go_on(page, "button[value=continue]")
    look("check")
    page.check("#id_consent_to_publish")
    go_on(page)
    expect(page.locator(".disclosure-code")).to_be_visible()
    look("receipt")
    number, code = page.locator(".disclosure-receipt strong").all_inner_texts()
    case = CitizenLetter.objects.get()
    assert (case.number, case.consent_to_publish, case.attachments.count()) == (number, True, 1)
    follow(page, number, code)
    expect(page.locator(".disclosure-standing__state")).to_be_visible()
    look("followed")
