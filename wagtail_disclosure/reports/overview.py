"""Disclosure at a glance: what waits for a person, their departments, the office; and how it stands, for leaders.

A fixed number of queries for each agency, whatever it holds.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..departments.models import Agency
from ..rules.periods import DONE, LATE, MISSING, SOON, same_period_before
from ..rules.statistics import Change, percent
from . import scope
from .deadlines import current_year, duties
from .duties.matrix import matrix, pending
from .inspection.sheet import sheet_of
from .models import CorrectionTask, InspectionFinding, StatisticsPeriod
from .statistics import figures
from .statistics.showing import UNKNOWN, rate_shown, shown
from .timeliness import reasons

State = CorrectionTask.State


def _line(count, label, url, urgent=False, note=""):
    return {"count": count, "label": label, "url": url, "is_urgent": bool(urgent and count), "note": note}


def _duties(standing):
    return f"{reverse('wagtail_disclosure_duties:matrix')}?waiting={standing}"


class Glance:
    """What ``user`` is told on a day. ``own`` and ``office`` are lines with a number and the way to what it counts."""

    def __init__(self, user, today=None):
        self.user, self.today = user, today or timezone.localdate()
        self.departments = {each.pk: each for each in scope.own_departments(user)}
        self.agencies = list(scope.read_by(user))
        self.worked_on = list(scope.worked_on(user))
        self._pending = {}

    def pending(self, agency):
        if agency.pk not in self._pending:
            self._pending[agency.pk] = pending(agency, self.today)
        return self._pending[agency.pk]

    def own(self):
        """What waits for the departments of this person."""
        if not self.departments:
            return []
        keys = list(self.departments)
        agencies = Agency.objects.filter(departments__in=keys).distinct()
        found = [
            cell.standing
            for agency in agencies
            for row, cell in self.pending(agency)
            if row.department is not None and row.department.pk in self.departments
        ]
        late = reasons.unexplained(reasons.records_for(self.user).filter(department__in=keys)).count()
        findings = InspectionFinding.objects.open().filter(department__in=keys).count()
        return [
            *self._tasks(CorrectionTask.objects.filter(department__in=keys)),
            _line(found.count(MISSING), _("duties to publish are missing"), f"{_duties(MISSING)}&own", True),
            _line(found.count(SOON), _("duties to publish are due soon"), f"{_duties(SOON)}&own"),
            _line(late, _("late publications have no reason yet"), self._late(), True),
            _line(findings, _("findings of the inspection"), reverse("wagtail_disclosure_inspection:index")),
        ]

    def _tasks(self, tasks):
        opened = tasks.filter(state=State.OPEN)
        late = opened.filter(due_on__lt=self.today).count()
        note = ngettext("%(count)d overdue", "%(count)d overdue", late) % {"count": late} if late else ""
        address = f"{reverse('wagtail_disclosure_inspection:tasks')}?state={State.OPEN}"
        return [_line(opened.count(), _("correction tasks are open"), address, late, note)]

    def _late(self):
        return f"{reverse('wagtail_disclosure_timeliness:report')}?limit=unexplained"

    def office(self):
        """What waits for the office of the agencies that this person looks after."""
        if not self.worked_on:
            return []
        agencies = self.worked_on
        tasks = CorrectionTask.objects.filter(agency__in=agencies)
        findings = InspectionFinding.objects.open().filter(agency__in=agencies)
        states = [cell.standing for each in agencies for _row, cell in self.pending(each)]
        late = reasons.unexplained(reasons.records_for(self.user).filter(agency__in=agencies)).count()
        unpublished = sum(
            duty.is_missing for each in agencies for duty in duties(each, current_year(self.today))
        )
        inspection = reverse("wagtail_disclosure_inspection:index")
        done = f"{reverse('wagtail_disclosure_inspection:tasks')}?state={State.DONE}"
        return [
            _line(
                sum(len(sheet_of(each).vetoes) for each in agencies),
                _("items fail the site alone"),
                inspection,
                True,
            ),
            _line(
                findings.without_task().count(),
                _("findings have no correction task"),
                f"{inspection}?task=none#findings",
            ),
            *self._tasks(tasks),
            _line(tasks.filter(state=State.DONE).count(), _("correction tasks wait to be confirmed"), done),
            _line(states.count(MISSING), _("duties to publish are missing"), _duties(MISSING), True),
            _line(late, _("late publications have no reason yet"), self._late(), True),
            _line(
                unpublished,
                _("annual reports are not published"),
                # The list of reports begins with who has not published.
                reverse("wagtail_disclosure_reports:index"),
            ),
        ]

    def leader(self):
        """How each agency stands, for those who see all of it."""
        return [standing_of(each, self.today) for each in self.agencies]


@dataclass(frozen=True)
class Standing:
    """The state of an agency in a few numbers: each with its name, its text and the way to what is behind it."""

    agency: object
    facts: tuple


def this_year(agency, today):
    """The days of this year so far, as a period of statistics that nobody keeps."""
    return StatisticsPeriod(agency=agency, first_day=today.replace(month=1, day=1), last_day=today)


def standing_of(agency, today):
    """This year so far beside the same days of the last."""
    days = this_year(agency, today)
    now = figures.count(agency, days.first_day, today)
    before = figures.count(agency, *same_period_before(days.first_day, today))
    sheet = sheet_of(agency)
    cells = [cell.standing for row in matrix(agency, today.year, today) for cell in row.cells]
    fulfilled = cells.count(DONE) + cells.count(LATE)
    change = Change(now[figures.TOTAL], before[figures.TOTAL])

    def behind(code):
        return reverse("wagtail_disclosure_overview:number", args=[agency.pk, code])

    def on_time(name):
        return _share(now[f"{name}{figures.ON_TIME}"], now[f"{name}{figures.ANSWERED}"])

    points = _("%(points)d of 100") % {"points": sheet.points} if sheet.run else "—"
    duties_url, inspection_url = (
        reverse("wagtail_disclosure_duties:matrix"),
        reverse("wagtail_disclosure_inspection:index"),
    )
    facts = (
        (_("Items published this year"), shown(change.now), behind(figures.TOTAL)),
        (
            _("change since the same days of last year"),
            f"{shown(change.difference, signed=True)} ({rate_shown(change.rate, signed=True)})",
            "",
        ),
        (
            _("Requests answered within the time limit"),
            on_time(figures.REQUESTS),
            behind(f"{figures.REQUESTS}{figures.ON_TIME}"),
        ),
        (
            _("Letters answered within the time limit"),
            on_time(figures.LETTERS),
            behind(f"{figures.LETTERS}{figures.ON_TIME}"),
        ),
        (
            _("Duties to publish that are fulfilled"),
            _share(fulfilled, fulfilled + cells.count(MISSING)),
            duties_url,
        ),
        (_("Inspection of the website"), points, inspection_url),
        (
            _("Items that fail the site alone"),
            shown(len(sheet.vetoes)) if sheet.run else "—",
            inspection_url,
        ),
    )
    return Standing(agency, facts)


def _share(part, whole):
    """A share with the numbers from which it comes; a dash where there is nothing to share."""
    rate = percent(part, whole)
    if rate is None:
        return UNKNOWN
    return _("%(rate)s (%(part)s of %(whole)s)") % {
        "rate": rate_shown(rate),
        "part": shown(part),
        "whole": shown(whole),
    }


def lines_for(user, today=None):
    """The lines of the home page and of the digest: what waits for this person, without what is none."""
    glance = Glance(user, today)
    found = {}
    for each in [*glance.own(), *glance.office()]:
        if each["count"]:
            # What is told of all departments includes what is told of one's own.
            found[each["label"]] = each
    return list(found.values())
