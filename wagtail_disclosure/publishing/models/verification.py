"""What verification found: its runs, each difference by name, and what is withheld from the public because of it."""

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .items import AboutItem, ItemQuerySet


class VerificationRun(models.Model):
    """One comparison of what is public with what was approved."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        AGREES = "agrees", _("everything agrees")
        DIFFERS = "differs", _("differences found")
        FAILED = "failed", _("could not be finished")

    state = models.CharField(_("outcome"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(pgettext_lazy("disclosure", "started at"))
    finished_at = models.DateTimeField(pgettext_lazy("disclosure", "finished at"), null=True)
    requested_by_name = models.CharField(_("started by"), max_length=255, blank=True)
    with_files = models.BooleanField(_("files read"), default=True)
    # False for a run about single items.
    complete = models.BooleanField(_("everything compared"), default=True)
    items = models.PositiveBigIntegerField(_("items"), default=0)
    files = models.PositiveBigIntegerField(_("files"), default=0)
    entries = models.PositiveBigIntegerField(_("ledger entries"), default=0)
    differences = models.PositiveBigIntegerField(_("differences"), default=0)
    # The end of the ledger as it was then: the next run finds it again.
    ledger_sequence = models.PositiveBigIntegerField(default=0)
    ledger_hash = models.CharField(max_length=64, blank=True)
    anchor = models.CharField(_("anchor"), max_length=255, blank=True)
    failure = models.TextField(_("what stopped it"), blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.get_state_display()}"


class VerificationFinding(models.Model):
    """One difference, in a form that can be said in any language: see ``verification.findings``."""

    run = models.ForeignKey(VerificationRun, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    content_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(pgettext_lazy("disclosure", "Item"), max_length=255, blank=True)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # Not found by the run before.
    is_new = models.BooleanField(_("new"), default=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.title}: {self.text}" if self.title else self.text

    @property
    def text(self):
        """The difference as a sentence in the active language."""
        from ..verification.findings import words

        return words(self.code, self.params)


class WithholdingQuerySet(ItemQuerySet):
    def in_force(self):
        return self.filter(ended_at=None)


class Withholding(AboutItem):
    """An item that visitors are not shown because it is not what was approved. The item itself stays as it is."""

    title = models.CharField(_("title"), max_length=255)
    since = models.DateTimeField(_("withheld since"))
    ended_at = models.DateTimeField(_("shown again since"), null=True)
    run = models.ForeignKey(
        VerificationRun, null=True, on_delete=models.SET_NULL, related_name="withholdings"
    )

    objects = WithholdingQuerySet.as_manager()

    class Meta:
        verbose_name = _("withheld item")
        verbose_name_plural = _("withheld items")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(ended_at=None),
                name="disclosure_withheld_once",
            )
        ]

    def __str__(self):
        return self.title
