"""An agency with cases of any story: when each was received, closed under which reply, taken up again."""

import datetime

import pytest
from django.utils import timezone

from tests import factories_cases
from wagtail_disclosure.casework.record import record
from wagtail_disclosure.requests.models import DisclosureRequest


def noon(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def case(place, received, *story, kind="natural", department=None, case_kind="request"):
    """A request received on a day (or None). ``story``: ``(day, code of a reply)`` closes it, ``(day, None)`` takes it up."""
    found = factories_cases.draft(
        place,
        at=noon(received or datetime.date(2024, 1, 5)),
        department=department or place.prices,
        applicant={"kind": kind},
        case_kind=case_kind,
    )
    if received is not None:
        record(
            found,
            "confirm_receipt",
            state="received",
            data={"on": received.isoformat()},
            received_on=received,
        )
    for day, reply in story:
        on = day.isoformat()
        if reply is None:
            record(found, "reopen", state="handling", data={"on": on}, closed_on=None)
        else:
            record(found, "draft_decision", state="drafted", data={"on": on, "reply": reply})
            record(found, "issue_decision", state="replied", data={"on": on}, closed_on=day)
    return DisclosureRequest.objects.get(pk=found.pk)


def review(found, kind, day, result=None, decided=None, key="1"):
    """A reconsideration or lawsuit about a case, with its result where there is one."""
    record(found, "record_review", data={"on": day.isoformat(), "review_kind": kind, "key": key})
    if result:
        data = {"on": decided.isoformat(), "review_result": result, "key": key}
        record(found, "record_review_result", data=data)


@pytest.fixture
def place(db):
    return factories_cases.agency()


@pytest.fixture
def office(place):
    return factories_cases.overseer()
