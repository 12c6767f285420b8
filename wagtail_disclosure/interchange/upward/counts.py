"""How many items were submitted and adopted, by department and month (S1-8). Each number is the query behind its list."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from ..models.places import FIRST_YEAR
from ..models.upward import UpwardSubmission

State, Kind = UpwardSubmission.State, UpwardSubmission.Kind


@dataclass(frozen=True)
class Counted:
    """One column: which submissions count, and by which of their times they belong to a month."""

    label: object
    which: Q
    time: str

    def of(self, submissions, start=None, end=None):
        """``submissions`` that count, from ``start`` on and before ``end``."""
        found = submissions.filter(self.which)
        if start is not None:
            found = found.filter(**{f"{self.time}__gte": start, f"{self.time}__lt": end})
        return found


COUNTED = {
    "submitted": Counted(
        pgettext_lazy("upward feed", "Submitted"), Q(kind=Kind.PUBLISH, sent_at__isnull=False), "sent_at"
    ),
    "adopted": Counted(pgettext_lazy("upward feed", "Adopted"), Q(counts_as_adopted=True), "adopted_at"),
    "refused": Counted(pgettext_lazy("upward feed", "Refused"), Q(state=State.REFUSED), "settled_at"),
    "waiting": Counted(pgettext_lazy("upward feed", "Waiting"), Q(state=State.WAITING), "created_at"),
    "failed": Counted(pgettext_lazy("upward feed", "Given up"), Q(state=State.FAILED), "settled_at"),
}


def month_bounds(year, month=None):
    """The moments at which a year, or a month of it, begins and is over, by the agency's clock. Raises ``ValueError``."""
    if year < FIRST_YEAR:
        raise ValueError(year)
    zone = timezone.get_default_timezone()
    first = datetime.datetime(year, month or 1, 1)
    after = datetime.datetime(year + (month in (None, 12)), 1 if month in (None, 12) else month + 1, 1)
    return timezone.make_aware(first, zone), timezone.make_aware(after, zone)


def month_of(text):
    """Year and month of ``2026-05``, or of ``2026`` the year and None. Raises ``ValueError``."""
    year, _dash, month = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and (not month or month.isdigit())):
        raise ValueError(text)
    found = int(year), int(month) if month else None
    month_bounds(*found)
    return found


def by_department(submissions, start, end):
    """``{(key, name): {column: number}}`` for each department that has any number in the period."""
    found, names = {}, {}
    for name, column in COUNTED.items():
        rows = column.of(submissions, start, end).order_by().values_list("department_id")
        for key, number in rows.annotate(number=Count("pk")):
            found.setdefault(key, dict.fromkeys(COUNTED, 0))[name] = number
    asked = submissions.filter(department_id__in=[key for key in found if key]).order_by("pk")
    names = dict(asked.values_list("department_id", "department_name"))
    return {(key, names.get(key, "")): numbers for key, numbers in sorted(found.items(), key=_place)}


def _place(pair):
    return pair[0] is None, pair[0] or 0


def by_month(submissions, year):
    """For each month of ``year`` the number of every column."""
    return [
        (
            month,
            {
                name: each.of(submissions, *month_bounds(year, month)).count()
                for name, each in COUNTED.items()
            },
        )
        for month in range(1, 13)
    ]


def years_of(submissions):
    """The years in which anything was entered, newest first, this year among them."""
    found = {each.year for each in submissions.order_by().datetimes("created_at", "year")}
    return sorted(found | {timezone.localdate().year}, reverse=True)
