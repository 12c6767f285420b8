"""Within how many working days what was formed or changed became public (Art. 26), and why some of it was late."""

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from ...catalogue.models.kept import Kept
from ...compat import PAGE_MODEL
from ...departments.models import Agency, Department
from ...publishing.database_seal.kinds import AppendOnly
from ..profile import profile


class ProactiveRecord(models.Model):
    """A day on which a document was formed or changed, and the publication that made it known.

    The due date is a cache: it is computed from the day, and anew while the holidays of its year are not announced.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department,
        verbose_name=_("responsible department"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    page = models.ForeignKey(PAGE_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    translation_key = models.UUIDField()
    title = models.CharField(pgettext_lazy("disclosure", "title"), max_length=255)
    starts_on = models.DateField(_("formed or changed on"))
    # The field of the document that this day comes from.
    basis = models.CharField(max_length=20)
    is_change = models.BooleanField(_("changed after publication"), default=False)
    public_on = models.DateField(_("public on"))
    due_on = models.DateField(_("due on"))
    is_provisional = models.BooleanField(default=False)
    is_late = models.BooleanField(_("late"), default=False, db_index=True)
    # Working days; empty where it took more than a year.
    days_late = models.PositiveIntegerField(_("working days late"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("publication within the time limit")
        verbose_name_plural = _("publications within the time limit")
        ordering = ["-public_on", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "starts_on"], name="disclosure_one_record_a_day"
            )
        ]
        indexes = [models.Index(fields=["department", "public_on"], name="disclosure_record_dept")]

    def __str__(self):
        return self.title

    @property
    def standing(self):
        """How it stands with the limit, in words."""
        if not self.is_late:
            return str(pgettext_lazy("proactive disclosure", "in time"))
        if self.days_late is None:
            return str(_("more than a year late"))
        if not self.days_late:
            return str(_("late since %(day)s")) % {"day": date_format(self.due_on, "SHORT_DATE_FORMAT")}
        return ngettext("%(count)d working day late", "%(count)d working days late", self.days_late) % {
            "count": self.days_late
        }


def late_reason_choices():
    return profile().late_reasons.choices()


class LateReason(Kept):
    """Why something was late, as the department or the office states it. Rows are added; the newest counts."""

    database_seal = AppendOnly()

    record = models.ForeignKey(ProactiveRecord, on_delete=models.PROTECT, related_name="reasons")
    kind = models.CharField(
        pgettext_lazy("proactive disclosure", "reason"), max_length=20, choices=late_reason_choices
    )
    note = models.CharField(_("explanation"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(_("stated by"), max_length=255)
    at = models.DateTimeField(_("stated at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reason for being late")
        verbose_name_plural = _("reasons for being late")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.get_kind_display()} {self.note}".strip()
