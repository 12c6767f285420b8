"""Where the public hands in a request, for links from elsewhere on the site."""

from ..casework.wizard.addresses import base_of
from . import vocabularies
from .models import RequestForm, RequestFormPage


def address_for(site, language):
    """The page of ``site`` that takes requests in ``language``, or the form itself; empty where there is none."""
    # Corrections have forms of their own.
    kind = vocabularies.kind_of("").code
    pages = RequestFormPage.objects.live().filter(
        locale__language_code=language, form__live=True, form__case_kind=kind
    )
    # Pages in another language stand beside the root of the site, not below it.
    for page in pages.order_by("path"):
        parts = page.get_url_parts()
        if parts and parts[0] == site.pk and parts[2]:
            return parts[2]
    form = RequestForm.objects.filter(
        live=True, agency__site=site, locale__language_code=language, case_kind=kind
    ).first()
    return base_of(form) if form is not None else ""
