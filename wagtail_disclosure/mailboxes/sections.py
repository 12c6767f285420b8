"""What the page of a letter shows beside that of every case, and what stands above the form of its reply."""

from django.urls import reverse
from django.utils import timezone

from ..casework import moves
from ..casework.listing import state_of
from ..casework.sections import ActionPanel, Section, register, register_panel
from ..casework.standing import DECISION, Standing, as_date
from ..rules.case_events import ClockEvent
from ..rules.errors import RuleError
from . import asked, clusters, joined
from .models import CannedAnswer, CitizenLetter, CitizenLetterEvent
from .models.letters import CORRECT_TYPE
from .selected import suggest

PASSED_ON = "hand_over"


def _url(letter):
    return reverse(f"{letter.admin_name}:inspect", args=[letter.pk])


@register
class LetterSection(Section):
    """Duties beside the reply with their days, until when a department that has taken over was asked to finish, and
    the letters that were joined with this one, with whether their writers were told the reply.
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
            "merged": self._joined(),
            "waits": CitizenLetter.objects.filter(joined.waiting(), pk=self.case.pk).exists(),
            "is_answered": self._is_answered(self.into),
            "into": self.into,
            "into_url": _url(self.into) if self.into is not None else "",
            "into_state": state_of(self.into) if self.into is not None else "",
        }

    def _is_answered(self, letter):
        return letter is not None and joined.sent_reply(Standing(letter)) is not None

    def _joined(self):
        """The letters joined with this one: since when their writers know the reply, or where it is passed on to them."""
        if not self.merged:
            return []
        keys = [each.pk for each in self.merged]
        events = CitizenLetterEvent.objects.filter(case__in=keys, type=joined.PASS_ON).order_by("pk")
        told = {each.case_id: as_date(each.data["on"]) for each in events}
        due = set(CitizenLetter.objects.filter(joined.to_be_told(), pk__in=keys).values_list("pk", flat=True))
        waits = set(CitizenLetter.objects.filter(joined.waiting(), pk__in=keys).values_list("pk", flat=True))
        found, may = [], {}
        for each in self.merged:
            is_due = each.pk in due
            # The roles that pass a reply on depend on the department alone: it is not asked for each of many letters.
            if is_due and each.department_id not in may:
                may[each.department_id] = self._may_pass_on(each)
            is_open = is_due and may[each.department_id]
            found.append(
                {
                    "letter": each,
                    "url": _url(each),
                    "state": state_of(each),
                    "told": told.get(each.pk) if each.pk not in waits else None,
                    "is_due": is_due,
                    "is_alone": each.pk in waits - due,
                    "pass_on_url": reverse(f"{each.admin_name}:action", args=[each.pk, joined.PASS_ON])
                    if is_open
                    else "",
                }
            )
        return found

    def _may_pass_on(self, letter):
        offered = moves.allowed(letter, self.request.user, today=timezone.localdate())
        return any(each.code == joined.PASS_ON for each in offered)


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
class PassOnPanel(ActionPanel):
    """What in a reply that is passed on may say who the other writer is."""

    order = 20
    template_name = "wagtail_disclosure/mailboxes/pass_on.html"

    def is_shown(self):
        if self.action.code != joined.PASS_ON or not isinstance(self.case, CitizenLetter):
            return False
        self.first = CitizenLetter.objects.visible_to(self.request.user).filter(pk=self.case.merged_into_id)
        self.first = self.first.first()
        return self.first is not None

    def get_context_data(self, parent_context):
        found = suggest.suggestions(joined.reply_text(Standing(self.first)), self.first)
        rows = dict.fromkeys((each.text, suggest.label_of(each)) for each in found)
        return {
            **super().get_context_data(parent_context),
            "first": self.first,
            "url": _url(self.first),
            "rows": list(rows),
        }


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
