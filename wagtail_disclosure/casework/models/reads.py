"""Who read what identifies a person."""

from django.conf import settings
from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...publishing.database_seal.kinds import AppendOnly
from .events import EventQuerySet, Kept


class IdentityRead(Kept):
    """One reading of one field or file, written by ``identity`` before the text is handed out."""

    wagtail_reference_index_ignore = True

    database_seal = AppendOnly()

    # ``app.model`` and key: the log outlives kinds of cases.
    case_model = models.CharField(max_length=100)
    case_key = models.CharField(max_length=64)
    case_number = models.CharField(gettext_lazy("receipt number"), max_length=60)
    field = models.CharField(gettext_lazy("field"), max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    user_key = models.CharField(max_length=64)
    user_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    at = models.DateTimeField(pgettext_lazy("disclosure", "at"))
    reason = models.CharField(gettext_lazy("reason"), max_length=255)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("reading of personal data")
        verbose_name_plural = gettext_lazy("readings of personal data")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["case_model", "case_key"], name="disclosure_read_of_case")]

    def __str__(self):
        return f"{self.case_number}: {self.field}"


@receiver(pre_save, sender=IdentityRead)
def _added_only(sender, instance, raw=False, **kwargs):
    if not raw and instance.pk is not None and sender._base_manager.filter(pk=instance.pk).exists():
        raise ProtectedError(_("The log of readings is not changed afterwards."), {instance})
