"""My tasks: what departments of the reader were asked in cases of other departments."""

import datetime
from itertools import chain

from django.apps import apps
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from ..departments import menu
from ..departments.models import DepartmentMember
from ..publishing.exports import SafeExport, shown_time
from .models import CaseTask

NAME = "wagtail_disclosure_case_tasks"


def models():
    """The tasks of every kind of case."""
    return [each for each in apps.get_models() if issubclass(each, CaseTask)]


def due_of(task):
    if task.due_on is None:
        return "–"
    shown = shown_time(task.due_on)
    return f"{shown} ({gettext('overdue')})" if task.is_overdue() else shown


def is_open_to(user):
    return user.is_active and DepartmentMember.objects.filter(user=user).exists()


def _what_waits_first(task):
    return not task.is_open, task.due_on or datetime.date.max, task.case.number


class TaskListView(SafeExport, ReportView):
    """Tasks of the departments of the reader, those that wait for an answer first. Nothing of the case but its number."""

    page_title = _("Tasks from other departments")
    header_icon = "tasks"
    any_permission_required = ["view"]
    index_url_name = NAME
    index_results_url_name = f"{NAME}_results"
    is_searchable = False
    template_name = "wagtail_disclosure/publishing/report.html"
    columns = [
        TitleColumn(
            "case",
            label=_("Receipt number"),
            accessor="case.number",
            get_url=lambda task: reverse(f"{task.case.admin_name}:inspect", args=[task.case_id]),
        ),
        StatusTagColumn(
            "state",
            label=pgettext_lazy("disclosure", "State"),
            accessor="get_state_display",
            primary=lambda task: task.is_open,
        ),
        Column("due", label=capfirst(pgettext_lazy("disclosure", "due")), accessor=due_of),
        Column("department", label=_("Department asked")),
        Column("asker", label=_("Asked by"), accessor="case.department"),
    ]
    list_export = ["case.number", "get_state_display", "due_on", "department"]
    export_headings = {
        "case.number": _("Receipt number"),
        "get_state_display": pgettext_lazy("disclosure", "State"),
        "due_on": _("Due on"),
        "department": _("Department asked"),
    }

    # What Wagtail asks of it is the same for every kind.
    @cached_property
    def model(self):
        return models()[0]

    def user_has_any_permission(self, permissions):
        return is_open_to(self.request.user)

    def get_queryset(self):
        every = (each.objects.of(self.request.user) for each in models())
        found = chain.from_iterable(each.select_related("case__department", "department") for each in every)
        return sorted(found, key=_what_waits_first)


def addresses():
    return [
        path("disclosure/tasks/", TaskListView.as_view(), name=NAME),
        path("disclosure/tasks/results/", TaskListView.as_view(results_only=True), name=f"{NAME}_results"),
    ]


def menu_item():
    return menu.MenuItemFor(
        _("My tasks"),
        reverse(NAME),
        open_to=is_open_to,
        name="disclosure-case-tasks",
        icon_name="tasks",
        order=menu.REQUESTS - 5,
    )
