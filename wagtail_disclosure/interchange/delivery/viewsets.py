"""Lists in the admin: reading points, intake points, the delivery ledger, delivery notes."""

import datetime

import django_filters
from django import forms as django_forms
from django.db.models import Count
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from ...catalogue import sheets
from ...catalogue.viewsets import KeptWhileUsed, ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from ...compat import Page
from ...departments import menu
from ...departments.models import Department
from ...departments.panels import NamesPanel
from ...publishing.exports import shown_time
from ..models import Delivery, DeliveryBatch, DeliveryEvent, IntakePoint, ReadingPoint
from . import forms, policy, views
from .views import ledger_url, note_url

ORDER = menu.INTERCHANGE + 30


# Places


class OwnPlaces:
    """The places of agencies whose places the person keeps; others do not exist for them."""

    def get_base_queryset(self):
        return policy.places_of(self.request.user, self.model).select_related("agency")


class OwnPlace:
    def get_object(self, queryset=None):
        found = super().get_object() if queryset is None else super().get_object(queryset)
        if not policy.places_of(self.request.user, self.model).filter(pk=found.pk).exists():
            raise Http404
        return found


class PlaceIndexView(OwnPlaces, snippets.IndexView):
    pass


class PlaceEditView(OwnPlace, snippets.EditView):
    pass


class PlaceHistoryView(OwnPlace, snippets.HistoryView):
    pass


class PlaceUsageView(OwnPlace, snippets.UsageView):
    pass


class PlaceDeleteView(KeptWhileUsed, OwnPlace, snippets.DeleteView):
    pass


class PlaceViewSet(menu.InDisclosureMenu, SnippetViewSet):
    copy_view_enabled = False
    search_fields = ["name", "address"]
    search_backend_name = None
    list_filter = ["active"]
    index_view_class = PlaceIndexView
    edit_view_class = PlaceEditView
    delete_view_class = PlaceDeleteView
    history_view_class = PlaceHistoryView
    usage_view_class = PlaceUsageView


NAME = MultiFieldPanel(["name", NamesPanel()], heading=pgettext_lazy("disclosure", "Name"))
WHERE = MultiFieldPanel(
    [
        "address",
        NamesPanel("address_names"),
        "office_hours",
        NamesPanel("office_hours_names"),
        "directions",
        NamesPanel("directions_names"),
    ],
    heading=gettext_lazy("Where and when"),
)
IN_USE = MultiFieldPanel(
    [FieldRowPanel(["opened_on", "closed_on"]), FieldRowPanel(["sort_order", "active"])],
    heading=gettext_lazy("In use"),
)


class ReadingPointViewSet(PlaceViewSet):
    model = ReadingPoint
    icon = "home"
    menu_order = ORDER + 2
    list_display = [
        "name",
        Column("kind_label", label=gettext_lazy("Kind")),
        "address",
        "phone",
        BooleanColumn("active", label=gettext_lazy("In use")),
    ]
    edit_handler = ObjectList(
        [
            NAME,
            FieldPanel("kind"),
            WHERE,
            FieldPanel("phone"),
            MultiFieldPanel(
                ["contact_name", FieldRowPanel(["contact_phone", "contact_email"])],
                heading=gettext_lazy("Contact for deliveries"),
                help_text=gettext_lazy("Not shown to the public."),
            ),
            MultiFieldPanel(
                [
                    "delivers_from",
                    FieldPanel("departments", widget=django_forms.CheckboxSelectMultiple),
                    FieldPanel("categories", widget=django_forms.CheckboxSelectMultiple),
                    FieldRowPanel(["form", "copies", "term"]),
                ],
                heading=gettext_lazy("What is delivered there"),
            ),
            IN_USE,
            FieldPanel("agency", widget=django_forms.Select),
        ],
        base_form_class=forms.ReadingPointForm,
    )


class IntakePointViewSet(PlaceViewSet):
    model = IntakePoint
    icon = "form"
    menu_order = ORDER + 3
    list_display = [
        "name",
        "department",
        "address",
        "phone",
        BooleanColumn("active", label=gettext_lazy("In use")),
    ]
    edit_handler = ObjectList(
        [
            NAME,
            FieldPanel("department", widget=django_forms.Select),
            WHERE,
            MultiFieldPanel(["phone", FieldRowPanel(["fax", "email"])], heading=gettext_lazy("Contact")),
            FieldPanel("accepts"),
            IN_USE,
            FieldPanel("agency", widget=django_forms.Select),
        ],
        base_form_class=forms.IntakePointForm,
    )


