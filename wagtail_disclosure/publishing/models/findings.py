"""What automatic checks found in files and drafts, and who answered for letting it pass."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .evidence import LedgerEntry
from .items import AboutItem


class FileCheck(models.Model):
    """What was found in a file, by its bytes: the same bytes are looked into once."""

    sha256 = models.CharField(max_length=64)
    # A few checks depend on what the file is called.
    extension = models.CharField(max_length=20, blank=True)
    # Version of the checks and of the accepted types; what others found is found anew.
    checker = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    size = models.PositiveBigIntegerField()
    findings = models.JSONField(default=list)
    checked_at = models.DateTimeField()
    # Engine and signatures of the last scan; empty when the file was never scanned.
    scanner = models.CharField(max_length=255, blank=True)
    scanned_at = models.DateTimeField(null=True)
    # Name of the virus; empty for a clean file.
    virus = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256", "extension"], name="disclosure_file_check_once")
        ]

    def __str__(self):
        return f"{self.sha256[:12]} {self.kind}"


class ReviewCheck(AboutItem):
    """The automatic checks of one digest of an item, with all they found."""

    digest = models.CharField(_("content digest"), max_length=64)
    checked_at = models.DateTimeField(_("checked at"))
    scanner = models.CharField(_("virus scanner"), max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "digest"], name="disclosure_review_check_once"
            )
        ]

    def __str__(self):
        return self.digest[:12]


class ReviewFinding(models.Model):
    """One thing that was found, as it was at that time. In words it is put for whoever reads it."""

    class Severity(models.TextChoices):
        REFUSE = "refuse", _("refused")
        BLOCK = "block", _("to be acknowledged")
        WARN = "warn", _("to be looked at")
        INFO = "info", _("for information")

    review_check = models.ForeignKey(ReviewCheck, on_delete=models.CASCADE, related_name="findings")
    # The same for the same thing in the same file, whatever else of the draft changes.
    key = models.CharField(max_length=32)
    code = models.CharField(max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_title = models.CharField(max_length=255, blank=True)
    place = models.JSONField(default=list)
    passage = models.TextField(blank=True)
    params = models.JSONField(default=dict)
    # What a site's own check says, by language: {"zh-hans": {"where": …, "message": …}}.
    texts = models.JSONField(default=dict)
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["sort_order"]
        constraints = [
            models.UniqueConstraint(fields=["review_check", "key"], name="disclosure_finding_once")
        ]

    def __str__(self):
        return self.code


class Acknowledgement(AboutItem):
    """A reviewer looked at a finding and says why it may pass. It holds for exactly one digest."""

    digest = models.CharField(_("content digest"), max_length=64)
    finding = models.ForeignKey(ReviewFinding, on_delete=models.PROTECT, related_name="acknowledgements")
    key = models.CharField(max_length=32)
    reason = models.TextField(pgettext_lazy("disclosure", "reason"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    user_key = models.CharField(max_length=64)
    user_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    at = models.DateTimeField(_("acknowledged at"))
    ledger_entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="acknowledgement")

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "key"], name="disclosure_ack_item")]

    def __str__(self):
        return self.reason[:60]

    @property
    def ledger_key(self):
        # By the entry that records it; that entry itself is about to be written.
        name = self._meta.model_name
        return name if self.ledger_entry_id is None else f"{name}:{self.ledger_entry.sequence}"

    def ledger_facts(self):
        """What was acknowledged; the finding itself is no evidence."""
        finding = self.finding
        return [finding.key, finding.code, finding.severity, finding.file_sha256]
