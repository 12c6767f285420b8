"""Columns of the list of cases that say more than a text: how urgent, under supervision, whether the officer is there."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column

from ...departments.names import person_name
from ...publishing.models import Delegation
from ..models.case import left
from .queues import soon_until

LATE, SOON, AHEAD = "late", "soon", "ahead"


def level_of(case, today, until):
    """How urgent an open case is: ``late``, ``soon`` (due until that day), ``ahead``; empty without a due date."""
    if case.is_closed or case.due_on is None:
        return ""
    if case.due_on < today:
        return LATE
    return SOON if case.due_on <= until else AHEAD


def with_presence(cases):
    """``cases`` with what :class:`OfficerColumn` shows: whether their officers have left or are absent."""
    absent = Delegation.objects.on(timezone.localdate()).filter(delegator=OuterRef("officer"))
    gone = ExpressionWrapper(left(), output_field=BooleanField())
    return cases.annotate(officer_left=gone, officer_absent=Exists(absent))


class StateColumn(Column):
    cell_template_name = "wagtail_disclosure/casework/cells/state.html"


class _WithLevel(Column):
    """A column that knows how urgent each case is."""

    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def until(self):
        return soon_until(self.today)

    def get_cell_context_data(self, instance, parent_context):
        found = super().get_cell_context_data(instance, parent_context)
        found["level"] = level_of(instance, self.today, self.until)
        return found


class DueColumn(_WithLevel):
    cell_template_name = "wagtail_disclosure/casework/cells/due.html"


class SubjectColumn(_WithLevel):
    """The subject; on a phone state and due date as well, whose columns lie outside the view there."""

    cell_template_name = "wagtail_disclosure/casework/cells/subject.html"

    def __init__(self, *args, state, due, **kwargs):
        super().__init__(*args, **kwargs)
        self.state, self.due = state, due

    def get_cell_context_data(self, instance, parent_context):
        found = super().get_cell_context_data(instance, parent_context)
        return {**found, "state": self.state(instance), "due": self.due(instance)}


class OfficerColumn(Column):
    cell_template_name = "wagtail_disclosure/casework/cells/officer.html"

    def get_value(self, instance):
        return person_name(instance.officer) if instance.officer is not None else ""
