"""A changed calendar: which open cases it moves, as a preview, and then with an event on each."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import transaction

from . import record
from .models import Case
from .models.case import DATES
from .moves import moved_dates
from .own_events import REPROJECTED
from .standing import Standing, calendar


@dataclass(frozen=True)
class Moved:
    """An open case of which a calendar moves the due date, or the day by which somebody asked has to answer."""

    case: object
    before: date | None
    after: date | None
    provisional: bool
    answer_before: date | None
    answer_after: date | None


def models():
    """Every kind of case that has a clock."""
    return [each for each in apps.get_models() if issubclass(each, Case) and each.table]


def preview(used_calendar=None, cases=None):
    """Yield :class:`Moved` for each open case that ``used_calendar`` (default: the one in force) would move.

    ``cases`` limits it, for example to those that a person may see. Nothing is written.
    """
    used_calendar = used_calendar or calendar()
    for case in cases if cases is not None else _open():
        before, after = stored(case), Standing(case, used_calendar).dates()
        if before != after:
            yield Moved(case, before[0], *after[:2], before[2], after[2])


def stored(case):
    """The dates of ``case`` as they were computed when it was last written."""
    return tuple(getattr(case, name) for name in DATES)


def _open():
    for model in models():
        yield from model.objects.open().order_by("pk").iterator(chunk_size=200)


def due_of(case, used_calendar=None):
    """``(day, provisional)`` of ``case`` under that calendar."""
    return Standing(case, used_calendar).dates()[:2]


def apply(actor=None, cases=None):
    """Store the dates anew, with an event on each case that moves. Returns how many moved. Safe to repeat."""
    return sum(_apply(each.case, actor) for each in preview(cases=cases))


@transaction.atomic
def _apply(case, actor):
    held = record.locked(case)
    dates = Standing(held).dates()
    if held.is_closed or stored(held) == dates:
        return False
    record.record(held, REPROJECTED, actor=actor, data=moved_dates(held, dates))
    return True
