"""Reminders of cases: due soon, overdue, not assigned, tasks and answers. Planned with the case, sent as one mail a person.

Planned by working days of the calendar in force, from the due date that the events say. Nothing is planned on a rest day.
What a mail says is left is counted as the time limit is: in days where rest days count as well.
A mail that could not be sent is tried again by the next run.
"""

import datetime
from collections import defaultdict

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from ... import conf
from ...rules.working_days import working_days_between
from .. import mails, notify, scope
from ..models import CaseAlarm
from ..standing import Standing, calendar
from . import beside
from .planned import Planned, late_step

Kind = CaseAlarm.Kind
# A run that has not sent what it took after so long has ended.
CLAIM = datetime.timedelta(minutes=30)
# Reminders of the due date of the case itself.
OF_THE_CASE = {Kind.SOON, Kind.OVERDUE}
LATE = {Kind.OVERDUE, Kind.TASK_OVERDUE, Kind.ANSWER}
# Actions that give a case to somebody, or take it from them, change these.
WHOSE = {"officer", "department"}


def plan(case, at, used_calendar):
    """Write the reminders of ``case`` that are due at ``at`` and were not written before. Returns how many."""
    today = timezone.localdate(at)
    if not used_calendar.is_working(today):
        return 0
    due = case.compute_due()[0]
    key = {"case_model": case._meta.label_lower, "case_key": str(case.pk)}
    known = set(CaseAlarm.objects.filter(**key).values_list("kind", "about", "user"))
    rows = [
        CaseAlarm(**key, kind=each.kind, about=each.about, due_on=each.due_on, user=user, made_at=at)
        for each in planned(case, due, today, used_calendar)
        for user in each.people
        if user.email
        and (each.kind, each.about, user.pk) not in known
        and scope.may_see(user, case, involved=each.kind in beside.TASKS)
    ]
    CaseAlarm.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def planned(case, due, today, used_calendar):
    """Yield the :class:`Planned` reminders of an open ``case`` that is due on ``due``."""
    if due is not None and today > due:
        step = late_step(due, today, used_calendar)
        if step is not None:
            people = {each.pk: each for each in [*notify.officers_of(case), *notify.approvers_of(case)]}
            yield Planned(Kind.OVERDUE, f"{due}:{step}", list(people.values()), due)
    elif due is not None:
        left = working_days_between(today, due, used_calendar)
        steps = [each for each in conf.get("CASE_ALARM_DAYS") if each >= left]
        if steps:
            yield Planned(Kind.SOON, f"{due}:{min(steps)}", notify.officers_of(case), due)
    if type(case).objects.waiting().filter(pk=case.pk).exists():
        since = _unassigned_since(case)
        if working_days_between(since, today, used_calendar) >= conf.get("CASE_UNASSIGNED_DAYS"):
            about = f"{case.department_id or ''}:{case.officer_id or ''}:{since}"
            yield Planned(Kind.UNASSIGNED, about, notify.office_of(case), due)
    yield from beside.planned(case, today, used_calendar)


def _unassigned_since(case):
    """The day on which it was submitted, or last given to a department."""
    for event in reversed(Standing(case).events):
        if WHOSE & set(event.data.get("changed", ())):
            return timezone.localdate(event.at)
    return timezone.localdate(case.submitted_at)


# Sending


def deliver(at=None):
    """Send what is planned, one mail a person. Returns how many went out, and how many could not."""
    at, sent, unsent = at or timezone.now(), 0, 0
    users = get_user_model().objects.filter(pk__in=_open_rows(at).values("user")).order_by("pk")
    for user in users:
        rows = _claim(user, at)
        lines = _lines(user, rows, timezone.localdate(at))
        if not lines:
            continue
        claimed = CaseAlarm.objects.filter(pk__in=[each["row"].pk for each in lines])
        if _send(user, lines):
            claimed.update(sent_at=at)
            sent += 1
        else:
            claimed.update(claimed_at=None)
            unsent += 1
    return sent, unsent


def _open_rows(at):
    return CaseAlarm.objects.filter(Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM), sent_at=None)


@transaction.atomic
def _claim(user, at):
    # Two runs at once wait for each other here.
    get_user_model().objects.select_for_update().filter(pk=user.pk).first()
    rows = list(_open_rows(at).filter(user=user))
    CaseAlarm.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_at=at)
    return rows


def _lines(user, rows, today):
    """What the mail says of each row. Rows about what has changed meanwhile are dropped."""
    by_model, found, used = defaultdict(list), [], calendar()
    for row in rows:
        by_model[row.case_model].append(row)
    for label, some in by_model.items():
        visible = apps.get_model(label).objects.visible_to(user, involved=True).open()
        keys = [row.case_key for row in some]
        cases = {str(each.pk): each for each in visible.filter(pk__in=keys)} if user.is_active else {}
        for row in some:
            case = cases.get(row.case_key)
            if case is not None and _fits(row, case, user, today):
                found.append(_line(row, case, today, used))
    kept = {each["row"].pk for each in found}
    CaseAlarm.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).delete()
    return sorted(found, key=lambda each: (each["row"].due_on or datetime.date.max, each["number"]))


def _fits(row, case, user, today):
    """Whether ``row`` is still true of ``case``, and ``user`` the one to be told."""
    if row.kind in beside.TASKS:
        return beside.fits(row, case, today)
    if not scope.may_see(user, case):
        return False
    if row.kind == Kind.ANSWER:
        return beside.fits(row, case, today)
    if row.kind == Kind.UNASSIGNED:
        return type(case).objects.waiting().filter(pk=case.pk).exists()
    return case.compute_due()[0] == row.due_on


def _counts_every_day(case, used_calendar):
    deadline = Standing(case, used_calendar).deadline()
    return deadline is not None and deadline.counts_every_day


def _line(row, case, today, used_calendar):
    every_day, days = row.kind in OF_THE_CASE and _counts_every_day(case, used_calendar), 0
    if row.due_on is not None:
        days = (
            (row.due_on - today).days if every_day else working_days_between(today, row.due_on, used_calendar)
        )
    address = reverse(f"{case.admin_name}:inspect", args=[case.pk]) if case.admin_name else ""
    return {
        "row": row,
        "number": case.number,
        "kind": row.kind,
        "is_task": row.kind in beside.TASKS,
        "is_answer": row.kind == Kind.ANSWER,
        "is_late": row.kind in LATE,
        "due": row.due_on,
        "days": abs(days),
        "every_day": every_day,
        "supervised": case.is_supervised,
        "url": f"{get_admin_base_url() or ''}{address}" if address else "",
    }


def _send(user, lines):
    with override(UserProfile.get_for_user(user).get_preferred_language()):
        late = sum(each["kind"] == Kind.OVERDUE for each in lines)
        return mails.send(
            "alarm",
            user.email,
            {"lines": lines, "count": len({each["number"] for each in lines}), "late": late},
        )
