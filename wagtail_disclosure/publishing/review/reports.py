"""The ledger as a report: read-only, filtered, exported without formulas."""

import django_filters
from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from ...compat import PAGE_MODEL
from .. import ledger
from ..exports import SafeExport, shown_time
from ..models import Delegation, LedgerEntry, ReviewPolicy
from ..names import decided_by
from ..verification.views import anchor_button

# A short value that is not broken after any of its characters.
ONE_LINE = "w-whitespace-nowrap"


def people_in_ledger(request):
    users = get_user_model().objects
    return users.filter(pk__in=LedgerEntry.objects.exclude(actor=None).values("actor"))


class LedgerFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Event"), choices=LedgerEntry.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Time"), widget=DateRangePickerWidget)
    actor = django_filters.ModelChoiceFilter(label=gettext_lazy("Person"), queryset=people_in_ledger)
    title = django_filters.CharFilter(label=gettext_lazy("Title contains"), method="filter_title")
    digest = django_filters.CharFilter(label=gettext_lazy("Content digest"), lookup_expr="istartswith")

    class Meta:
        model = LedgerEntry
        fields = ["kind", "at", "actor", "title", "digest"]

    def filter_title(self, queryset, name, value):
        pages = apps.get_model(PAGE_MODEL)
        keys = pages.objects.filter(title__icontains=value).annotate(key=Cast("pk", CharField()))
        content_type = ContentType.objects.get_for_model(pages)
        return queryset.filter(content_type=content_type, object_id__in=keys.values("key"))


class LedgerReportView(SafeExport, ReportView):
    """Every approval, return, publication and withdrawal, each bound to the entry before it."""

    page_title = gettext_lazy("Disclosure ledger")
    header_icon = "list-ul"
    model = LedgerEntry
    permission_policy = ModelPermissionPolicy(LedgerEntry)
    any_permission_required = ["view"]
    filterset_class = LedgerFilterSet
    index_url_name = "wagtail_disclosure_review:ledger"
    index_results_url_name = "wagtail_disclosure_review:ledger_results"
    is_searchable = False
    template_name = "wagtail_disclosure/publishing/report.html"
    columns = [
        Column("sequence", label=gettext_lazy("No.")),
        Column("time", label=gettext_lazy("Time"), classname=ONE_LINE),
        Column("get_kind_display", label=gettext_lazy("Event"), classname=ONE_LINE),
        TitleColumn("item_title", label=gettext_lazy("Item"), get_url=lambda entry: entry.history_url),
        Column("person", label=gettext_lazy("Person"), classname=ONE_LINE),
        Column("digest_short", label=gettext_lazy("Content digest")),
        StatusTagColumn(
            "authenticity",
            label=gettext_lazy("Chain"),
            classname=ONE_LINE,
            primary=lambda entry: entry.authentic,
        ),
    ]
    list_export = [
        "sequence",
        "at",
        "get_kind_display",
        "item_title",
        "step",
        "person",
        "digest",
        "previous_hash",
        "hash",
        "authenticity",
    ]
    export_headings = {
        "sequence": gettext_lazy("No."),
        "at": gettext_lazy("Time"),
        "get_kind_display": gettext_lazy("Event"),
        "item_title": gettext_lazy("Item"),
        "step": gettext_lazy("Step"),
        "person": gettext_lazy("Person"),
        "digest": gettext_lazy("Content digest"),
        "previous_hash": gettext_lazy("Hash of the entry before"),
        "hash": gettext_lazy("Hash"),
        "authenticity": gettext_lazy("Chain"),
    }

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, anchor_button()]

    def get_queryset(self):
        return LedgerEntry.objects.select_related("content_type").order_by("-sequence")

    def get_filename(self):
        return f"ledger-{timezone.localdate():%Y-%m-%d}"

    def decorate_paginated_queryset(self, object_list):
        entries = list(object_list)
        titles = _titles(entries)
        for entry in entries:
            entry.item_title = titles.get((entry.content_type_id, entry.object_id)) or _("no longer there")
            known = (entry.content_type_id, entry.object_id) in titles
            entry.history_url = _url_of(entry) if known else ""
            entry.person = decided_by(entry)
            entry.digest_short = entry.digest[:12]
            entry.time = shown_time(entry.at)
            entry.step = entry.data.get("step", "")
            entry.authentic = ledger.is_authentic(entry)
            entry.authenticity = _("intact") if entry.authentic else _("broken")
        return entries


def _titles(entries):
    """The present titles of the items of ``entries``: ``{(content type, key): title}``."""
    found = {}
    for content_type in {entry.content_type for entry in entries}:
        model = content_type.model_class()
        keys = {entry.object_id for entry in entries if entry.content_type_id == content_type.pk}
        if model is None:
            continue
        rows = model._default_manager.in_bulk([model._meta.pk.to_python(key) for key in keys])
        for key, row in rows.items():
            found[content_type.pk, str(key)] = getattr(row, "draft_title", "") or str(row)
    return found


def _url_of(entry):
    """The history of the item; of a policy or delegation, the page that shows it."""
    model = entry.content_type.model_class()
    if model is ReviewPolicy:
        return reverse("disclosure_review_policies:inspect", args=[entry.object_id])
    if model is Delegation:
        return reverse("disclosure_delegations:inspect", args=[entry.object_id])
    return reverse("wagtail_disclosure_review:history", args=[entry.content_type_id, entry.object_id])
