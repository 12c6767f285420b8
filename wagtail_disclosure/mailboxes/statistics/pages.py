"""The public page of the statistics of a mailbox, and the same as a file for spreadsheet programs."""

import codecs
import csv
import datetime

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...departments.models import Department
from ...rules.cells import neutralise
from .. import vocabularies
from ..models.selected import STATISTICS
from ..selected.pages import base_of, frame, only_read
from . import counts, tables
from .chart import chart_of

TEMPLATE = "wagtail_disclosure/mailboxes/statistics.html"


class Statistics:
    """What is published of one mailbox in one year."""

    def __init__(self, mailbox, year):
        self.mailbox, self.year = mailbox, year
        self.counts = counts.count(mailbox, year)
        self.total = tables.total_row(self.counts.total)
        self.satisfaction = tables.satisfaction(self.counts.total)
        self.periods = self._periods()
        self.types = tables.table("type", _("By type of letter"), self._types(), self.total)
        self.departments = self._protected_departments()

    @property
    def tables(self):
        return [self.periods, self.types, self.departments]

    def _periods(self):
        """The table of the months; where their numbers are too small to be shown, that of the quarters."""
        by_month = tables.table("month", _("By month"), self._months(), self.total)
        if by_month.rows:
            return by_month
        by_quarter = tables.table("quarter", _("By quarter"), self._quarters(), self.total)
        return by_quarter if by_quarter.rows else by_month

    def _last_month(self):
        today = timezone.localdate()
        return max([today.month if self.year == today.year else 12, *self.counts.months])

    def _months(self):
        return [
            (formats.date_format(datetime.date(self.year, month, 1), "M"), self.counts.months[month])
            for month in range(1, self._last_month() + 1)
        ]

    def _quarters(self):
        return [
            (_("Quarter %(number)d") % {"number": number}, self.counts.quarter(number))
            for number in range(1, (self._last_month() + 2) // 3 + 1)
        ]

    @cached_property
    def _known_types(self):
        # What may be sent to it stands there with 0 as well.
        known = dict.fromkeys([*(each.type for each in self.mailbox.types.all()), *self.counts.types])
        return list(known)

    def _types(self):
        return [(vocabularies.label_of(code), self.counts.types[code]) for code in self._known_types]

    @cached_property
    def _known_departments(self):
        """``{key: name}`` in order."""
        keys = [key for key in self.counts.departments if key is not None]
        found = Department.objects.filter(pk__in=keys).order_by("code", "pk")
        names = {each.pk: each.local_name() for each in found}
        if None in self.counts.departments:
            names[None] = pgettext("mailbox", "the office, or not assigned yet")
        return names

    def _protected_departments(self):
        """The departments; without rows where they and the types give away numbers of each other."""
        names, heading = self._known_departments, _("By department")
        lines = [(name, self.counts.departments[key]) for key, name in names.items()]
        found = tables.table("department", heading, lines, self.total)
        keys, types = list(names), self._known_types
        pairs = {(types.index(type_), keys.index(key)) for type_, key in self.counts.pairs}
        back = {(key, type_) for type_, key in pairs}
        if tables.gives_away(self.types, found, pairs) or tables.gives_away(found, self.types, back):
            return tables.Table("department", heading)
        return found

    def lines(self):
        """Every table as lines of texts, for a file."""
        heading = [
            _("Letters received"),
            _("Answered"),
            _("Rate of replies"),
            _("Working days on average"),
        ]
        yield [_("Mailbox"), self.mailbox.title, str(self.year)]
        for each in self.tables:
            yield []
            yield [each.heading, *heading]
            yield from (row.texts() for row in each.rows)
            yield self.total.texts()
        yield []
        yield [_("Satisfied"), _("Not satisfied"), _("Share of satisfied")]
        yield self.satisfaction.texts()


def _year(mailbox, text):
    """The year that an address asks for, if there are numbers of it; with all that there are."""
    years = counts.years_of(mailbox)
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    return (asked if asked in years else None), years


@only_read
def show(page, request):
    asked, years = _year(page.mailbox, request.GET.get("year", ""))
    found = Statistics(page.mailbox, asked or timezone.localdate().year)
    title = _("Statistics: %(mailbox)s") % {"mailbox": page.title}
    address = f"{base_of(page, request)}{STATISTICS}/"
    context = {
        **frame(page, request, title, address),
        "statistics": found,
        "chart": chart_of(found.periods),
        "years": [{"year": each, "url": f"{address}?year={each}"} for each in years],
        "file_url": f"{address}{found.year}/csv/",
        "smallest": tables.smallest() if tables.smallest() > 1 else 0,
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, TEMPLATE, context)


@only_read
def download(page, request, year):
    asked, _years = _year(page.mailbox, str(year))
    if asked is None:
        raise Http404
    found = Statistics(page.mailbox, asked)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.mailbox.code}-{asked}.csv"'
    # The mark by which spreadsheet programs know UTF-8 stands first.
    response.write(codecs.BOM_UTF8)
    writer = csv.writer(response)
    for line in found.lines():
        writer.writerow([neutralise(each) for each in line])
    return response
