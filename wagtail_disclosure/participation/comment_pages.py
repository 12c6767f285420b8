"""The public steps of a consultation, without JavaScript: commenting with a receipt, and following a comment."""

from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..casework import draft_files
from ..casework.errors import CaseRefused, TrackingRefused
from ..casework.receipts import intake, throttle, tracking
from ..casework.receipts.visitors import sender_key
from ..casework.wizard.steps import too_many
from . import addresses, comment_files, commenting, moderation, tallies, visits
from .forms import CommentForm, StatusForm
from .models import Comment
from .models.periods import Phase


def answer_page(page, request, rest):
    """The page itself, or a step below it."""
    if not rest:
        return TemplateResponse(request, page.get_template(request), page.get_context(request))
    return visits.below_page(page, request, rest, VIEWS)


def comment(page, request):
    """The form; sending it shows the receipt, however often it is sent."""
    if request.method != "POST":
        if not page.is_open:
            return _closed(page, request)
        return _form(page, request, CommentForm(page=page, initial={"paragraph": _wanted(page, request)}))
    form = CommentForm(request.POST, page=page)
    token = request.POST.get("token", "")
    sent = intake.case_of(token) if token else None
    if isinstance(sent, Comment):
        return _receipt(page, request, intake.Receipt(sent, intake.code_again(token, sent), repeated=True))
    if not page.is_open:
        return _closed(page, request, form, status=409)
    action, problems = request.POST.get("action", ""), _take_files(page, request, form)
    if problems or action == "upload" or action.startswith("remove:"):
        form = CommentForm.unchecked(request.POST, page=page, token=form.render_token())
        return _form(page, request, form, problems=problems)
    return _send(page, request, form)


def _take_files(page, request, form):
    """Keep files that came with the form, and take out one that is not wanted. Returns what is wrong with others."""
    if not page.takes_files:
        return []
    token, action = form.render_token(), request.POST.get("action", "")
    if action.startswith("remove:"):
        comment_files.remove(page, token, action.removeprefix("remove:"))
    return comment_files.take(page, token, request.FILES.getlist("files"), sender=sender_key(request))


def _send(page, request, form):
    if not form.is_valid():
        return _form(page, request, form)
    sender = sender_key(request)
    if not all([throttle.allows("comment_sender", sender), throttle.allows("comment_all")]):
        form.add_error(None, too_many())
        return _form(page, request, form, status=429)
    try:
        receipt = commenting.send(
            page,
            # A browser that sends no token has none to send again.
            form.cleaned_data["token"] or form.render_token(),
            form.cleaned_data,
            sender=sender,
            language=get_language() or "",
        )
    except CaseRefused as error:
        form.add_error(None, str(error))
        return _form(page, request, form, status=409)
    return _receipt(page, request, receipt)


def _wanted(page, request):
    found = page.paragraph(request.GET.get("paragraph", "")[:36])
    return found.id if found is not None else ""


def _form(page, request, form, status=200, problems=()):
    chosen = form["paragraph"].value() if "paragraph" in form.fields else ""
    files = {}
    if page.takes_files:
        files = {"files": comment_files.of_form(page, form.render_token()), **draft_files.limits()}
    return visits.show(
        page,
        request,
        "comment",
        form=form,
        quoted=page.paragraph(chosen or ""),
        action=addresses.address_of(page, addresses.COMMENT, request),
        problems=problems,
        status=status,
        **files,
    )


def _closed(page, request, form=None, status=200):
    """Nothing is taken now; what was written is shown, to be kept or sent another way."""
    return visits.show(
        page,
        request,
        "comment_closed",
        written=form.data.get("body", "")[:20000] if form is not None else "",
        is_planned=page.phase == Phase.PLANNED,
        status=status,
    )


def _receipt(page, request, receipt):
    return visits.show(
        page,
        request,
        "receipt",
        comment=receipt.case,
        files=[each.name for each in receipt.case.attachments.all()],
        code=receipt.code,
        status_url=addresses.address_of(page, addresses.STATUS, request),
        comment_url=addresses.address_of(page, addresses.COMMENT, request),
    )


def status(page, request):
    """What became of a comment, for whoever has its number and code; and taking back the permission to show it."""
    action = addresses.address_of(page, addresses.STATUS, request)
    form = StatusForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = tracking.find(Comment, form.cleaned_data["number"], form.cleaned_data["code"], request)
        except TrackingRefused as error:
            form.add_error(None, str(error))
    if found is not None and request.POST.get("action") == moderation.WITHDRAW and found.consent_to_publish:
        found = moderation.act(found, moderation.WITHDRAW)
    return visits.show(
        page,
        request,
        "status",
        form=form,
        comment=found,
        in_words=_in_words(found),
        items=tallies.told_to(found, page) if found is not None and found.key == page.key else [],
        action=action,
    )


def _in_words(found):
    if found is None:
        return ""
    if found.state == Comment.State.SHOWN:
        return _("It is shown on the page of the consultation, as the department prepared it.")
    if found.state == Comment.State.HIDDEN and found.hidden_because:
        return _("It is taken into account and not shown: %(reason)s.") % {"reason": found.hidden_label}
    if not found.consent_to_publish:
        return _("It is taken into account. It is not shown, since you did not agree to that.")
    return _("It has come in. The department has not looked at it yet.")


VIEWS = {addresses.COMMENT: comment, addresses.STATUS: status}
