"""Days that the office decides by hand, and years whose announced holidays somebody has checked."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that is a working day, or none, whatever the calendar of the jurisdiction says."""

    wagtail_reference_index_ignore = True

    date = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("is a working day"), default=False)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("day decided by hand")
        verbose_name_plural = _("days decided by hand")
        ordering = ["date"]
        default_permissions = ("add", "change", "delete", "view")

    def __str__(self):
        return self.date.isoformat()


class CalendarYear(models.Model):
    """A year whose announced holidays were compared with the calendar: its dates are not provisional any more."""

    wagtail_reference_index_ignore = True

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2008), MaxValueValidator(2100)]
    )

    class Meta:
        verbose_name = _("year with announced holidays")
        verbose_name_plural = _("years with announced holidays")
        ordering = ["year"]
        default_permissions = ("add", "delete", "view")

    def __str__(self):
        return str(self.year)
