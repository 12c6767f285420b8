"""A public form inside any page: by its own page type, a block or a template tag, always the same."""

from django.template.loader import render_to_string

from ...publishing.verification.withholding import is_withheld
from . import addresses, steps


def embedded(kind, definition, request, *, heading=2):
    """The form as HTML: what is said before, and the first step. ``heading`` is the level of its heading, 0 for none."""
    if definition is None or not definition.live or is_withheld(definition):
        return ""
    base = addresses.base_of(definition, request)
    return render_to_string(
        kind.template("includes/embedded"),
        {
            "kind": kind,
            "definition": definition,
            "base": base,
            "needs_token": base != addresses.own_address(definition),
            "form": steps.first_form(kind, definition, request) if base and definition.is_open else None,
            "heading": heading,
            **steps.beginning(kind, definition),
            **kind.around(definition),
        },
        request=request,
    )


def by_code(model, code, page=None):
    """The public definition with that code, in the language of ``page`` where there is one; None without any."""
    found = model.objects.filter(code=code, live=True).select_related("locale").order_by("locale_id")
    return found.filter(locale=getattr(page, "locale_id", None)).first() or found.first()
