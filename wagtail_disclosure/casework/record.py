"""The one place where something happens to a case: an event is added, and the caches of the case follow it.

The transition table decides what may happen; it calls :func:`record`, which writes and asks no more.
"""

from django.db import transaction
from django.utils import timezone

from ..publishing.ledger import display_name
from . import terms
from .models.case import DATES, recording
from .models.events import CaseEvent

By = CaseEvent.By


def locked(case):
    """``case`` as it stands now, its row locked until the transaction ends. Called inside ``atomic``."""
    return type(case)._base_manager.select_for_update().get(pk=case.pk)


@transaction.atomic
def record(
    case,
    type_,
    *,
    by=By.SYSTEM,
    actor=None,
    state=None,
    note="",
    data=None,
    details=None,
    documents=(),
    at=None,
    **facts,
):
    """Append the event ``type_`` to ``case`` and return it; ``state`` is the state afterwards, where it changes.

    ``facts`` are what of the case the event settles: ``received_on``, ``closed_on``, ``keep_until``, ``anonymised_at``,
    ``legal_hold``, ``is_supervised``. Without ``keep_until`` a case that is closed is kept for the usual time. The case
    that is passed in shows them afterwards.
    """
    held = locked(case)
    if "closed_on" in facts and "keep_until" not in facts:
        closed_on = facts["closed_on"]
        facts["keep_until"] = terms.keep_until(closed_on) if closed_on else None
    event = held.events.model(
        case=held,
        type=type_,
        state=state or held.state,
        at=at or timezone.now(),
        by=By.OFFICER if actor is not None and by == By.SYSTEM else by,
        actor=actor,
        actor_name=display_name(actor) if actor is not None else "",
        note=note,
        details=details or {},
        data={**(data or {}), **_as_data(facts)},
        documents=[str(each) for each in documents],
    )
    event.save()
    for name, value in {**facts, **({"state": state} if state else {})}.items():
        setattr(held, name, value)
    _set(held, held.compute_dates())
    names = [*facts, "state", *DATES]
    _store(held, names)
    for name in names:
        setattr(case, name, getattr(held, name))
    return event


def _as_data(facts):
    return {"facts": facts} if facts else {}


def _store(case, names):
    with recording():
        case.save(update_fields=sorted(set(names)))


def _set(case, values):
    """Set what differs. Returns the names."""
    wrong = [name for name, value in values.items() if getattr(case, name) != value]
    for name in wrong:
        setattr(case, name, values[name])
    return wrong


@transaction.atomic
def rebuild(case):
    """Write the caches of ``case`` anew from its events. Returns the names of those that were wrong."""
    held = locked(case)
    values = {}
    for event in held.events.order_by("pk"):
        values["state"] = event.state or values.get("state")
        for name, value in event.data.get("facts", {}).items():
            values[name] = held._meta.get_field(name).to_python(value)
    if not values.get("state"):
        values.pop("state", None)
    wrong = _set(held, values)
    wrong += _set(held, held.compute_dates())
    if wrong:
        _store(held, wrong)
    return wrong
