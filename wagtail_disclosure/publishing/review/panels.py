"""The reviewer's panel on the start page of the admin."""

from collections import defaultdict

from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel

from ...departments.models import Department
from .. import delegation
from ..queue import waiting_by, waiting_for, without_reviews
from .deadline import due_by_content
from .returned import returned_to
from .step_deadline import steps_due

SHOWN = 25


class MyReviewsPanel(Component):
    """What waits for the reader, by step, the oldest first."""

    name = "disclosure_my_reviews"
    template_name = "wagtail_disclosure/publishing/my_reviews.html"
    order = 120

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        waiting = waiting_for(self.user)
        count = waiting.count()
        rows = _rows(waiting[:SHOWN], self.user) if count else []
        steps = defaultdict(list)
        for row in rows:
            steps[row["step"]].append(row)
        left_out = count - len(rows)
        return {
            "steps": dict(steps),
            "count": count,
            "heading": ngettext(
                "%(count)d item waits for your review", "%(count)d items wait for your review", count
            )
            % {"count": count},
            "left_out": left_out,
            "more": ngettext("%(count)d more is not shown.", "%(count)d more are not shown.", left_out)
            % {"count": left_out},
        }


class ReturnedPanel(Component):
    """What reviewers returned to the reader, and what has to be changed."""

    name = "disclosure_returned"
    template_name = "wagtail_disclosure/publishing/returned.html"
    order = 110

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        found = returned_to(self.user)
        count = len(found)
        heading = ngettext(
            "%(count)d item was returned to you", "%(count)d items were returned to you", count
        )
        return {"found": found, "heading": heading % {"count": count}}


def _for_whom(states, user):
    """The names of those for whom the reader stands in at ``states``, by key."""
    found = {}
    keys = [state.pk for state in states]
    for each in delegation.in_force(user):
        for pk in waiting_by(each).filter(pk__in=keys).values_list("pk", flat=True):
            found.setdefault(pk, each.delegator_name)
    return found


def _rows(states, user):
    """What the table shows of each open step, from the draft as stored: no item is loaded."""
    states = list(states.select_related("task", "revision", "workflow_state__requested_by"))
    contents = {state.pk: state.revision.content for state in states}
    due, step_due = due_by_content(contents), steps_due(states)
    departments = Department.objects.in_bulk(
        {content.get("department") for content in contents.values()} - {None}
    )
    for_whom = _for_whom(states, user)
    return [
        {
            "state": state,
            "title": contents[state.pk].get("title") or state.revision.object_str,
            "step": state.task.name,
            "department": departments.get(contents[state.pk].get("department")) or "",
            "requested_by": state.workflow_state.requested_by,
            "due": due.get(state.pk),
            "step_due": step_due.get(state.pk),
            "acting_for": for_whom.get(state.pk, ""),
        }
        for state in states
    ]


class OtherModerationPanel(WorkflowObjectsToModeratePanel):
    """Wagtail's panel without the items under disclosure review, which have a panel of their own."""

    def get_context_data(self, parent_context):
        with without_reviews():
            return super().get_context_data(parent_context)


def replace_panels(request, panels):
    """Put the reviewer's panel on the start page and take its items out of Wagtail's."""
    for place, panel in enumerate(panels):
        if type(panel) is WorkflowObjectsToModeratePanel:
            panels[place] = OtherModerationPanel()
    panels += [ReturnedPanel(request.user), MyReviewsPanel(request.user)]
