"""Duties in the admin: the matrix of a year, its export, entering a duty, recording what was published elsewhere."""

import codecs
import csv

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from ...casework.public_forms import check_text
from ...catalogue.admin_views import ActionView
from ...catalogue.models import Category, CategoryScheme
from ...departments.models import Department
from ...publishing.exports import shown_time
from ...publishing.ledger import display_name
from ...rules.cells import neutralise
from ...rules.periods import MISSING, SOON, periods_of
from .. import scope
from ..crumbs import Titled
from ..models import DutyDone, PublicationDuty
from ..models.reports import FIRST_YEAR, LAST_YEAR
from ..profile import profile
from .matrix import matrix, parted

NAMESPACE = "wagtail_disclosure_duties"
WAITING = {"missing": MISSING, "soon": SOON}


def url(name, *args):
    return reverse(f"{NAMESPACE}:{name}", args=args)


def year_in(text):
    """The year that a text names, or the present one."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else timezone.localdate().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def rows_for(user, year):
    """Pairs of an agency and the rows of its matrix that ``user`` sees."""
    every = set(scope.read_by(user).values_list("pk", flat=True))
    seen = {each.pk: each for each in scope.departments_seen(user).select_related("agency")}
    agencies = {each.agency_id: each.agency for each in seen.values()}
    agencies |= {each.pk: each for each in scope.read_by(user)}
    for agency in agencies.values():
        rows = matrix(agency, year)
        if agency.pk not in every:
            rows = [row for row in rows if row.department is not None and row.department.pk in seen]
        yield agency, rows


class MatrixView(Titled, WagtailAdminTemplateMixin, TemplateView):
    """What has to be published in a year: the whole agency for the office, for a department its own."""

    template_name = "wagtail_disclosure/reports/duties.html"
    page_title = gettext_lazy("What has to be published")
    header_icon = "table"

    def dispatch(self, request, *args, **kwargs):
        if not scope.may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def year(self):
        return year_in(self.request.GET.get("year", ""))

    @cached_property
    def waiting(self):
        """What alone is shown, of this year and the last: as disclosure at a glance counts it."""
        return WAITING.get(self.request.GET.get("waiting", ""), "")

    @cached_property
    def parts(self):
        if self.waiting:
            today = timezone.localdate()
            return [part for year in (today.year, today.year - 1) for part in self._waiting_in(year)]
        only = self.request.GET.get("show") == "missing"
        found = []
        for agency, rows in rows_for(self.request.user, self.year):
            missing = sum(len(row.missing) for row in rows)
            shown = [row for row in rows if row.missing or row.is_empty] if only else rows
            found.append(self._part(agency, self.year, shown, missing))
        return found

    def _waiting_in(self, year):
        own = set(scope.own_departments(self.request.user).values_list("pk", flat=True))
        for agency, rows in rows_for(self.request.user, year):
            if "own" in self.request.GET:
                rows = [row for row in rows if row.department is not None and row.department.pk in own]
            for row in rows:
                row.cells = [cell for cell in row.cells if cell.standing == self.waiting]
            rows = [row for row in rows if row.cells]
            yield self._part(agency, year, rows, sum(len(row.missing) for row in rows))

    @staticmethod
    def _part(agency, year, rows, missing):
        duties, others = parted(rows)
        return {
            **{"agency": agency, "year": year, "rows": rows, "missing": missing},
            **{"duties": duties, "others": others},
        }

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "csv":
            return as_csv([row for part in self.parts for row in part["rows"]], self.year)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user = self.request.user
        works = set(scope.worked_on(user).values_list("pk", flat=True))
        own = set(scope.own_departments(user).values_list("pk", flat=True))
        for part in self.parts:
            part["may_work"] = part["agency"].pk in works
            for row in part["rows"]:
                row.may_record = part["may_work"] or (row.department is not None and row.department.pk in own)
        return super().get_context_data(
            parts=self.parts,
            year=self.year,
            before=self.year - 1,
            after=self.year + 1,
            add_url=url("add") if works else "",
            only_missing=self.request.GET.get("show") == "missing",
            waiting=self.waiting,
            **kwargs,
        )


def as_csv(rows, year):
    """The matrix as a file for spreadsheet programs: a line for each period."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="duties-{year}.csv"'
    # The mark by which spreadsheet programs know UTF-8 stands first.
    response.write(codecs.BOM_UTF8)
    writer = csv.writer(response)
    heading = (
        *(
            _("Category"),
            _("Department"),
            _("How often"),
            pgettext("publication duty", "Period"),
            _("Until"),
            _("State"),
        ),
        *(_("Items"), _("Published on"), _("Newest item")),
    )
    writer.writerow([str(each) for each in heading])
    for row in rows:
        start = [row.category, row.department or "", row.rhythm]
        newest = row.last.title if row.last else ""
        for cell in row.cells:
            day, deadline = cell.on and shown_time(cell.on), cell.deadline and shown_time(cell.deadline)
            line = [*start, cell.name, deadline or "", cell.label, cell.count, day or "", newest]
            writer.writerow([neutralise(str(each)) for each in line])
        if not row.cells:
            line = [*start, year, "", "", row.count, "", newest]
            writer.writerow([neutralise(str(each)) for each in line])
    return response


