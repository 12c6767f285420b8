"""The list of imports in the admin."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.widgets.button import HeaderButton

from ..catalogue.viewsets import ReadOnlyIndexView, ReadOnlyViewSet
from ..departments import menu
from . import views
from .models import ImportBatch


class ImportIndexView(ReadOnlyIndexView):
    def user_has_permission(self, permission):
        return permission == "view" and views.may_see_imports(self.request.user)

    def get_base_queryset(self):
        return ImportBatch.objects.seen_by(self.request.user).select_related("site", "user")

    @cached_property
    def header_buttons(self):
        if not self.request.user.has_perm(views.ADD):
            return []
        url = reverse("disclosure_imports:upload")
        return [HeaderButton(_("Import documents"), url=url, icon_name="upload")]

    @cached_property
    def list_display(self):
        return [
            "file_name",
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                sort_key="state",
                primary=lambda each: each.state == ImportBatch.State.DONE,
            ),
            Column("user_name", label=_("Imported by")),
            Column("new", label=pgettext("disclosure", "New")),
            Column("changed", label=_("Changed")),
            Column("unchanged", label=_("As before")),
            Column("bad", label=_("With errors")),
            DateColumn("created_at", label=_("Read at"), sort_key="created_at"),
        ]


class ImportViewSet(ReadOnlyViewSet):
    model = ImportBatch
    name = "disclosure_imports"
    url_prefix = "disclosure/imports"
    icon = "upload"
    menu_label = gettext_lazy("Imports")
    menu_order = menu.INTERCHANGE
    search_fields = ["file_name", "user_name"]
    search_backend_name = None
    list_filter = ["state"]
    index_view_class = ImportIndexView
    inspect_view_class = views.BatchView

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("upload/", views.UploadView.as_view(), name="upload"),
            path("report/<int:pk>/", views.ReportView.as_view(), name="report"),
        ]
