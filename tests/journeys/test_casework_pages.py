"""The pages of the office, looked at by axe and on a phone: nothing serious or critical, nothing that sticks out."""

import pytest
from django.urls import reverse

from tests import factories_cases
from tests.casework.test_moves import at, handled, received
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.letters import text_admin

from .office import PHONE, WIDE, now, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The page beside Wagtail's sidebar, without its header.
OURS = {"include": [["main"]], "exclude": []}


@pytest.fixture(scope="module")
def world(site):
    """Cases in many states, with what can stand on their pages."""
    place = site.place
    found = {"handling": handled(place, "2026-06-08", applicant=somebody(), officer=place.officer)}
    found["received"] = received(place, "2026-05-12", applicant=somebody())
    rich = found["rich"] = handled(place, "2026-05-20")
    handled(place, "2026-05-18")
    moves.act(rich, "involve", by=place.officer, data={"department": place.projects.pk, "task_days": 5}, details={"question": "请提供"})
    moves.act(rich, "check_identity", by=place.officer, data={"identity_check": "original_seen"})
    moves.act(rich, "ask_third_party", by=place.officer, details={"items": "合同"})
    moves.act(rich, "supervise", by=place.head, note="请尽快办理", changes={"is_supervised": True})
    moves.act(rich, "record_review", by=place.officer, data={"review_kind": "reconsideration"}, details={"review_body": "市政府"})
    drafted = found["drafted"] = handled(place, "2026-06-04", applicant=somebody())
    factories_cases.attachment(drafted)
    moves.act(drafted, "propose_extension", by=place.officer, days=5, details={"reason": "检索"})
    moves.act(drafted, "draft_decision", by=place.officer, reply="petition", details={"right_channel": "信访局"})
    return found


def check(site, accessible, page, name, screenshot):
    page.wait_for_load_state("networkidle")
    screenshot(page, f"office-{name}")
    accessible(page, OURS)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def addresses(world, place):
    """Pages by name, with whose they are."""
    yield "home", "head", "/admin/"
    yield "list", "head", reverse("disclosure_requests:index")
    yield "queue", "officer", reverse("disclosure_requests:index") + "?queue=mine"
    yield "tasks", "other", reverse("wagtail_disclosure_case_tasks")
    yield "calendar", "head", reverse("disclosure_requests:calendar")
    yield "find", "head", reverse("disclosure_requests:find")
    yield "register", "head", reverse("disclosure_requests:add")
    yield "texts", "root", reverse(text_admin.LIST)
    yield "suggestions", "head", reverse("wagtail_disclosure_suggestions")
    for name in world:
        yield f"case-{name}", "officer", reverse("disclosure_requests:inspect", args=[world[name].pk])


def test_look(site, place, world, accessible, screenshot):
    from tests import factories
    place.root = factories.user("root", superuser=True)
    people = {"head": place.head, "officer": place.officer, "other": place.other_officer, "root": place.root, "reviewer": place.reviewer}
    found = []
    for name, who, address in addresses(world, place):
        page = site.person(people[who]).page
        response = page.goto(address)
        assert response.status == 200, (name, response.status)
        try:
            check(site, accessible, page, name, screenshot)
        except AssertionError as e:
            found.append((name, str(e)[:3000]))
    for n, e in found:
        print("AXE", n, e)
    for who, key in (("officer", "received"), ("officer", "handling"), ("head", "handling"), ("reviewer", "drafted"), ("head", "drafted"), ("officer","rich")):
        case = now(world[key])
        for move, k in moves.offers(case, people[who], today=at("2026-06-10").date()):
            page = site.person(people[who]).page
            page.goto(reverse("disclosure_requests:action", args=[case.pk, move.code]) + (f"?key={k}" if k else ""))
            try:
                check(site, accessible, page, f"do-{move.code}", lambda *a: None)
            except AssertionError as e:
                print("AXE", move.code, str(e)[:1500])
