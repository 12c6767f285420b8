"""Figures of deliveries by period and point, and how many places there are; each number leads to its rows."""

import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Delivery, DeliveryBatch, IntakePoint, ReadingPoint

MONTHS = range(1, 13)


def years(deliveries, today):
    """The years in which something was delivered, this year included, the latest first."""
    found = deliveries.exclude(delivered_on=None).order_by().annotate(year=ExtractYear("delivered_on"))
    return sorted({today.year, *found.values_list("year", flat=True).distinct()}, reverse=True)


def by_month(deliveries, year):
    """``{point key: {month: number}}`` of items delivered in ``year``, recalls left out."""
    found = {}
    rows = (
        deliveries.filter(kind=Delivery.Kind.DELIVER, delivered_on__year=year)
        .order_by()
        .annotate(month=ExtractMonth("delivered_on"))
        .values_list("point", "month")
        .annotate(number=Count("pk"))
    )
    for point, month, number in rows:
        found.setdefault(point, {})[month] = number
    return found


def totals(deliveries, year):
    """``{point key: {"received", "returned", "recalled", "notes"}}`` of ``year``."""
    state, kind = Delivery.State, Delivery.Kind.DELIVER
    of_year = deliveries.filter(delivered_on__year=year).order_by()
    rows = of_year.values("point").annotate(
        received=Count("pk", filter=Q(kind=kind, state=state.RECEIVED)),
        returned=Count("pk", filter=Q(kind=kind, state=state.RETURNED)),
        recalled=Count("pk", filter=~Q(kind=kind)),
        notes=Count("batch", distinct=True),
    )
    return {row.pop("point"): row for row in rows}


def table(points, deliveries, year):
    """``[{"point", "months", "delivered", "received", "returned", "recalled", "notes"}]``; nil is 0."""
    months, sums = by_month(deliveries, year), totals(deliveries, year)
    none = {"received": 0, "returned": 0, "recalled": 0, "notes": 0}
    found = []
    for point in points:
        row = [months.get(point.pk, {}).get(month, 0) for month in MONTHS]
        found.append({"point": point, "months": row, "delivered": sum(row), **sums.get(point.pk, none)})
    return found


def places(agencies, year, today):
    """How many reading points and intake points are in use at the end of ``year``, or today while it lasts."""
    day = min(datetime.date(year, 12, 31), today)
    return {
        "day": day,
        "reading_points": ReadingPoint.objects.in_use(day).filter(agency__in=agencies).count(),
        "intake_points": IntakePoint.objects.in_use(day).filter(agency__in=agencies).count(),
    }


def sheet_rows(found, year):
    """Yield a heading and a row for each point."""
    yield [
        _("Reading point"),
        *(f"{year}-{month:02d}" for month in MONTHS),
        pgettext("delivery", "Delivered"),
        pgettext("delivery", "Received"),
        pgettext("delivery", "Returned"),
        pgettext("delivery", "Recalled"),
        _("Delivery notes"),
    ]
    for row in found:
        numbers = [row[name] for name in ("delivered", "received", "returned", "recalled", "notes")]
        yield [str(row["point"]), *row["months"], *numbers]


def waiting(points, today):
    """What waits at each of ``points``: ``[{"point", "due", "overdue", "oldest", "recalls", "on_note", "no_receipt"}]``."""
    state = Delivery.State
    open_rows = Delivery.objects.filter(point__in=points).open().order_by()
    rows = open_rows.values("point").annotate(
        due=Count("pk", filter=Q(state=state.DUE)),
        overdue=Count("pk", filter=Q(state__in=[state.DUE, state.BATCHED], due_on__lt=today)),
        recalls=Count("pk", filter=Q(state=state.DUE) & ~Q(kind=Delivery.Kind.DELIVER)),
        oldest=Min("published_on", filter=Q(state=state.DUE)),
    )
    counted = {row.pop("point"): row for row in rows}
    notes = {
        (point, name): number
        for point, name, number in DeliveryBatch.objects.filter(point__in=points)
        .order_by()
        .values_list("point", "state")
        .annotate(number=Count("pk"))
    }
    none = {"due": 0, "overdue": 0, "recalls": 0, "oldest": None}
    found = []
    for point in points:
        row = {**none, **counted.get(point.pk, {})}
        row["age"] = (today - row["oldest"]).days if row["oldest"] else None
        row["on_note"] = notes.get((point.pk, DeliveryBatch.State.MADE), 0)
        row["no_receipt"] = notes.get((point.pk, DeliveryBatch.State.DELIVERED), 0)
        found.append({"point": point, **row})
    return found
