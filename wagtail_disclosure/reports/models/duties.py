"""What has to be published, how often and by whom (Arts. 19–21, and what the agency itself promised)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...catalogue.models import Category, CategoryScheme
from ...departments.models import Agency, Department
from ..profile import profile


def rhythm_choices():
    return profile().rhythms.choices()


class PublicationDuty(models.Model):
    """A category of the catalogue in which a department has to publish, once in every period or whenever there is something."""

    class Audience(models.TextChoices):
        PUBLIC = "public", pgettext_lazy("publication duty", "the public")
        INTERNAL = "internal", pgettext_lazy("publication duty", "within the agency")

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), editable=False, on_delete=models.CASCADE, related_name="+"
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme__kind": CategoryScheme.Kind.AGENCY},
        help_text=_("Items of the categories below it count as well."),
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the department that is responsible for the category."),
    )
    rhythm = models.CharField(_("how often"), max_length=20, choices=rhythm_choices)
    afterwards = models.BooleanField(
        _("published after the period has ended"),
        default=False,
        help_text=_("For reports about a period. Otherwise something is published within it."),
    )
    days = models.PositiveSmallIntegerField(
        _("days after the end of the period"), default=0, validators=[MaxValueValidator(366)]
    )
    audience = models.CharField(
        pgettext_lazy("publication duty", "for"), max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    since = models.DateField(pgettext_lazy("publication duty", "since"))
    until = models.DateField(pgettext_lazy("publication duty", "until"), null=True, blank=True)
    note = models.CharField(_("basis or note"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("publication duty")
        verbose_name_plural = _("publication duties")
        ordering = ["category__sort_order", "category__code", "pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.category} · {self.get_rhythm_display()}"

    @property
    def responsible(self):
        """The department that has to publish, or None where nobody is named."""
        return self.department or self.category.responsible_department

    def clean(self):
        super().clean()
        if self.until and self.since and self.until < self.since:
            raise ValidationError({"until": _("This lies before the first day.")})
        if self.days and not self.afterwards:
            raise ValidationError({"days": _("Days after the period are for what is published afterwards.")})

    def save(self, *args, **kwargs):
        self.agency_id = self.category.scheme.agency_id
        super().save(*args, **kwargs)


class DutyDone(models.Model):
    """A duty was done where the register does not show it: on a notice board, within the agency."""

    duty = models.ForeignKey(PublicationDuty, on_delete=models.CASCADE, related_name="done")
    # The first day of the period.
    period = models.DateField()
    on = models.DateField(_("published on"))
    note = models.CharField(_("where and what"), max_length=255)
    by_name = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("duty done elsewhere")
        verbose_name_plural = _("duties done elsewhere")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["duty", "period"], name="disclosure_duty_done_once")]

    def __str__(self):
        return self.note
