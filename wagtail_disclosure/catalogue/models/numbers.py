"""Index numbers (索引号): issued once, never changed, never reused; each issued number resolves for ever."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ...departments.models import Agency
from ...publishing.database_seal.kinds import AppendOnly
from ...rules import index_numbers
from ...rules.errors import RuleError
from .kept import Kept


class NumberScheme(models.Model):
    """How an agency's numbers are built, from segments of ``rules.index_numbers``."""

    agency = models.OneToOneField(
        Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="number_scheme"
    )
    preset = models.CharField(_("pattern"), max_length=40, default="national")
    # A pattern of one's own: segments and what serials are counted by. Empty when a preset is used.
    segments = models.JSONField(_("segments"), default=list, blank=True)
    per = models.JSONField(_("serials are counted by"), default=list, blank=True)
    area_code = models.CharField(_("area code"), max_length=20, blank=True)
    group_code = models.CharField(_("group code"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("index number scheme")
        verbose_name_plural = _("index number schemes")

    def __str__(self):
        return f"{self.agency}: {self.preset}"

    @classmethod
    def for_agency(cls, agency):
        """The scheme of ``agency``; one with the national pattern, not saved, where none was set up."""
        return cls.objects.filter(agency=agency).first() or cls(agency=agency)

    @property
    def rules(self):
        """The :class:`~wagtail_disclosure.rules.index_numbers.Scheme`. Raises ``InvalidScheme`` or ``KeyError``."""
        if self.segments:
            return index_numbers.Scheme.from_data(
                {"segments": self.segments, "per": self.per or ["agency", "year"]}
            )
        return index_numbers.preset_for(self.agency.organisation_code, default=self.preset)

    def clean(self):
        super().clean()
        try:
            # A property of the instance is read for what it raises.
            self.rules  # noqa: B018
        except KeyError as error:
            raise ValidationError({"preset": _("There is no such pattern.")}) from error
        except RuleError as error:
            raise ValidationError({"segments": str(error)}) from error


class NumberCounter(models.Model):
    """The last serial allotted within a scope (usually agency and year)."""

    scope = models.CharField(max_length=200, unique=True)
    last_serial = models.PositiveIntegerField(default=0)


class IndexNumber(Kept):
    """One number of the ledger. Gaps are allowed, reuse is not."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        ISSUED = "issued", _("issued")
        VOID = "void", _("void")

    # What never changes once the row is there.
    FIXED = ("agency_id", "number", "key", "scope", "serial", "imported", "reserved_at")
    MOVES = {
        (State.RESERVED, State.ISSUED),
        (State.RESERVED, State.VOID),
        (State.ISSUED, State.VOID),
    }

    database_seal = AppendOnly(
        later=("translation_key", "title", "void_reason", "voided_by_name", "issued_at", "voided_at"),
        moves=(("state", frozenset(MOVES)),),
    )

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="index_numbers"
    )
    number = models.CharField(_("index number"), max_length=100, unique=True)
    # The number as people type it: width, dashes, spaces and letter case folded.
    key = models.CharField(max_length=200, unique=True, editable=False)
    scope = models.CharField(max_length=200, blank=True)
    serial = models.PositiveBigIntegerField(null=True)
    imported = models.BooleanField(_("kept from an import"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RESERVED)
    # The document in all its languages.
    translation_key = models.UUIDField(null=True, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    void_reason = models.CharField(_("reason"), max_length=255, blank=True)
    voided_by_name = models.CharField(_("made void by"), max_length=255, blank=True)
    reserved_at = models.DateTimeField(_("reserved at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)

    class Meta:
        verbose_name = _("index number")
        verbose_name_plural = _("index numbers")
        ordering = ["-pk"]
        default_permissions = ("add", "view")
        permissions = [("void_indexnumber", _("Can make an index number void"))]
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
            models.CheckConstraint(
                condition=~models.Q(state="issued") | models.Q(issued_at__isnull=False),
                name="disclosure_issued_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void")
                | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="disclosure_void_why",
            ),
        ]

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        self.key = index_numbers.lookup_key(self.number)
        super().save(*args, **kwargs)

    def check_change(self):
        """Raise ``ValidationError`` where the row would say something else of its number than it does now."""
        stored = IndexNumber.objects.filter(pk=self.pk).first()
        if stored is None:
            return
        if any(getattr(stored, name) != getattr(self, name) for name in self.FIXED):
            raise ValidationError(_("An index number never changes."))
        if stored.translation_key not in (None, self.translation_key):
            raise ValidationError(_("An index number stays with its document."))
        if stored.state != self.state and (stored.state, self.state) not in self.MOVES:
            raise ValidationError(_("A void index number is not used again."))


@receiver(pre_save, sender=IndexNumber)
def _check_before_writing(sender, instance, **kwargs):
    """On every route of a save, fixtures included."""
    if instance.pk is not None:
        instance.check_change()
