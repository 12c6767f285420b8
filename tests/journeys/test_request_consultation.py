"""A third party has a letter by a link that works once: it confirms, reads, answers with a file, and has a receipt."""

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from tests import factories_cases
from tests.case_admin import send, url
from tests.casework.consultation.conftest import ITEMS, REASONS, asked, link
from tests.journeys import citizens
from tests.journeys.citizens import LANGUAGES, fits, go_on
from wagtail_disclosure.casework import moves
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import RequestParty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(place):
    sync(place.prices)
    place.officer.user_permissions.add(admin_access())
    found = factories_cases.request(place, department=place.prices, subject="采购合同")
    moves.act(found, "confirm_receipt", by=place.officer)
    moves.act(found, "accept", by=place.officer)
    return found


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_third_party_answers_by_its_link(place, case, new_page, accessible, screenshot, language, width):
    def look(page, name):
        accessible(page)
        assert fits(page), page.url
        screenshot(page, f"citizen-{language}-{width}-party-{name}")

    officer = Client()
    officer.force_login(place.officer)
    send(officer, url("action", case.pk, "ask_third_party"), asked(party_language=language))
    assert RequestParty.objects.exists() and mail.outbox
    page = new_page(width=width, locale=LANGUAGES[language], answers=[404])
    page.goto(link())
    assert ITEMS not in page.content()
    look(page, "confirm")
    go_on(page)
    expect(page.locator("article")).to_contain_text(ITEMS)
    assert "王小明" not in page.content()
    look(page, "letter")
    go_on(page, "button[value=check]")
    look(page, "errors")
    page.check("[name=opinion][value=refuses]")
    page.fill("[name=opinion_reasons]", REASONS)
    page.fill("[name=answered_by]", "赵经理")
    page.set_input_files("#disclosure-files", [citizens.text_file("合同.txt")])
    go_on(page, "button[value=check]")
    expect(page.locator("article")).to_contain_text("合同.txt")
    look(page, "check")
    go_on(page)
    expect(page.locator(".disclosure-receipt")).to_contain_text(f"{case.number}/1")
    look(page, "receipt")
    event = case.events.get(type="answer_third_party")
    assert event.details["opinion_reasons"] == REASONS and len(event.documents) == 1
    page.goto(link())
    look(page, "unusable")
