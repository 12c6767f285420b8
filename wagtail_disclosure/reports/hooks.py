"""Hooks of reports: addresses, entries in the menus, the panel, the permission to see reports."""

from django.contrib.auth.models import Permission
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from ..departments import menu
from . import (
    body_views,
    dashboard,
    drill_views,
    publication,  # noqa: F401  (follows the register)
    scope,
    views,
)
from .access import may_read
from .duties import views as duties
from .inspection import views as inspection
from .showing import NAMESPACE
from .statistics import views as statistics
from .timeliness import record as timeliness_record  # noqa: F401  (follows the register)
from .timeliness import views as timeliness

ADDRESSES = [
    path("", views.IndexView.as_view(), name="index"),
    path("new/", views.CreateView.as_view(), name="create"),
    path("bodies/", body_views.BodiesView.as_view(), name="bodies"),
    path("bodies/new/", body_views.BodyView.as_view(), name="body_add"),
    path("bodies/<int:body_id>/", body_views.BodyView.as_view(), name="body_edit"),
    path("bodies/<int:body_id>/<int:year>/", body_views.FilingView.as_view(), name="filing"),
    path("<int:report_id>/", views.ReportView.as_view(), name="report"),
    path("<int:report_id>/enter/", views.EnterView.as_view(), name="enter"),
    path("<int:report_id>/import/", views.ImportView.as_view(), name="import"),
    path("<int:report_id>/freeze/", views.FreezeView.as_view(), name="freeze"),
    path("<int:report_id>/take-up/", views.TakeUpView.as_view(), name="take_up"),
    path("<int:report_id>/draft/", views.DraftView.as_view(), name="draft"),
    path("<int:report_id>/text/<slug:section>/", views.TextView.as_view(), name="text"),
    path("<int:report_id>/file/<slug:file_kind>/", views.DownloadView.as_view(), name="download"),
    path("<int:report_id>/cases/<slug:code>/", drill_views.CasesView.as_view(), name="cases"),
    path("<int:report_id>/cell/<path:code>/", drill_views.CellView.as_view(), name="cell"),
]


PLACES = (
    ("annual-reports", ADDRESSES, NAMESPACE),
    ("time-limit", timeliness.ADDRESSES, timeliness.NAMESPACE),
    ("inspection", inspection.ADDRESSES, inspection.NAMESPACE),
    ("duties", duties.ADDRESSES, duties.NAMESPACE),
    ("statistics", statistics.ADDRESSES, statistics.NAMESPACE),
    ("overview", dashboard.ADDRESSES, dashboard.NAMESPACE),
)


@hooks.register("register_admin_urls")
def addresses():
    return [
        path(f"disclosure/{place}/", include((addresses, namespace), namespace=namespace))
        for place, addresses, namespace in PLACES
    ]


@hooks.register("construct_homepage_panels")
def add_overview(request, panels):
    panels.append(dashboard.OverviewPanel(request.user))


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure", codename="view_annualreport"
    )


def _item(label, address, name, icon, place, open_to):
    return lambda: menu.MenuItemFor(
        label,
        reverse(address),
        open_to=open_to,
        name=f"disclosure-{name}",
        icon_name=icon,
        order=menu.REPORTS + place,
    )


def sees_all(user):
    return scope.read_by(user).exists()


for each in (
    (
        dashboard.OverviewView.page_title,
        "wagtail_disclosure_overview:index",
        "overview",
        "view",
        0,
        scope.may_open,
    ),
    (_("Annual reports"), f"{NAMESPACE}:index", "annual-reports", "doc-full", 10, may_read),
    (statistics.IndexView.page_title, f"{statistics.NAMESPACE}:index", "statistics", "view", 20, sees_all),
    (duties.MatrixView.page_title, f"{duties.NAMESPACE}:matrix", "duties", "table", 30, scope.may_open),
    (
        inspection.IndexView.page_title,
        f"{inspection.NAMESPACE}:index",
        "inspection",
        "glasses",
        40,
        scope.may_open,
    ),
):
    menu.register(_item(*each))


@hooks.register("register_reports_menu_item")
def timeliness_item():
    return menu.MenuItemFor(
        timeliness.TimelinessView.page_title,
        reverse(f"{timeliness.NAMESPACE}:report"),
        name="disclosure-published-in-time",
        icon_name="calendar-check",
        order=1091,
        open_to=scope.may_open,
    )
