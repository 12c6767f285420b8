"""Statistics in the admin: the periods, one period with drill-down, publishing, correcting."""

import codecs
import csv

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from ...casework.public_forms import check_text
from ...catalogue.admin_views import ActionView
from ...rules.cells import neutralise
from .. import scope
from ..crumbs import Titled
from ..models import StatisticsPeriod
from . import actions
from .behind import behind
from .showing import Statistics, headings, shown

NAMESPACE = "wagtail_disclosure_statistics"
ON_A_PAGE = 50


def url(name, *args):
    return reverse(f"{NAMESPACE}:{name}", args=args)


def as_csv(statistics):
    """The statistics as a file for spreadsheet programs."""
    period = statistics.period
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"statistics-{period.first_day}-{period.last_day}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # The mark by which spreadsheet programs know UTF-8 stands first.
    response.write(codecs.BOM_UTF8)
    writer = csv.writer(response)
    for line in statistics.lines():
        writer.writerow([neutralise(str(each)) for each in line])
    return response


class Read:
    """A screen of the statistics, for those who see all of an agency."""

    works_on_it = False

    def dispatch(self, request, *args, **kwargs):
        allowed = scope.worked_on if self.works_on_it else scope.read_by
        if not allowed(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OfPeriod(Read):
    @cached_property
    def period(self):
        allowed = scope.worked_on if self.works_on_it else scope.read_by
        found = StatisticsPeriod.objects.filter(agency__in=allowed(self.request.user)).select_related(
            "agency"
        )
        found = found.filter(pk=self.kwargs["period_id"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def statistics(self):
        return Statistics(self.period)

    def above(self):
        found = [{"url": url("index"), "label": _("Statistics")}]
        here = url("period", self.period.pk)
        return found if self.request.path == here else [*found, {"url": here, "label": str(self.period)}]

    def get_success_url(self):
        return url("period", self.period.pk)


class IndexView(Titled, Read, WagtailAdminTemplateMixin, TemplateView):
    """The periods of the agencies whose statistics the person reads."""

    template_name = "wagtail_disclosure/reports/statistics_index.html"
    page_title = gettext_lazy("Statistics")
    header_icon = "view"

    def get_context_data(self, **kwargs):
        found = StatisticsPeriod.objects.filter(agency__in=scope.read_by(self.request.user))
        page = Paginator(found.select_related("agency"), ON_A_PAGE).get_page(self.request.GET.get("p"))
        works = scope.worked_on(self.request.user).exists()
        return super().get_context_data(
            page_obj=page,
            rows=[(each, url("period", each.pk)) for each in page.object_list],
            add_url=url("add") if works else "",
            **kwargs,
        )


class PeriodForm(forms.ModelForm):
    class Meta:
        model = StatisticsPeriod
        fields = ["agency", "first_day", "last_day", "by_hand"]
        widgets = {"first_day": AdminDateInput, "last_day": AdminDateInput}

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        if agencies.count() == 1:
            self.fields["agency"].initial = agencies.first()


class AddView(Read, ActionView):
    page_title = gettext_lazy("Statistics of a period")
    header_icon = "view"
    form_class = PeriodForm
    works_on_it = True
    made = None

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "agencies": scope.worked_on(self.request.user)}

    def above(self):
        return [{"url": url("index"), "label": _("Statistics")}]

    def get_success_url(self):
        return url("period", self.made.pk) if self.made else url("index")

    def act(self, form):
        self.made = form.save()
        return _("The period is entered; its numbers are counted.")


class PeriodView(OfPeriod, Titled, WagtailAdminTemplateMixin, TemplateView):
    """The numbers of a period, each with the way to what is behind it and to its correction."""

    template_name = "wagtail_disclosure/reports/statistics.html"
    header_icon = "view"

    def get_page_title(self):
        return f"{_('Statistics')} {self.period}"

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "csv":
            return as_csv(self.statistics)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        works = scope.worked_on(self.request.user).filter(pk=self.period.agency_id).exists()
        return super().get_context_data(
            period=self.period,
            statistics=self.statistics,
            headings=headings(),
            corrected=self.statistics.corrected(),
            may_work=works,
            publish_url=url("publish", self.period.pk) if works and not self.period.is_public else "",
            **kwargs,
        )


class PublishView(OfPeriod, ActionView):
    page_title = gettext_lazy("Publish the numbers")
    header_icon = "globe"
    form_class = forms.Form
    submit_label = pgettext_lazy("statistics", "Publish")
    works_on_it = True
    warning = gettext_lazy(
        "The numbers stay as they are from now on, and everybody can read them. Single ones can be corrected, visibly and "
        "with a reason."
    )

    def act(self, form):
        actions.publish(self.period, by=self.request.user)
        return _("The numbers are public.")


class NumberForm(forms.Form):
    value = forms.IntegerField(
        label=pgettext_lazy("statistics", "Number"),
        min_value=0,
        max_value=10**15,
        required=False,
        help_text=gettext_lazy("Empty: there is no number, which is not 0."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, or source of the number"), max_length=500, validators=[check_text]
    )


class NumberView(OfPeriod, ActionView):
    """One number: what is behind it, and its correction."""

    template_name = "wagtail_disclosure/reports/statistics_number.html"
    header_icon = "view"
    form_class = NumberForm
    submit_label = pgettext_lazy("statistics", "Correct")

    @cached_property
    def code(self):
        code = self.kwargs["code"]
        if code not in self.statistics.values and not self.statistics.is_known(code):
            raise Http404
        return code

    def get_page_title(self):
        return self.statistics.label_of(self.code)

    @cached_property
    def may_correct(self):
        return scope.worked_on(self.request.user).filter(pk=self.period.agency_id).exists()

    def post(self, request, *args, **kwargs):
        if not self.may_correct:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"value": self.statistics.values.get(self.code)}

    def act(self, form):
        actions.correct(self.period, self.code, **form.cleaned_data, by=self.request.user)
        return _("The number is corrected; the reason is shown beside it.")

    def get_context_data(self, **kwargs):
        found = None if self.period.by_hand else behind(self.period, self.code, self.request.user)
        page = Paginator(found.rows, ON_A_PAGE).get_page(self.request.GET.get("p")) if found else None
        value = self.statistics.values.get(self.code)
        today = page.paginator.count + found.hidden if found else None
        return super().get_context_data(
            period=self.period,
            value=shown(value),
            found=found,
            today=today,
            differs=found is not None and value is not None and value != today,
            page_obj=page,
            rows=found.described(page.object_list) if found else [],
            history=self.statistics.history(self.code),
            may_correct=self.may_correct,
            **kwargs,
        )


ADDRESSES = [
    path("", IndexView.as_view(), name="index"),
    path("new/", AddView.as_view(), name="add"),
    path("<int:period_id>/", PeriodView.as_view(), name="period"),
    path("<int:period_id>/publish/", PublishView.as_view(), name="publish"),
    path("<int:period_id>/number/<path:code>/", NumberView.as_view(), name="number"),
]
