"""How evidence refers to the item it is about: any page or snippet, by its base type and key."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


def base_model(item):
    """The outermost concrete parent of ``item``, an instance or a model (for every page: the base page)."""
    return (item._meta.get_parent_list() or [item._meta.model])[-1]


def base_content_type(item):
    """The content type of :func:`base_model`."""
    return ContentType.objects.get_for_model(base_model(item), for_concrete_model=False)


def stored_row(item):
    """``item`` as it stands in the database, in its specific class; None for what is not there (yet)."""
    if item.pk is None:
        return None
    model = getattr(item, "specific_class", None) or type(item)
    return model._base_manager.filter(pk=item.pk).first()


class GoneItem:
    """Stands in for an item that no longer exists where the ledger tells of it."""

    def __init__(self, content_type, object_id):
        self.pk = object_id
        self._meta = content_type.model_class()._meta


class ItemQuerySet(models.QuerySet):
    def about(self, item):
        """Rows about ``item`` (an instance of a guarded model)."""
        return self.filter(content_type=base_content_type(item), object_id=str(item.pk))


class AboutItem(models.Model):
    """A row of evidence about one item. The item may be gone: evidence outlives it."""

    content_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of item"), on_delete=models.PROTECT, related_name="+"
    )
    object_id = models.CharField(_("item"), max_length=64)

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def ledger_key(self):
        """How the ledger names this row of evidence."""
        return f"{self._meta.model_name}:{self.pk}"

    def ledger_facts(self):
        """What stands beside the columns and is part of the evidence, as JSON-ready data."""
        return []

    def set_item(self, item):
        self.content_type = base_content_type(item)
        self.object_id = str(item.pk)

    @property
    def item(self):
        """The item in its specific class, or None when it no longer exists."""
        model = self.content_type.model_class()
        found = model._default_manager.filter(pk=self.object_id).first() if model else None
        return getattr(found, "specific", found)

    @property
    def subject(self):
        """The item, or a :class:`GoneItem`: what is decided after its deletion is about it all the same."""
        return self.item or GoneItem(self.content_type, self.object_id)
