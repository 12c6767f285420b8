"""Decisions to take something off the public site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .items import AboutItem


class Withdrawal(AboutItem):
    """An item was taken off the public pages: why, by whom, and where to look instead."""

    class Reason(models.TextChoices):
        REPEALED = "repealed", _("repealed")
        REPLACED = "replaced", _("replaced")
        ERROR = "error", _("published in error")
        SECRECY = "secrecy", _("secrecy or personal data")
        DUPLICATE = "duplicate", _("duplicate")
        OTHER = "other", _("other")

    title = models.CharField(_("title"), max_length=255)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
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
    decided_by_name = models.CharField(_("name"), max_length=255)
    decided_at = models.DateTimeField(_("decided at"))
    # Set when the item has left; an open decision is what allows it to leave.
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_withdrawal_item")]

    def __str__(self):
        return self.title
