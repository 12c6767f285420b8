"""What the public reads of letters, and the screen on which it is prepared, in a browser: nothing that axe calls serious."""

import datetime

import pytest
from django.urls import reverse

from tests.mailboxes.published import answered, browser, drafted, publish, reviewed
from tests.mailboxes.test_statistics import letters

pytestmark = pytest.mark.django_db(transaction=True)


def test_lists_letter_statistics_and_the_screen_are_accessible(
    place, live_server, new_page, accessible, screenshot
):
    reviewed(place)
    public = publish(place, drafted(place, question="加价依据是什么？", answer="市政府文件。"))
    case = answered(place)
    days = (datetime.date.today() - datetime.date(datetime.date.today().year, 1, 1)).days
    letters(place, [(days, 0, "consultation", place.prices, "satisfied", "answered")] * 12)
    page = new_page(width=400)
    base = live_server.url + place.page.get_url()
    for below in ("", f"{public.slug}/", "selected/", "questions/", "statistics/"):
        page.goto(base + below)
        accessible(page, ".disclosure")
        screenshot(page, f"mailbox-{below.strip('/') or 'page'}")
    session = browser(place.officer).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + reverse("disclosure_letters:select", args=[case.pk]))
    screenshot(page, "select-suggestions")
    accessible(page, "main form")
    page.click("main form:has([name=stage]) button[type=submit]")
    screenshot(page, "select-text")
    accessible(page, "main form")
