"""Requests written straight into their tables, for measuring and for caseloads larger than a test could play.

They go past the actions, so nothing but counts may be judged by them.
"""

import datetime
import itertools

from django.utils import timezone

from wagtail_disclosure.requests.models import Applicant, DisclosureRequest, RequestEvent

BATCH = 2000
counter = itertools.count(1)


def moment(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def fill(agency, stories, *, department=None):
    """Write a request for every ``(kind of applicant, day received, [(day, code of a reply or None)])`` of ``stories``.

    A reply closes the case on its day; None takes it up again.
    """
    stories = iter(stories)
    while batch := list(itertools.islice(stories, BATCH)):
        cases = [_case(agency, department, received, happened) for _kind, received, happened in batch]
        DisclosureRequest._base_manager.bulk_create(cases)
        pairs = list(zip(cases, batch, strict=True))
        Applicant.objects.bulk_create(
            Applicant(case=case, kind=kind, name="") for case, (kind, _received, _happened) in pairs
        )
        RequestEvent.objects.bulk_create(
            event
            for case, (_kind, received, happened) in pairs
            for event in _events(case, received, happened)
        )


def _case(agency, department, received, happened):
    closed = happened and happened[-1][1]
    number = f"R{next(counter):08}"
    return DisclosureRequest(
        agency=agency,
        department=department,
        number=number,
        number_key=number,
        submitted_at=moment(received),
        received_on=received,
        closed_on=happened[-1][0] if closed else None,
        state="replied" if closed else "handling",
        channel="online",
        subject="",
    )


def _events(case, received, happened):
    def event(type_, day, state, **data):
        return RequestEvent(
            case=case,
            type=type_,
            state=state,
            at=moment(day),
            by=RequestEvent.By.SYSTEM,
            data={"on": day.isoformat(), **data},
        )

    yield event("confirm_receipt", received, "received", facts={"received_on": received.isoformat()})
    for day, reply in happened:
        if reply is None:
            yield event("reopen", day, "handling", facts={"closed_on": None})
        else:
            yield event("draft_decision", day, "drafted", reply=reply)
            yield event("issue_decision", day, "replied", facts={"closed_on": day.isoformat()})
