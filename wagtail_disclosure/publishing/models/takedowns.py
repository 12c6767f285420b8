"""Break-glass takedowns (紧急下架): one person acts at once, another one decides afterwards."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..database_seal.kinds import AppendOnly
from .decisions import Decision, Withdrawal, reason_of, takedown_reasons


class Takedown(Decision):
    """An item was taken down by one person. It stays down until another one has decided, and after that as well.

    The explanation is for colleagues: the public learns neither it nor the reason.
    """

    database_seal = AppendOnly(
        later=(
            "carried_out_at",
            "settled_by",
            "settled_by_name",
            "settled_at",
            "comment",
            "withdrawal",
            "escalated_at",
        ),
        free=("escalation_told_on",),
        moves=(("state", (("pending", "ratified"), ("pending", "refused"))),),
    )
    # Whether somebody was told yet is no evidence.
    NOT_WITNESSED = ("escalation_told_on",)

    class State(models.TextChoices):
        PENDING = "pending", _("waits for ratification")
        RATIFIED = "ratified", _("ratified")
        REFUSED = "refused", _("refused")

    # Code of a withdrawal reason of the jurisdiction profile that is marked as an emergency.
    reason = models.CharField(_("reason"), max_length=40)
    explanation = models.TextField(_("internal explanation"))
    state = models.CharField(_("state of a takedown"), max_length=10, choices=State, default=State.PENDING)
    # Other languages of an item are taken down, ratified and refused with it.
    together_with = models.ForeignKey(
        "self",
        verbose_name=_("taken down together with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="companions",
    )
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    due_at = models.DateTimeField(_("to be ratified by"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ratified or refused by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    settled_by_name = models.CharField(_("name of the second person"), max_length=255, blank=True)
    settled_at = models.DateTimeField(_("ratified or refused at"), null=True, blank=True)
    comment = models.TextField(_("grounds of the second person"), blank=True)
    withdrawal = models.OneToOneField(
        Withdrawal,
        verbose_name=_("withdrawal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="takedown",
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    # The last day on which those above were told; a job that runs twice a day tells them once.
    escalation_told_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ["-decided_at", "-pk"]
        permissions = [("ratify_takedown", _("Can ratify takedowns"))]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_takedown_item")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(state="pending"),
                name="disclosure_one_takedown_pending",
            )
        ]

    def clean(self):
        super().clean()
        errors = {}
        if self.reason and self.reason not in {each.code for each in takedown_reasons()}:
            errors["reason"] = gettext("This is not a reason for a takedown.")
        if self.explanation and not self.explanation.strip():
            errors["explanation"] = gettext("Say for your colleagues what has happened.")
        if errors:
            raise ValidationError(errors)

    def get_reason_display(self):
        """The reason in the active language; its code if the profile no longer has it."""
        reason = reason_of(self.reason)
        return reason.label() if reason else self.reason

    @property
    def is_pending(self):
        return self.state == self.State.PENDING

    @property
    def is_overdue(self):
        return self.is_pending and self.due_at < timezone.now()
