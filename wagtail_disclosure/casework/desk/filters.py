"""What the list of cases is narrowed by: queue, state, department, officer, channel, days, outcome."""

from functools import partial

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from ...departments.models import Department
from ...departments.names import person_name
from ...rules.replies import channels_of, outcome_leaves, outcomes_of, replies_to
from ..models.case import nothing
from ..standing import profile
from .queues import by_kind, kinds_of, queue, queues_of, states_of


class PersonFilter(django_filters.ModelChoiceFilter):
    class field_class(django_filters.ModelChoiceFilter.field_class):
        def label_from_instance(self, obj):
            return person_name(obj)


def filter_set(case_model):
    """The filters for a kind of case; departments and officers are those of the cases that the user may see (P7)."""

    def of_visible(model, field):
        return partial(_of_visible, case_model, model, field)

    class CaseFilterSet(_CaseFilters):
        queue = django_filters.ChoiceFilter(
            label=pgettext_lazy("disclosure", "Queue"),
            choices=lambda: queues_of(case_model),
            method="filter_queue",
        )
        kind = django_filters.ChoiceFilter(
            label=pgettext_lazy("disclosure", "Kind"),
            field_name="case_kind",
            choices=lambda: _pairs(kinds_of(case_model)),
        )
        state = django_filters.MultipleChoiceFilter(
            label=pgettext_lazy("disclosure", "State"),
            choices=lambda: _pairs(states_of(case_model).values()),
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
            choices=lambda: _of_kinds(case_model, _outcomes),
            method="filter_outcome",
        )

        channel = django_filters.MultipleChoiceFilter(
            label=_("Channel"),
            choices=lambda: _of_kinds(case_model, channels_of),
            widget=forms.CheckboxSelectMultiple,
        )

        class Meta:
            model = case_model
            fields = [
                *("queue", "kind", "state", "department", "officer"),
                *("channel", "received_on", "due_on", "outcome"),
            ]

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if len(kinds_of(case_model)) < 2:
                del self.filters["kind"]

    return CaseFilterSet


class _CaseFilters(WagtailFilterSet):
    """The filters that are the same for every kind of case."""

    received_on = django_filters.DateFromToRangeFilter(label=_("Received on"), widget=DateRangePickerWidget)
    due_on = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("disclosure", "Due"), widget=DateRangePickerWidget
    )

    def filter_queue(self, queryset, name, value):
        return queue(queryset, value, self.request.user)

    def filter_outcome(self, queryset, name, value):
        found = nothing()
        for cases, kind in by_kind(queryset.model):
            replies = replies_to(profile(), kind)
            codes = [each.code for each in replies if each.fact("outcome", "") == value]
            found |= cases & Q(last_reply__in=codes)
        return with_reply(queryset).filter(found, closed_on__isnull=False)


def _pairs(items):
    return [(each.code, each.label()) for each in items]


def _outcomes(of_profile, kind):
    return outcome_leaves(outcomes_of(of_profile, kind))


def _of_kinds(case_model, items):
    """``items(profile, kind)`` of every kind of case; one code stands for what several kinds call so."""
    found = {}
    for kind in kinds_of(case_model):
        found |= {each.code: each.label() for each in items(profile(), kind) if each.code not in found}
    return list(found.items())


def _of_visible(case_model, model, field, request):
    visible = case_model.objects.visible_to(request.user).order_by()
    return model.objects.filter(pk__in=visible.exclude(**{field: None}).values(field))


def with_reply(cases):
    """``cases`` with ``last_reply``: the code of the reply that was given last."""
    events = cases.model._meta.get_field("events").related_model.objects
    found = events.filter(case=OuterRef("pk"), data__has_key="reply").order_by("-pk")
    return cases.annotate(last_reply=Subquery(found.values_list(KeyTextTransform("reply", "data"))[:1]))
