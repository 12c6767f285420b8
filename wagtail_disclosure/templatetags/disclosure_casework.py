"""Texts of the profile in templates of casework."""

from django import template

register = template.Library()


@register.simple_tag
def item_text(item, name):
    """The text ``name`` of an item of a vocabulary in the language of the page; empty when it has none."""
    return item.text(name) if item is not None else ""
