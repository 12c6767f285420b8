"""The month in which cases are due: each day with its cases, rest days and guesses marked."""

import calendar as months
import datetime
from collections import defaultdict

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from ..standing import calendar
from ..views import BesideList
from .columns import level_of
from .queues import soon_until

# Cases shown on one day; the rest are in the list, one link away.
MOST = 8
YEARS = range(2008, 2101)


def month_of(text, today):
    """The first day of the month ``text`` (``2026-03``); of the current month where it is none."""
    try:
        found = datetime.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    return found if found.year in YEARS else today.replace(day=1)


class MonthView(BesideList, TemplateView):
    """Open cases that the user may see, on the days on which they are due. Two months away by links alone."""

    template_name = "wagtail_disclosure/casework/month.html"
    page_title = _("Calendar of due dates")
    header_icon = "calendar"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        first = month_of(self.request.GET.get("month", ""), today)
        weeks = months.Calendar().monthdatescalendar(first.year, first.month)
        before, after = first - datetime.timedelta(1), first + datetime.timedelta(32)
        return super().get_context_data(
            month=first,
            before=before if before.year in YEARS else None,
            after=after if after.year in YEARS else None,
            weekdays=weeks[0],
            weeks=self._weeks(weeks, first, today),
            list_url=reverse(self.index_url_name),
            **kwargs,
        )

    def _weeks(self, weeks, first, today):
        cases, used, until = self._cases(weeks), calendar(), soon_until(today)
        return [
            [self._day(used.day(date), cases[date], first, today, until) for date in week] for week in weeks
        ]

    def _cases(self, weeks):
        found = defaultdict(list)
        shown = self.get_base_queryset().open().filter(due_on__range=(weeks[0][0], weeks[-1][-1]))
        for case in shown.order_by("due_on", "number").only(
            *("number", "due_on", "due_is_provisional", "closed_on", "is_supervised", "subject")
        ):
            found[case.due_on].append(case)
        return found

    def _day(self, day, cases, first, today, until):
        return {
            "date": day.date,
            "is_here": day.date.month == first.month,
            "is_today": day.date == today,
            "is_rest": not day.is_working,
            "note": day.note() or ("" if day.is_working else day.kind.label),
            "provisional": day.provisional,
            "cases": [
                {
                    "case": case,
                    "url": reverse(self.inspect_url_name, args=[case.pk]),
                    "level": level_of(case, today, until),
                }
                for case in cases[:MOST]
            ],
            "more": max(0, len(cases) - MOST),
        }
