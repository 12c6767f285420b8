"""What happened in a case against the rules of its clock: recorded facts stay, and people are told."""

from django.utils.translation import gettext_lazy as _

from .case_history import Extension
from .case_limits import AGENCY, case_limits
from .errors import RuleError
from .labels import Shown


def irregularities(history, counts, calendar):
    """Yield a ``RuleError`` (not raised) for each; ``counts`` are those of all phases."""
    yield from _asked_late(history, calendar)
    for place in range(1, len(counts)):
        yield from _asked_when_overdue(history, place, counts[place - 1].due)
    for count in counts:
        yield from (_without_effect(each, count.due) for each in count.late)
    for extension in history.extensions:
        if extension.notified is None:
            yield RuleError(
                _("The extension approved on %(date)s has no effect until the applicant is told."),
                "extension_not_notified",
                date=extension.approved.isoformat(),
            )


def _asked_late(history, calendar):
    for limit in case_limits(history, calendar):
        if limit.party == AGENCY and limit.met_on and limit.met_on > limit.due:
            text = (
                _("“%(wait)s” was done on %(date)s, after the time for it (%(due)s) was over.")
                if limit.is_duty
                else _("“%(wait)s” was asked on %(date)s, after the time for it (%(due)s) was over.")
            )
            yield RuleError(
                text,
                "done_late" if limit.is_duty else "asked_late",
                wait=Shown(limit.label),
                date=limit.met_on.isoformat(),
                due=limit.due.isoformat(),
            )


def _asked_when_overdue(history, place, due):
    """A question that began the count anew cannot make good that the reply was overdue already."""
    event = history.phases[place].event
    wait = history.kind(event).wait
    for each in history.enquiries:
        if (each.wait.code, each.key) == (wait, event.key) and due and each.asked > due:
            yield RuleError(
                _("“%(wait)s” was asked on %(date)s, when the reply was overdue since %(due)s."),
                "asked_overdue",
                wait=Shown(each.wait.label),
                date=each.asked.isoformat(),
                due=due.isoformat(),
            )


def _without_effect(late, due):
    if isinstance(late, Extension):
        return RuleError(
            _("The extension notified on %(date)s has no effect: the reply was due on %(due)s."),
            "extension_late",
            date=late.notified.isoformat(),
            due=due.isoformat(),
        )
    return RuleError(
        _("The later date set on %(date)s has no effect: the reply was due on %(due)s."),
        "later_date_late",
        date=late.on.isoformat(),
        due=due.isoformat(),
    )