# The ledger


def _points(request):
    return ReadingPoint.objects.filter(pk__in=policy.deliveries_of(request.user).order_by().values("point"))


def _departments(request):
    return Department.objects.filter(
        pk__in=policy.deliveries_of(request.user).order_by().values("department")
    )


class DeliveryFilterSet(WagtailFilterSet):
    point = django_filters.ModelChoiceFilter(label=gettext_lazy("Reading point"), queryset=_points)
    overdue = django_filters.ChoiceFilter(
        label=gettext_lazy("Overdue"), choices=[("on", gettext_lazy("overdue"))], method="filter_overdue"
    )
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Responsible department"), queryset=_departments
    )
    published_on = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Date published"), widget=DateRangePickerWidget
    )
    delivered_on = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Delivered on"), widget=DateRangePickerWidget
    )
    # From the editor of an item, and from the figures.
    page = django_filters.NumberFilter(field_name="page_id", widget=django_forms.HiddenInput)
    year = django_filters.NumberFilter(method="filter_year", widget=django_forms.HiddenInput)
    month = django_filters.NumberFilter(method="filter_month", widget=django_forms.HiddenInput)
    recalls = django_filters.BooleanFilter(method="filter_recalls", widget=django_forms.HiddenInput)

    class Meta:
        model = Delivery
        fields = ["point", "state", "kind", "department", "overdue", "published_on", "delivered_on"]

    def filter_overdue(self, queryset, name, value):
        return queryset.overdue() if value else queryset

    def filter_year(self, queryset, name, value):
        return queryset.filter(delivered_on__year=int(value)) if 1 < value < 10000 else queryset.none()

    def filter_month(self, queryset, name, value):
        return queryset.filter(delivered_on__month=int(value)) if 1 <= value <= 12 else queryset.none()

    def filter_recalls(self, queryset, name, value):
        return queryset.exclude(kind=Delivery.Kind.DELIVER) if value else queryset


def day_column(name, label):
    """A day as it is written, and not how long ago it was: people compare it with paper."""

    def day(row):
        value = getattr(row, name)
        if value is None:
            return ""
        return shown_time(timezone.localdate(value) if isinstance(value, datetime.datetime) else value)

    return Column(name, label=label, accessor=day, sort_key=name, classname="w-whitespace-nowrap")


class DeliveryIndexView(ReadOnlyIndexView):
    page_title = gettext_lazy("Delivery ledger")

    def user_has_permission(self, permission):
        return permission == "view" and policy.may_read(self.request.user)

    def get_base_queryset(self):
        return policy.deliveries_of(self.request.user).select_related("point", "batch", "department")

    @cached_property
    def header_buttons(self):
        if not policy.may_manage(self.request.user):
            return []
        return [
            HeaderButton(_("To be delivered"), url=ledger_url("points"), icon_name="redirect"),
            HeaderButton(_("Delivery notes"), url=note_url(), icon_name="list-ul"),
        ]

    @cached_property
    def list_display(self):
        return [
            self._get_title_column("title", classname="disclosure-delivery__title"),
            Column("index_number", label=_("Index number"), sort_key="index_number"),
            Column("point", label=_("Reading point"), sort_key="point__sort_order"),
            Column("kind", label=pgettext("delivery", "What is done"), accessor="get_kind_display"),
            StatusTagColumn(
                "state",
                label=_("State"),
                classname="w-whitespace-nowrap",
                accessor=state_of,
                sort_key="state",
                primary=lambda each: each.is_overdue,
            ),
            day_column("published_on", _("Date published")),
            day_column("due_on", pgettext("delivery", "Due on")),
            Column(
                "batch",
                label=_("Delivery note"),
                accessor=lambda each: each.batch.number if each.batch else "",
            ),
        ]


def state_of(delivery):
    return _("overdue") if delivery.is_overdue else delivery.get_state_display()


