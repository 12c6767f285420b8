"""Lists of platforms and of submissions in the admin."""

import django_filters
from django import forms as django_forms
from django.http import Http404
from django.urls import path, re_path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from ...catalogue.viewsets import KeptWhileUsed, ReadOnlyIndexView, ReadOnlyViewSet
from ...departments import menu
from ...departments.models import Department
from ..models.upward import UpwardPlatform, UpwardSubmission
from . import access, counts, views
from .forms import PlatformForm

State = UpwardSubmission.State
CHECKBOXES = django_forms.CheckboxSelectMultiple


class OwnPlatform:
    """The platforms of other agencies do not exist for the person."""

    def get_object(self, queryset=None):
        found = super().get_object() if queryset is None else super().get_object(queryset)
        if not access.platforms_of(self.request.user).filter(pk=found.pk).exists():
            raise Http404
        return found


class PlatformEditView(OwnPlatform, generic.EditView):
    pass


class PlatformIndexView(generic.IndexView):
    def get_base_queryset(self):
        return access.platforms_of(self.request.user).select_related("agency")

    def get_list_more_buttons(self, instance):
        found, user = super().get_list_more_buttons(instance), self.request.user
        found.append(
            Button(
                pgettext("upward feed", "Submissions"),
                url=views.url("index", platform=instance.pk),
                icon_name="list-ul",
                priority=5,
            )
        )
        if user.has_perm(access.CHANGE) and instance.pushes:
            found += [
                Button(
                    pgettext("upward feed", "Send now"),
                    url=views.url("send", instance.pk),
                    icon_name="upload",
                    priority=6,
                ),
                Button(
                    str(views.RUNS_HEADING),
                    url=views.url("runs", instance.pk),
                    icon_name="history",
                    priority=7,
                ),
            ]
        if access.may_handle(user):
            address = views.url("hand_over", instance.pk)
            found.append(Button(_("Submit by hand"), url=address, icon_name="download", priority=8))
        if user.has_perm(access.CHANGE_PLATFORM) and instance.fetches:
            address = views.url("key", instance.pk)
            found.append(Button(_("New access key"), url=address, icon_name="key", priority=9))
        return found


class PlatformHistoryView(OwnPlatform, history.HistoryView):
    pass


class PlatformUsageView(OwnPlatform, usage.UsageView):
    pass


class PlatformDeleteView(KeptWhileUsed, OwnPlatform, generic.DeleteView):
    pass


class PlatformViewSet(menu.InDisclosureMenu, ModelViewSet):
    model = UpwardPlatform
    name = views.PLATFORMS
    url_prefix = "disclosure/platforms"
    icon = "site"
    menu_label = gettext_lazy("Upper platforms")
    menu_order = menu.INTERCHANGE + 20
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = PlatformIndexView
    edit_view_class = PlatformEditView
    delete_view_class = PlatformDeleteView
    history_view_class = PlatformHistoryView
    usage_view_class = PlatformUsageView
    list_display = [
        "name",
        Column(
            "direction", label=pgettext_lazy("upward feed", "Direction"), accessor="get_direction_display"
        ),
        Column("format", label=pgettext_lazy("upward feed", "Format"), accessor="get_format_display"),
        Column("content", label=gettext_lazy("How items are submitted"), accessor="get_content_display"),
        BooleanColumn("active", label=gettext_lazy("In use")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                ["agency", FieldRowPanel(["name", "code"]), "active"],
                heading=pgettext_lazy("upward feed", "Platform"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(["direction", "format"]),
                    FieldRowPanel(["schema_version", "batch_size"]),
                    "endpoint",
                    "secret",
                    "access_key_expires_on",
                ],
                heading=pgettext_lazy("upward feed", "Connection"),
            ),
            MultiFieldPanel(
                [
                    "content",
                    FieldPanel("departments", widget=CHECKBOXES),
                    FieldPanel("categories"),
                    FieldRowPanel(["language", "since"]),
                    FieldPanel("mapping"),
                ],
                heading=gettext_lazy("What is submitted"),
            ),
        ],
        base_form_class=PlatformForm,
    )


# Submissions


def departments_of(request):
    seen = UpwardSubmission.objects.seen_by(request.user).order_by()
    return Department.objects.filter(pk__in=seen.values("department_id"))


