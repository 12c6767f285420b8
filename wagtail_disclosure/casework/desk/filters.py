"""What the list of cases is narrowed by: queue, state, department, officer, channel, days, outcome."""

from functools import partial

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from ...departments.models import Department
from ...departments.names import person_name
from ...rules.replies import channels_of, outcome_leaves, outcomes_of, replies_to
from ..standing import profile
from .queues import QUEUES, queue, table_of


class PersonFilter(django_filters.ModelChoiceFilter):
    class field_class(django_filters.ModelChoiceFilter.field_class):
        def label_from_instance(self, obj):
            return person_name(obj)


def filter_set(case_model):
    """The filters for a kind of case; departments and officers are those of the cases that the user may see (P7)."""
    table = partial(table_of, case_model)

    def of_visible(model, field):
        return partial(_of_visible, case_model, model, field)

    class CaseFilterSet(_CaseFilters):
        state = django_filters.MultipleChoiceFilter(
            label=pgettext_lazy("disclosure", "State"),
            choices=lambda: _pairs(table().states.values()),
            widget=forms.CheckboxSelectMultiple,
        )
        department = django_filters.ModelChoiceFilter(
            label=capfirst(_("responsible department")), queryset=of_visible(Department, "department")
        )
        officer = PersonFilter(
            label=pgettext_lazy("disclosure", "Officer in charge"),
            queryset=of_visible(get_user_model(), "officer"),
        )
        outcome = django_filters.ChoiceFilter(
            label=pgettext_lazy("disclosure", "Outcome"),
            choices=lambda: _pairs(outcome_leaves(outcomes_of(profile(), _kind(case_model)))),
            method="filter_outcome",
        )

        channel = django_filters.MultipleChoiceFilter(
            label=_("Channel"),
            choices=lambda: _pairs(channels_of(profile(), _kind(case_model))),
            widget=forms.CheckboxSelectMultiple,
        )

        class Meta:
            model = case_model
            fields = [
                *("queue", "state", "department", "officer"),
                *("channel", "received_on", "due_on", "outcome"),
            ]

    return CaseFilterSet


class _CaseFilters(WagtailFilterSet):
    """The filters that are the same for every kind of case."""

    queue = django_filters.ChoiceFilter(
        label=pgettext_lazy("disclosure", "Queue"), choices=QUEUES, method="filter_queue"
    )
    received_on = django_filters.DateFromToRangeFilter(label=_("Received on"), widget=DateRangePickerWidget)
    due_on = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("disclosure", "Due"), widget=DateRangePickerWidget
    )

    def filter_queue(self, queryset, name, value):
        return queue(queryset, value, self.request.user)

    def filter_outcome(self, queryset, name, value):
        replies = replies_to(profile(), _kind(queryset.model))
        codes = [each.code for each in replies if each.fact("outcome", "") == value]
        return with_reply(queryset).filter(closed_on__isnull=False, last_reply__in=codes)


def _pairs(items):
    return [(each.code, each.label()) for each in items]


def _kind(case_model):
    return profile().case_kinds.get(case_model.table)


def _of_visible(case_model, model, field, request):
    visible = case_model.objects.visible_to(request.user).order_by()
    return model.objects.filter(pk__in=visible.exclude(**{field: None}).values(field))


def with_reply(cases):
    """``cases`` with ``last_reply``: the code of the reply that was given last."""
    events = cases.model._meta.get_field("events").related_model.objects
    found = events.filter(case=OuterRef("pk"), data__has_key="reply").order_by("-pk")
    return cases.annotate(last_reply=Subquery(found.values_list(KeyTextTransform("reply", "data"))[:1]))
