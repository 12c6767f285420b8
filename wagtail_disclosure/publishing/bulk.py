"""Bulk actions: what they do by one statement in the database is looked at before, and nothing is done in silence.

One bar serves all rows of a listing, so it offers what does not concern some of them. What is left out is explained
before anything is confirmed.
"""

from functools import wraps

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.utils.urlpatterns import decorate_urlpatterns

from . import guard
from .digest import file_field
from .errors import GateRefused
from .files import check_place


@hooks.register("before_bulk_action")
def keep_public_files_in_reach(request, action_type, objects, action):
    """Wagtail moves files to another collection without saving them."""
    if action_type != "add_to_collection" or file_field(action.model) is None:
        return None
    for file in objects:
        try:
            check_place(file, action.cleaned_form.cleaned_data["collection"])
        except GateRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(action.next_url)
    return None


@hooks.register("before_bulk_action")
def say_that_nothing_was_done(request, action_type, objects, action):
    """Items that the person may not publish, move or delete are left out; where all are, nothing is left to do."""
    if objects or not _has_guarded(action.model):
        return None
    messages.warning(
        request,
        _("Nothing was done: what is under review or public is released, changed and withdrawn by decision."),
    )
    return redirect(action.next_url)


def explain_what_is_left_out(view):
    """View decorator: above the question of a bulk action, why it leaves out guarded items, and what to do instead.

    Wagtail's page only says that the person has no permission for them, which nobody has.
    """

    @wraps(view)
    def explained(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        left_out = (getattr(response, "context_data", None) or {}).get("items_with_no_access", ())
        # Pages come with what may be done about them.
        items = [each["item"] if isinstance(each, dict) else each for each in left_out]
        guarded = [item for item in items if guard.is_guarded(_type_of(item))]
        if guarded and request.method == "GET":
            messages.info(request, _why_left_out(kwargs.get("action"), guarded))
        return response

    return explained


def _type_of(item):
    return getattr(item, "specific_class", None) or type(item)


def _why_left_out(action, items):
    if action == "publish":
        return _(
            "Nobody publishes these directly: each is submitted in its editor, and the last approval publishes it."
        )
    if action == "unpublish":
        return _(
            "What is public is not unpublished. It is withdrawn with a reason, in the “…” menu of each item."
        )
    if any(item.live for item in items):
        return _(
            "What is public keeps its place and is not deleted. Withdraw it first, in the “…” menu of each item."
        )
    return _("These are not yours to change. Who may change them are the officers of their department.")


@hooks.register("register_admin_urls", order=9_998)
def explain_bulk_actions():
    """Adds no URL; puts the explanation before the view of all bulk actions."""
    from wagtail.admin import urls

    bulk = [pattern for pattern in urls.urlpatterns if getattr(pattern, "name", "") == "wagtail_bulk_action"]
    decorate_urlpatterns(bulk, explain_what_is_left_out)
    return []


def _has_guarded(model):
    return guard.is_guarded(model) or any(issubclass(each, model) for each in guard.guarded_models())
