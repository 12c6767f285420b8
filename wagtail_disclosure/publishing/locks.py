"""The lock on what is under review, in words for those who meet it."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.locks import WorkflowLock


class ReviewLock(WorkflowLock):
    """Nobody edits what is under review: reviewers return it, drafters take it back."""

    def get_message(self, user):
        return format_html(
            "{} {}",
            _("Under review at the step “%(step)s”: nobody edits it meanwhile.") % {"step": self.task.name},
            _("The drafter can take it back, and reviewers can return it."),
        )

    def get_locked_by(self, user, can_lock=False):
        return _("Under review")

    def get_description(self, user, can_lock=False):
        return _(
            "Nobody edits what is under review. The drafter can take it back, and reviewers can return it."
        )

    def get_icon(self, user, can_lock=False):
        return "lock"
