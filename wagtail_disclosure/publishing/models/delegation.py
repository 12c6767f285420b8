"""Who stands in for whom in the review, and which reminders went out."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .evidence import LedgerEntry


class DelegationQuerySet(models.QuerySet):
    def on(self, day):
        """Those whose time covers ``day`` and that were not ended; the ledger is asked elsewhere."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)

    def to_come(self, day):
        """Those that hold on ``day`` or later."""
        return self.filter(ends_on__gte=day, ended_at=None)


class Delegation(models.Model):
    """A holder of review steps is absent for a time, and a deputy decides for them.

    The row alone gives no right: it has to agree with the entry of the ledger that was written with it.
    ``publishing.delegation`` writes it and ends it; nothing changes it otherwise.
    """

    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person who is absent"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="disclosure_delegations",
    )
    delegator_name = models.CharField(max_length=255, editable=False)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputy"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="disclosure_deputations",
        help_text=_(
            "Decides at these steps meanwhile. An item that the deputy worked on waits for somebody else."
        ),
    )
    deputy_name = models.CharField(max_length=255, editable=False)
    starts_on = models.DateField(pgettext_lazy("disclosure", "from"), default=timezone.localdate)
    ends_on = models.DateField(
        pgettext_lazy("disclosure", "until"), help_text=_("The last day, which belongs to it.")
    )
    tasks = models.ManyToManyField(
        "wagtailcore.Task",
        verbose_name=_("steps"),
        blank=True,
        related_name="+",
        help_text=_("Choose none to hand over every step."),
    )
    reason = models.CharField(
        pgettext_lazy("disclosure", "reason"),
        max_length=255,
        help_text=_("For example an official journey or leave. Say nothing about health."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("entered at"), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(_("ended early at"), null=True, editable=False)
    ledger_entry = models.OneToOneField(
        LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["deputy", "ends_on"], name="disclosure_deputy_until")]

    def __str__(self):
        return f"{self.delegator_name} → {self.deputy_name}, {self.period}"

    @property
    def ledger_key(self):
        """How the ledger names this row of evidence."""
        return f"{self._meta.model_name}:{self.pk}"

    def ledger_facts(self):
        """The steps handed over, which stand beside the columns."""
        return sorted(task.pk for task in self.tasks.all())

    @property
    def is_open(self):
        """Whether it holds now or will: neither over nor ended."""
        return self.ended_at is None and self.ends_on >= timezone.localdate()

    @property
    def state(self):
        """Where it stands, in words."""
        if self.ended_at is not None:
            return _("ended early")
        today = timezone.localdate()
        if self.ends_on < today:
            return pgettext_lazy("disclosure", "over")
        return _("in force") if self.starts_on <= today else pgettext_lazy("disclosure", "to come")

    @property
    def period(self):
        return f"{date_format(self.starts_on, 'DATE_FORMAT')} – {date_format(self.ends_on, 'DATE_FORMAT')}"


class ReviewReminder(models.Model):
    """A reminder of a step that went out, so that it goes out once."""

    class Kind(models.TextChoices):
        HOLDER = "holder", _("to those who hold the step")
        ESCALATION = "escalation", _("to department and office")

    task_state = models.ForeignKey("wagtailcore.TaskState", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    day = models.DateField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["task_state", "user", "kind", "day"], name="disclosure_reminder_once"
            )
        ]
        indexes = [models.Index(fields=["user", "kind", "day"], name="disclosure_reminder_day")]
