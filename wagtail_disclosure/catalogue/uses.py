"""What stands in categories: drafts, public items and whatever else refers to them."""

from django.db import models

from .models import Category, CategoryScheme


def uses_of(record):
    """How many rows refer to a category or to any of a scheme, and how many categories stand below it."""
    if isinstance(record, CategoryScheme):
        nodes, children = record.categories.all(), 0
    else:
        nodes, children = Category.objects.filter(pk=record.pk), record.children.count()
    count = 0
    for relation in Category._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete) or relation.related_model is Category:
            continue
        if relation.on_delete in (models.PROTECT, models.RESTRICT):
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": nodes})
            count += rows.count()
    return count, children
