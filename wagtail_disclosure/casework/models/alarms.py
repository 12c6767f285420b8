"""Reminders of cases that are due, overdue or unassigned: each is a row, so that it goes out, and goes out once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseAlarm(models.Model):
    """One reminder of one case to one person. ``casework.desk.alarms`` writes it, sends it and marks it as sent.

    ``about`` tells the steps apart: the due date and the number of working days before or after it, after the key of what
    it is about where a case has several.
    """

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        SOON = "soon", _("due soon")
        OVERDUE = "overdue", _("overdue")
        UNASSIGNED = "unassigned", _("not assigned")
        ANSWER = "answer", _("answer of somebody asked overdue")
        TASK_SOON = "task_soon", _("task of another department due soon")
        TASK_OVERDUE = "task_overdue", _("task of another department overdue")

    # ``app.model`` and key: one table for every kind of case.
    case_model = models.CharField(max_length=100)
    case_key = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.CharField(max_length=60)
    due_on = models.DateField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    # Taken by a run that is sending it; given back after a while if that run ended before.
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reminder of a case")
        verbose_name_plural = _("reminders of cases")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case_model", "case_key", "kind", "about", "user"],
                name="disclosure_case_alarm_once",
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(sent_at=None), name="disclosure_alarm_unsent")
        ]

    def __str__(self):
        return f"{self.case_model}:{self.case_key} {self.kind} {self.about}"
