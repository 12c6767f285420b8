"""What is behind a number (P6): items of the register, or the cases of it that a person may see anyway (P7)."""

import datetime
from dataclasses import dataclass
from functools import partial

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from . import figures
from .figures import (
    ANSWERED,
    CATEGORY,
    CLASS,
    DEPARTMENT,
    FULL_TEXT,
    LETTERS,
    MONTH,
    NOWHERE,
    ON_TIME,
    RECEIVED,
    REQUESTS,
    TOTAL,
)


@dataclass(frozen=True)
class Behind:
    """``rows`` is a queryset of those that are shown; ``hidden`` is how many more count."""

    rows: object
    describe: object
    hidden: int = 0

    def described(self, some):
        return [self.describe(each) for each in some]


def _item(item):
    return {"title": item.title, "url": item.path, "note": item.department_name}


def _case(case):
    return {
        "title": f"{case.number} {case.subject}".strip(),
        "url": reverse(f"{case.admin_name}:inspect", args=[case.pk]),
        "note": str(case.department or ""),
    }


def behind(period, code, user):
    """The :class:`Behind` of a number; None for one that is not known."""
    for prefix, find in (
        (REQUESTS, partial(_cases, figures.requests_of, "closed_on")),
        (LETTERS, partial(_cases, figures.letters_of, "answered_on")),
    ):
        if code.startswith(prefix):
            return find(period, code.removeprefix(prefix), user)
    rows = _items(figures.items_of(period.agency, period.first_day, period.last_day), code)
    return None if rows is None else Behind(rows.order_by("-position").defer("data"), _item)


def _items(items, code):
    if code == TOTAL:
        return items
    if code == FULL_TEXT:
        return items.exclude(pk__in=figures.without_text(items).values("pk"))
    for prefix, limit in LIMITS.items():
        if code.startswith(prefix):
            return limit(items, code.removeprefix(prefix))
    return None


def _of_month(items, key):
    year, month = map(int, key.split("-"))
    zone = timezone.get_default_timezone()
    first = datetime.datetime(year, month, 1, tzinfo=zone)
    after = datetime.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return items.filter(date_published__gte=first, date_published__lt=after)


LIMITS = {
    CATEGORY: lambda items, key: items.filter(categories__category_id=key),
    DEPARTMENT: lambda items, key: items.filter(department_id=None if key == NOWHERE else key),
    CLASS: lambda items, key: items.filter(reporting_class="" if key == NOWHERE else key),
    MONTH: _of_month,
}


def _cases(find, day, period, name, user):
    received, answered = find(period.agency, period.first_day, period.last_day)
    on_time = answered.filter(Q(due_on=None) | Q(**{f"{day}__lte": F("due_on")}))
    rows = {RECEIVED: received, ANSWERED: answered, ON_TIME: on_time}.get(name)
    if rows is None:
        return None
    seen = rows.filter(pk__in=rows.model.objects.visible_to(user).values("pk")).select_related("department")
    return Behind(seen.order_by("-submitted_at", "-pk"), _case, rows.count() - seen.count())
