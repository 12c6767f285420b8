"""The report on Art. 26: what became public in time and what late, with the reason."""

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from ...casework.public_forms import check_text
from ...catalogue.admin_views import ActionView
from ...publishing.exports import SafeExport, shown_time
from .. import scope
from ..models import LateReason, ProactiveRecord
from ..models.timeliness import late_reason_choices
from . import reasons

NAMESPACE = "wagtail_disclosure_timeliness"
EXPLAINED, UNEXPLAINED, IN_TIME = "explained", "unexplained", "in_time"


def seen(request):
    return scope.departments_seen(request.user)


class RecordFilterSet(WagtailFilterSet):
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Responsible department"), queryset=lambda request: seen(request)
    )
    public_on = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Public on"), widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"})
    )
    limit = django_filters.ChoiceFilter(
        label=gettext_lazy("Time limit"),
        choices=[
            (UNEXPLAINED, gettext_lazy("late, without a reason")),
            (EXPLAINED, gettext_lazy("late, with a reason")),
            (IN_TIME, pgettext_lazy("proactive disclosure", "in time")),
        ],
        method="filter_limit",
    )

    class Meta:
        model = ProactiveRecord
        fields = ["department", "public_on"]

    def filter_limit(self, queryset, name, value):
        if value == IN_TIME:
            return queryset.filter(is_late=False)
        return queryset.filter(is_late=True, is_explained=value == EXPLAINED)


class TimelinessView(SafeExport, ReportView):
    """Publications of the reader's departments, or of all for the office, the newest first."""

    page_title = gettext_lazy("Published within 20 working days")
    header_icon = "calendar-check"
    model = ProactiveRecord
    any_permission_required = ["view"]
    filterset_class = RecordFilterSet
    index_url_name = f"{NAMESPACE}:report"
    index_results_url_name = f"{NAMESPACE}:report_results"
    is_searchable = False
    template_name = "wagtail_disclosure/publishing/report.html"
    columns = [
        TitleColumn("title", label=pgettext_lazy("disclosure", "Title"), get_url=lambda row: row.reason_url),
        Column("department", label=gettext_lazy("Responsible department")),
        Column("starts_shown", label=gettext_lazy("Formed or changed on")),
        Column("due_shown", label=gettext_lazy("Due on")),
        Column("public_shown", label=gettext_lazy("Public on")),
        StatusTagColumn("standing", label=gettext_lazy("Time limit"), primary=lambda row: row.is_late),
        Column("reason", label=pgettext_lazy("proactive disclosure", "Reason")),
    ]
    list_export = [
        *("title", "department", "starts_on", "is_change", "due_on", "public_on", "is_late", "days_late"),
        "reason",
    ]
    export_headings = {
        "title": pgettext_lazy("disclosure", "Title"),
        "department": gettext_lazy("Responsible department"),
        "starts_on": gettext_lazy("Formed or changed on"),
        "is_change": gettext_lazy("Changed after publication"),
        "due_on": gettext_lazy("Due on"),
        "public_on": gettext_lazy("Public on"),
        "is_late": pgettext_lazy("proactive disclosure", "Late"),
        "days_late": gettext_lazy("Working days late"),
        "reason": pgettext_lazy("proactive disclosure", "Reason"),
    }

    def user_has_any_permission(self, permissions):
        return scope.may_open(self.request.user)

    def get_queryset(self):
        return (
            reasons.records_for(self.request.user).select_related("department").order_by("-public_on", "-pk")
        )

    def get_filename(self):
        return f"time-limit-{timezone.localdate():%Y-%m-%d}"

    @cached_property
    def header_more_buttons(self):
        from wagtail.admin.widgets.button import Button

        drafts = Button(
            _("Drafts and the 20 working days"),
            url=reverse("wagtail_disclosure_drafts:report"),
            icon_name="calendar-alt",
        )
        return [*super().header_more_buttons, drafts]

    def decorate_paginated_queryset(self, object_list):
        rows = list(object_list)
        newest = {
            each.record_id: each for each in LateReason.objects.filter(record__in=[row.pk for row in rows])
        }
        for row in rows:
            row.reason_url = reverse(f"{NAMESPACE}:reason", args=[row.pk])
            row.reason = str(newest.get(row.pk, ""))
            row.starts_shown = shown_time(row.starts_on)
            row.due_shown, row.public_shown = shown_time(row.due_on), shown_time(row.public_on)
        return rows


class ReasonForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("proactive disclosure", "Reason"),
        choices=late_reason_choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=500, required=False, validators=[check_text]
    )


class ReasonView(ActionView):
    """One publication: its days, the reasons given so far, and another."""

    template_name = "wagtail_disclosure/reports/timeliness_record.html"
    header_icon = "calendar-check"
    form_class = ReasonForm
    submit_label = gettext_lazy("State the reason")

    def setup(self, request, *args, record_id, **kwargs):
        super().setup(request, *args, **kwargs)
        found = reasons.records_for(request.user) if request.user.is_authenticated else None
        self.record = (
            found.select_related("department").filter(pk=record_id).first() if found is not None else None
        )

    def dispatch(self, request, *args, **kwargs):
        if self.record is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_answer(self):
        return self.record.is_late and scope.may_answer(self.request.user, self.record.department)

    def get_page_title(self):
        return self.record.title

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Published within 20 working days")}]

    def get_success_url(self):
        return reverse(f"{NAMESPACE}:report")

    def post(self, request, *args, **kwargs):
        if not self.may_answer:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form):
        reasons.state(self.record, **form.cleaned_data, by=self.request.user)
        return _("The reason is stated.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            record=self.record, reasons=self.record.reasons.all(), may_answer=self.may_answer, **kwargs
        )


ADDRESSES = [
    path("", TimelinessView.as_view(), name="report"),
    path("results/", TimelinessView.as_view(results_only=True), name="report_results"),
    path("<int:record_id>/", ReasonView.as_view(), name="reason"),
]
