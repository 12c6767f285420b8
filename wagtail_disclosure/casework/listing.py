"""The list of cases in the admin: filters for the day's work, and an export without personal data or formulas."""

import datetime

import django_filters
from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic

from ..departments.models import Department
from ..publishing.exports import SafeExport, shown_time
from ..rules.transition_data import get_table
from .policy import CaseScope
from .standing import profile

ONE_LINE = "w-whitespace-nowrap"
# Days in advance in which a case is due soon.
SOON_DAYS = 7
QUEUES = [
    ("mine", _("my cases")),
    ("department", _("of my departments")),
    ("waiting", _("not assigned yet")),
    ("soon", _("due soon")),
    ("overdue", _("overdue")),
    ("supervised", _("under supervision")),
    ("open", _("all open cases")),
    ("closed", _("closed cases")),
]


def table_of(model):
    return get_table(profile().code, model.table)


def state_of(case):
    """The state in words; a state that the jurisdiction does not have stands for itself."""
    state = table_of(type(case)).states.get(case.state)
    return state.label() if state is not None else case.state


def due_of(case):
    """The due date in words: with a mark while the holidays it depends on are not announced, and when it is past."""
    if case.due_on is None:
        return "–"
    marks = [_("provisional")] if case.due_is_provisional else []
    marks += [_("overdue")] if case.is_overdue() else []
    shown = shown_time(case.due_on)
    return f"{shown} ({', '.join(str(each) for each in marks)})" if marks else shown


def queue(cases, name, user, today=None):
    """Those of ``cases`` that are in the queue ``name`` of ``user``."""
    today = today or timezone.localdate()
    soon = today + datetime.timedelta(days=SOON_DAYS)
    found = {
        "mine": lambda: cases.open().filter(officer=user),
        "department": lambda: cases.open().filter(department__in=Department.objects.looked_after_by(user)),
        "waiting": lambda: cases.waiting(),
        "soon": lambda: cases.open().filter(due_on__range=(today, soon)),
        "overdue": lambda: cases.overdue(today),
        "supervised": lambda: cases.open().filter(is_supervised=True),
        "open": lambda: cases.open(),
        "closed": lambda: cases.filter(closed_on__isnull=False),
    }
    return found[name]() if name in found else cases


def filter_set(case_model):
    """The filters for a kind of case, its states among them."""

    def states():
        return [(each.code, each.label()) for each in table_of(case_model).states.values()]

    class CaseFilterSet(WagtailFilterSet):
        queue = django_filters.ChoiceFilter(
            label=pgettext_lazy("disclosure", "Queue"), choices=QUEUES, method="filter_queue"
        )
        state = django_filters.MultipleChoiceFilter(
            label=pgettext_lazy("disclosure", "State"), choices=states, widget=forms.CheckboxSelectMultiple
        )

        class Meta:
            model = case_model
            fields = ["queue", "state"]

        def filter_queue(self, queryset, name, value):
            return queue(queryset, value, self.request.user)

    return CaseFilterSet


class CaseIndexView(CaseScope, SafeExport, generic.IndexView):
    """Cases that the user may see."""

    any_permission_required = ["view"]

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("department", "officer")

    @cached_property
    def columns(self):
        return [
            self._get_title_column("number", classname=ONE_LINE),
            Column("subject", label=_("Subject")),
            StatusTagColumn(
                "state",
                label=pgettext_lazy("disclosure", "State"),
                accessor=state_of,
                classname=ONE_LINE,
                primary=lambda case: not case.is_closed,
            ),
            Column("due", label=capfirst(_("due")), accessor=due_of, sort_key="due_on", classname=ONE_LINE),
            Column("officer", label=pgettext_lazy("disclosure", "Officer in charge")),
            Column("department", label=capfirst(_("responsible department"))),
        ]

    def get_edit_url(self, instance):
        # Every row that is listed may be read; asking again for each would cost queries for each.
        return reverse(self.inspect_url_name, args=[instance.pk])

    def get_list_buttons(self, instance):
        return []

    # What identifies a person, and what the applicant wrote, is in no export.
    list_export = [
        *("number", "state_label", "channel", "received_on", "due_on", "due_is_provisional"),
        *("closed_on", "department", "officer"),
    ]
    export_headings = {
        "number": _("Receipt number"),
        "state_label": pgettext_lazy("disclosure", "State"),
        "channel": _("Channel"),
        "received_on": _("Received on"),
        "due_on": _("Due"),
        "due_is_provisional": _("Provisional"),
        "closed_on": _("Closed on"),
        "department": _("Responsible department"),
        "officer": pgettext_lazy("disclosure", "Officer in charge"),
    }

    def to_row_dict(self, item):
        item.state_label = state_of(item)
        return super().to_row_dict(item)
