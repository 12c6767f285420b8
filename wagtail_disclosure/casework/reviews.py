"""Reconsideration and litigation about a case: the records, from its events, and the counts for the annual report."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps

from .models import CaseEvent
from .standing import as_date, profile

OPENS, CLOSES, RETRACTS = "record_review", "record_review_result", "retract_review_result"


@dataclass
class Review:
    """One reconsideration or lawsuit. ``kind`` and ``result`` are codes of the profile; ``result`` is empty while it
    is pending. ``body`` and ``number`` are gone once the case is anonymised.
    """

    case: object
    key: str
    kind: str
    received_on: datetime.date
    body: str = ""
    number: str = ""
    result: str = ""
    decided_on: datetime.date | None = None

    @property
    def is_pending(self):
        return not self.result

    def kind_label(self):
        return _label("review_kinds", self.kind)

    def result_label(self):
        return _label("review_results", self.result or pending_code())


def _label(vocabulary, code):
    return getattr(profile(), vocabulary).label_of(code, code)


def pending_code():
    """The code under which the report counts what has no result yet."""
    return next(each.code for each in profile().review_results if each.fact("pending", False))


def records(events, until=None):
    """``[Review]`` from events in the order of recording; those recorded after ``until`` (a moment) are left out."""
    found = {}
    for event in events:
        if until is not None and event.at > until:
            continue
        key = (event.case_id, event.data.get("key", ""))
        if event.type == OPENS:
            found[key] = Review(
                case=event.case,
                key=key[1],
                kind=event.data.get("review_kind", ""),
                received_on=as_date(event.data["on"]),
                body=event.texts.get("review_body", ""),
                number=event.texts.get("review_number", ""),
            )
        elif event.type == CLOSES and key in found:
            found[key].result = event.data.get("review_result", "")
            found[key].decided_on = as_date(event.data["on"])
        elif event.type == RETRACTS and key in found:
            found[key].result, found[key].decided_on = "", None
    return list(found.values())


def records_of(standing):
    """The records of one case, in order."""
    return records(standing.steps)


def counted(start, end, *, case_model=None, cases=None, until=None):
    """``{(kind, result): [Review]}`` of what was received from ``start`` to ``end``, for the annual report (表四).

    Results are those recorded up to the moment ``until`` (default: now); what has none counts as pending. ``cases`` is
    a queryset that limits it, for example to an agency or to what a person may see: whoever shows it to people passes
    ``visible_to``. The lists are the drill-down.
    """
    event_model = _event_model(case_model or _default())
    events = event_model.objects.filter(type__in=(OPENS, CLOSES, RETRACTS)).order_by("pk")
    if cases is not None:
        events = events.filter(case__in=cases)
    found = defaultdict(list)
    for review in records(events.select_related("case").iterator(chunk_size=500), until):
        if start <= review.received_on <= end:
            found[review.kind, review.result or pending_code()].append(review)
    return dict(found)


def _event_model(case_model):
    return case_model._meta.get_field("events").related_model


def _default():
    return next(
        model._meta.get_field("case").related_model
        for model in apps.get_models()
        if issubclass(model, CaseEvent) and model._meta.get_field("case").related_model.table == "request"
    )
