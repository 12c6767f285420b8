"""From a number of a report to the cases and documents behind it, its history, and its correction."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..casework.listing import state_of
from ..catalogue.admin_views import ActionView
from ..requests.models import DisclosureRequest
from ..rules.annual_report.identities import number
from . import actions, forms
from .figures.drill import behind, special
from .figures.report import REOPENED, UNPLACED, is_entered, stored
from .models import ReportCell
from .views import OfReport, url

ON_A_PAGE = 50


def listed(found, page):
    """The cases of one page of ``found``, as rows for the template, and the page itself."""
    pages = Paginator(found.keys, ON_A_PAGE)
    page = pages.get_page(page)
    cases = DisclosureRequest.objects.select_related("department").in_bulk(list(page.object_list))
    rows = [
        {
            "case": cases[key],
            "state": state_of(cases[key]),
            "note": found.notes.get(key, ""),
            "url": reverse(f"{DisclosureRequest.admin_name}:inspect", args=[key]),
        }
        for key in page.object_list
    ]
    return rows, page


class CellView(OfReport, ActionView):
    """One number: where it comes from, what is behind it, what was entered and corrected; and a correction."""

    template_name = "wagtail_disclosure/reports/cell.html"
    header_icon = "list-ul"
    form_class = forms.CorrectionForm
    submit_label = gettext_lazy("Correct")
    works_on_it = False

    @cached_property
    def cell(self):
        found = self.report.form.by_code().get(self.kwargs["code"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self):
        return f"{self.cell.table.label()} · {self.cell.label()}"

    @property
    def may_correct(self):
        return self.may_work and self.report.is_working and not is_entered(self.report, self.cell)

    def post(self, request, *args, **kwargs):
        if not self.may_correct:
            raise Http404
        if "take_back" in request.POST:
            actions.take_back(self.report, self.cell.code, by=request.user)
            messages.success(request, _("The computed number stands again."))
            return self.form_done()
        return super().post(request, *args, **kwargs)

    def form_done(self):
        return redirect(url("cell", self.report.pk, self.cell.code))

    def act(self, form):
        given = form.cleaned_data
        actions.correct(
            self.report, self.cell.code, given["value"], by=self.request.user, reason=given["reason"]
        )
        return _("The number is corrected; the reason is shown beside it.")

    def _frozen_before(self, figure):
        """What was frozen before the report was taken up again, where that is another number."""
        kept = stored(self.report.figures).get(self.cell.code) if self.report.is_working else None
        return None if kept is None or kept == figure.value else number(kept)

    def get_context_data(self, **kwargs):
        figure = self.shown.by_code[self.cell.code]
        found = behind(self.report, self.cell, self.request.user)
        rows, page = listed(found, self.request.GET.get("p")) if found is not None else ([], None)
        return super().get_context_data(
            figure=figure,
            is_frozen=not self.report.is_working,
            before=self._frozen_before(figure),
            last=(self.figures.last or {}).get(self.cell.code),
            found=found,
            rows=rows,
            page_obj=page,
            history=self.report.cells.filter(code=self.cell.code).order_by("-pk"),
            may_correct=self.may_correct,
            is_corrected=figure.given is not None and figure.given.kind == ReportCell.Kind.CORRECTED,
            findings=[str(each) for each in self.findings if self.cell.code in each.cells],
            **kwargs,
        )


class CasesView(OfReport, WagtailAdminTemplateMixin, TemplateView):
    """The cases of a finding that no cell of the form shows."""

    template_name = "wagtail_disclosure/reports/cases.html"
    header_icon = "list-ul"
    works_on_it = False
    titles = {
        UNPLACED: gettext_lazy("Cases in no row or column of the form"),
        REOPENED: gettext_lazy("Cases taken up again after the year in which they count"),
    }

    def get_page_title(self):
        if self.kwargs["code"] not in self.titles:
            raise Http404
        return self.titles[self.kwargs["code"]]

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, *self.above(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        self.get_page_title()
        found = special(self.report, self.kwargs["code"], self.request.user)
        rows, page = listed(found, self.request.GET.get("p"))
        return super().get_context_data(found=found, rows=rows, page_obj=page, **kwargs)
