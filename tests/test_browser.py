"""The admin and a public page open in a real browser without an error in the console."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_admin_opens_after_logging_in(new_page):
    get_user_model().objects.create_superuser("webmaster", "webmaster@example.org", "a-long-password")
    page = new_page()
    page.goto("/admin/")
    page.fill("[name=username]", "webmaster")
    page.fill("[name=password]", "a-long-password")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    assert page.locator("#wagtail-sidebar").count() == 1


def test_each_session_logs_in_for_itself(new_page):
    first, second = new_page(), new_page()
    first.goto("/admin/login/")
    second.goto("/admin/login/")
    first.context.add_cookies([{"name": "mark", "value": "1", "url": first.url}])
    assert [cookie["name"] for cookie in second.context.cookies()].count("mark") == 0


def test_axe_finds_what_a_page_lacks(new_page, accessible):
    page = new_page()
    page.goto("/admin/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input name=unnamed>')")
    with pytest.raises(AssertionError, match="label"):
        accessible(page)
