"""Canned answers: texts from which replies to letters begin."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...departments.models import Agency, Department
from .. import vocabularies


class CannedAnswer(models.Model):
    """A text for replies of one department, or of all departments of an agency. Internal: nobody else reads it."""

    wagtail_reference_index_ignore = True

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: for all departments of the agency."),
    )
    # A code of the vocabulary ``mail_types``, or empty.
    letter_type = models.CharField(pgettext_lazy("mailbox", "type of letter"), max_length=20, blank=True)
    title = models.CharField(pgettext_lazy("mailbox", "title"), max_length=200)
    body = models.TextField(pgettext_lazy("disclosure", "text"), max_length=5000)

    class Meta:
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.department_id and self.agency_id and self.department.agency_id != self.agency_id:
            raise ValidationError({"department": gettext("The department belongs to another agency.")})
        if self.letter_type and self.letter_type not in vocabularies.types():
            raise ValidationError({"letter_type": gettext("There is no such choice.")})

    @property
    def type_label(self):
        return vocabularies.label_of(self.letter_type) if self.letter_type else ""

    @classmethod
    def for_letter(cls, letter):
        """Those that fit ``letter``: of its department or of the whole agency, of its type or of any."""
        fits = models.Q(department=None) | models.Q(department=letter.department_id)
        return cls.objects.filter(fits, agency=letter.agency_id, letter_type__in=["", letter.letter_type])
