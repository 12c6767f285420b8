"""A request form inside any page: by its own page type, a block or a template tag, always the same."""

from django.template.loader import render_to_string

from ..publishing.verification.withholding import is_withheld
from . import addresses, steps, vocabularies
from .models import RequestForm

TEMPLATE = "wagtail_disclosure/requests/includes/embedded.html"


def forms_of_other_kinds(definition, request):
    """Open forms of the same agency and language for other kinds of cases, so that nobody has to know their address."""
    forms = RequestForm.objects.filter(live=True, agency=definition.agency_id, locale=definition.locale_id)
    shown = {}
    for form in forms.exclude(case_kind=definition.case_kind).select_related("locale").order_by("pk"):
        taken = form.case_kind in shown or not form.is_open or is_withheld(form)
        if not taken and (url := _place_of(form, request)):
            shown[form.case_kind] = {"title": form.title, "url": url}
    return list(shown.values())


def _place_of(form, request):
    page = form.pages.live().order_by("path").first()
    return (page.get_url(request) if page is not None else None) or addresses.base_of(form, request)


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
