"""Hooks of reports: addresses, the entry in the menu, the permission to see reports."""

from django.contrib.auth.models import Permission
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from ..departments import menu
from . import (
    body_views,
    drill_views,
    publication,  # noqa: F401  (follows the register)
    scope,
    views,
)
from .access import may_read
from .showing import NAMESPACE
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


@hooks.register("register_admin_urls")
def addresses():
    return [
        path(f"disclosure/{place}/", include((addresses, namespace), namespace=namespace))
        for place, addresses, namespace in (
            ("annual-reports", ADDRESSES, NAMESPACE),
            ("time-limit", timeliness.ADDRESSES, timeliness.NAMESPACE),
        )
    ]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure", codename="view_annualreport"
    )


def menu_item():
    return menu.MenuItemFor(
        _("Annual reports"),
        views.url("index"),
        open_to=may_read,
        name="disclosure-annual-reports",
        icon_name="doc-full",
        order=menu.REPORTS,
    )


menu.register(menu_item)


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
