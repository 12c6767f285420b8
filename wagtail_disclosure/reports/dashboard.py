"""The page that shows disclosure at a glance, and its panel on the start page of the admin."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from . import scope
from .crumbs import Titled
from .overview import Glance, lines_for, this_year
from .statistics.behind import behind
from .statistics.showing import Statistics

NAMESPACE = "wagtail_disclosure_overview"
ON_A_PAGE = 50


class OverviewView(Titled, WagtailAdminTemplateMixin, TemplateView):
    """My departments, the office, the agency: three parts, each for those it concerns."""

    template_name = "wagtail_disclosure/reports/overview.html"
    page_title = gettext_lazy("Disclosure at a glance")
    header_icon = "view"

    def dispatch(self, request, *args, **kwargs):
        if not scope.may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        glance = Glance(self.request.user)
        return super().get_context_data(
            departments=list(glance.departments.values()),
            own=glance.own(),
            office=glance.office(),
            standings=glance.leader(),
            **kwargs,
        )


class OverviewNumberView(Titled, WagtailAdminTemplateMixin, TemplateView):
    """What is behind a number of this year: items, or the cases of it that the person may see anyway."""

    template_name = "wagtail_disclosure/reports/overview_number.html"
    header_icon = "view"

    def dispatch(self, request, *args, **kwargs):
        if not scope.may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def setup(self, request, *args, agency_id, code, **kwargs):
        super().setup(request, *args, agency_id=agency_id, code=code, **kwargs)
        agency = get_object_or_404(scope.read_by(request.user), pk=agency_id)
        self.period = this_year(agency, timezone.localdate())
        self.found = behind(self.period, code, request.user)
        if self.found is None:
            raise Http404

    def get_page_title(self):
        return Statistics(self.period).label_of(self.kwargs["code"])

    def get_page_subtitle(self):
        return str(self.period.last_day.year)

    def above(self):
        return [{"url": reverse(f"{NAMESPACE}:index"), "label": OverviewView.page_title}]

    def get_context_data(self, **kwargs):
        page = Paginator(self.found.rows, ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            found=self.found,
            number=page.paginator.count + self.found.hidden,
            page_obj=page,
            rows=self.found.described(page.object_list),
            **kwargs,
        )


class OverviewPanel(Component):
    """What is open, late or missing and waits for this person; nothing where there is none."""

    name = "disclosure_overview"
    template_name = "wagtail_disclosure/reports/overview_panel.html"
    order = 112

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        rows = lines_for(self.user) if scope.may_open(self.user) else []
        return {"rows": rows, "url": reverse(f"{NAMESPACE}:index")}


ADDRESSES = [
    path("", OverviewView.as_view(), name="index"),
    path("<int:agency_id>/<path:code>/", OverviewNumberView.as_view(), name="number"),
]
