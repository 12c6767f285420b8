"""Decisions to take something off the public site."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ... import conf
from ...rules.profiles import get_profile
from ..database_seal.kinds import AppendOnly
from .items import AboutItem


class Withdrawal(AboutItem):
    """An item was taken off the public pages: why, by whom, and where to look instead."""

    title = models.CharField(_("title"), max_length=255)
    # Code of a withdrawal reason of the jurisdiction profile.
    reason = models.CharField(_("reason"), max_length=40)
    explanation = models.TextField(_("public explanation"))
    successor_url = models.CharField(_("see instead"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_by_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    decided_at = models.DateTimeField(_("decided at"))
    # Set when the item has left; an open decision is what allows it to leave.
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    database_seal = AppendOnly(later=("carried_out_at",))

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_withdrawal_item")]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        reason = next((each for each in withdrawal_reasons() if each.code == self.reason), None)
        errors = {}
        # What is empty the field itself asks for.
        if reason is None and self.reason:
            errors["reason"] = gettext("This is not a reason for withdrawal.")
        elif reason and reason.fact("successor") == "required" and not self.successor_url:
            errors["successor_url"] = gettext("For this reason, say where the public finds it now.")
        elif reason and reason.fact("successor") == "none" and self.successor_url:
            errors["successor_url"] = gettext("For this reason, nothing else may be pointed to.")
        if self.explanation and not self.explanation.strip():
            errors["explanation"] = gettext("Say why in words that the public may read.")
        if errors:
            raise ValidationError(errors)

    def get_reason_display(self):
        """The reason in the active language; its code if the profile no longer has it."""
        return next((each.label() for each in withdrawal_reasons() if each.code == self.reason), self.reason)


def withdrawal_reasons():
    """The reasons of the jurisdiction profile, each saying whether a successor is named with it."""
    return get_profile(conf.get("JURISDICTION")).withdrawal_reasons
