"""The report on all drafts and the 20 working days within which they have to be public (Art. 26)."""

import django_filters
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from ..departments.models import Department
from ..publishing.exports import SafeExport
from ..publishing.review.deadline import LABELS
from .drafts import at_level, described, drafts_for, oversees
from .models import AttributeDetermination, DisclosurePage

NAMESPACE = "wagtail_disclosure_drafts"


def departments_with_drafts(request):
    found = drafts_for(request.user).order_by().values("department")
    return Department.objects.filter(pk__in=found)


class DueColumn(Column):
    """The time limit as everywhere else: a tag, and the state in words."""

    cell_template_name = "wagtail_disclosure/publishing/includes/due_cell.html"

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}


class StateColumn(Column):
    """Where the draft stands, and by when the step at which it waits is to be decided."""

    cell_template_name = "wagtail_disclosure/publishing/includes/state_cell.html"


class DraftFilterSet(WagtailFilterSet):
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Responsible department"), queryset=departments_with_drafts
    )
    limit = django_filters.ChoiceFilter(
        label=gettext_lazy("Time limit"), choices=list(LABELS.items()), method="filter_limit"
    )

    class Meta:
        model = DisclosurePage
        fields = ["department"]

    def filter_limit(self, queryset, name, value):
        return at_level(queryset, value)


class DraftReportView(SafeExport, ReportView):
    """Drafts of the reader's departments, or of all for the office, the nearest due date first."""

    page_title = gettext_lazy("Drafts and the 20 working days")
    header_icon = "calendar-alt"
    model = DisclosurePage
    any_permission_required = ["view"]
    filterset_class = DraftFilterSet
    index_url_name = f"{NAMESPACE}:report"
    index_results_url_name = f"{NAMESPACE}:report_results"
    is_searchable = False
    template_name = "wagtail_disclosure/publishing/report.html"
    columns = [
        TitleColumn(
            "draft_title", label=pgettext_lazy("disclosure", "Title"), get_url=lambda draft: draft.draft_url
        ),
        Column("department", label=gettext_lazy("Responsible department")),
        StateColumn("draft_state", label=gettext_lazy("State")),
        Column("attribute", label=gettext_lazy("Disclosure attribute")),
        DueColumn("due", label=gettext_lazy("Time limit")),
    ]
    list_export = [
        "draft_title",
        "department",
        "draft_state",
        "step_due_on",
        "attribute",
        "limit",
        "due_on",
        "days_left",
        "limit_text",
    ]
    export_headings = {
        "draft_title": pgettext_lazy("disclosure", "Title"),
        "department": gettext_lazy("Responsible department"),
        "draft_state": gettext_lazy("State"),
        "step_due_on": gettext_lazy("Step due on"),
        "attribute": gettext_lazy("Disclosure attribute"),
        "limit": gettext_lazy("Time limit"),
        "due_on": gettext_lazy("Due on"),
        "days_left": gettext_lazy("Working days left"),
        "limit_text": gettext_lazy("Time limit in words"),
    }

    @staticmethod
    def is_open_to(user):
        return oversees(user) or Department.objects.looked_after_by(user).exists()

    def user_has_any_permission(self, permissions):
        return self.is_open_to(self.request.user)

    def get_queryset(self):
        return drafts_for(self.request.user)

    def get_filename(self):
        return f"drafts-{timezone.localdate():%Y-%m-%d}"

    @cached_property
    def _attributes(self):
        return dict(AttributeDetermination.Attribute.choices)

    def decorate_paginated_queryset(self, object_list):
        found = described(object_list, self.request.user)
        for draft in found:
            due = draft.due
            draft.attribute = self._attributes.get(draft.in_force, _("not determined"))
            draft.limit = due.label if due else _("no limit in law")
            draft.limit_text = due.in_full if due else ""
            draft.due_on = due.on if due else None
            draft.step_due_on = draft.step_due.on if draft.step_due else None
            draft.days_left = due.days_left if due else None
        return found
