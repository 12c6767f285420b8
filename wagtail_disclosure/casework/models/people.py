"""A person or an organisation that writes to the agency. All that identifies it is encrypted and shown masked."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..encryption import BlindIndexField, PersonalField


class Person(models.Model):
    """Abstract: who wrote. Concrete rows add the case.

    ``kind`` is a code of the vocabulary of applicant types; ``identity_kind`` one of the kinds of proof.
    """

    wagtail_reference_index_ignore = True

    kind = models.CharField(_("kind of applicant"), max_length=40)
    name = PersonalField(pgettext_lazy("disclosure", "name"), mask="name")
    identity_kind = models.CharField(_("kind of identity document"), max_length=40, blank=True)
    identity_number = PersonalField(_("number of the identity document"), mask="number")
    # Of an organisation.
    representative = PersonalField(_("legal representative"), mask="name")
    contact_person = PersonalField(_("contact person"), mask="name")
    # Who acts for the applicant.
    agent_name = PersonalField(_("agent"), mask="name")
    agent_identity = PersonalField(_("identity number of the agent"), mask="number")
    phone = PersonalField(_("telephone"), mask="phone")
    email = PersonalField(_("email"), mask="email")
    address = PersonalField(_("address"), mask="address")
    postcode = PersonalField(_("postcode"), mask="number")
    employer = PersonalField(_("employer"), mask="text")

    name_index = BlindIndexField(source="name", kind="name")
    identity_index = BlindIndexField(source="identity_number", kind="number")
    phone_index = BlindIndexField(source="phone", kind="phone")
    email_index = BlindIndexField(source="email", kind="email")

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self):
        return str(self.name)
