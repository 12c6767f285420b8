"""What has to happen to cases by itself: moves that are due by law and need nobody, and reminders.

Safe to run at any time and as often as one likes; what was missed is made up for. A case that cannot be dealt with is
logged and stops no other.
"""

import logging
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from .. import moves, reprojection
from ..standing import calendar
from . import alarms

logger = logging.getLogger("wagtail_disclosure.casework")
SYSTEM = "system"
# More moves than this in one run of one case are no catching up but a fault of the table.
MOST_MOVES = 50


@dataclass
class Report:
    """What a run did: moves, reminders that went out or could not, numbers of the cases it could not deal with."""

    moved: int = 0
    sent: int = 0
    unsent: int = 0
    failed: list = field(default_factory=list)


def run(at=None):
    """Take the moves that are due and send the reminders. Returns a :class:`Report`; raises nothing about one case."""
    at, report = at or timezone.now(), Report()
    used = calendar()
    for model in reprojection.models():
        for pk, number in model.objects.open().order_by("pk").values_list("pk", "number"):
            try:
                report.moved += _with(model, pk, _move, at, used)
                _with(model, pk, alarms.plan, at, used)
            except Exception as error:
                # The text of the error may hold what somebody wrote.
                logger.error("Case %s was left out: %s", number, type(error).__name__)
                report.failed.append(number)
    report.sent, report.unsent = alarms.deliver(at)
    return report


@transaction.atomic
def _with(model, pk, step, at, used_calendar):
    """Do ``step`` with the case locked, unless it was closed meanwhile. Returns how often something was done."""
    case = model._base_manager.select_for_update().get(pk=pk)
    return 0 if case.is_closed else step(case, at, used_calendar)


def due_moves(case, today):
    """Pairs ``(move, key)`` that the system takes by itself now: those that the table calls automatic."""
    return [pair for pair in moves.offers(case, SYSTEM, today=today) if pair[0].action.automatic]


def _move(case, at, used_calendar):
    today, taken = timezone.localdate(at), 0
    while found := due_moves(case, today):
        if taken == MOST_MOVES:
            raise RuntimeError("An automatic action does not end")
        move, key = found[0]
        moves.act(case, move.code, role=SYSTEM, key=key, at=at)
        taken += 1
    return taken
