"""Whom a case consults: third parties, joint makers, other agencies (Arts. 32–34)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..encryption import PersonalField


class ConsultedParty(models.Model):
    """Abstract: one who is consulted. Concrete rows add ``case``, with the related name ``parties``.

    ``kind`` is a code of the vocabulary ``consultations``; with ``key`` it names the enquiry in the events of the case,
    which say all that happened. The link by which the party answers is kept as a hash alone; see ``consultation.links``.
    """

    wagtail_reference_index_ignore = True
    # What goes beside the encrypted fields when the case is anonymised.
    forgotten_fields = ("token_hash",)

    kind = models.CharField(pgettext_lazy("disclosure", "kind"), max_length=20)
    key = models.CharField(max_length=20)
    name = PersonalField(pgettext_lazy("disclosure", "name"), mask="name")
    contact_person = PersonalField(_("contact person"), mask="name")
    email = PersonalField(_("email"), mask="email")
    phone = PersonalField(_("telephone"), mask="phone")
    address = PersonalField(_("address"), mask="address")
    language = models.CharField(_("language"), max_length=20, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    token_valid_until = models.DateTimeField(null=True, blank=True, editable=False)
    # When the link was mailed last, when its reader confirmed that it came, and when the opinion was sent by it.
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return str(self.name)

    @property
    def read_as(self):
        """How the log of readings names whose fields were read."""
        return f"{self.kind}-{self.key}"