class DeliveryInspectView(ReadOnlyInspectView):
    """One delivery: the item as it was, what happened to it, and where the item is now."""

    template_name = f"{views.FOLDER}/delivery.html"
    page_title = pgettext_lazy("delivery", "Delivery")

    def dispatch(self, request, *args, **kwargs):
        if not policy.deliveries_of(request.user).filter(pk=self.object.pk).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        delivery, user = self.object, self.request.user
        manages = policy.points_of(user).filter(pk=delivery.point_id).exists()
        page = Page.objects.filter(pk=delivery.page_id).first()
        may_edit = page is not None and page.specific.permissions_for_user(user).can_edit()
        state = Delivery.State
        may_again = not delivery.is_recall and delivery.ended_at is None
        return super().get_context_data(
            delivery=delivery,
            events=events_of(delivery),
            page=page,
            may_edit=may_edit,
            batch_url=note_url("inspect", delivery.batch_id) if manages and delivery.batch_id else "",
            cancel_url=ledger_url("cancel", delivery.pk) if manages and delivery.state == state.DUE else "",
            again_url=ledger_url("again", delivery.pk)
            if manages and may_again and delivery.state not in (state.DUE, state.BATCHED)
            else "",
            others_url=f"{ledger_url()}?page={delivery.page_id}",
            recall=Delivery.objects.filter(recalls=delivery).first(),
            **kwargs,
        )


def events_of(delivery):
    """What happened to a delivery: its own events, and those of the note on which it stands."""
    found = list(DeliveryEvent.objects.filter(delivery=delivery))
    if delivery.batch_id:
        steps = [DeliveryEvent.Action.DELIVER, DeliveryEvent.Action.RECEIVE]
        found += DeliveryEvent.objects.filter(batch=delivery.batch_id, delivery=None, action__in=steps)
    return sorted(found, key=lambda each: (each.at, each.pk))


class DeliveryViewSet(ReadOnlyViewSet):
    model = Delivery
    name = views.LEDGER
    url_prefix = "disclosure/deliveries"
    icon = "redirect"
    menu_label = gettext_lazy("Delivery ledger")
    menu_order = ORDER
    # What was published last is looked for most.
    ordering = ["-published_on", "-pk"]
    search_fields = ["title", "index_number", "document_number", "batch__number"]
    search_backend_name = None
    filterset_class = DeliveryFilterSet
    list_export = [
        "point",
        "get_kind_display",
        "get_state_display",
        "index_number",
        "title",
        "document_number",
        "department",
        "published_on",
        "files",
        "due_on",
        "batch.number",
        "get_form_display",
        "copies",
        "delivered_on",
        "received_on",
        "reason",
        "note",
    ]
    export_headings = {
        "get_kind_display": pgettext_lazy("delivery", "What is done"),
        "get_state_display": gettext_lazy("State"),
        "batch.number": gettext_lazy("Delivery note"),
        "get_form_display": pgettext_lazy("delivery", "Form"),
    }
    export_filename = "delivery-ledger"
    index_view_class = DeliveryIndexView
    inspect_view_class = DeliveryInspectView

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("points/", views.PointsView.as_view(), name="points"),
            path("points/<int:pk>/note/", views.MakeBatchView.as_view(), name="make"),
            path("<int:pk>/cancel/", views.CancelView.as_view(), name="cancel"),
            path("<int:pk>/again/", views.AgainView.as_view(), name="again"),
            path("figures/", views.FiguresView.as_view(), name="figures"),
            path("figures.csv", views.FiguresFileView.as_view(), name="figures_csv"),
            path("figures.xlsx", views.FiguresFileView.as_view(kind=sheets.XLSX), name="figures_xlsx"),
        ]


# Delivery notes


class BatchFilterSet(WagtailFilterSet):
    point = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Reading point"), queryset=lambda request: policy.points_of(request.user)
    )
    made_at = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("delivery", "Made on"), widget=DateRangePickerWidget
    )
    # From the figures.
    year = django_filters.NumberFilter(method="filter_year", widget=django_forms.HiddenInput)

    class Meta:
        model = DeliveryBatch
        fields = ["point", "state", "made_at"]

    def filter_year(self, queryset, name, value):
        return queryset.filter(delivered_on__year=int(value)) if 1 < value < 10000 else queryset.none()


