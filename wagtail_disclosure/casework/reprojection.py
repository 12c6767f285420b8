"""A changed calendar: which open cases it moves, as a preview, and then with an event on each."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import transaction

from . import record
from .models import Case
from .moves import moved_due
from .own_events import REPROJECTED
from .standing import Standing, calendar


@dataclass(frozen=True)
class Moved:
    """An open case whose due date a calendar moves."""

    case: object
    before: date | None
    after: date | None
    provisional: bool


def models():
    """Every kind of case that has a clock."""
    return [each for each in apps.get_models() if issubclass(each, Case) and each.table]


def preview(used_calendar=None, cases=None):
    """Yield :class:`Moved` for each open case that ``used_calendar`` (default: the one in force) would move.

    ``cases`` limits it, for example to those that a person may see. Nothing is written.
    """
    used_calendar = used_calendar or calendar()
    for case in cases if cases is not None else _open():
        before, after = (case.due_on, case.due_is_provisional), due_of(case, used_calendar)
        if before != after:
            yield Moved(case, before[0], *after)


def _open():
    for model in models():
        yield from model.objects.open().order_by("pk").iterator(chunk_size=200)


def due_of(case, used_calendar=None):
    """``(day, provisional)`` of ``case`` under that calendar."""
    found = Standing(case, used_calendar).deadline()
    return (found.next_due, found.next_due is not None and found.provisional) if found else (None, False)


def apply(actor=None, cases=None):
    """Store the due dates anew, with an event on each case that moves. Returns how many moved. Safe to repeat."""
    return sum(_apply(each.case, actor) for each in preview(cases=cases))


@transaction.atomic
def _apply(case, actor):
    held = record.locked(case)
    due = held.compute_due()
    if held.is_closed or (held.due_on, held.due_is_provisional) == due:
        return False
    record.record(held, REPROJECTED, actor=actor, data=moved_due(held, due))
    return True
