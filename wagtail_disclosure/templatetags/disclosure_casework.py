"""Texts of the profile, public forms and addresses in templates of casework."""

from django import template

from wagtail_disclosure.casework.following import addresses

register = template.Library()


@register.simple_tag
def item_text(item, name):
    """The text ``name`` of an item of a vocabulary in the language of the page; empty when it has none."""
    return item.text(name) if item is not None else ""


@register.simple_tag
def follow_address():
    """Where a case is followed with number and code; empty on a site that does not include our addresses."""
    return addresses.address() or ""


@register.simple_tag
def step_url(visit, name):
    """The address of the page ``name`` of the form that is being filled in."""
    return visit.url(name)


@register.filter
def template(kind, name):
    """``{% include kind|template:"includes/notes" %}``: a template of a kind of form, or the one of all forms."""
    return kind.template(name)
