"""The published register (公开登记簿): what every public list, facet, feed and search reads.

Rows are snapshots of what was approved and are written by the gate, in the publishing transaction.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ...compat import PAGE_MODEL
from ..database_seal.kinds import OfPublicItem


class PublishedItem(models.Model):
    """One public item in one language."""

    page = models.OneToOneField(
        PAGE_MODEL,
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="disclosure_published",
        primary_key=True,
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=20)
    translation_key = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=255)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    # Relative to the site's root, so that a list needs no page query to link.
    path = models.CharField(max_length=1000)
    index_number = models.CharField(_("index number"), max_length=100, blank=True, db_index=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    issuing_body = models.CharField(_("issuing body"), max_length=255, blank=True)
    department_id = models.BigIntegerField(null=True)
    department_name = models.CharField(_("responsible department"), max_length=255, blank=True)
    subsite_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField(null=True)
    attribute = models.CharField(_("disclosure attribute"), max_length=20)
    genre = models.CharField(_("genre"), max_length=40, blank=True)
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    reporting_class = models.CharField(max_length=40, blank=True)
    statutory_head = models.CharField(max_length=40, blank=True)
    validity = models.CharField(_("validity"), max_length=20, blank=True)
    # A change that is announced shows from its day on, whether or not a job has run by then.
    next_validity = models.CharField(max_length=20, blank=True)
    next_validity_on = models.DateField(null=True)
    # Since when, or from which day on, the document is not in force.
    ended_on = models.DateField(_("not in force since"), null=True)
    date_generated = models.DateTimeField(_("date generated"), null=True)
    date_signed = models.DateField(_("date signed"), null=True)
    date_published = models.DateTimeField(_("date published"))
    # When the content now public was published; later than date_published after a revision.
    date_updated = models.DateTimeField(_("date updated"))
    year = models.PositiveSmallIntegerField(_("year of publication"))
    # Monotonic key of the lists: publication time, then page, in one sortable integer.
    position = models.BigIntegerField()
    data = models.JSONField(default=dict)

    database_seal = OfPublicItem("page")

    class Meta:
        verbose_name = _("published item")
        verbose_name_plural = _("published items")
        indexes = [
            models.Index(fields=["site", "language", "-position"], name="disclosure_reg_all"),
            models.Index(
                fields=["site", "language", "department_id", "-position"], name="disclosure_reg_dept"
            ),
            models.Index(fields=["site", "language", "year", "-position"], name="disclosure_reg_year"),
            models.Index(fields=["site", "language", "genre", "-position"], name="disclosure_reg_genre"),
            models.Index(fields=["site", "language", "attribute", "-position"], name="disclosure_reg_attr"),
            models.Index(fields=["site", "language", "kind", "-position"], name="disclosure_reg_kind"),
            models.Index(fields=["translation_key"], name="disclosure_reg_translation"),
            # Few of the documents have ended: the list of them is small however long the others' is.
            models.Index(
                fields=["site", "language", "-position"],
                condition=models.Q(ended_on__isnull=False),
                name="disclosure_reg_ended",
            ),
            models.Index(
                fields=["next_validity_on"],
                condition=models.Q(next_validity_on__isnull=False),
                name="disclosure_reg_next",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def validity_now(self):
        """The validity of today: an announced change counts from its day on."""
        is_due = self.next_validity_on is not None and self.next_validity_on <= timezone.localdate()
        return self.next_validity if is_due else self.validity


class PublishedItemCategory(models.Model):
    """An item under a category and each of its ancestors, narrow enough to page through by index."""

    item = models.ForeignKey(PublishedItem, on_delete=models.CASCADE, related_name="categories")
    category_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    language = models.CharField(max_length=20)
    position = models.BigIntegerField()

    database_seal = OfPublicItem("item")

    class Meta:
        indexes = [
            models.Index(
                fields=["site_id", "language", "category_id", "-position"], name="disclosure_reg_category"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "category_id"], name="disclosure_item_category_once")
        ]


class RegisterCounter(models.Model):
    """How many public items a facet value has; kept in the publishing transaction."""

    site_id = models.BigIntegerField()
    language = models.CharField(max_length=20)
    axis = models.CharField(max_length=20)
    value = models.CharField(max_length=60)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site_id", "language", "axis", "value"], name="disclosure_counter_once"
            )
        ]
