"""Letters of a case, frozen when they are issued, and the texts that an agency writes in place of the given ones."""

import uuid

from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from ...catalogue.models.kept import Kept
from ...departments.models import Agency
from ...publishing.database_seal.kinds import AppendOnly
from ..encryption import EncryptedTextField
from ..storage import case_storage
from .events import EventQuerySet

# Every concrete kind of letter sets ``database_seal = LETTER_SEAL``: text and name are encrypted anew when keys change and
# emptied when the case is anonymised; the PDF is made after the letter.
LETTER_SEAL = AppendOnly(free=("html", "recipient_name", "pdf", "pdf_sha256"))
APPLICANT = "applicant"


def pdf_place(instance, filename):
    """Where the PDF is stored: nothing of what it is."""
    return f"{instance.key.hex[:2]}/{instance.key.hex}-letter"


class LetterQuerySet(EventQuerySet):
    def to(self, recipient, key=None):
        """Those for ``recipient`` (a code of the letter kinds); ``key`` names one of several enquiries."""
        found = self.filter(recipient=recipient)
        return found if key is None else found.filter(enquiry=key)

    def for_applicant(self):
        """Those that the applicant may read, in order."""
        return self.to(APPLICANT)


class Letter(Kept):
    """Abstract: one letter. Concrete letters add ``case`` (related name ``letters``) and ``event``, by which it was made.

    ``html`` is the letter itself and ``sha256`` of exactly that; the PDF is a rendering of it.
    """

    wagtail_reference_index_ignore = True

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # A code of the vocabulary ``letter_kinds``, and what it says of the recipient.
    kind = models.CharField(pgettext_lazy("disclosure", "kind"), max_length=40)
    recipient = models.CharField(pgettext_lazy("disclosure", "recipient"), max_length=20)
    # Which of several enquiries it belongs to.
    enquiry = models.CharField(max_length=20, blank=True)
    recipient_name = EncryptedTextField(blank=True)
    language = models.CharField(gettext_lazy("language"), max_length=20)
    number = models.CharField(gettext_lazy("number of the letter"), max_length=200, blank=True)
    serial_scope = models.CharField(max_length=100, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    issued_at = models.DateTimeField(gettext_lazy("issued at"))
    issued_on = models.DateField(gettext_lazy("day of the letter"))
    html = EncryptedTextField(blank=True)
    sha256 = models.CharField(max_length=64)
    pdf = models.FileField(storage=case_storage, upload_to=pdf_place, max_length=100, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["serial_scope", "serial"],
                condition=models.Q(serial__isnull=False),
                name="%(app_label)s_%(class)s_number_once",
            )
        ]

    def __str__(self):
        return f"{self.title} {self.number}".strip()

    @property
    def title(self):
        """The kind of letter in the language of the reader, with its number."""
        from ..standing import profile

        kinds = profile().letter_kinds
        label = kinds.get(self.kind).label(get_language()) if self.kind in kinds else self.kind
        return f"{label} {self.number}".strip()

    @property
    def at(self):
        return self.issued_at

    @property
    def is_emptied(self):
        """Whether the case was anonymised: that there was a letter is all that is left."""
        return not self.html

    @property
    def url(self):
        """The address for whoever follows the case; empty where the site does not include the package's addresses."""
        return self._address("wagtail_disclosure:case_letter")

    @property
    def pdf_url(self):
        from ..letters import pdf

        return self._address("wagtail_disclosure:case_letter_pdf") if self.pdf or pdf.is_available() else ""

    def _address(self, name):
        try:
            return reverse(name, args=[self.key]) if not self.is_emptied else ""
        except NoReverseMatch:
            return ""


@receiver(pre_save)
def _added_only(sender, instance, raw=False, **kwargs):
    if isinstance(instance, Letter) and not raw and instance.pk is not None:
        if sender._base_manager.filter(pk=instance.pk).exists():
            raise ProtectedError(_("A letter that was issued is not changed afterwards."), {instance})


class LetterTemplate(models.Model):
    """The text of one kind of letter that an agency wrote in place of the given one; see ``letters.placeholders``."""

    wagtail_reference_index_ignore = True

    agency = models.ForeignKey(
        Agency, verbose_name=gettext_lazy("agency"), on_delete=models.CASCADE, related_name="letter_templates"
    )
    kind = models.CharField(pgettext_lazy("disclosure", "kind"), max_length=40)
    language = models.CharField(gettext_lazy("language"), max_length=20)
    body = models.TextField(pgettext_lazy("disclosure", "text"))

    class Meta:
        verbose_name = gettext_lazy("text of a letter")
        verbose_name_plural = gettext_lazy("texts of letters")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "language"], name="disclosure_letter_template_once"
            )
        ]

    def __str__(self):
        return f"{self.kind} ({self.language})"

    def clean(self):
        from ..letters import placeholders

        placeholders.check(self.kind, self.body)
