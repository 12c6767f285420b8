"""The annual report of an agency for a year (Arts. 49–50): its state, what people entered and corrected, its words."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ProtectedError
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency
from ...publishing.database_seal.kinds import AppendOnly
from ...rules.annual_report.versions import deadlines, form_for, get_form
from ..profile import jurisdiction

FIRST_YEAR, LAST_YEAR = 2000, 2100
# No number of a report reaches this; one that does is a slip, and would not fit into its column.
LARGEST = Decimal(10) ** 14


class AnnualReport(models.Model):
    """One agency, one year. While it is *working* its numbers are computed anew whenever they are shown; *frozen* they
    stay, and what the cases say since is shown beside them.
    """

    class State(models.TextChoices):
        WORKING = "working", pgettext_lazy("annual report", "in preparation")
        FROZEN = "frozen", pgettext_lazy("annual report", "numbers frozen")
        PUBLISHED = "published", pgettext_lazy("annual report", "published")

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    form_code = models.CharField(_("form"), max_length=20, editable=False)
    # Code of the kind of body in the deadlines of the jurisdiction (Art. 49).
    body_kind = models.CharField(_("kind of body"), max_length=20)
    # A year of which the system has no cases: every number is entered, and none is computed.
    by_hand = models.BooleanField(
        _("all numbers are entered by hand"),
        default=False,
        help_text=_("For a year before this system was in use: nothing is counted."),
    )
    state = models.CharField(
        pgettext_lazy("annual report", "state"),
        max_length=10,
        choices=State,
        default=State.WORKING,
        editable=False,
    )
    # The numbers as they were frozen last: ``{cell: {"value": "12" or None, "mark": …}}``.
    figures = models.JSONField(default=dict, editable=False)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    frozen_by_name = models.CharField(_("frozen by"), max_length=255, blank=True, editable=False)
    page = models.OneToOneField(
        "wagtail_disclosure.AnnualReportPage",
        verbose_name=_("page"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="report",
    )
    published_on = models.DateField(_("published on"), null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering = ["-year", "agency"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="disclosure_one_report_a_year")
        ]

    def __str__(self):
        return gettext("%(agency)s, annual report %(year)d") % {"agency": self.agency, "year": self.year}

    def save(self, *args, **kwargs):
        if not self.form_code:
            self.form_code = form_for(jurisdiction(), self.year).code
        super().save(*args, **kwargs)

    @cached_property
    def form(self):
        """The form of its fiscal year, as it was when the report was begun."""
        return get_form(jurisdiction(), self.form_code)

    @property
    def is_working(self):
        return self.state == self.State.WORKING

    @property
    def deadline(self):
        """The day until which it is to be published (Art. 49), or None."""
        found = next((each for each in deadlines(jurisdiction()) if each.code == self.body_kind), None)
        return found.for_year(self.year) if found else None

    def of_last_year(self):
        """The report of the year before, once its numbers were frozen; or None."""
        before = AnnualReport.objects.filter(agency_id=self.agency_id, year=self.year - 1)
        return before.exclude(frozen_at=None).first()


class CellQuerySet(KeptQuerySet):
    def update(self, **values):
        raise ProtectedError(gettext("What was entered is not changed afterwards; enter it anew."), set())

    update.alters_data = True


class ReportCell(Kept):
    """A number that a person gave for a cell. Rows are added and never changed: the newest of a cell counts.

    ``value`` is empty where it is said that there is no number; that is not 0.
    """

    database_seal = AppendOnly()

    class Kind(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("annual report", "entered")
        CORRECTED = "corrected", pgettext_lazy("annual report", "corrected by hand")
        TAKEN_BACK = "taken_back", pgettext_lazy("annual report", "correction taken back")

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="cells")
    code = models.CharField(max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    value = models.DecimalField(_("number"), max_digits=20, decimal_places=6, null=True, blank=True)
    source = models.CharField(_("source of the number"), max_length=255, blank=True)
    reason = models.CharField(_("reason for the correction"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(_("entered by"), max_length=255)
    at = models.DateTimeField(_("entered at"))

    wagtail_reference_index_ignore = True
    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = _("number of a report")
        verbose_name_plural = _("numbers of reports")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["report", "code"], name="disclosure_report_cell")]

    def __str__(self):
        return f"{self.code}: {self.value}"

    def save(self, *args, **kwargs):
        if self.pk is not None and type(self)._base_manager.filter(pk=self.pk).exists():
            raise ProtectedError(
                gettext("What was entered is not changed afterwards; enter it anew."), {self}
            )
        super().save(*args, **kwargs)


class ReportText(models.Model):
    """The words of a section, once somebody has written them. Until then they are drafted anew with the figures."""

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField(_("section"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    by_name = models.CharField(_("written by"), max_length=255, blank=True)
    at = models.DateTimeField(_("written at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("text of a report")
        verbose_name_plural = _("texts of reports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "section"], name="disclosure_one_text_a_section")
        ]

    def __str__(self):
        return f"{self.report_id} {self.section}"
