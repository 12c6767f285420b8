"""The form of a reply in a real browser: choosing goes on in the page, by pointer, by keyboard, and without JavaScript."""

import pytest

from tests import factories_cases
from tests.case_admin import office, url
from tests.casework.test_desk_browser import fits, log_in
from wagtail_disclosure.casework import moves
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place():
    return office()


@pytest.fixture
def case(place):
    found = factories_cases.request(place, department=place.prices, subject="2025年度水价听证会纪要")
    moves.act(found, "confirm_receipt", by=place.officer)
    moves.act(found, "accept", by=place.officer)
    return found


@pytest.mark.parametrize("width", [1280, 375])
def test_the_fields_of_the_reply_follow_the_choice_and_keep_words_and_files(
    place, case, new_page, screenshot, tmp_path, width
):
    page = new_page(width=width)
    log_in(page, place.officer)
    page.goto(url("action", case.pk, "draft_decision"))
    screenshot(page, f"decision-choice-{width}")
    assert fits(page) and not page.locator("[data-disclosure-send]").is_visible()
    page.click("label[for=id_reply_partly]")
    page.wait_for_selector("#decision-fields .disclosure-replies__states:focus")
    assert not page.locator("#id_reply_partly").is_visible()
    file = tmp_path / "纪要.txt"
    file.write_text("会议纪要")
    page.set_input_files("[name=upload]", file)
    page.check("[name=decision_grounds_per_part][value=privacy]")
    page.fill("[name=decision_part_privacy]", "第2页的姓名")
    page.fill("[name=decision_reasons]", "已作区分处理")
    screenshot(page, f"decision-partly-{width}")
    assert fits(page)
    assert not page.locator("[name=decision_part_process]").is_visible()
    page.click("summary#decision-chosen")
    page.click("label[for=id_reply_not_ours]")
    page.wait_for_selector("[name=decision_right_agency]")
    assert page.input_value("[name=decision_reasons]") == "已作区分处理"
    page.click("summary#decision-chosen")
    page.focus("#id_reply_partly")
    page.keyboard.press("Space")
    page.wait_for_selector("[name=decision_grounds_per_part]")
    assert page.locator("#id_reply_partly").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector(".disclosure-replies__states:focus")
    assert page.input_value("[name=decision_part_privacy]") == "第2页的姓名"
    with page.expect_navigation():
        page.click("[data-disclosure-send]")
    stored = DisclosureRequest.objects.get()
    assert stored.state == "drafted"
    assert [each.name for each in stored.attachments.all()] == ["纪要.txt"]
    screenshot(page, f"decision-case-{width}")
    assert fits(page)


def test_without_javascript_the_reply_is_a_step_of_its_own(place, case, new_page):
    page = new_page(java_script_enabled=False)
    log_in(page, place.officer)
    page.goto(url("action", case.pk, "draft_decision"))
    page.check("#id_reply_refused_process")
    page.click("details button")
    page.fill("[name=decision_reasons]", "讨论中的稿件")
    page.click("summary#decision-chosen")
    page.check("#id_reply_does_not_exist")
    page.click("details button")
    page.fill("[name=decision_search_record]", "检索了档案室和业务系统")
    page.click("summary#decision-chosen")
    page.check("#id_reply_refused_process")
    page.click("details button")
    assert page.input_value("[name=decision_reasons]") == "讨论中的稿件"
    page.click("[data-disclosure-send]")
    assert DisclosureRequest.objects.get().state == "drafted"
