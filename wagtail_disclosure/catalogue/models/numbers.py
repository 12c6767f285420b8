"""Index numbers (索引号): issued once, never changed, never reused; each issued number resolves for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ...departments.models import Agency


class NumberScheme(models.Model):
    """How an agency's numbers are built, from segments of ``rules.index_numbers``."""

    agency = models.OneToOneField(
        Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="number_scheme"
    )
    preset = models.CharField(_("pattern"), max_length=40, default="national")
    # Segments of a pattern of one's own; empty when a preset is used.
    segments = models.JSONField(_("segments"), default=list, blank=True)

    class Meta:
        verbose_name = _("index number scheme")
        verbose_name_plural = _("index number schemes")

    def __str__(self):
        return f"{self.agency}: {self.preset}"


class NumberCounter(models.Model):
    """The last serial allotted within a scope (usually agency and year)."""

    scope = models.CharField(max_length=120, unique=True)
    last_serial = models.PositiveIntegerField(default=0)


class IndexNumber(models.Model):
    """One number of the ledger. Gaps are allowed, reuse is not."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        ISSUED = "issued", _("issued")
        VOID = "void", _("void")

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="index_numbers"
    )
    number = models.CharField(_("index number"), max_length=100, unique=True)
    scope = models.CharField(max_length=120, blank=True)
    serial = models.PositiveIntegerField(null=True)
    imported = models.BooleanField(_("kept from an import"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RESERVED)
    # The document in all its languages.
    translation_key = models.UUIDField(null=True, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    void_reason = models.CharField(_("reason"), max_length=255, blank=True)
    reserved_at = models.DateTimeField(_("reserved at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)

    class Meta:
        verbose_name = _("index number")
        verbose_name_plural = _("index numbers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key"],
                condition=~models.Q(state="void"),
                name="disclosure_one_number_per_document",
            ),
            models.UniqueConstraint(
                fields=["scope", "serial"],
                condition=models.Q(serial__isnull=False),
                name="disclosure_serial_once",
            ),
        ]

    def __str__(self):
        return self.number
