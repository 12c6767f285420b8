"""An agency with its people, a consultation and a survey that are open, and somebody with a browser without JavaScript."""

import pytest

from tests import factories_participation as factories
from tests.case_admin import office
from tests.requests.conftest import Citizen
from wagtail_disclosure.casework.receipts import protection, throttle


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def page(place):
    return factories.consultation(place)


@pytest.fixture
def survey(place):
    return factories.survey(place)


@pytest.fixture
def visitor(monkeypatch):
    """The tests fill in faster than people do."""
    monkeypatch.setattr(protection.ProtectedForm, "fastest", 0)

    def made(page, rest):
        return Citizen(f"/participation/{page.pk}/{rest}")

    return made
