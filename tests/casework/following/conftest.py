"""A site with our addresses, an agency with its people, and a request that somebody has number and code of."""

import pytest

from tests import factories_cases as factories
from tests.casework.following.applicant import CODE, Applicant
from wagtail_disclosure.casework.receipts import throttle


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place():
    found = factories.agency()
    found.head, found.reviewer = factories.head(), factories.reviewer(found.prices)
    return found


@pytest.fixture
def case(place):
    return factories.request(place, department=place.prices, code=CODE)


@pytest.fixture
def applicant(case):
    found = Applicant()
    found.enter(case)
    return found
