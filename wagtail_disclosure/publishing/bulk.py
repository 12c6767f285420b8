"""Bulk actions: what they do by one statement in the database is looked at before, and nothing is done in silence."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages

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


def _has_guarded(model):
    return guard.is_guarded(model) or any(issubclass(each, model) for each in guard.guarded_models())
