"""What the public pages keep beside the register: the text to search, the version of the lists, views."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ...publishing.database_seal.kinds import OfPublicItem
from ...publishing.models import PublishedItem


class SearchDocument(models.Model):
    """The searchable text of one public item, written when the item enters the register.

    ``tokens`` holds its words of one and two characters, marked by field, and its facets, separated by spaces.
    The index over them belongs to the database: see the migration ``0002_search_index``.
    """

    item = models.OneToOneField(
        PublishedItem, on_delete=models.CASCADE, related_name="search_document", primary_key=True
    )
    # Unique and descending in the order of the lists, so that an index can be read newest first.
    position = models.BigIntegerField(unique=True)
    body = models.TextField(blank=True)
    tokens = models.TextField(blank=True)

    database_seal = OfPublicItem("item")

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")


class CatalogueVersion(models.Model):
    """Changes whenever anything does that the public lists of a site show."""

    site_id = models.BigIntegerField(primary_key=True)
    version = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("version of the public lists")
        verbose_name_plural = _("versions of the public lists")


class ViewCount(models.Model):
    """How often a public item was read; views still in the cache are added when it is shown."""

    page_id = models.BigIntegerField(primary_key=True)
    count = models.PositiveBigIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("view count")
        verbose_name_plural = _("view counts")