class SubmissionFilterSet(WagtailFilterSet):
    platform = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("upward feed", "Platform"),
        queryset=lambda request: access.platforms_of(request.user),
    )
    state = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("upward feed", "Status"), choices=State.choices, widget=CHECKBOXES
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind"), choices=UpwardSubmission.Kind.choices, widget=CHECKBOXES
    )
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Responsible department"),
        queryset=departments_of,
        null_label="—",
        null_value="0",
        method="filter_department",
    )
    sent_at = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("upward feed", "Sent"), widget=DateRangePickerWidget
    )
    # Where a number of the counts leads to.
    counted = django_filters.ChoiceFilter(
        label=gettext_lazy("Counted as"),
        choices=[(name, each.label) for name, each in counts.COUNTED.items()],
        method="filter_counted",
    )
    month = django_filters.CharFilter(
        label=gettext_lazy("Month or year"), method="filter_month", widget=django_forms.HiddenInput
    )
    item = django_filters.NumberFilter(
        label=pgettext_lazy("upward feed", "Item"), field_name="page_id", widget=django_forms.HiddenInput
    )

    class Meta:
        model = UpwardSubmission
        fields = ["platform", "state", "kind", "department", "sent_at", "counted", "month", "item"]

    def filter_department(self, queryset, name, value):
        return queryset.filter(department_id=None if value == "0" else value.pk)

    def filter_counted(self, queryset, name, value):
        return counts.COUNTED[value].of(queryset)

    def filter_month(self, queryset, name, value):
        """The month counts by the time of what is counted; without that, by when it was entered."""
        try:
            bounds = counts.month_bounds(*counts.month_of(value))
        except ValueError:
            return queryset.none()
        column = counts.COUNTED.get(self.data.get("counted"))
        time = column.time if column else "created_at"
        return queryset.filter(**{f"{time}__gte": bounds[0], f"{time}__lt": bounds[1]})


class SubmissionIndexView(ReadOnlyIndexView):
    def user_has_permission(self, permission):
        return permission == "view" and access.may_see(self.request.user)

    def get_base_queryset(self):
        return UpwardSubmission.objects.seen_by(self.request.user).select_related("platform")

    @cached_property
    def header_buttons(self):
        return [HeaderButton(_("Submitted and adopted"), url=views.url("counts"), icon_name="table")]

    @cached_property
    def header_more_buttons(self):
        found = list(super().header_more_buttons)
        if access.may_handle(self.request.user):
            by_hand = access.platforms_of(self.request.user).filter(
                active=True, direction=UpwardPlatform.Direction.MANUAL
            )
            found += [
                Button(
                    _("By hand: %(platform)s") % {"platform": each},
                    url=views.url("hand_over", each.pk),
                    icon_name="download",
                )
                for each in by_hand
            ]
        return found

    @cached_property
    def list_display(self):
        return [
            TitleColumn(
                "title",
                label=pgettext("upward feed", "Item"),
                get_url=lambda each: views.url("inspect", each.pk),
            ),
            StatusTagColumn(
                "state",
                label=_("Status"),
                accessor="get_state_display",
                sort_key="state",
                primary=lambda each: each.state == State.ADOPTED,
            ),
            Column("kind", label=_("Kind"), accessor="get_kind_display", classname="w-whitespace-nowrap"),
            Column("platform", label=pgettext("upward feed", "Platform"), sort_key="platform__name"),
            Column("department_name", label=_("Responsible department"), sort_key="department_name"),
            DateColumn("sent_at", label=pgettext("upward feed", "Sent"), sort_key="sent_at"),
            Column("reason", label=_("Reason")),
        ]


class SubmissionViewSet(ReadOnlyViewSet):
    model = UpwardSubmission
    name = views.SUBMISSIONS
    url_prefix = "disclosure/submissions"
    icon = "upload"
    menu_label = gettext_lazy("Submissions to upper platforms")
    menu_order = menu.INTERCHANGE + 10
    search_fields = ["title", "index_number", "reference"]
    search_backend_name = None
    filterset_class = SubmissionFilterSet
    index_view_class = SubmissionIndexView
    inspect_view_class = views.SubmissionView
    list_export = [
        "title",
        "index_number",
        "get_kind_display",
        "get_state_display",
        "platform",
        "department_name",
        "get_route_display",
        "created_at",
        "sent_at",
        "adopted_at",
        "reference",
        "reference_url",
        "reason",
        "key",
    ]
    export_headings = {
        "get_kind_display": gettext_lazy("Kind"),
        "get_state_display": pgettext_lazy("upward feed", "Status"),
        "get_route_display": pgettext_lazy("upward feed", "Way"),
    }
    export_filename = "submissions"

    @property
    def inspect_view(self):
        return views.SubmissionView.as_view()

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("counts/", views.CountsView.as_view(), name="counts"),
            path("mark/<int:pk>/", views.MarkView.as_view(), name="mark"),
            path("again/<int:pk>/", views.AgainView.as_view(), name="again"),
            path("now/<int:pk>/", views.NowView.as_view(), name="now"),
            path("platform/<int:pk>/send/", views.SendView.as_view(), name="send"),
            path("platform/<int:pk>/runs/", views.RunsView.as_view(), name="runs"),
            path("platform/<int:pk>/key/", views.KeyView.as_view(), name="key"),
            path("platform/<int:pk>/by-hand/", views.HandOverView.as_view(), name="hand_over"),
            re_path(
                r"^platform/(?P<pk>[0-9]{1,18})/waiting\.(?P<file_kind>xlsx|json|xml)$",
                views.FileView.as_view(),
                name="file",
            ),
            path("platform/<int:pk>/statuses/", views.StatusesView.as_view(), name="statuses"),
        ]


def of_item(page_id):
    """The address of the list of an item's submissions."""
    return f"{reverse(f'{views.SUBMISSIONS}:index')}?item={page_id}"
