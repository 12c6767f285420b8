"""What a department that takes part in a case of another was asked (协办). The events of the case are the truth."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...departments.models import Department


class CaseTaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=CaseTask.State.OPEN)

    def overdue(self, day=None):
        return self.open().filter(due_on__lt=day or timezone.localdate())

    def of(self, user):
        """What departments of ``user`` are or were asked; not what was taken back."""
        own = Department.objects.looked_after_by(user).values("pk")
        return self.filter(department__in=own).exclude(state=CaseTask.State.WITHDRAWN)


class CaseTask(models.Model):
    """Abstract: concrete tasks add ``case`` and the two events, see ``tasks``, with the related name ``tasks``.

    A row follows from the events and can be written anew from them. What was asked and answered stands in the events
    alone, encrypted; the row says whose it is, until when, and how it ended.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("disclosure", "not answered yet")
        ANSWERED = "answered", pgettext_lazy("disclosure", "answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("disclosure", "taken back")
        # The case was closed before an answer came.
        LAPSED = "lapsed", pgettext_lazy("disclosure", "not needed any more")

    # That of the condition in the transition table.
    key = models.CharField(max_length=20)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department asked"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(pgettext_lazy("disclosure", "due"), null=True, db_index=True)
    state = models.CharField(
        pgettext_lazy("disclosure", "state"), max_length=12, choices=State, db_index=True
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CaseTaskQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.case} ({self.key})"

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    def is_overdue(self, day=None):
        return self.is_open and self.due_on is not None and self.due_on < (day or timezone.localdate())
