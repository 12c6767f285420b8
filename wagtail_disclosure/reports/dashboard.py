"""The page that shows disclosure at a glance, and its panel on the start page of the admin."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from . import scope
from .crumbs import Titled
from .overview import Glance, lines_for

NAMESPACE = "wagtail_disclosure_overview"


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


ADDRESSES = [path("", OverviewView.as_view(), name="index")]
