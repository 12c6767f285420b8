"""Suggestions to publish that somebody decided against."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...departments.models import Department


class DismissedSuggestion(models.Model):
    """What several applicants asked for is not published, and why. Of whoever asks for it later it is suggested anew.

    ``key`` names what was asked for, see ``demand``; ``number`` is how many requests there were then.
    """

    wagtail_reference_index_ignore = True

    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=160)
    number = models.PositiveIntegerField()
    reason = models.TextField(pgettext_lazy("disclosure", "reason"), max_length=1000)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    user_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    at = models.DateTimeField(pgettext_lazy("disclosure", "at"))

    class Meta:
        verbose_name = _("dismissed suggestion to publish")
        verbose_name_plural = _("dismissed suggestions to publish")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["key"], name="disclosure_dismissed_key")]

    def __str__(self):
        return self.key
