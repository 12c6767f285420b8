"""Request forms in templates of the site."""

from django import template

from wagtail_disclosure.casework.following import addresses
from wagtail_disclosure.requests.embedding import embedded, forms_of_other_kinds
from wagtail_disclosure.requests.models import RequestForm

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_request_form(context, form, heading=2):
    """``{% disclosure_request_form "requests" %}``: the request form with that code, or a ``RequestForm``.

    The form in the language of the page is shown where there is one. Nothing is shown for a code that does not exist.
    ``heading`` is the level of its heading; 0 leaves it out.
    """
    definition = form if isinstance(form, RequestForm) else _by_code(form, context)
    return embedded(definition, context.get("request"), heading=heading)


def _by_code(code, context):
    found = RequestForm.objects.filter(code=code, live=True).select_related("locale").order_by("locale_id")
    page = context.get("page")
    locale = getattr(page, "locale_id", None)
    return found.filter(locale=locale).first() or found.first()


@register.simple_tag(takes_context=True)
def forms_beside(context, definition):
    """Other open forms of the agency, for what this one does not take: ``[{"title": …, "url": …}, …]``."""
    return forms_of_other_kinds(definition, context.get("request"))


@register.simple_tag
def follow_address():
    """Where a request is followed with number and code; empty on a site that does not include our addresses."""
    return addresses.address() or ""


@register.filter
def element_id(bound):
    """The id of a field's group, for links from the summary of errors."""
    return bound.auto_id


@register.simple_tag
def step_url(visit, name):
    """The address of the step ``name`` of the form that is being filled in."""
    return visit.url(name)
