"""What the footer of the editor offers while an item is under review, and after it was returned."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    SubmitForModerationMenuItem,
)

from .returned import is_returned
from .views import review_url

SUBMIT = "action-submit"
RESTART = "action-restart-workflow"
TAKE_BACK = "action-cancel-workflow"
PUBLISH = "action-publish"


class ReviewMenuItem(ActionMenuItem):
    """The page on which the item is decided about."""

    name = "action-disclosure-review"
    label = gettext_lazy("Open the review page")
    icon_name = "clipboard-list"

    def is_shown(self, context):
        return True

    def get_url(self, parent_context):
        return review_url(parent_context["page"].current_workflow_task_state)


class TakeBackMenuItem(CancelWorkflowMenuItem):
    """The drafter ends a review; the item is a draft again."""

    label = gettext_lazy("Take back")
    icon_name = "rotate"


class SubmitAgainMenuItem(SubmitForModerationMenuItem):
    """What was returned passes every step again, whichever step returned it."""

    def get_context_data(self, parent_context):
        return {**super().get_context_data(parent_context), "label": _("Submit again (from the first step)")}


def arrange(menu_items, page, *, under_review):
    """Put the footer's items in our words, and leave out those that have no place in a disclosure review."""
    again = is_returned(page)
    kept = []
    for item in menu_items:
        # Decisions are taken on the review page, where the content is seen.
        if item.name in ("approve", "reject") or (again and item.name == RESTART):
            continue
        if item.name == TAKE_BACK and (again or under_review):
            item = TakeBackMenuItem(order=item.order)
        elif item.name == SUBMIT and again:
            item = SubmitAgainMenuItem(order=item.order)
        kept.append(item)
    menu_items[:] = [ReviewMenuItem(order=-10), *kept] if under_review else kept


def arrange_new(menu_items):
    """A new item is saved or submitted. Whether "Publish" is offered is asked of the folder, which nothing guards."""
    menu_items[:] = [item for item in menu_items if item.name != PUBLISH]
