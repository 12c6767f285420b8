"""Everything that changes the status of a submission: under a lock, by the table of moves, with an event."""

import datetime
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models.upward import UpwardEvent, UpwardSubmission
from .vocabulary import may_move, state_of_report

State, Kind = UpwardSubmission.State, UpwardSubmission.Kind
# What came of a report.
APPLIED, REPEATED, LATE, UNKNOWN = "applied", "repeated", "late", "unknown"
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Report:
    """What a platform says of one submission. ``at`` is when it happened there, where it says so."""

    key: str
    status: str
    at: datetime.datetime | None = None
    reason: str = ""
    reference: str = ""
    url: str = ""


@dataclass(frozen=True)
class By:
    """Who or what moves a submission: a person, or the name of what ran."""

    name: str
    user: object = None
    data: dict = field(default_factory=dict, hash=False)

    @classmethod
    def person(cls, user):
        from ...departments.names import person_name

        return cls(person_name(user), user)


def move(submission, state, by, *, reason="", data=None, **values):
    """Bring ``submission``, whose row the caller has locked, into ``state`` and write the event."""
    now = timezone.now()
    before = submission.state
    submission.state = state
    submission.reason = reason[:LONGEST_REASON]
    if state != before:
        submission.settled_at = now
    for name, value in values.items():
        setattr(submission, name, value)
    if state in (State.SENT, State.ACCEPTED, State.ADOPTED, State.REFUSED, State.CONFIRMED):
        submission.sent_at = submission.sent_at or now
        submission.next_try_at = None
    submission.save()
    UpwardEvent.objects.create(
        submission=submission,
        state=state,
        at=now,
        by=by.user,
        by_name=by.name[:255],
        reason=submission.reason,
        data={**by.data, **(data or {})},
    )
    return submission


def locked(keys, platform):
    """The submissions of ``platform`` with these keys, locked in one order, by their key."""
    found = UpwardSubmission.objects.select_for_update().filter(platform=platform, key__in=keys)
    return {str(each.key): each for each in found.order_by("pk")}


@transaction.atomic
def apply(platform, reports, by, route=""):
    """Take over what ``platform`` says. Returns pairs of each :class:`Report` and what came of it.

    The same report changes nothing the second time; one that is older than what is known, or that the status does not
    allow any more, is *late*.
    """
    rows = locked({each.key for each in reports}, platform)
    return [(each, _apply(rows.get(each.key), each, by, route)) for each in reports]


def _apply(row, report, by, route):
    if row is None:
        return UNKNOWN
    state = state_of_report(report.status)
    if _is_known(row, state, report):
        return REPEATED
    if _was_taken_over(row, state, by):
        return REPEATED
    older = report.at is not None and row.reported_at is not None and report.at < row.reported_at
    if older or not may_move(row.kind, row.state, state):
        return LATE
    at = report.at or timezone.now()
    # That it was handed over is entered whenever there is time for it: what the platform said meanwhile is no older.
    only_sent = state == State.SENT and report.at is None
    values = {
        "reported_at": row.reported_at if only_sent else at,
        "reference": report.reference or row.reference,
        "reference_url": report.url or row.reference_url,
        "route": row.route or route,
    }
    if state == State.ADOPTED:
        values |= {"adopted_at": at, "counts_as_adopted": not _was_adopted(row)}
    elif row.state == State.ADOPTED:
        values["counts_as_adopted"] = False
    move(row, state, by, reason=report.reason, data={"at": at.isoformat()}, **values)
    return APPLIED


def _is_known(row, state, report):
    same_words = report.reason[:LONGEST_REASON] == row.reason or not report.reason
    return (
        row.state == state
        and same_words
        and report.reference in ("", row.reference)
        and report.url in ("", row.reference_url)
    )


def _was_taken_over(row, state, by):
    """Whether this message has said so already: sent once more after a later one, it does not undo that."""
    key = by.data.get("message")
    return key is not None and row.events.filter(state=state, data__message=key).exists()


def _was_adopted(row):
    others = UpwardSubmission.objects.filter(platform=row.platform_id, page_id=row.page_id)
    return others.adopted().exclude(pk=row.pk).exists()


# By hand


def _locked(submission):
    return UpwardSubmission.objects.select_for_update().get(pk=submission.pk)


@transaction.atomic
def send_again(submission, user, reason=""):
    """Let a submission that was refused or given up wait again, from its first attempt on."""
    row = _locked(submission)
    if row.state not in (State.REFUSED, State.FAILED):
        raise ValidationError(_("Only what was refused or given up is sent again."))
    if UpwardSubmission.objects.filter(
        platform=row.platform_id, page_id=row.page_id, serial__gt=row.serial
    ).exists():
        raise ValidationError(_("There is a later version of this item; that one is submitted."))
    values = {"attempts": 0, "next_try_at": None, "reported_at": None}
    return move(row, State.WAITING, By.person(user), reason=reason, data={"again": True}, **values)


@transaction.atomic
def try_now(submission, user):
    """Do not wait for the next attempt any longer."""
    row = _locked(submission)
    if row.state != State.WAITING:
        raise ValidationError(_("This submission does not wait."))
    return move(row, State.WAITING, By.person(user), next_try_at=None, data={"now": True})


@transaction.atomic
def mark(submission, user, status, *, reason, route="", reference="", url=""):
    """Set the status by hand, with a ``reason``. Raises ``ValidationError`` where the table does not allow it."""
    row = _locked(submission)
    state = state_of_report(status)
    if state is None or not may_move(row.kind, row.state, state):
        raise ValidationError(_("“%(now)s” cannot become that.") % {"now": row.get_state_display()})
    values = {
        "reported_at": timezone.now(),
        "reference": reference or row.reference,
        "reference_url": url or row.reference_url,
        "route": route or row.route,
    }
    if state == State.ADOPTED:
        values |= {"adopted_at": timezone.now(), "counts_as_adopted": not _was_adopted(row)}
    elif row.state == State.ADOPTED:
        values["counts_as_adopted"] = False
    return move(row, state, By.person(user), reason=reason, data={"by_hand": True}, **values)
