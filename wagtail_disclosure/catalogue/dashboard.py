"""Panels on the start page of the admin: drafts and their 20 working days, for drafters and for the office."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component

from ..departments.menu import MenuItemFor
from ..departments.models import Department
from .draft_report import NAMESPACE, DraftReportView
from .drafts import described, drafts, overseen_by

SHOWN = 25


class DraftsPanel(Component):
    """Some drafts, the nearest due date first, with a link to the report that lists them all."""

    template_name = "wagtail_disclosure/publishing/my_drafts.html"

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        found = self.drafts()
        count = found.count()
        left_out = max(0, count - SHOWN)
        return {
            "panel_id": self.panel_id,
            "heading": self.heading,
            "count": count,
            "rows": described(found[:SHOWN], self.user) if count else [],
            "more": ngettext("%(count)d more is not shown.", "%(count)d more are not shown.", left_out)
            % {"count": left_out},
            "left_out": left_out,
            "report_url": reverse(f"{NAMESPACE}:report"),
        }


class MyDraftsPanel(DraftsPanel):
    """Drafts of the reader's departments."""

    name = "disclosure_my_drafts"
    panel_id = "disclosure-drafts"
    heading = gettext_lazy("My departments' drafts: 20 working days to publication (Art. 26)")
    order = 130

    def drafts(self):
        return drafts().filter(department__in=Department.objects.looked_after_by(self.user).values("pk"))


class OfficeDraftsPanel(DraftsPanel):
    """Drafts of all departments, for those who look after them."""

    name = "disclosure_office_drafts"
    panel_id = "disclosure-office-drafts"
    heading = gettext_lazy("All departments' drafts: 20 working days to publication (Art. 26)")
    order = 135

    def drafts(self):
        return overseen_by(self.user)


@hooks.register("construct_homepage_panels")
def add_drafts_panels(request, panels):
    panels += [MyDraftsPanel(request.user), OfficeDraftsPanel(request.user)]


@hooks.register("register_reports_menu_item")
def register_draft_report():
    return MenuItemFor(
        gettext_lazy("Drafts and the 20 working days"),
        reverse(f"{NAMESPACE}:report"),
        name="disclosure-time-limits",
        icon_name="calendar-alt",
        order=1090,
        open_to=DraftReportView.is_open_to,
    )


@hooks.register("register_admin_urls")
def register_urls():
    patterns = [
        path("", DraftReportView.as_view(), name="report"),
        path("results/", DraftReportView.as_view(results_only=True), name="report_results"),
    ]
    return [path("disclosure/drafts/", include((patterns, NAMESPACE), namespace=NAMESPACE))]
