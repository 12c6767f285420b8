"""To what of a report a comment belongs. Every number of the report is counted from these rows (P6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...catalogue.models.kept import Kept, KeptQuerySet
from .comments import Comment


class AssignmentQuerySet(KeptQuerySet):
    def standing(self, at=None):
        """Those that hold now, or that held at the moment ``at``."""
        if at is None:
            return self.filter(ended_at=None)
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at), assigned_at__lte=at)


class CommentAssignment(Kept):
    """归类: that a comment raised one of the issues of the report. Ended, never deleted: a report that was published
    is counted again as it was.

    Written by ``assigning`` and nothing else.
    """

    wagtail_reference_index_ignore = True

    comment = models.ForeignKey(
        Comment, verbose_name=Comment._meta.verbose_name, on_delete=models.PROTECT, related_name="assignments"
    )
    # ``FeedbackItem.issue_key``: the same in every revision and language of the page.
    issue = models.UUIDField(db_index=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assigned_at = models.DateTimeField(_("assigned at"))
    ended_at = models.DateTimeField(pgettext_lazy("participation", "ended at"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("participation", "assignment of a comment")
        verbose_name_plural = pgettext_lazy("participation", "assignments of comments")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "issue"], condition=Q(ended_at=None), name="disclosure_assigned_once"
            )
        ]
