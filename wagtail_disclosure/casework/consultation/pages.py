"""The public page of a party that is consulted, behind its link: letter, form, check, receipt. No JavaScript, no account.

Whatever is wrong with a link — no such link, ended, answered, the case closed — its page is one and the same.
"""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ...rules.transitions import MoveRefused
from .. import attachments, draft_files
from ..encryption import Unreadable
from ..public_forms import LONGEST_KEPT
from ..receipts.visitors import sender_key
from . import answers, links
from .enquiry import Enquiry
from .forms import OpinionForm

TEMPLATES = "wagtail_disclosure/casework/consultation/"
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
CHECK = "check"
LANGUAGE = "language"


@csrf_exempt  # Whoever could forge a request would have to know the link, which is all the authority there is.
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request, token, step=""):
    """The page behind a link. ``step`` is empty or ``check``."""
    # What people write is in no report of an error.
    request.sensitive_post_parameters = "__ALL__"
    if step not in ("", CHECK):
        raise Http404
    party = links.find(token, sender_key(request))
    response = Visit(request, token, party).answer(step) if party is not None else unusable(request)
    add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    # Django would log the address of an answer that is an error, and with it a token that may work later.
    response._has_been_logged = True
    return response


def unusable(request):
    """The one page for every link that does not work."""
    return TemplateResponse(request, f"{TEMPLATES}unusable.html", {}, status=404)


class Visit:
    """One request by a link that works."""

    def __init__(self, request, token, party):
        self.request, self.token, self.party = request, token, party
        self.enquiry = Enquiry(party)

    # Addresses and rendering

    def url(self, step="", language=None):
        found = reverse(links.URL, args=[self.token]) + (f"{step}/" if step else "")
        language = language or self.request.GET.get(LANGUAGE)
        return f"{found}?{LANGUAGE}={language}" if language in dict(settings.LANGUAGES) else found

    def go(self, step=""):
        return HttpResponseRedirect(self.url(step))

    def show(self, template, *, status=200, **context):
        case = self.party.case
        common = {
            "case": case,
            "agency": case.agency,
            "reference": links.reference(self.party),
            "enquiry": self.enquiry,
            "kind": self.enquiry.kind,
            "language": translation.get_language(),
            "languages": self._languages(),
            "form_url": self.url(),
            "check_url": self.url(CHECK),
        }
        return TemplateResponse(
            self.request, f"{TEMPLATES}{template}.html", {**common, **context}, status=status
        )

    def _languages(self):
        active = translation.get_language()
        others = [(code, name) for code, name in settings.LANGUAGES if code != active]
        return [{"code": code, "name": name, "url": self.url(language=code)} for code, name in others]

    def _speak(self):
        chosen = self.request.GET.get(LANGUAGE)
        language = chosen if chosen in dict(settings.LANGUAGES) else links.language_of(self.party)
        translation.activate(language)
        self.request.LANGUAGE_CODE = translation.get_language()

    # What is answered

    def answer(self, step):
        posted = self.request.method == "POST"
        sends = posted and step == CHECK
        if self.enquiry.told is not None:
            self._speak()
            return self.show("notice", reasons=self._reasons())
        if self.enquiry.answers and not sends:
            return unusable(self.request)
        if not self.enquiry.awaits and not sends:
            return unusable(self.request)
        self._speak()
        if sends:
            return self._send()
        if self.party.opened_at is None:
            return self._confirm(posted)
        return self._check() if step == CHECK else self._form(posted)

    def _reasons(self):
        return self.enquiry.told.texts.get("reason", "")

    def _confirm(self, posted):
        if posted and self.request.POST.get("action") == "receive":
            answers.confirm_receipt(self.party)
            return self.go()
        return self.show("confirm")

    def _form(self, posted):
        if not posted:
            form = self._blank()
            return self._show_form(form)
        action = self.request.POST.get("action", "")
        if action == "receive":
            return self.go()
        form = OpinionForm(self.request.POST, opinions=self._opinions)
        form.is_valid()
        draft = answers.save_draft(self.party, self._entered())
        if action.startswith("remove:"):
            draft_files.remove(answers.files_of(self.party), action.removeprefix("remove:"))
            return self._show_form(self._blank())
        problems = self._take(draft)
        if action == "upload" and not problems:
            return self._show_form(self._blank())
        if form.errors or problems:
            return self._show_form(form, problems)
        return self.go(CHECK)

    @property
    def _opinions(self):
        return self.enquiry.standing.opinions

    def _blank(self):
        return OpinionForm(initial=self._kept(), opinions=self._opinions)

    def _entered(self):
        """What was sent, as far as it can be kept: nothing of it is lost to an error in another field."""
        return {name: self.request.POST.get(name, "")[:LONGEST_KEPT] for name in OpinionForm.base_fields}

    def _kept(self):
        draft = answers.draft_of(self.party)
        return {} if draft is None or isinstance(draft.answers, Unreadable) else dict(draft.answers)

    def _show_form(self, form, problems=(), status=200):
        return self.show(
            "letter",
            form=form,
            problems=problems,
            files=answers.files_of(self.party),
            due=self.enquiry.due,
            is_over=self.enquiry.is_over(timezone.localdate()),
            status=status,
            **draft_files.limits(),
        )

    def _take(self, draft):
        model = answers.files_model(self.party)
        return draft_files.take(
            model,
            self.request.FILES.getlist("files"),
            present=attachments.of_draft(model, draft).count(),
            draft=lambda: draft,
            origin=model.Origin.THIRD_PARTY,
            sender=sender_key(self.request),
        )

    def _checked(self):
        """The form with the answers that are kept."""
        form = OpinionForm(self._kept(), opinions=self._opinions)
        form.is_valid()
        return form

    def _check(self):
        form = self._checked()
        return self._show_check(form) if form.is_valid() else self.go()

    def _show_check(self, form, problem="", status=200):
        given = form.cleaned_data
        chosen = self._opinions.get(given["opinion"]).text("own")
        rows = [
            (form["opinion"].label, chosen),
            (form["opinion_reasons"].label, given["opinion_reasons"]),
            (form["answered_by"].label, given["answered_by"]),
            (_("Files"), "\n".join(each.name for each in answers.files_of(self.party))),
        ]
        return self.show("check", rows=[row for row in rows if row[1]], problem=problem, status=status)

    def _send(self):
        if self.party.answered_at is None:
            form = self._checked()
            if form.errors:
                # Nothing here is ready to be sent.
                return self.go() if self.enquiry.awaits else unusable(self.request)
            try:
                self.party = answers.send(self.party, form.cleaned_data)
            except MoveRefused as error:
                return self._show_check(form, str(error), status=409)
        return self.show("sent", at=self.party.answered_at, late=self._came_late())

    def _came_late(self):
        late = Enquiry(self.party).kind.fact("late")
        return any(each.type == late for each in Enquiry(self.party).answers)
