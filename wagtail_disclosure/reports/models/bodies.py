"""Subordinate bodies and whether each has published its annual report (Art. 49): who has not."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ...departments.models import Agency
from ...rules.annual_report.versions import deadlines
from ..profile import jurisdiction


class SubordinateBody(models.Model):
    """A body whose annual reports the agency looks after: a department of the government, a township, an institution."""

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name of the body"), max_length=255)
    kind = models.CharField(_("kind of body"), max_length=20)
    contact = models.CharField(_("contact"), max_length=255, blank=True)
    since = models.PositiveSmallIntegerField(_("reports from the year"), default=2008)
    until = models.PositiveSmallIntegerField(_("reports up to the year"), null=True, blank=True)
    sort_order = models.IntegerField(_("order"), default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("subordinate body")
        verbose_name_plural = _("subordinate bodies")
        ordering = ["sort_order", "name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="disclosure_one_body_of_a_name")
        ]

    def __str__(self):
        return self.name

    def reports_in(self, year):
        """Whether it has to report about ``year``: one that was merged or closed reports no more."""
        return self.since <= year and (self.until is None or year <= self.until)

    def deadline(self, year):
        """The day until which it publishes the report of ``year``, or None for an unknown kind of body."""
        found = next((each for each in deadlines(jurisdiction()) if each.code == self.kind), None)
        return found.for_year(year) if found else None


class ReportFiling(models.Model):
    """A subordinate body has published its report of a year: when, and where."""

    body = models.ForeignKey(SubordinateBody, on_delete=models.CASCADE, related_name="filings")
    year = models.PositiveSmallIntegerField(_("year"))
    published_on = models.DateField(_("published on"))
    url = models.URLField(_("address"), max_length=500, blank=True)
    by_name = models.CharField(_("recorded by"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("published report of a body")
        verbose_name_plural = _("published reports of bodies")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="disclosure_one_filing_a_year")]

    def __str__(self):
        return f"{self.body} {self.year}"
