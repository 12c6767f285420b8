"""The disclosure attribute (属性审核): proactive, on request or withheld, with its ground (Arts. 13–18)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ... import conf
from ...publishing.citations import with_article
from ...publishing.database_seal.kinds import AppendOnly
from ...publishing.models import Approval
from ...rules.profiles import get_profile
from .kept import Kept


def ground_of(attribute, code):
    """The ground as an item of the jurisdiction profile, or None for one that the profile does not know."""
    try:
        return get_profile(conf.get("JURISDICTION")).ground(attribute, code)
    except LookupError:
        return None


# Longest note of a determination in characters.
LONGEST_NOTE = 2000


class Grounded:
    """A row with ``attribute`` and ``ground``."""

    @property
    def ground_item(self):
        return ground_of(self.attribute, self.ground)

    @property
    def ground_text(self):
        """The ground in the active language, with the article it rests on."""
        item = self.ground_item
        if item is None:
            return self.ground
        return with_article(item.label(), item.article)

    @property
    def is_filed_here(self):
        """False for what must not be in this system at all: state secrets."""
        item = self.ground_item
        return item is None or item.fact("filed", True)


class AttributeDetermination(Grounded, Kept):
    """One determination for a document in all its languages. Rows are added, never changed: the archive."""

    class Attribute(models.TextChoices):
        PROACTIVE = "proactive", _("proactive disclosure")
        ON_REQUEST = "on_request", _("disclosure on request")
        WITHHELD = "withheld", _("withheld")

    translation_key = models.UUIDField(db_index=True)
    attribute = models.CharField(_("disclosure attribute"), max_length=12, choices=Attribute)
    # Code of a ground of the jurisdiction profile.
    ground = models.CharField(_("ground"), max_length=40)
    note = models.TextField(_("note"), blank=True)
    # What was judged, as it was called then. Empty for what must not be named here.
    title = models.CharField(_("title"), max_length=255, blank=True)
    department_name = models.CharField(_("responsible department"), max_length=255, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("determined by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_by_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    decided_at = models.DateTimeField(_("determined at"))
    review_by = models.DateField(_("re-assess by"), null=True, blank=True)

    database_seal = AppendOnly()

    class Meta:
        verbose_name = _("attribute determination")
        verbose_name_plural = _("attribute determinations")
        ordering = ["-decided_at", "-pk"]
        default_permissions = ("add", "view")

    def __str__(self):
        return self.get_attribute_display()

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise ValidationError(_("A determination is never changed; make a new one."))
        super().save(*args, **kwargs)

    @classmethod
    def current(cls, translation_key):
        """The determination in force for a document, or None."""
        return cls.objects.filter(translation_key=translation_key).first()


class FiledItemQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def on_request_list(self, site_id, language):
        """What the public on-request list of a site shows, newest first."""
        return self.open().filter(
            site_id=site_id, language=language, attribute=AttributeDetermination.Attribute.ON_REQUEST
        )

    def to_reassess(self, day=None):
        """Withheld items whose date of re-assessment (Art. 18) has come."""
        return self.open().filter(review_by__lte=day or timezone.localdate())


class FiledItem(Grounded, models.Model):
    """A reviewed document that is not published: on the public on-request list by title, or filed as withheld.

    Fields follow the filing register of domain practice (标题、文号、成文日期、发文机关、公文种类、公开属性、
    免予公开理由); state secrets are not listed and never stored.
    """

    translation_key = models.UUIDField(db_index=True)
    page_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    language = models.CharField(_("language"), max_length=20)
    title = models.CharField(_("title"), max_length=255)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    date_signed = models.DateField(_("date signed"), null=True)
    issuing_body = models.CharField(_("issuing body"), max_length=255, blank=True)
    department_id = models.BigIntegerField(null=True)
    department_name = models.CharField(_("responsible department"), max_length=255, blank=True)
    genre = models.CharField(_("genre"), max_length=40, blank=True)
    attribute = models.CharField(
        _("disclosure attribute"), max_length=12, choices=AttributeDetermination.Attribute
    )
    ground = models.CharField(_("ground"), max_length=40)
    index_number = models.CharField(_("index number"), max_length=100, blank=True)
    digest = models.CharField(_("content digest"), max_length=64)
    approvals = models.ManyToManyField(Approval, verbose_name=_("approvals"), related_name="+", blank=True)
    filed_at = models.DateTimeField(_("filed at"))
    review_by = models.DateField(_("re-assess by"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    close_reason = models.CharField(_("reason for closing"), max_length=255, blank=True)
    closed_by_name = models.CharField(_("closed by"), max_length=255, blank=True)

    objects = FiledItemQuerySet.as_manager()
    database_seal = AppendOnly(later=("closed_at", "close_reason", "closed_by_name"), free=("review_by",))

    class Meta:
        verbose_name = _("filed item")
        verbose_name_plural = _("filed items")
        ordering = ["-filed_at", "-pk"]
        default_permissions = ("change", "view")
        indexes = [
            models.Index(
                fields=["site_id", "language", "attribute", "-filed_at", "-id"], name="disclosure_filed_list"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["page_id"], condition=models.Q(closed_at=None), name="disclosure_filed_once"
            )
        ]

    def __str__(self):
        return self.title
