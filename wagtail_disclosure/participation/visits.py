"""What public pages of consultations and surveys have in common: their own address, their frame, their headers."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from ..casework.wizard.addresses import way_to
from ..compat import Page
from . import addresses
from .models import ConsultationPage, SurveyPage

HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def at_address(request, pk, rest):
    """What ``urls.py`` leads to: the steps of the page with that key, as far as visitors may see it."""
    from . import comment_pages, survey_pages

    views = {ConsultationPage: comment_pages.VIEWS, SurveyPage: survey_pages.VIEWS}
    page = get_object_or_404(Page, pk=pk, live=True).specific
    view = views.get(type(page), {}).get(rest)
    if view is None:
        raise Http404
    # The address says the language, whatever the browser prefers.
    translation.activate(page.locale.language_code)
    request.LANGUAGE_CODE = translation.get_language()
    # Restrictions of the page, and what is withheld from visitors, hold here too.
    for look in hooks.get_hooks("before_serve_page"):
        if (answer := look(page, request, [], {})) is not None:
            return answer
    return finished(view(page, request))


def below_page(page, request, rest, views):
    """The same below the page itself."""
    if rest not in views:
        raise Http404
    return finished(views[rest](page, request))


def finished(response):
    """What somebody filled in stays neither in a cache on the way nor in that of the browser."""
    add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def show(page, request, template, *, status=200, **context):
    # What people write is in no report of an error.
    request.sensitive_post_parameters = "__ALL__"
    return TemplateResponse(
        request,
        f"wagtail_disclosure/participation/{template}.html",
        {
            "page": page,
            "breadcrumbs": [*way_to(page, request)[:-1], {"title": page.title, "url": page.get_url(request)}],
            "page_url": page.get_url(request),
            "needs_token": addresses.needs_token(page),
            **context,
        },
        status=status,
    )
