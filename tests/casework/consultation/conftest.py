"""A request that is handled, and parties that are asked about it."""

import pytest
import time_machine

from tests.casework.consultation.tools import action_of, admin, asked, send, text_of
from tests.casework.test_moves import at, handled, make_place
from wagtail_disclosure.casework.receipts import throttle
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import RequestParty


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place(db):
    found = make_place()
    for department in (found.prices, found.projects):
        sync(department)
    for person in (found.reviewer, found.head):
        person.user_permissions.add(admin_access())
    return found


@pytest.fixture
def clock():
    with time_machine.travel(at("2026-03-03"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(place, clock):
    return handled(place, "2026-03-02")


@pytest.fixture
def ask(case, place, django_capture_on_commit_callbacks):
    """Ask a party by the form of the officer, and return its row; its link is in the last mail."""

    def ask(code="ask_third_party", **changed):
        values = asked(**changed)
        with django_capture_on_commit_callbacks(execute=True):
            response = send(admin(place.officer), action_of(case, code), values)
        found = RequestParty.objects.order_by("pk").last()
        assert found is not None, text_of(response)[:2000]
        return found

    return ask
