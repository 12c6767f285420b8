"""Request forms in templates of the site."""

from django import template

from wagtail_disclosure.casework.wizard.embedding import by_code
from wagtail_disclosure.requests.models import RequestForm
from wagtail_disclosure.requests.wizard import embedded, forms_of_other_kinds

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_request_form(context, form, heading=2):
    """``{% disclosure_request_form "requests" %}``: the request form with that code, or a ``RequestForm``.

    The form in the language of the page is shown where there is one. Nothing is shown for a code that does not exist.
    ``heading`` is the level of its heading; 0 leaves it out.
    """
    definition = form if isinstance(form, RequestForm) else by_code(RequestForm, form, context.get("page"))
    return embedded(definition, context.get("request"), heading=heading)


@register.simple_tag(takes_context=True)
def forms_beside(context, definition):
    """Other open forms of the agency, for what this one does not take: ``[{"title": …, "url": …}, …]``."""
    return forms_of_other_kinds(definition, context.get("request"))
