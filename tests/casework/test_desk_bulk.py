"""Several cases at once: each by its own move, in the own scope, and nothing over what somebody else did meanwhile."""

import pytest
from django.urls import reverse

from tests import factories, factories_cases
from tests.case_admin import browser, soup
from wagtail_disclosure.casework import moves
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import DisclosureRequest


@pytest.fixture
def place(db):
    found = factories_cases.agency()
    found.head = factories_cases.head()
    found.head.user_permissions.add(admin_access())
    for department in (found.prices, found.projects):
        sync(department)
    found.colleague = factories.user("colleague", name="周同")
    DepartmentMember.objects.create(department=found.prices, user=found.colleague, role="officer")
    return found


def received(place, department=None):
    department = department or place.prices
    case = factories_cases.request(place, department=department)
    moves.act(case, "confirm_receipt", by=place.head)
    return case


def address(action, ids, **query):
    query = "&".join(
        [*(f"id={each}" for each in ids), *(f"{k}={v}" for k, v in query.items()), "next=/admin/"]
    )
    return (
        reverse("wagtail_bulk_action", args=["wagtail_disclosure", "disclosurerequest", action]) + f"?{query}"
    )


def hidden(client, where):
    form = soup(client.get(where)).select_one("form:has([name=seen])")
    return {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}


def officers():
    return dict(DisclosureRequest.objects.values_list("pk", "officer"))


def test_several_cases_are_assigned_each_with_its_own_event(place):
    cases = [received(place) for _number in range(3)]
    closed = received(place)
    moves.act(closed, "withdraw", role="applicant")
    client, where = browser(place.officer), address("assign", [each.pk for each in [*cases, closed]])
    given = hidden(client, where)
    response = client.post(where, {**given, "assignee": place.colleague.pk, "note": "请本周办理"})
    text = soup(response).get_text(" ", strip=True)
    assert all(each.number in text for each in [*cases, closed])
    found = officers()
    assert {found[each.pk] for each in cases} == {place.colleague.pk} and found[closed.pk] is None
    for each in cases:
        event = each.events.last()
        assert (event.type, event.actor, event.note) == ("assign", place.officer, "请本周办理")


def test_nothing_of_another_department_is_shown_or_moved(place):
    own, theirs = received(place), received(place, place.projects)
    client, where = browser(place.officer), address("assign", [own.pk, theirs.pk])
    assert theirs.number not in client.get(where).content.decode()
    response = client.post(where, {**hidden(client, where), "assignee": place.colleague.pk})
    assert theirs.number not in response.content.decode()
    assert officers() == {own.pk: place.colleague.pk, theirs.pk: None}
    assert client.get(address("assign", [theirs.pk])).status_code == 404
    stranger = factories.user("stranger")
    stranger.user_permissions.add(admin_access())
    assert browser(stranger).post(address("assign", [own.pk]), {"assignee": 1}).status_code == 404


def test_an_officer_of_another_department_is_refused_with_the_case_named(place):
    own, theirs = received(place), received(place, place.projects)
    client, where = browser(place.head), address("assign", [own.pk, theirs.pk])
    response = client.post(where, {**hidden(client, where), "assignee": place.colleague.pk})
    refused = [each.get_text() for each in soup(response).select("li:has(strong)")]
    assert len(refused) == 1 and theirs.number in refused[0] and "周同" in refused[0]
    assert officers() == {own.pk: place.colleague.pk, theirs.pk: None}


def test_what_somebody_else_did_meanwhile_is_not_overridden(place):
    one, two = received(place), received(place)
    client, where = browser(place.officer), address("assign", [one.pk, two.pk])
    given = hidden(client, where)
    moves.act(one, "assign", by=place.head, changes={"officer": place.officer})
    client.post(where, {**given, "assignee": place.colleague.pk})
    assert officers() == {one.pk: place.officer.pk, two.pk: place.colleague.pk}
    again = client.post(where, {**hidden(client, where), "assignee": place.colleague.pk})
    assert again.status_code == 200 and officers()[one.pk] == place.colleague.pk


def test_all_in_the_list_are_those_of_its_filters(place):
    one, two = received(place), received(place)
    moves.act(two, "assign", by=place.head, changes={"officer": place.officer})
    received(place, place.projects)
    client = browser(place.officer)
    text = client.get(address("assign", ["all"], queue="waiting")).content.decode()
    assert one.number in text and two.number not in text
    text = client.get(address("assign", ["all"], q=two.number)).content.decode()
    assert two.number in text and one.number not in text


def test_several_cases_are_handed_over_and_leave_the_department(place):
    cases = [received(place), received(place)]
    moves.act(cases[0], "assign", by=place.head, changes={"officer": place.officer})
    client, where = browser(place.officer), address("hand_over", [each.pk for each in cases])
    response = client.post(where, {**hidden(client, where), "department": place.projects.pk})
    assert response.status_code == 200
    for case in DisclosureRequest.objects.all():
        assert (case.department, case.officer) == (place.projects, None)
        assert case.events.last().data["department"] == place.projects.pk
    back = client.post(where, {"department": place.projects.pk})
    assert back.status_code == 404, "they are no cases of this department any more"


@pytest.mark.parametrize("ids", [[], ["abc"], ["-1"], ["9" * 30], ["1' OR 1=1"]])
def test_nonsense_is_not_found(place, ids):
    received(place)
    assert browser(place.officer).get(address("assign", ids)).status_code == 404


def test_without_an_officer_nothing_is_assigned_and_the_note_is_kept(place):
    case = received(place)
    client, where = browser(place.officer), address("assign", [case.pk])
    response = client.post(where, {**hidden(client, where), "assignee": "", "note": "请本周办理"})
    assert "请本周办理" in response.content.decode() and officers()[case.pk] is None


def test_the_list_offers_it_natively(place):
    received(place)
    found = soup(browser(place.officer).get(reverse("disclosure_requests:index")))
    links = {each["href"].partition("?")[0] for each in found.select("[data-bulk-action-button]")}
    assert links == {address(each, []).partition("?")[0] for each in ("assign", "hand_over")}
    assert found.select("[data-bulk-action-checkbox]")
