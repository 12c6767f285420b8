"""Receipt numbers: allotted once, never again. Gaps are allowed."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ... import conf
from ...catalogue.models import NumberCounter
from ...rules.text import bare


def allot(model, *, agency, department=None, at=None, series=None):
    """The next number for a case of ``model``. Called inside the transaction that stores the case.

    ``series`` is ``(kind, prefix)`` where the model takes several kinds of cases, each counted for itself.

    It counts within agency, department, kind and year. The row of the count is locked until the transaction ends, and
    writing it is the first thing that happens, so that two of them wait for each other.
    """
    year = timezone.localdate(at).year
    kind, prefix = series or (model.kind, model.number_prefix)
    scope = f"case|{kind}|{agency.pk}|{department.pk if department else ''}|{year}"
    while True:
        number = _format(prefix, agency, department, year, next_serial(scope))
        if not model._base_manager.filter(number_key=bare(number)).exists():
            return number


def next_serial(scope):
    """Count on, and return the new count. The same ledger of counts serves index numbers."""
    rows = NumberCounter.objects.filter(scope=scope)
    if not rows.update(last_serial=F("last_serial") + 1):
        try:
            with transaction.atomic():
                NumberCounter.objects.create(scope=scope, last_serial=1)
            return 1
        except IntegrityError:
            # Somebody began this count in this moment.
            rows.update(last_serial=F("last_serial") + 1)
    return rows.values_list("last_serial", flat=True).get()


def _format(prefix, agency, department, year, serial):
    return conf.get("CASE_NUMBER_FORMAT").format(
        kind=prefix,
        year=year,
        agency=agency.pk,
        office=department.code if department else "00",
        serial=serial,
    )
