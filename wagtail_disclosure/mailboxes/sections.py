"""What the page of a letter shows beside that of every case, and what stands above the form of its reply."""

from django.urls import reverse
from django.utils import timezone

from ..casework.listing import state_of
from ..casework.sections import ActionPanel, Section, register, register_panel
from ..casework.standing import DECISION, as_date
from ..rules.case_events import ClockEvent
from ..rules.errors import RuleError
from . import asked, clusters
from .models import CannedAnswer, CitizenLetter
from .models.letters import CORRECT_TYPE

PASSED_ON = "hand_over"


def _url(letter):
    return reverse(f"{letter.admin_name}:inspect", args=[letter.pk])


@register
class LetterSection(Section):
    """Duties beside the reply with their days, until when a department that has taken over was asked to finish, and
    the letters that were joined with this one.
    """

    order = 15
    template_name = "wagtail_disclosure/mailboxes/section.html"

    def is_shown(self):
        if not isinstance(self.case, CitizenLetter):
            return False
        deadline = self.standing.deadline()
        limits = deadline.limits if deadline is not None else ()
        self.duties = [each for each in limits if each.is_duty]
        self.passed_on = next(
            (each for each in reversed(self.standing.steps) if each.type == PASSED_ON), None
        )
        visible = CitizenLetter.objects.visible_to(self.request.user)
        self.merged = list(visible.filter(merged_into=self.case.pk))
        self.into = visible.filter(pk=self.case.merged_into_id).first()
        return bool(self.duties or self.passed_on or self.merged or self.into)

    def get_context_data(self, parent_context):
        until = as_date(self.passed_on.data.get("until")) if self.passed_on is not None else None
        return {
            **super().get_context_data(parent_context),
            "duties": self.duties,
            "passed_on": self.passed_on,
            "until": until,
            "merged": [{"letter": each, "url": _url(each), "state": state_of(each)} for each in self.merged],
            "into": self.into,
            "into_url": _url(self.into) if self.into is not None else "",
            "into_state": state_of(self.into) if self.into is not None else "",
        }


@register
class ClustersSection(Section):
    """The clusters that the letter is one of."""

    order = 45
    template_name = "wagtail_disclosure/mailboxes/clusters_section.html"

    def is_shown(self):
        if not isinstance(self.case, CitizenLetter):
            return False
        self.clusters = clusters.of_letter(self.case, self.request.user)
        return bool(self.clusters)

    def get_context_data(self, parent_context):
        address = reverse(f"{self.case.admin_name}:index")
        rows = [{"cluster": each, "url": f"{address}?cluster={each.name}"} for each in self.clusters]
        return {**super().get_context_data(parent_context), "rows": rows}


@register_panel
class CannedAnswersPanel(ActionPanel):
    """Texts from which the reply may begin."""

    order = 20
    template_name = "wagtail_disclosure/mailboxes/canned.html"

    def is_shown(self):
        if not isinstance(self.case, CitizenLetter) or DECISION not in self.action.fields:
            return False
        self.answers = list(CannedAnswer.for_letter(self.case))
        return bool(self.answers)

    def get_context_data(self, parent_context):
        return {**super().get_context_data(parent_context), "answers": self.answers}


@register_panel
class TypesPanel(ActionPanel):
    """Where each type leads: the department that the mailbox has for it, and the day by which the reply would be due."""

    order = 20
    template_name = "wagtail_disclosure/mailboxes/types.html"

    def is_shown(self):
        return self.action.code == CORRECT_TYPE and isinstance(self.case, CitizenLetter)

    def get_context_data(self, parent_context):
        letter = self.case
        others = [pair for pair in asked.types_for(letter) if pair[0] != letter.letter_type]
        rows = [{"label": label, **self._leads_to(letter, code)} for code, label in others]
        return {**super().get_context_data(parent_context), "now": letter.type_label, "rows": rows}

    def _leads_to(self, letter, code):
        changed = letter.changes_with(CORRECT_TYPE, {"letter_type": code})
        today = timezone.localdate()
        terms = tuple(letter.given_terms({"letter_type": code}))
        stated = ClockEvent(self.action.clock_event, today, terms=terms)
        try:
            deadline = self.standing.deadline(added=[stated])
        except RuleError as error:
            return {"department": changed.get("department", letter.department), "problem": str(error)}
        return {
            "department": changed.get("department", letter.department),
            "due": deadline.due,
            "is_past": deadline.due is not None and deadline.due < today,
        }
