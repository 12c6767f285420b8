"""Files of a case. They lie in a storage of their own, under names that say nothing, and leave by one view."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..storage import case_storage
from .submissions import Draft


def unguessable(instance, filename):
    """Where a file is stored: nothing of the name that somebody gave it."""
    return f"{instance.key.hex[:2]}/{instance.key.hex}"


class CaseAttachment(models.Model):
    """Abstract: concrete attachments add ``case``, nullable, with the related name ``attachments``.

    Until its form is sent a file belongs to a draft; sending it moves the row, not the file.
    """

    wagtail_reference_index_ignore = True

    class Origin(models.TextChoices):
        APPLICANT = "applicant", _("applicant")
        OFFICER = "officer", pgettext_lazy("disclosure", "officer")
        THIRD_PARTY = "third_party", _("third party")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    file = models.FileField(_("file"), storage=case_storage, upload_to=unguessable, max_length=100)
    name = models.CharField(_("file name"), max_length=150)
    kind = models.CharField(pgettext_lazy("disclosure", "kind"), max_length=20, blank=True)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(pgettext_lazy("disclosure", "from"), max_length=20, choices=Origin)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    # From and until when the applicant may load it down; what applicants sent themselves they always may.
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_until = models.DateTimeField(_("released until"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return self.name
