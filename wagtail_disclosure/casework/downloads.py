"""The one view by which a file of a case leaves the storage, and the one function that says to whom."""

import io

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from .. import conf
from . import identity, scope, tasks, watermark
from .attachments import models
from .receipts import tracking

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def may_download(request, attachment, at=None):
    """Who may have a file: an officer who may see the case; for a task, who was given it; who follows the case, and what
    was sent or released to them.

    Returns the user or True; None for nobody else.
    """
    case = attachment.case
    if case is None:
        return None
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and scope.may_see(user, case):
        return user
    if user is not None and user.is_authenticated and _is_for_task(user, attachment):
        return user
    if tracking.is_open(request, case) and _is_for_applicant(attachment, at or timezone.now()):
        return True
    return None


def _is_for_task(user, attachment):
    case = attachment.case
    return scope.may_see(user, case, involved=True) and str(attachment.key) in tasks.files_of(user, case)


def _is_for_applicant(attachment, at):
    if attachment.origin == attachment.Origin.APPLICANT:
        return True
    if attachment.released_at is None or attachment.released_at > at:
        return False
    return attachment.released_until is None or attachment.released_until > at


@require_safe
def download(request, key):
    """Answer with the file, or with "not found" whatever the reason is."""
    attachment = find(key)
    reader = may_download(request, attachment) if attachment is not None else None
    if reader is None:
        raise Http404
    try:
        handle = attachment.file.open("rb")
    except OSError as error:
        raise Http404 from error
    if reader is not True:
        identity.note_reads(attachment.case, [f"file:{attachment.key}"], reader, reason="download")
    if reader is True:
        handle = _for_applicant(attachment, handle)
    response = FileResponse(
        handle, as_attachment=True, filename=attachment.name, content_type="application/octet-stream"
    )
    for name, value in HEADERS.items():
        response.headers[name] = value
    add_never_cache_headers(response)
    return response


def _for_applicant(attachment, handle):
    """What was released, marked where the settings say so. What applicants sent themselves stays as it is."""
    if attachment.origin == attachment.Origin.APPLICANT or not conf.get("WATERMARK_RELEASED_FILES"):
        return handle
    day = timezone.localdate(attachment.released_at).isoformat()
    with handle:
        return io.BytesIO(watermark.marked(handle.read(), f"{attachment.case.number}  {day}"))


def find(key):
    """The attachment with that key, of any kind, or None."""
    for model in models():
        found = model.objects.filter(key=key).select_related("case").first()
        if found is not None:
            return found
    return None
