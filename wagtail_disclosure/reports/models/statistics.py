"""Numbers that the agency publishes of a period: frozen when they are published, corrected only visibly."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency
from ...publishing.database_seal.kinds import AppendOnly
from .reports import FIRST_YEAR, LAST_YEAR

YEARS = {"first": FIRST_YEAR, "last": LAST_YEAR}


class StatisticsPeriod(models.Model):
    """A span of days with its numbers. In preparation they are counted whenever they are shown; published they stay."""

    class State(models.TextChoices):
        WORKING = "working", pgettext_lazy("statistics", "in preparation")
        PUBLISHED = "published", pgettext_lazy("statistics", "published")

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(pgettext_lazy("statistics", "from"))
    last_day = models.DateField(pgettext_lazy("statistics", "up to and including"))
    # A period of which the system has no items: its numbers are entered, and none is counted.
    by_hand = models.BooleanField(
        _("numbers are entered by hand"),
        default=False,
        help_text=_("For a period before this system was in use, to compare others with."),
    )
    state = models.CharField(
        pgettext_lazy("statistics", "state"),
        max_length=10,
        choices=State,
        default=State.WORKING,
        editable=False,
    )
    # ``{"values": {code: number or None}, "labels": {code: text by language}}``, as published.
    figures = models.JSONField(default=dict, editable=False)
    published_at = models.DateTimeField(
        pgettext_lazy("statistics", "published at"), null=True, editable=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    published_by_name = models.CharField(max_length=255, blank=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = pgettext_lazy("statistics", "period")
        verbose_name_plural = pgettext_lazy("statistics", "periods")
        ordering = ["-last_day", "-first_day"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "first_day", "last_day"],
                name="disclosure_one_period",
                violation_error_message=_("There are statistics of this period already."),
            )
        ]

    def __str__(self):
        return f"{self.first_day} – {self.last_day}"

    def clean(self):
        super().clean()
        for name in ("first_day", "last_day"):
            day = getattr(self, name)
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise ValidationError({name: _("Choose a day of the years %(first)d to %(last)d.") % YEARS})
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("This lies before the first day.")})

    @property
    def is_public(self):
        return self.state == self.State.PUBLISHED


class CorrectionQuerySet(KeptQuerySet):
    def update(self, **values):
        raise ProtectedError(gettext("A correction stays as it is; correct the number again."), set())

    update.alters_data = True


class StatisticsCorrection(Kept):
    """A number that stands in place of another, with the reason. Rows are added; the newest of a number counts."""

    database_seal = AppendOnly()

    period = models.ForeignKey(StatisticsPeriod, on_delete=models.PROTECT, related_name="corrections")
    code = models.CharField(max_length=120)
    before = models.BigIntegerField(null=True)
    value = models.BigIntegerField(pgettext_lazy("statistics", "number"), null=True)
    reason = models.CharField(pgettext_lazy("statistics", "reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=255)
    at = models.DateTimeField()

    wagtail_reference_index_ignore = True
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a number")
        verbose_name_plural = _("corrections of numbers")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.code}: {self.value}"
