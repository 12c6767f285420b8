"""The panel on the start page of the admin: how many cases wait where, each figure a link to the list."""

from django.urls import reverse
from django.utils.text import capfirst
from wagtail import hooks
from wagtail.admin.ui.components import Component

from .. import reprojection
from ..policy import READ, CasePolicy
from . import queues

SHOWN = ("mine", "waiting", "tasks", "soon", "overdue", "approval", "supervised")
URGENT = {"overdue", "supervised"}


class CasesPanel(Component):
    """The queues of one kind of case; for people who see such cases."""

    template_name = "wagtail_disclosure/casework/panel.html"
    order = 115

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, model, user):
        self.model, self.user = model, user
        self.name = f"disclosure_cases_{model._meta.model_name}"
        self.order = type(self).order + model.panel_place

    def get_context_data(self, parent_context):
        if not CasePolicy(self.model).user_has_permission(self.user, READ):
            return {"rows": []}
        counts, labels = queues.counts(self.model, self.user), dict(queues.queues_of(self.model))
        address = reverse(f"{self.model.admin_name}:index")
        rows = [
            {
                "label": labels[name],
                "count": counts[name],
                "url": f"{address}?queue={name}",
                "is_urgent": name in URGENT and counts[name] > 0,
                "next_due": counts["next_due"] if name == "mine" else None,
            }
            for name in (*SHOWN, *(each for each in self.model.further_queues() if counts[each]))
        ]
        return {
            "rows": rows,
            # On a new site, and on a good day, a row of zeros says less than a sentence.
            "nothing_waits": not any(row["count"] for row in rows),
            "panel_id": self.name.replace("_", "-"),
            "heading": capfirst(self.model._meta.verbose_name_plural),
            "url": address,
            "calendar_url": reverse(f"{self.model.admin_name}:calendar"),
        }


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    panels += [CasesPanel(model, request.user) for model in reprojection.models() if model.admin_name]
