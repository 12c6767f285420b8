"""Who has published the annual report, and who has not (Art. 49): the agency itself and the bodies below it."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from .models import AnnualReport, ReportFiling, SubordinateBody

ON_TIME, LATE, OVERDUE, SOON, AHEAD = "on_time", "late", "overdue", "soon", "ahead"
LABELS = {
    ON_TIME: pgettext_lazy("annual report", "published in time"),
    LATE: pgettext_lazy("annual report", "published late"),
    OVERDUE: pgettext_lazy("annual report", "overdue, not published"),
    SOON: pgettext_lazy("annual report", "due soon, not published"),
    AHEAD: pgettext_lazy("annual report", "not published yet"),
}
SOON_DAYS = 30


@dataclass(frozen=True)
class Duty:
    """The duty of one body to publish the report of one year."""

    name: str
    kind: str
    deadline: datetime.date | None
    published_on: datetime.date | None
    standing: str
    url: str = ""
    body: object = None
    report: object = None

    @property
    def label(self):
        return LABELS[self.standing]

    @property
    def is_missing(self):
        return self.published_on is None


def standing_of(deadline, published_on, today):
    """How it stands with a duty on ``today``: a code of ``LABELS``."""
    if published_on is not None:
        return LATE if deadline is not None and published_on > deadline else ON_TIME
    if deadline is None or (deadline - today).days > SOON_DAYS:
        return AHEAD
    return SOON if today <= deadline else OVERDUE


def duties(agency, year, today=None):
    """The duties of ``agency`` and of the bodies below it for the report of ``year``: own first, then in order."""
    today = today or timezone.localdate()
    begun = AnnualReport.objects.filter(agency=agency, year=year).first()
    own, found = begun or _not_begun(agency, year), []
    if own is not None:
        found.append(
            Duty(
                name=str(agency),
                kind=own.body_kind,
                deadline=own.deadline,
                published_on=own.published_on,
                standing=standing_of(own.deadline, own.published_on, today),
                report=begun,
            )
        )
    bodies = [each for each in SubordinateBody.objects.filter(agency=agency) if each.reports_in(year)]
    filings = {each.body_id: each for each in ReportFiling.objects.filter(body__in=bodies, year=year)}
    for body in bodies:
        filing = filings.get(body.pk)
        published = filing.published_on if filing else None
        deadline = body.deadline(year)
        found.append(
            Duty(
                name=body.name,
                kind=body.kind,
                deadline=deadline,
                published_on=published,
                standing=standing_of(deadline, published, today),
                url=filing.url if filing else "",
                body=body,
            )
        )
    return found


def _not_begun(agency, year):
    """The report of ``year`` that nobody has begun, after those that the system counted; or None before them."""
    before = AnnualReport.objects.filter(agency=agency, year__lt=year, by_hand=False)
    last = before.order_by("year").last()
    return last and AnnualReport(agency=agency, year=year, body_kind=last.body_kind)


def current_year(today=None):
    """The year whose report is due next, or just was: last year."""
    return (today or timezone.localdate()).year - 1
