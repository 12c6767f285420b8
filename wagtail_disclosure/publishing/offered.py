"""What Wagtail's own screens offer for guarded snippets, and for what holds guarded pages: nothing that is refused anyway.

For guarded pages themselves the same follows from :mod:`.permissions`. The gate relies on neither.
"""

from functools import wraps

from django.contrib.admin.utils import quote
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.wagtail_hooks import PageListingDeleteButton, PageListingMoveButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import get_snippet_models

from ..compat import snippet_policy, use_snippet_policy
from .guard import is_guarded
from .models import ReviewTask
from .places import public_guarded_below
from .review.menu import PUBLISH, ReviewMenuItem

UNPUBLISH = "action-unpublish"
# Decisions are taken on the review page, where the content is seen.
REFUSED = (PUBLISH, UNPUBLISH, "approve", "reject")


class GuardedSnippetPolicy(ModelPermissionPolicy):
    """What is public is withdrawn before it is deleted, by superusers as well."""

    def user_has_permission_for_instance(self, user, action, instance):
        if action == "delete" and instance.live:
            return False
        return super().user_has_permission_for_instance(user, action, instance)


class SnippetReviewMenuItem(ActionMenuItem):
    """The page on which the snippet is decided about."""

    name, label, icon_name = ReviewMenuItem.name, ReviewMenuItem.label, ReviewMenuItem.icon_name

    def is_shown(self, context):
        return True

    def get_url(self, parent_context):
        return ReviewMenuItem().get_url({"page": parent_context["instance"]})


@hooks.register("register_admin_viewset")
def use_policies():
    """Adds no viewset. By now every snippet is registered; a policy that the site chose stays."""
    for model in filter(is_guarded, get_snippet_models()):
        if type(snippet_policy(model)) is ModelPermissionPolicy:
            use_snippet_policy(model, GuardedSnippetPolicy(model))
    return []


@hooks.register("construct_snippet_action_menu")
def arrange_snippet_actions(menu_items, request, context):
    if not is_guarded(context["model"]):
        return
    kept = [item for item in menu_items if item.name not in REFUSED]
    state = getattr(context.get("instance"), "current_workflow_task_state", None)
    if state is not None and isinstance(state.task.specific, ReviewTask):
        kept.insert(0, SnippetReviewMenuItem())
    menu_items[:] = kept


@hooks.register("construct_snippet_listing_buttons")
def arrange_snippet_buttons(buttons, snippet, user):
    if is_guarded(type(snippet)) and snippet.live:
        deletes = snippet.snippet_viewset.get_url_name("delete")
        buttons[:] = [button for button in buttons if not _leads_to(button, deletes, snippet)]


def _leads_to(button, name, snippet):
    return button.url is not None and button.url.startswith(reverse(name, args=[quote(snippet.pk)]))


def _not_above_public(button):
    """A page above public items is neither moved nor deleted. The views behind say why; the menus do not offer it."""
    is_shown = button.is_shown
    if getattr(is_shown, "disclosure_gate", False):
        return

    @wraps(is_shown)
    def shown(self, user):
        return is_shown(self, user) and not (self.page.numchild and public_guarded_below(self.page))

    shown.disclosure_gate = True
    button.is_shown = shown


for each in (PageListingMoveButton, PageListingDeleteButton):
    _not_above_public(each)
