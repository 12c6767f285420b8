"""Letters on the page of a case and beside the form of an action: those that were issued, and the one that is drafted."""

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from ...departments.models import Agency
from ...rules.labels import joined
from ...rules.transition_data import REPLY
from .. import sections
from ..standing import DECISION
from . import issue, pdf, remedies
from .values import Source


@sections.register
class LettersSection(sections.Section):
    """The letters of the case, and the draft of its reply as it will be issued."""

    template_name = "wagtail_disclosure/casework/letters/section.html"
    order = 20

    def is_shown(self):
        return hasattr(self.case, "letters") and (
            self.case.letters.exists() or is_drafted(self.case, self.standing)
        )

    def get_context_data(self, parent_context):
        return {
            **super().get_context_data(parent_context),
            "letters": [_row(each) for each in self.case.letters.all()],
            **draft_context(self.case, self.request, self.standing),
        }


@sections.register_panel
class DraftPanel(sections.ActionPanel):
    """The letter beside the form that drafts, approves, returns or issues it."""

    template_name = "wagtail_disclosure/casework/letters/panel.html"
    order = 20

    def is_shown(self):
        if not hasattr(self.case, "letters"):
            return False
        return bool(self.places) or (is_drafted(self.case, self.standing) and self._is_about_the_reply())

    def _is_about_the_reply(self):
        action, guards = self.action, self.standing.table.guards
        second = guards.get(action.second_person)
        return (
            DECISION in action.fields
            or REPLY in action.letters
            or (second is not None and second.fact.startswith(DECISION))
        )

    @cached_property
    def places(self):
        """What the agency lacks for the letters of this action."""
        found = []
        for move in self.standing.table.moves:
            if move.code == self.action.code and move.source == self.standing.state:
                event = self.case.events.model(type=move.code, data={"reply": move.reply})
                for kind in issue.kinds_of(self.standing, move, move.reply):
                    found += remedies.missing_places(
                        Source(self.standing, kind, day=timezone.localdate(), event=event)
                    )
        return found

    def get_context_data(self, parent_context):
        shown = self._is_about_the_reply() and is_drafted(self.case, self.standing)
        found = draft_context(self.case, self.request, self.standing) if shown else {}
        return {
            **super().get_context_data(parent_context),
            **found,
            **missing_context(self.case, self.request, self.places),
        }


def is_drafted(case, standing):
    """Whether a reply is drafted that did not go out yet."""
    return not case.is_closed and bool(issue.reply_letter(standing))


def draft_context(case, request, standing):
    """The draft with masked names, the address of the whole, and what the agency lacks for it."""
    if not is_drafted(case, standing):
        return {}
    today = timezone.localdate()
    source = Source(standing, issue.reply_letter(standing), day=today)
    return {
        "draft": issue.draft(standing, today=today, masked=True).html,
        "draft_url": reverse(f"{case.admin_name}:letter_draft", args=[case.pk]),
        **missing_context(case, request, remedies.missing_places(source)),
    }


def missing_context(case, request, names):
    """Places that are missing, with the address where whoever may fills them in."""
    labels = [str(remedies.PLACES[each]) for each in dict.fromkeys(names)]
    may = request.user.has_perm("wagtail_disclosure.change_agency")
    url = reverse(Agency.snippet_viewset.get_url_name("edit"), args=[quote(case.agency_id)]) if may else ""
    return {"missing": joined(labels), "agency_url": url}


def _row(letter):
    with_pdf = not letter.is_emptied and (letter.pdf or pdf.is_available())
    return {
        "letter": letter,
        "url": reverse("wagtail_disclosure_admin_case_letter", args=[letter.key]),
        "pdf_url": reverse("wagtail_disclosure_admin_case_letter_pdf", args=[letter.key]) if with_pdf else "",
    }
