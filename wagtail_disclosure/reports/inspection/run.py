"""A look at the whole site: what is found is written down, what is found no more is closed. Safe to repeat."""

import logging

from django.db import transaction
from django.utils import timezone

from ...departments.models import Agency
from ..models import InspectionFinding, InspectionRun
from ..profile import profile
from .checks import CHECKS
from .context import Inspected

logger = logging.getLogger("wagtail_disclosure.reports")
CHANGING = ("department_id", "title", "facts", "url", "admin_url", "seen_at")


def inspect(agency, at=None):
    """Look at the site of ``agency`` and return the :class:`InspectionRun`.

    A check that fails is logged, named in ``counts`` with None, and closes nothing. Nothing is locked while the site is
    looked at.
    """
    at = at or timezone.now()
    agency = Agency.objects.select_related("site__root_page").get(pk=agency.pk)
    site, found = Inspected(agency, at), {}
    for item in profile().inspection:
        check = CHECKS.get(item.fact("check"))
        if check is None or site.scope is None:
            continue
        try:
            with transaction.atomic():
                found[item.code] = {each.key[:200]: each for each in check(site, item)}
        except Exception:
            logger.exception("The check %s of the inspection failed", item.code)
            found[item.code] = None
    return _keep(agency, found, at)


@transaction.atomic
def _keep(agency, found, at):
    # Two runs at once write one after the other.
    Agency.objects.select_for_update().get(pk=agency.pk)
    for code, some in found.items():
        if some is not None:
            _write(agency, code, some, at)
    counts = {code: None if some is None else len(some) for code, some in found.items()}
    return InspectionRun.objects.create(agency=agency, at=at, counts=counts)


def _write(agency, code, found, at):
    known = {each.key: each for each in InspectionFinding.objects.open().filter(agency=agency, item=code)}
    gone = [row.pk for key, row in known.items() if key not in found]
    InspectionFinding.objects.filter(pk__in=gone).update(gone_at=at)
    new, kept = [], []
    for key, each in found.items():
        values = {
            "department_id": each.department_id,
            "title": each.title[:255],
            "facts": each.facts,
            "url": each.url[:1000],
            "admin_url": each.admin_url[:500],
            "seen_at": at,
        }
        row = known.get(key)
        if row is None:
            new.append(InspectionFinding(agency=agency, item=code, key=key, found_at=at, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
            kept.append(row)
    InspectionFinding.objects.bulk_create(new)
    InspectionFinding.objects.bulk_update(kept, CHANGING, batch_size=200)
