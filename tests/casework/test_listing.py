"""The list of requests costs the same however many there are."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, factories_cases
from wagtail_disclosure.requests.models import DisclosureRequest


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?queue=open", "?queue=overdue&state=submitted"])
def test_the_list_asks_the_database_equally_often_for_many_requests(query):
    place = factories_cases.agency()
    client = Client()
    client.force_login(factories.user("root", superuser=True))
    address = reverse("disclosure_requests:index") + query

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    make(place, 2)
    few = queries()
    make(place, 220)
    assert DisclosureRequest.objects.count() == 222
    assert queries() == few


def make(place, count):
    """Requests of either department, some in somebody's hand, with nothing that happened to them."""
    already = DisclosureRequest.objects.count()
    DisclosureRequest.objects.bulk_create(
        DisclosureRequest(
            agency=place.agency,
            department=(place.prices, place.projects)[number % 2],
            officer=place.officer if number % 3 else None,
            number=f"SQ2026-01-{number:05d}",
            number_key=f"SQ202601{number:05d}",
            channel="online",
            submitted_at="2026-03-02T10:00:00+08:00",
            state="submitted",
            subject=f"项目{number}",
            due_on="2026-03-30",
        )
        for number in range(already, already + count)
    )
