"""The desk in a real browser: list, bulk assignment, calendar and start page, wide and on a phone."""

import datetime

import pytest
from django.utils import timezone

from tests import factories_cases
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.desk.queues import QUEUES
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place():
    found = factories_cases.agency()
    found.head = factories_cases.head()
    found.head.user_permissions.add(admin_access())
    for department in (found.prices, found.projects):
        sync(department)
    now = timezone.now()
    for number in range(12):
        day = timezone.localdate() - datetime.timedelta(number * 4)
        department = found.prices if number % 2 else found.projects
        at = now - datetime.timedelta(number * 4)
        case = factories_cases.request(
            found, department=department, at=at, subject=f"2025年度水价听证会纪要（{number}）"
        )
        moves.act(case, "confirm_receipt", by=found.head, on=day)
        if number % 3 == 0:
            moves.act(case, "supervise", by=found.head, note="请尽快办理")
    return found


def fits(page):
    """Nothing sticks out at the side."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def log_in(page, user):
    page.goto("/admin/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "password")
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def test_the_head_assigns_from_the_list_and_sees_the_month_wide_and_on_a_phone(place, new_page, screenshot):
    for width in (1280, 375):
        page = new_page(width=width)
        log_in(page, place.head)
        page.wait_for_selector(".disclosure-figures")
        screenshot(page, f"desk-home-{width}")
        assert fits(page)
        page.goto("/admin/disclosure_requests/")
        assert page.locator(".disclosure-queues a:has(.disclosure-queues__count)").count() == len(QUEUES)
        screenshot(page, f"desk-list-{width}")
        assert fits(page)
        page.goto("/admin/disclosure_requests/calendar/")
        assert page.locator(".disclosure-month td a").first.is_visible()
        screenshot(page, f"desk-calendar-{width}")
        assert fits(page)
    page = new_page()
    log_in(page, place.head)
    page.goto("/admin/disclosure_requests/?queue=waiting")
    boxes = page.locator("[data-bulk-action-checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    with page.expect_navigation():
        page.locator("[data-bulk-action-button]").first.click()
    page.select_option("[name=assignee]", str(place.officer.pk))
    screenshot(page, "desk-assign")
    with page.expect_navigation():
        page.locator("button[type=submit].button").last.click()
    screenshot(page, "desk-assigned")
    assert 1 <= DisclosureRequest.objects.filter(officer=place.officer).count() <= 2
