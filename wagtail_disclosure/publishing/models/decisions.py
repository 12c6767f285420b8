"""Decisions to take something off the public site."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ... import conf
from ...compat import PAGE_MODEL
from ...rules.profiles import get_profile
from ..database_seal.kinds import AppendOnly
from .items import AboutItem


class Decision(AboutItem):
    """What somebody decided about an item, with the title it had on that day."""

    title = models.CharField(_("title"), max_length=255)
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

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class Withdrawal(Decision):
    """An item was taken off the public pages: why, by whom, and where to look instead."""

    # Code of a withdrawal reason of the jurisdiction profile.
    reason = models.CharField(_("reason"), max_length=40)
    explanation = models.TextField(_("public explanation"))
    successor = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("see instead, on this site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    successor_url = models.CharField(_("see instead"), max_length=500, blank=True)
    # Whether the old address leads to the successor; the number shows the notice all the same.
    redirects = models.BooleanField(_("lead the old address there"), default=False)
    # Set when the item has left; an open decision is what allows it to leave.
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    database_seal = AppendOnly(later=("carried_out_at",))

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_withdrawal_item")]

    def clean(self):
        super().clean()
        errors = {}
        # What is empty the field itself asks for.
        if self.reason and reason_of(self.reason) is None:
            errors["reason"] = gettext("This is not a reason for withdrawal.")
        errors |= self._successor_errors()
        if self.explanation and not self.explanation.strip():
            errors["explanation"] = gettext("Say why in words that the public may read.")
        if errors:
            raise ValidationError(errors)

    def _successor_errors(self):
        reason = reason_of(self.reason)
        wanted = reason.fact("successor") if reason else "optional"
        # Where the form leaves one of the two out, the other is named.
        given = bool(self.successor_id or self.successor_url)
        errors = {}
        if wanted == "required" and not given:
            errors["successor_url"] = gettext("For this reason, say where the public finds it now.")
        elif wanted == "none" and self.successor_id:
            errors["successor"] = gettext("For this reason, nothing else may be pointed to.")
        elif wanted == "none" and self.successor_url:
            errors["successor_url"] = gettext("For this reason, nothing else may be pointed to.")
        elif self.successor_id and self.successor_url:
            errors["successor_url"] = gettext("Choose a page of this site or enter an address, not both.")
        elif self.redirects and not given:
            errors["redirects"] = gettext("Say where the old address is to lead.")
        if "successor" not in errors and self.successor_id:
            problem = self._successor_problem()
            if problem:
                errors["successor"] = problem
        return errors

    def _successor_problem(self):
        if str(self.successor_id) == self.object_id:
            return gettext("An item is not its own successor.")
        if not self.successor.live:
            return gettext("“%(title)s” is not public. Choose a page that the public can read.") % {
                "title": self.successor.title
            }
        return ""

    def get_reason_display(self):
        """The reason in the active language; its code if the profile no longer has it."""
        reason = reason_of(self.reason)
        return reason.label() if reason else self.reason

    @property
    def hides_title(self):
        """Whether the reason forbids naming the item to the public."""
        reason = reason_of(self.reason)
        return bool(reason and reason.fact("hides_title", False))


def withdrawal_reasons():
    """The reasons of the jurisdiction profile, each saying whether a successor is named with it."""
    return get_profile(conf.get("JURISDICTION")).withdrawal_reasons


def takedown_reasons():
    """Those of the withdrawal reasons that allow one person to act at once."""
    return [each for each in withdrawal_reasons() if each.fact("emergency", False)]


def reason_of(code):
    """The withdrawal reason with that code, or None."""
    return withdrawal_reasons().find(code)