class BatchIndexView(ReadOnlyIndexView):
    def user_has_permission(self, permission):
        return permission == "view" and policy.may_manage(self.request.user)

    def get_base_queryset(self):
        found = policy.batches_of(self.request.user).select_related("point")
        return found.defer("html").annotate(count=Count("deliveries"))

    @cached_property
    def header_buttons(self):
        return [HeaderButton(_("To be delivered"), url=ledger_url("points"), icon_name="redirect")]

    @cached_property
    def list_display(self):
        return [
            "number",
            Column("point", label=_("Reading point"), sort_key="point__sort_order"),
            Column("lines", label=_("Lines"), accessor=lambda each: len(each.lines)),
            StatusTagColumn(
                "state",
                label=_("State"),
                classname="w-whitespace-nowrap",
                accessor="get_state_display",
                sort_key="state",
                primary=lambda each: each.state == DeliveryBatch.State.RECEIVED,
            ),
            day_column("made_at", pgettext("delivery", "Made on")),
            Column("made_by_name", label=pgettext("delivery", "Made by")),
            day_column("delivered_on", _("Delivered on")),
            day_column("received_on", _("Received on")),
            Column("received_by", label=_("Received by")),
        ]


class BatchInspectView(ReadOnlyInspectView):
    """A delivery note: its lines and what became of each, what comes next, and its history."""

    template_name = f"{views.FOLDER}/batch.html"
    page_title = gettext_lazy("Delivery note")

    def dispatch(self, request, *args, **kwargs):
        if not policy.batches_of(request.user).filter(pk=self.object.pk).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        from .notes import pdf

        batch, state = self.object, DeliveryBatch.State
        lines = list(batch.deliveries.select_related("department").order_by("published_on", "pk"))
        steps = {
            "delivered": batch.state == state.MADE,
            "receipt": batch.state == state.DELIVERED,
            "void": batch.state == state.MADE,
            "correct": batch.state in (state.DELIVERED, state.RECEIVED),
        }
        return super().get_context_data(
            batch=batch,
            lines=lines,
            left=[each for each in lines if each.has_left] if batch.state == state.MADE else [],
            steps={name: note_url(name, batch.pk) for name, possible in steps.items() if possible},
            print_url=note_url("print", batch.pk),
            pdf_url=note_url("pdf", batch.pk) if pdf.is_available() else "",
            xlsx_url=note_url("xlsx", batch.pk),
            scan_url=note_url("scan", batch.pk) if batch.receipt else "",
            days=(timezone.localdate() - batch.delivered_on).days if batch.delivered_on else None,
            events=[(each, corrections(each)) for each in batch.events.filter(delivery=None)],
            single=batch.events.exclude(delivery=None)
            .exclude(action__in=[DeliveryEvent.Action.MAKE, DeliveryEvent.Action.VOID])
            .select_related("delivery"),
            **kwargs,
        )


def corrections(event):
    """What a correction changed: ``[(label, before, after)]``."""
    found = []
    for name, (before, after) in event.data.items():
        if name != "receipt_sha256":
            label = DeliveryBatch._meta.get_field(name).verbose_name
            found.append((label, before or "—", after or "—"))
    return found


class BatchViewSet(ReadOnlyViewSet):
    model = DeliveryBatch
    name = views.NOTES
    url_prefix = "disclosure/delivery-notes"
    icon = "list-ul"
    menu_label = gettext_lazy("Delivery notes")
    menu_order = ORDER + 1
    search_fields = ["number", "point__name", "received_by", "made_by_name"]
    search_backend_name = None
    filterset_class = BatchFilterSet
    list_export = [
        "number",
        "point",
        "get_state_display",
        "count",
        "made_at",
        "made_by_name",
        "delivered_on",
        "delivered_by",
        "received_on",
        "received_by",
        "receipt_note",
    ]
    export_headings = {
        "get_state_display": gettext_lazy("State"),
        "count": gettext_lazy("Lines"),
    }
    export_filename = "delivery-notes"
    index_view_class = BatchIndexView
    inspect_view_class = BatchInspectView

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/print/", views.PrintView.as_view(), name="print"),
            path("<int:pk>/note.pdf", views.NoteFileView.as_view(kind="pdf"), name="pdf"),
            path("<int:pk>/note.xlsx", views.NoteFileView.as_view(kind=sheets.XLSX), name="xlsx"),
            path("<int:pk>/delivered/", views.DeliveredView.as_view(), name="delivered"),
            path("<int:pk>/receipt/", views.ReceiptView.as_view(), name="receipt"),
            path("<int:pk>/void/", views.VoidView.as_view(), name="void"),
            path("<int:pk>/correct/", views.CorrectView.as_view(), name="correct"),
            path("<int:pk>/scan/", views.ScanView.as_view(), name="scan"),
        ]
