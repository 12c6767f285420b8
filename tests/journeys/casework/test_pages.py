"""The pages of the office, looked at by axe and on a phone: nothing serious or critical, nothing that sticks out."""

import pytest
from django.urls import reverse

from tests import factories, factories_cases
from tests.casework.test_moves import at, handled, received
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.letters import text_admin

from .office import PHONE, WIDE, now, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The page beside Wagtail's sidebar.
OURS = {"include": [["main"]], "exclude": []}
# One form after the other in the frame of one page.
SHOW = """async url => {
  const text = await (await fetch(url)).text();
  const found = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
  document.querySelector('main').replaceWith(document.importNode(found, true));
}"""


@pytest.fixture(scope="module")
def cases(site):
    """Cases in many states, with what can stand on their pages."""
    place = site.place
    place.root = factories.user("root", superuser=True)
    found = {"handling": handled(place, "2026-06-08", applicant=somebody(), officer=place.officer)}
    found["late"] = received(place, "2026-05-06", applicant=somebody())
    rich = found["rich"] = handled(place, "2026-05-20")
    handled(place, "2026-05-18")
    task = {"data": {"department": place.projects.pk, "task_days": 5}, "details": {"question": "请提供"}}
    moves.act(rich, "involve", by=place.officer, **task)
    moves.act(rich, "check_identity", by=place.officer, data={"identity_check": "original_seen"})
    moves.act(rich, "ask_third_party", by=place.officer, details={"items": "合同"})
    moves.act(rich, "supervise", by=place.head, note="请尽快办理", changes={"is_supervised": True})
    review = {"data": {"review_kind": "reconsideration"}, "details": {"review_body": "市政府"}}
    moves.act(rich, "record_review", by=place.officer, **review)
    drafted = found["drafted"] = handled(place, "2026-06-04", applicant=somebody())
    factories_cases.attachment(drafted)
    moves.act(drafted, "propose_extension", by=place.officer, days=5, details={"reason": "检索"})
    said = {"reply": "petition", "details": {"right_channel": "信访局"}}
    moves.act(drafted, "draft_decision", by=place.officer, **said)
    return found


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


PAGES = {
    "home": ("head", lambda cases: "/admin/"),
    "list": ("head", lambda cases: reverse("disclosure_requests:index")),
    "mine": ("officer", lambda cases: reverse("disclosure_requests:index") + "?queue=department"),
    "tasks": ("other_officer", lambda cases: reverse("wagtail_disclosure_case_tasks")),
    "calendar": ("head", lambda cases: reverse("disclosure_requests:calendar")),
    "register": ("officer", lambda cases: reverse("disclosure_requests:add")),
    "texts": ("root", lambda cases: reverse(text_admin.LIST)),
    "suggestions": ("head", lambda cases: reverse("wagtail_disclosure_suggestions")),
    "case-late": ("officer", lambda cases: inspect(cases["late"])),
    "case-rich": ("officer", lambda cases: inspect(cases["rich"])),
    "case-task": ("other_officer", lambda cases: inspect(cases["rich"])),
    "case-drafted": ("reviewer", lambda cases: inspect(cases["drafted"])),
    "people": ("officer", lambda cases: reverse("disclosure_requests:people", args=[cases["rich"].pk])),
}


def inspect(case):
    return reverse("disclosure_requests:inspect", args=[case.pk])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_office_is_accessible_and_fits_a_phone(
    site, place, cases, name, accessible, screenshot
):
    who, address = PAGES[name]
    page = site.person(getattr(place, who)).page
    assert page.goto(address(cases)).status == 200
    accessible(page, OURS)
    screenshot(page, f"office-{name}-1280")
    page.set_viewport_size(PHONE)
    screenshot(page, f"office-{name}-375")
    is_fitting = fits(page)
    page.set_viewport_size(WIDE)
    assert is_fitting


def test_a_person_is_found_and_cases_are_chosen_on_accessible_pages(
    site, head, cases, accessible, screenshot
):
    page = head.goes("find")
    accessible(page, OURS)
    form = "main form:has([name=csrfmiddlewaretoken])"
    page.locator(f"{form} input:not([type=hidden])").first.fill("王小明")
    head.sends(form)
    accessible(page, OURS)
    screenshot(page, "office-found-1280")
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "disclosurerequest", "assign"])
    page.goto(f"{bulk}?id={cases['late'].pk}&id={cases['rich'].pk}")
    accessible(page, OURS)


def test_the_form_of_each_action_is_accessible(site, place, cases, accessible):
    seen = set()
    for user in (place.officer, place.head, place.reviewer, place.other_officer):
        page = site.person(user).page
        page.goto("/admin/")
        for case in cases.values():
            for move, key in moves.offers(now(case), user, today=at("2026-06-10").date()):
                if move.code not in seen:
                    seen.add(move.code)
                    url = reverse("disclosure_requests:action", args=[case.pk, move.code])
                    page.evaluate(SHOW, f"{url}?key={key}" if key else url)
                    assert page.locator("main form:has([name=seen])").count() == 1, move.code
                    accessible(page, OURS)
    assert {"draft_decision", "send_fee_notice", "approve_decision", "answer_task"} <= seen