class DutyForm(forms.ModelForm):
    class Meta:
        model = PublicationDuty
        fields = [
            *("category", "department", "rhythm", "afterwards", "days", "audience", "since", "until", "note"),
        ]
        widgets = {"since": AdminDateInput, "until": AdminDateInput}

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = (
            Category.objects.filter(scheme__kind=CategoryScheme.Kind.AGENCY, scheme__agency__in=agencies)
            .select_related("scheme")
            .in_tree_order()
        )
        self.fields["department"].queryset = Department.objects.filter(agency__in=agencies)

    def clean(self):
        given = super().clean()
        category, department = given.get("category"), given.get("department")
        if category and department and category.scheme.agency_id != department.agency_id:
            self.add_error("department", _("The department belongs to another agency."))
        return given


class DutyView(ActionView):
    """A duty is entered, changed or taken away."""

    header_icon = "table"
    form_class = DutyForm
    template_name = "wagtail_disclosure/reports/duty.html"

    def dispatch(self, request, *args, **kwargs):
        if not scope.worked_on(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def duty(self):
        if "duty_id" not in self.kwargs:
            return None
        found = PublicationDuty.objects.filter(agency__in=scope.worked_on(self.request.user))
        found = found.filter(pk=self.kwargs["duty_id"]).first()
        if found is None:
            raise Http404
        return found

    def get_page_title(self):
        return str(self.duty) if self.duty else _("A duty to publish")

    def above(self):
        return [{"url": url("matrix"), "label": _("What has to be published")}]

    def get_success_url(self):
        return url("matrix")

    def get_form_kwargs(self):
        found = {**super().get_form_kwargs(), "agencies": scope.worked_on(self.request.user)}
        return found | ({"instance": self.duty} if self.duty else {})

    def get_initial(self):
        return {} if self.duty else {"since": timezone.localdate().replace(month=1, day=1)}

    def post(self, request, *args, **kwargs):
        if self.duty and "delete" in request.POST:
            self.duty.delete()
            messages.success(request, _("The duty is taken away."))
            return redirect(url("matrix"))
        return super().post(request, *args, **kwargs)

    def act(self, form):
        form.save()
        return _("The duty is kept.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(duty=self.duty, **kwargs)


class DoneForm(forms.ModelForm):
    class Meta:
        model = DutyDone
        fields = ["on", "note"]
        widgets = {"on": AdminDateInput}

    def clean_note(self):
        check_text(self.cleaned_data["note"])
        return self.cleaned_data["note"]

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class DoneView(ActionView):
    """Something was published where the register does not show it: what a duty within the agency needs."""

    header_icon = "check"
    form_class = DoneForm
    submit_label = pgettext_lazy("publication duty", "Record")

    @cached_property
    def duty(self):
        found = PublicationDuty.objects.select_related("department", "category__responsible_department")
        found = found.filter(pk=self.kwargs["duty_id"]).first()
        if found is None or not scope.may_answer(
            self.request.user, found.responsible or found.agency.office()
        ):
            raise Http404
        return found

    @cached_property
    def period(self):
        months = profile().rhythms.get(self.duty.rhythm).fact("months")
        is_known = months and FIRST_YEAR <= self.kwargs["year"] <= LAST_YEAR
        periods = periods_of(months, self.kwargs["year"]) if is_known else []
        found = [each for each in periods if each.number == self.kwargs["number"]]
        if not found:
            raise Http404
        return found[0]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise PermissionDenied
        # An unknown duty or period is not found, whatever the method.
        self.period  # noqa: B018
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.duty.category)

    def get_page_subtitle(self):
        return f"{shown_time(self.period.first)} – {shown_time(self.period.last)}"

    def above(self):
        return [{"url": url("matrix"), "label": _("What has to be published")}]

    def get_success_url(self):
        return f"{url('matrix')}?year={self.period.year}"

    def get_form_kwargs(self):
        known = self.duty.done.filter(period=self.period.first).first()
        return {
            **super().get_form_kwargs(),
            "instance": known or DutyDone(duty=self.duty, period=self.period.first),
        }

    def act(self, form):
        form.instance.by_name = display_name(self.request.user)
        form.save()
        return _("It is recorded.")


ADDRESSES = [
    path("", MatrixView.as_view(), name="matrix"),
    path("new/", DutyView.as_view(), name="add"),
    path("<int:duty_id>/", DutyView.as_view(), name="edit"),
    path("<int:duty_id>/<int:year>/<int:number>/", DoneView.as_view(), name="done"),
]
