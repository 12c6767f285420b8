"""Reports: every takedown with its time, every change of validity."""

import django_filters
from django.db.models import Case, IntegerField, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from .. import takedowns, validity
from ..exports import SafeExport, shown_time
from ..models import Takedown, ValidityChange
from .views import NAMESPACE, decision_url

OVERDUE = "overdue"


class TakedownFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("disclosure", "State"),
        choices=[*Takedown.State.choices, (OVERDUE, gettext_lazy("overdue"))],
        method="filter_state",
    )
    decided_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Taken down at"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Takedown
        fields = ["state", "decided_at"]

    def filter_state(self, queryset, name, value):
        if value == OVERDUE:
            return queryset.filter(state=Takedown.State.PENDING, due_at__lt=timezone.now())
        return queryset.filter(state=value)


class DecisionReportView(SafeExport, ReportView):
    """Decisions of two people, those that wait for the second first."""

    any_permission_required = ["view"]
    template_name = "wagtail_disclosure/publishing/report.html"
    is_searchable = False
    # The state in which a decision waits, and what the exported file is called.
    waiting = file_name = ""

    def get_queryset(self):
        is_decided = Case(When(state=self.waiting, then=0), default=1, output_field=IntegerField())
        rows = self.model.objects.annotate(is_decided=is_decided)
        return rows.order_by("is_decided", "-decided_at", "-pk")

    def get_filename(self):
        return f"{self.file_name}-{timezone.localdate():%Y-%m-%d}"


class TakedownReportView(DecisionReportView):
    """Every takedown."""

    page_title = gettext_lazy("Takedowns")
    header_icon = "warning"
    model = Takedown
    waiting, file_name = Takedown.State.PENDING, "takedowns"
    filterset_class = TakedownFilterSet
    index_url_name = f"{NAMESPACE}:takedowns"
    index_results_url_name = f"{NAMESPACE}:takedowns_results"
    columns = [
        TitleColumn("title", label=pgettext_lazy("disclosure", "Title"), get_url=decision_url),
        Column("get_reason_display", label=pgettext_lazy("disclosure", "Reason")),
        Column("decided_by_name", label=gettext_lazy("Taken down by"), classname="w-whitespace-nowrap"),
        Column("taken_down", label=gettext_lazy("Taken down at"), classname="w-whitespace-nowrap"),
        StatusTagColumn(
            "state_text",
            label=pgettext_lazy("disclosure", "State"),
            classname="w-whitespace-nowrap",
            primary=lambda each: each.is_overdue,
        ),
        Column("due", label=gettext_lazy("To be ratified by"), classname="w-whitespace-nowrap"),
        Column("settled_by_name", label=gettext_lazy("Decided by"), classname="w-whitespace-nowrap"),
    ]
    list_export = [
        "title",
        "get_reason_display",
        "decided_by_name",
        "decided_at",
        "state_text",
        "due_at",
        "settled_by_name",
        "settled_at",
    ]
    export_headings = {
        "title": pgettext_lazy("disclosure", "Title"),
        "get_reason_display": pgettext_lazy("disclosure", "Reason"),
        "decided_by_name": gettext_lazy("Taken down by"),
        "decided_at": gettext_lazy("Taken down at"),
        "state_text": pgettext_lazy("disclosure", "State"),
        "due_at": gettext_lazy("To be ratified by"),
        "settled_by_name": gettext_lazy("Decided by"),
        "settled_at": gettext_lazy("Decided at"),
    }

    def user_has_any_permission(self, permissions):
        return takedowns.may_read(self.request.user)

    def decorate_paginated_queryset(self, object_list):
        rows = list(object_list)
        for each in rows:
            each.state_text = _("overdue") if each.is_overdue else each.get_state_display()
            each.taken_down, each.due = shown_time(each.decided_at), shown_time(each.due_at)
        return rows


class ValidityFilterSet(WagtailFilterSet):
    class Meta:
        model = ValidityChange
        fields = ["state"]


class ValidityReportView(DecisionReportView):
    """Every change of validity."""

    page_title = gettext_lazy("Changes of validity")
    header_icon = "calendar-alt"
    model = ValidityChange
    waiting, file_name = ValidityChange.State.PROPOSED, "validity"
    filterset_class = ValidityFilterSet
    index_url_name = f"{NAMESPACE}:validity_changes"
    index_results_url_name = f"{NAMESPACE}:validity_results"
    columns = [
        TitleColumn("title", label=pgettext_lazy("disclosure", "Title"), get_url=decision_url),
        Column(
            "get_kind_display", label=pgettext_lazy("disclosure", "Change"), classname="w-whitespace-nowrap"
        ),
        Column("effective", label=gettext_lazy("Effective from"), classname="w-whitespace-nowrap"),
        Column("basis", label=gettext_lazy("Deciding document")),
        Column("decided_by_name", label=gettext_lazy("Proposed by"), classname="w-whitespace-nowrap"),
        StatusTagColumn(
            "state_text",
            label=pgettext_lazy("disclosure", "State"),
            classname="w-whitespace-nowrap",
            primary=lambda each: each.is_proposed,
        ),
        Column("confirmed_by_name", label=gettext_lazy("Decided by"), classname="w-whitespace-nowrap"),
    ]
    list_export = [
        "title",
        "get_kind_display",
        "effective_on",
        "basis",
        "decided_by_name",
        "decided_at",
        "state_text",
        "confirmed_by_name",
        "confirmed_at",
    ]
    export_headings = {
        "title": pgettext_lazy("disclosure", "Title"),
        "get_kind_display": pgettext_lazy("disclosure", "Change"),
        "effective_on": gettext_lazy("Effective from"),
        "basis": gettext_lazy("Deciding document"),
        "decided_by_name": gettext_lazy("Proposed by"),
        "decided_at": gettext_lazy("Proposed at"),
        "state_text": pgettext_lazy("disclosure", "State"),
        "confirmed_by_name": gettext_lazy("Decided by"),
        "confirmed_at": gettext_lazy("Decided at"),
    }

    def user_has_any_permission(self, permissions):
        return validity.may_read(self.request.user)

    def get_queryset(self):
        return super().get_queryset().select_related("basis_page")

    def decorate_paginated_queryset(self, object_list):
        rows = list(object_list)
        for each in rows:
            each.state_text = each.get_state_display()
            each.effective = shown_time(each.effective_on)
            page = each.basis_page
            title = each.basis_title or (page.title if page and page.live else each.basis_url)
            each.basis = " ".join(filter(None, [title, each.basis_number]))
        return rows
