"""The disclosure attribute (属性审核): proactive, on request or withheld, with its ground (Arts. 13–18)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AttributeDetermination(models.Model):
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
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("determined by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_by_name = models.CharField(_("name"), max_length=255)
    decided_at = models.DateTimeField(_("determined at"))
    review_by = models.DateField(_("re-assess by"), null=True, blank=True)

    class Meta:
        verbose_name = _("attribute determination")
        verbose_name_plural = _("attribute determinations")
        ordering = ["-decided_at", "-pk"]

    def __str__(self):
        return self.get_attribute_display()

    @classmethod
    def current(cls, translation_key):
        """The determination in force for a document, or None."""
        return cls.objects.filter(translation_key=translation_key).first()


class FiledItem(models.Model):
    """A reviewed document that is not published: on the public on-request list by title, or filed as withheld.

    Fields follow the filing register of domain practice (标题、文号、成文日期、发文机关、公文种类、公开属性、
    免予公开理由); state secrets are not listed and never stored.
    """

    translation_key = models.UUIDField(db_index=True)
    page_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    language = models.CharField(max_length=20)
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
    filed_at = models.DateTimeField(_("filed at"))
    review_by = models.DateField(_("re-assess by"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("filed item")
        verbose_name_plural = _("filed items")
        ordering = ["-filed_at", "-pk"]
        indexes = [
            models.Index(
                fields=["site_id", "language", "attribute", "-filed_at", "-id"], name="disclosure_filed_list"
            )
        ]

    def __str__(self):
        return self.title
