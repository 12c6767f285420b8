"""The one view by which a letter is read, and the one function that says by whom."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.text import get_valid_filename
from django.utils.translation import get_language, override, pgettext
from django.views.decorators.http import require_safe

from .. import identity, scope
from ..downloads import HEADERS
from ..following import access
from ..models.letters import APPLICANT
from ..receipts import tracking
from . import pdf

STYLE = "wagtail_disclosure/letter.css"


def may_read(request, letter):
    """Who may have a letter: an officer who may see the case, and who follows the case if it is for the applicant.

    Returns the user or True; None for nobody else.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and scope.may_see(user, letter.case):
        return user
    if letter.recipient == APPLICANT and tracking.is_open(request, letter.case):
        return True
    return None


def find(key):
    """The letter with that key, of any kind, or None."""
    for model in pdf.models():
        found = model.objects.filter(key=key).select_related("case__agency", "case__department").first()
        if found is not None:
            return found
    return None


@require_safe
def show(request, key):
    """Answer with the letter, or with "not found" whatever the reason is."""
    letter, reader = _readable(request, key)
    _note(letter, reader, "letter")
    back = _back(request, letter, reader)
    return page(letter.html, letter.language, letter.title, back=back, to_office=reader is not True)


def _back(request, letter, reader):
    """The page of the case from which the letter was opened: that of the office, or that of who follows it."""
    if reader is not True:
        return reverse(f"{letter.case.admin_name}:inspect", args=[letter.case.pk])
    known = dict(settings.LANGUAGES)
    language = letter.language if letter.language in known else get_language()
    return access.address_of(request, letter.case, language)


@require_safe
def show_pdf(request, key):
    """The same as PDF. Where none can be made the letter is not there as one."""
    letter, reader = _readable(request, key)
    try:
        letter = pdf.ensure(letter)
        content = letter.pdf.open("rb").read()
    except (pdf.NoPdf, OSError) as error:
        raise Http404 from error
    _note(letter, reader, "letter-pdf")
    response = HttpResponse(content, content_type="application/pdf")
    name = get_valid_filename(f"{letter.title}.pdf")
    response.headers["Content-Disposition"] = _attachment(name)
    return _strict(response)


def _attachment(name):
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name)


def _readable(request, key):
    letter = find(key)
    reader = may_read(request, letter) if letter is not None and not letter.is_emptied else None
    if reader is None:
        raise Http404
    return letter, reader


def _note(letter, reader, how):
    if reader is not True:
        identity.note_reads(letter.case, [f"{how}:{letter.key}"], reader, reason="read")


def page(html, language, title, back="", to_office=False):
    """The page that shows letters and nothing else: no script, one style sheet, no address that it would tell anybody."""
    address = static(STYLE)
    css = {
        "css": address,
        "html": html,
        "language": language,
        "title": title or pgettext("disclosure", "Letter"),
        "back": back,
        "to_office": to_office,
    }
    with override(language):
        response = HttpResponse(render_to_string(pdf.DOCUMENT, css))
    host = urlsplit(address)
    source = f"{host.scheme}://{host.netloc}" if host.netloc else "'self'"
    policy = (
        f"default-src 'none'; style-src {source}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    response = _strict(response)
    response.headers["Content-Security-Policy"] = policy
    return response


def _strict(response):
    for name, value in HEADERS.items():
        response.headers[name] = value
    add_never_cache_headers(response)
    return response
