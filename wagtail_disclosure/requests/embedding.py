"""A request form inside any page: by its own page type, a block or a template tag, always the same."""

from django.template.loader import render_to_string

from ..publishing.verification.withholding import is_withheld
from . import addresses, steps, vocabularies

TEMPLATE = "wagtail_disclosure/requests/includes/embedded.html"


def embedded(definition, request, *, heading=2):
    """The form as HTML: introduction, notes, the first questions. ``heading`` is the level of its heading, 0 for none."""
    if definition is None or not definition.live or is_withheld(definition):
        return ""
    base = addresses.base_of(definition, request)
    return render_to_string(
        TEMPLATE,
        {
            "definition": definition,
            "base": base,
            "needs_token": base != addresses.own_address(definition),
            "form": steps.first_form(definition, request) if base and definition.is_open else None,
            "notes": vocabularies.notes_for(definition.case_kind),
            "heading": heading,
            "total": len(steps.order_of(definition)),
        },
        request=request,
    )
