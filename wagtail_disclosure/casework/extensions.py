"""How far a time limit may still be extended, and to which day, beside the forms that propose and approve it."""

from django.utils import timezone
from django.utils.functional import cached_property

from ..rules.case_events import ClockEvent, Effect
from ..rules.errors import RuleError
from . import sections

DAYS = "days"
# No extension has this key: it is supposed, not recorded.
SUPPOSED = "supposed"
# Numbers of days that are proposed most often; the others are folded.
WEEKS = (5, 10, 15, 20)


def left(standing, action):
    """Days by which the time limit may still be extended, counted as the clock counts them."""
    deadline = standing.deadline(action.clock)
    return deadline.extension_left() if deadline is not None else 0


def due_after(standing, clock, days, today):
    """When the reply would be due if ``days`` were granted and told today; None where nobody can know it."""
    deadline = standing.deadline(clock)
    kinds = {kind.effect: kind.code for kind in deadline.clock.kinds.values()} if deadline is not None else {}
    if Effect.GRANT not in kinds or Effect.NOTIFY not in kinds:
        return None
    supposed = [
        ClockEvent(kinds[Effect.GRANT], today, SUPPOSED, days),
        ClockEvent(kinds[Effect.NOTIFY], today, SUPPOSED),
    ]
    try:
        return standing.deadline(clock, added=supposed).due
    except RuleError:
        return None


@sections.register_panel
class ExtensionPanel(sections.ActionPanel):
    """For who proposes: the most that is left and what each number leads to. For who approves: what was proposed."""

    template_name = "wagtail_disclosure/casework/extension.html"
    order = 30

    @cached_property
    def proposal(self):
        """The event that proposed the extension that this action approves or refuses, or None."""
        action, standing = self.action, self.standing
        keys = standing.open_keys(action) if action.closes else []
        opener = standing.opener(action, keys[0]) if keys else None
        return opener if opener is not None and DAYS in standing.table.actions[opener.type].fields else None

    def is_shown(self):
        return DAYS in self.action.fields or self.proposal is not None

    def get_context_data(self, parent_context):
        standing, today = self.standing, timezone.localdate()
        clock = self.action.clock
        deadline = standing.deadline(clock)
        found = {
            **super().get_context_data(parent_context),
            "due": deadline.due,
            "every_day": deadline.counts_every_day,
        }
        if self.proposal is not None:
            days = self.proposal.data[DAYS]
            reason = self.proposal.texts.get("reason", "")
            return {
                **found,
                "days": days,
                "reason": reason,
                "day": due_after(standing, clock, days, today),
            }
        most = left(standing, self.action)
        rows = [(days, due_after(standing, clock, days, today)) for days in range(1, most + 1)]
        rows = [row for row in rows if row[1] is not None]
        return {
            **found,
            "most": most,
            "rows": rows,
            "round": [row for row in rows if row[0] in (*WEEKS, most)],
        }
