"""Until when the agency may put a question to the applicant, beside the form that puts it (Art. 30: 7 working days)."""

from django.utils import timezone
from django.utils.functional import cached_property

from ..rules.case_limits import AGENCY
from . import sections


@sections.register_panel
class AskPanel(sections.ActionPanel):
    """The last day, and how many working days are left; that it is over where it is."""

    template_name = "wagtail_disclosure/casework/asking.html"
    order = 20

    @cached_property
    def limit(self):
        deadline = self.standing.deadline(self.action.clock) if self.action.opens else None
        found = deadline.limits if deadline is not None else ()
        codes = [f"{condition}.ask" for condition in self.action.opens]
        return next((each for each in found if each.party == AGENCY and each.code in codes), None)

    def is_shown(self):
        return self.limit is not None and self.limit.met_on is None

    def get_context_data(self, parent_context):
        limit, today = self.limit, timezone.localdate()
        return {
            **super().get_context_data(parent_context),
            "day": limit.due,
            "citation": limit.citation(),
            "is_over": limit.is_over(today),
            "left": limit.days_left(today),
        }
