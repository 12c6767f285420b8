"""On the start page of the admin: what waits for a second person."""

from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from .. import takedowns, validity
from ..models import Takedown, ValidityChange


class SecondPersonPanel(Component):
    """Takedowns to ratify and changes of validity to confirm; for whoever may do it, overdue ones first."""

    name = "disclosure_second_person"
    template_name = "wagtail_disclosure/publishing/second_person.html"
    order = 105

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        pending = Takedown.objects.filter(state=Takedown.State.PENDING, together_with=None)
        proposed = ValidityChange.objects.filter(state=ValidityChange.State.PROPOSED)
        mine, own = self.user, {"decided_by": self.user}
        waiting = list(pending.exclude(**own).order_by("due_at")) if mine.has_perm(takedowns.RATIFY) else []
        changes = (
            list(proposed.exclude(**own).order_by("decided_at")) if mine.has_perm(validity.CONFIRM) else []
        )
        count = len(waiting) + len(changes)
        heading = ngettext(
            "%(count)d decision waits for a second person",
            "%(count)d decisions wait for a second person",
            count,
        )
        return {"takedowns": waiting, "changes": changes, "heading": heading % {"count": count}}
