"""The matrix of duties: category × department × period, with what was published, when last, by whom, what is missing.

A fixed number of queries, however many categories and items there are.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale

from ...catalogue.models import Category, CategoryScheme
from ...departments.models import Department
from ...publishing.models import PublishedItem, PublishedItemCategory
from ...rules.periods import (
    AHEAD,
    DONE,
    LATE,
    MISSING,
    NONE,
    OPEN,
    SOON,
    Period,
    periods_of,
    standing,
)
from ..models import DutyDone, PublicationDuty
from ..profile import profile

LABELS = {
    DONE: pgettext_lazy("publication duty", "published"),
    LATE: pgettext_lazy("publication duty", "published late"),
    MISSING: pgettext_lazy("publication duty", "missing"),
    SOON: pgettext_lazy("publication duty", "due soon"),
    OPEN: pgettext_lazy("publication duty", "running"),
    AHEAD: pgettext_lazy("publication duty", "not begun"),
    NONE: pgettext_lazy("publication duty", "no duty"),
}
ONGOING = "ongoing"


@dataclass(frozen=True)
class Cell:
    """A period of a duty. ``done`` is the record of something published elsewhere, if that is what fulfils it."""

    period: Period
    # The year in whose matrix it stands: that of its last day in time.
    year: int
    standing: str
    count: int = 0
    on: datetime.date | None = None
    deadline: datetime.date | None = None
    done: object = None

    @property
    def label(self):
        return LABELS[self.standing]

    @property
    def name(self):
        return period_name(self.period, self.year)


@dataclass
class Row:
    """A duty, or a category of the catalogue for which nothing more is said than that it is kept up."""

    category: object
    department: object
    duty: object = None
    cells: list = field(default_factory=list)
    count: int = 0
    last: object = None

    @property
    def rhythm(self):
        return profile().rhythms.label_of(self.duty.rhythm if self.duty else ONGOING)

    @property
    def is_public(self):
        return self.duty is None or self.duty.audience == PublicationDuty.Audience.PUBLIC

    @property
    def is_empty(self):
        """Nothing was ever published there, and nothing done elsewhere."""
        return self.last is None and not any(cell.done for cell in self.cells)

    @property
    def missing(self):
        return [cell for cell in self.cells if cell.standing == MISSING]

    @property
    def soon(self):
        return [cell for cell in self.cells if cell.standing == SOON]


def period_name(period, shown_in):
    """What a period is called in the matrix of the year ``shown_in``."""
    if period.months == 12:
        return str(period.year)
    elsewhere = period.year != shown_in
    if period.months == 1:
        return date_format(period.first, "YEAR_MONTH_FORMAT" if elsewhere else "M")
    if period.months == 3:
        name = _("quarter %(number)d") % {"number": period.number}
    else:
        name = _("first half") if period.number == 1 else _("second half")
    return _("%(period)s of %(year)d") % {"period": name, "year": period.year} if elsewhere else name


def matrix(agency, year, today=None, public_only=False):
    """The rows of ``agency`` for ``year``, in the order of the catalogue."""
    today = today or timezone.localdate()
    categories = _categories(agency)
    duties = list(
        PublicationDuty.objects.filter(agency=agency).select_related(
            "department", "category__responsible_department"
        )
    )
    if public_only:
        duties = [each for each in duties if each.audience == PublicationDuty.Audience.PUBLIC]
    published = _Published(agency, year, categories)
    done = defaultdict(dict)
    for each in DutyDone.objects.filter(duty__in=duties):
        done[each.duty_id][each.period] = each
    by_category = defaultdict(list)
    for duty in duties:
        by_category[duty.category_id].append(duty)
    rows = []
    for category in categories:
        for duty in by_category.get(category.pk, ()):
            rows.append(_row(category, duty, year, today, published, done[duty.pk]))
        if category.pk not in by_category and category.is_leaf and category.active:
            rows.append(_row(category, None, year, today, published, {}))
    return rows


def parted(rows):
    """The rows with duties, and the others by category of the first level as pairs ``(category, rows)``."""
    duties = [row for row in rows if row.duty is not None]
    others = [row for row in rows if row.duty is None]
    return duties, [(top, list(some)) for top, some in groupby(others, lambda row: row.category.top)]


def _categories(agency):
    found = list(
        Category.objects.filter(scheme__kind=CategoryScheme.Kind.AGENCY, scheme__agency=agency)
        .select_related("responsible_department")
        .in_tree_order()
    )
    above, by_key = {each.parent_id for each in found}, {each.pk: each for each in found}
    for each in found:
        each.is_leaf = each.pk not in above
        # Those above come first.
        each.top = by_key[each.parent_id].top if each.parent_id in by_key else each
    return found


def _row(category, duty, year, today, published, done):
    row = Row(category, duty.responsible if duty else category.responsible_department, duty)
    departments = published.departments_for(duty.department_id) if duty and duty.department_id else None
    row.count = published.number(
        category.pk, departments, datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    )
    row.last = published.last(category.pk, departments)
    months = profile().rhythms.get(duty.rhythm).fact("months") if duty else None
    if months:
        for period in due_in(duty, months, year):
            row.cells.append(_cell(duty, period, year, published, departments, today, done))
    return row


def due_in(duty, months, year):
    """The periods whose last day in time lies in ``year``: a report on a year is due in the next."""
    years = (year - 2, year - 1, year) if duty.afterwards else (year,)
    return [
        period
        for each in years
        for period in periods_of(months, each)
        if period.deadline(duty.afterwards, duty.days).year == year
    ]


def _cell(duty, period, year, published, departments, today, done):
    if period.last < duty.since or (duty.until and period.first > duty.until):
        return Cell(period, year, NONE)
    window = period.window(duty.afterwards)
    deadline = period.deadline(duty.afterwards, duty.days)
    on = published.first(duty.category_id, departments, *window)
    elsewhere = done.get(period.first)
    if elsewhere is not None and (on is None or elsewhere.on < on):
        how = standing(window, deadline, elsewhere.on, today)
        return Cell(period, year, how, 1, elsewhere.on, deadline, elsewhere)
    count = published.number(duty.category_id, departments, *window)
    return Cell(period, year, standing(window, deadline, on, today), count, on, deadline)


class _Published:
    """What the register has under the categories, by day, and the newest of all times. Three queries."""

    def __init__(self, agency, year, categories):
        keys = [each.pk for each in categories]
        rows = PublishedItemCategory.objects.filter(
            category_id__in=keys, site_id=agency.site_id, language=Locale.get_default().language_code
        ).order_by()
        # What is due in a year counts from the end of its period, and may come late.
        span = Q(item__year__gte=year - 1, item__year__lte=year + 1)
        self._days, self._newest = defaultdict(list), defaultdict(dict)
        days = rows.filter(span).annotate(
            day=TruncDate("item__date_published", tzinfo=timezone.get_default_timezone())
        )
        for category, department, day, number in days.values_list(
            "category_id", "item__department_id", "day"
        ).annotate(number=Count("pk")):
            self._days[category].append((day, department, number))
        newest = rows.values_list("category_id", "item__department_id").annotate(newest=Max("position"))
        for category, department, position in newest:
            self._newest[category][department] = position
        wanted = {each for found in self._newest.values() for each in found.values()}
        self._items = {
            each.position: each for each in PublishedItem.objects.filter(position__in=wanted).defer("data")
        }
        self._before = defaultdict(set)
        for old, new in Department.successors.through.objects.values_list("from_department", "to_department"):
            self._before[new].add(old)

    def departments_for(self, key):
        """A department and those that it has taken over."""
        found, queue = set(), [key]
        while queue:
            each = queue.pop()
            if each not in found:
                found.add(each)
                queue += self._before[each]
        return found

    def _within(self, category, departments, first, last):
        for day, department, number in self._days[category]:
            if first <= day <= last and (departments is None or department in departments):
                yield day, number

    def number(self, category, departments, first, last):
        return sum(number for _day, number in self._within(category, departments, first, last))

    def first(self, category, departments, first, last):
        return min((day for day, _number in self._within(category, departments, first, last)), default=None)

    def last(self, category, departments):
        """The newest item, of all years."""
        found = [
            position
            for department, position in self._newest[category].items()
            if departments is None or department in departments
        ]
        return self._items.get(max(found)) if found else None


def pending(agency, today=None):
    """Pairs ``(row, cell)`` of what is missing or due soon, of this year and the last."""
    today = today or timezone.localdate()
    found = []
    for year in (today.year - 1, today.year):
        for row in matrix(agency, year, today):
            found += [(row, cell) for cell in row.cells if cell.standing in (MISSING, SOON)]
    return found
