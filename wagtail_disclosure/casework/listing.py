"""The list of cases in the admin: queues, filters, and an export without personal data or formulas."""

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic

from ..departments.names import person_name
from ..publishing.exports import SafeExport, shown_time
from ..rules.labels import joined
from ..rules.replies import outcomes_of, replies_to
from ..rules.text import bare
from ..rules.transition_data import get_table
from .desk import queues
from .desk.columns import DueColumn, OfficerColumn, StateColumn, SubjectColumn, with_presence
from .desk.filters import with_reply
from .policy import CaseScope
from .standing import profile

ONE_LINE = "w-whitespace-nowrap"
ROW = "case"


def state_of(case):
    """The state in words; a state that the jurisdiction does not have stands for itself."""
    kind = profile().case_kinds.find(case.case_kind)
    table = get_table(profile().code, kind.fact("table")) if kind is not None else None
    state = table.states.get(case.state) if table is not None else None
    return state.label() if state is not None else case.state


def kind_of(case):
    """What kind of case it is, in words."""
    return profile().case_kinds.label_of(case.case_kind, case.case_kind)


def due_of(case):
    """The due date in words: with a mark while the holidays it depends on are not announced, and when it is past."""
    if case.due_on is None:
        return "–"
    marks = [_("provisional")] if case.due_is_provisional else []
    marks += [_("overdue")] if case.is_overdue() else []
    shown = shown_time(case.due_on)
    return f"{shown} ({joined(marks)})" if marks else shown


def outcome_of(case):
    """The outcome that a closed case with a ``last_reply`` has, in words; empty for every other."""
    kind = profile().case_kinds.find(case.case_kind)
    if kind is None or case.closed_on is None:
        return ""
    reply = replies_to(profile(), kind).find(case.last_reply or "")
    code = reply.fact("outcome", "") if reply is not None else ""
    return outcomes_of(profile(), kind).label_of(code, "")


def matching(cases, text):
    """Those of ``cases`` that ``text`` is in the number or the subject of. People are found by ``desk.people``."""
    found = Q(number__icontains=text) | Q(subject__icontains=text)
    return cases.filter(found | Q(number_key__contains=bare(text)) if bare(text) else found)


class CaseIndexView(CaseScope, SafeExport, generic.IndexView):
    """Cases that the user may see."""

    any_permission_required = ["view"]
    opens_to_involved = True
    template_name = "wagtail_disclosure/casework/list.html"
    results_template_name = "wagtail_disclosure/casework/list_results.html"
    calendar_url_name = find_url_name = None

    def get_base_queryset(self):
        found = with_presence(super().get_base_queryset().select_related("department", "officer"))
        return with_reply(found) if self.is_export else found

    def search_queryset(self, queryset):
        return matching(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def columns(self):
        kinds = [Column("kind", label=pgettext_lazy("disclosure", "Kind"), accessor=kind_of)]
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type=ROW),
            self._get_title_column(
                "number", classname=ONE_LINE, get_title_id=lambda case: f"{ROW}_{case.pk}_title"
            ),
            SubjectColumn("subject", label=_("Subject"), state=state_of, due=due_of),
            *(kinds if self.has_kinds else ()),
            StateColumn("state", label=pgettext_lazy("disclosure", "State"), accessor=state_of),
            DueColumn("due", label=capfirst(_("due")), accessor=due_of, sort_key="due_on"),
            OfficerColumn("officer", label=pgettext_lazy("disclosure", "Officer in charge")),
            Column("department", label=capfirst(_("responsible department"))),
        ]

    @cached_property
    def has_kinds(self):
        return len(queues.kinds_of(self.model)) > 1

    def get_edit_url(self, instance):
        # Whoever sees the list opens its cases: the policy need not be asked for each.
        return reverse(self.inspect_url_name, args=[instance.pk])

    def get_list_buttons(self, instance):
        return []

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            queues=self.tabs(),
            calendar_url=reverse(self.calendar_url_name),
            find_url=reverse(self.find_url_name),
            **kwargs,
        )

    def tabs(self):
        """The queues with how many cases each has."""
        counts, chosen = queues.counts(self.model, self.request.user), self.request.GET.get("queue", "")
        return [
            {
                "label": label,
                "count": counts[name],
                "url": f"{self.index_url}?queue={name}",
                "is_current": name == chosen,
                "is_urgent": name == "overdue" and counts[name] > 0,
            }
            for name, label in queues.queues_of(self.model)
        ]

    # What identifies a person, and what the applicant wrote, is in no export.
    list_export = [
        *(
            "number",
            "kind_label",
            "state_label",
            "channel_label",
            "received_on",
            "due_on",
            "provisional_mark",
        ),
        *("closed_on", "outcome_label", "department", "officer_label"),
    ]
    export_headings = {
        "number": _("Receipt number"),
        "kind_label": pgettext_lazy("disclosure", "Kind"),
        "state_label": pgettext_lazy("disclosure", "State"),
        "channel_label": _("Channel"),
        "received_on": _("Received on"),
        "due_on": _("Due"),
        "provisional_mark": _("Provisional"),
        "closed_on": _("Closed on"),
        "outcome_label": pgettext_lazy("disclosure", "Outcome"),
        "department": _("Responsible department"),
        "officer_label": pgettext_lazy("disclosure", "Officer in charge"),
    }

    def to_row_dict(self, item):
        # In words, as the list has them: codes and log-ins mean nothing to who reads the table elsewhere.
        item.kind_label, item.state_label = kind_of(item), state_of(item)
        item.channel_label = profile().request_channels.label_of(item.channel, item.channel)
        item.outcome_label = outcome_of(item)
        item.provisional_mark = str(_("provisional")) if item.due_is_provisional else ""
        item.officer_label = person_name(item.officer) if item.officer is not None else ""
        return super().to_row_dict(item)
