"""What happened to a case: rows that are added and never changed."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...catalogue.models.kept import Kept, KeptQuerySet
from ...publishing.database_seal.kinds import AppendOnly
from ..encryption import EncryptedJSONField, EncryptedTextField

# Every concrete kind of event sets ``database_seal = SEAL``. Note and details are encrypted anew when keys change, and
# emptied when the case is anonymised.
SEAL = AppendOnly(free=("note", "details"))


class EventQuerySet(KeptQuerySet):
    def update(self, **values):
        raise ProtectedError(_("What happened to a case is not changed afterwards."), set())

    update.alters_data = True


class CaseEvent(Kept):
    """One event. Concrete events add ``case``, a foreign key with the related name ``events``.

    ``type`` is the code of an action; ``state`` the state after it. ``data`` holds facts without personal data;
    what somebody wrote stands in ``note``, and by field in ``details``. ``documents`` are keys of attachments of the case.
    """

    wagtail_reference_index_ignore = True

    class By(models.TextChoices):
        APPLICANT = "applicant", gettext_lazy("applicant")
        OFFICER = "officer", pgettext_lazy("disclosure", "officer")
        THIRD_PARTY = "third_party", gettext_lazy("third party")
        SYSTEM = "system", pgettext_lazy("disclosure", "system")

    type = models.CharField(pgettext_lazy("disclosure", "event"), max_length=40)
    state = models.CharField(gettext_lazy("state"), max_length=40, blank=True)
    at = models.DateTimeField(pgettext_lazy("disclosure", "at"))
    by = models.CharField(pgettext_lazy("disclosure", "by"), max_length=20, choices=By)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Of an officer; an applicant is not named here.
    actor_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255, blank=True)
    note = EncryptedTextField(gettext_lazy("note"), blank=True)
    details = EncryptedJSONField(default=dict, blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    documents = models.JSONField(default=list, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["at", "pk"]
        default_permissions = ()

    @property
    def texts(self):
        """What somebody wrote, by field; empty once the case is anonymised or where its key is lost."""
        return self.details if isinstance(self.details, dict) else {}

    def __str__(self):
        return f"{self.type} {self.at:%Y-%m-%d %H:%M}"


@receiver(pre_save)
def _added_only(sender, instance, raw=False, **kwargs):
    if isinstance(instance, CaseEvent) and not raw and instance.pk is not None:
        if sender._base_manager.filter(pk=instance.pk).exists():
            raise ProtectedError(_("What happened to a case is not changed afterwards."), {instance})
