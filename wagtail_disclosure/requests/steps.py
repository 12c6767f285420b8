"""What each step shows and what it does with what was sent."""

import datetime

from django.http import Http404, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..casework import attachments, cleaning, draft_files
from ..casework.errors import CaseRefused
from ..casework.receipts import intake, throttle
from ..casework.receipts.visitors import sender_key
from ..rules.characters import NOT_TEXT
from ..rules.labels import text_in
from . import drafts, forms, summary, vocabularies
from . import intake as requests_intake
from .models import DeflectionCount, RequestAttachment
from .models.requests import DisclosureRequest
from .suggestions import suggestions

# The steps that ask something, in order: name, form, title.
ASKING = {
    "describe": (forms.DescribeFields, gettext_lazy("The information you want")),
    "kind": (forms.KindForm, gettext_lazy("Who you are")),
    "applicant": (forms.ApplicantForm, gettext_lazy("Name and contact")),
    "delivery": (forms.DeliveryForm, gettext_lazy("How you want to have it")),
}
FILES, CHECK = "files", "check"
# Of one answer, with the two characters that browsers send for the end of a line.
LONGEST_KEPT = 20_000
TITLES = {
    **{name: title for name, (_form, title) in ASKING.items()},
    FILES: gettext_lazy("Files"),
    CHECK: gettext_lazy("Check your answers"),
}


def order_of(form):
    """The steps of a form, in order."""
    left_out = vocabularies.kind_of(form.case_kind).fact("leaves_out", ())
    return [name for name in TITLES if name not in left_out and (name != FILES or form.takes_files)]


def title_of(form, name):
    """The title of a step, in the words of what the form is for."""
    own = vocabularies.kind_of(form.case_kind).fact("step_titles", {})
    return text_in(own[name]) if name in own else TITLES[name]


def following(visit, name):
    """The step after ``name``; back to the check where a single answer is being changed."""
    if visit.request.GET.get("back") == CHECK and first_incomplete(visit) is None:
        return CHECK
    order = order_of(visit.form)
    return order[order.index(name) + 1]


def bound_forms(visit):
    """The forms of all asking steps with the answers that are stored."""
    return {
        name: form(_as_data(visit.answers.get(name, {})), definition=visit.form, answers=visit.answers)
        for name, (form, _title) in ASKING.items()
        if name in order_of(visit.form)
    }


def _as_data(values):
    from django.utils.datastructures import MultiValueDict

    return MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    )


def first_incomplete(visit):
    """The first step whose stored answers do not do, or None."""
    return next((name for name, form in bound_forms(visit).items() if not form.is_valid()), None)


def progress(visit, name):
    order = order_of(visit.form)
    return {"number": order.index(name) + 1, "total": len(order), "title": title_of(visit.form, name)}


# The form itself


def first(visit):
    """The form as it is embedded everywhere: notes and the first questions; sending it begins a draft."""
    if not visit.form.is_open:
        return visit.show("closed", status=200 if visit.request.method != "POST" else 409)
    if visit.request.method != "POST":
        return _start(visit, first_form(visit.form, visit.request))
    form = forms.DescribeForm(visit.request.POST, definition=visit.form)
    if not form.is_valid():
        return _start(visit, form)
    if not throttle.allows("draft_sender", sender_key(visit.request)):
        form.add_error(None, too_many())
        return _start(visit, form, status=429)
    return _begin(visit, "describe", form)


def _start(visit, form, status=200):
    notes = vocabularies.notes_for(visit.form.case_kind)
    return visit.show("start", form=form, notes=notes, total=len(order_of(visit.form)), status=status)


def first_form(definition, request):
    """The first step, empty or with what the address brings along: ``?title=…&index_number=…``."""
    given = request.GET if request is not None else {}

    def brought(name, most):
        # What is no text would be refused, in a field that may not even be seen.
        return NOT_TEXT.sub("", given.get(name, ""))[:most]

    initial = {
        "subject": brought("title", 200),
        "index_number": brought("index_number", 100),
        "document_number": brought("document_number", 100),
        "item": brought("item", 18),
    }
    return forms.DescribeForm(definition=definition, initial=initial)


def too_many():
    return _(
        "Very many requests came from your connection or altogether. Your answers are kept: please wait some minutes and "
        "send the form again."
    )


def _begin(visit, step, form):
    visit.open(*drafts.begin(visit.form, {step: stored_values(form)}))
    return visit.go("suggestions" if step == "describe" else "describe")


def stored_values(form):
    """The answers of a form as they are kept in the draft: those of its own fields alone."""
    return {name: value for name, value in form.cleaned_data.items() if name not in ("website", "shown_at")}


# Steps that ask


def asking(name):
    """The view of the step ``name``."""
    form_class, _title = ASKING[name]

    def view(visit):
        if name not in order_of(visit.form):
            raise Http404
        if visit.draft is None:
            return _without_draft(visit, name)
        if visit.request.method != "POST":
            initial = visit.answers.get(name, {})
            form = form_class(initial=initial, definition=visit.form, answers=visit.answers)
            return _ask(visit, name, form)
        form = form_class(visit.request.POST, definition=visit.form, answers=visit.answers)
        if not form.is_valid():
            return _ask(visit, name, form)
        visit.draft = drafts.save(visit.draft, name, stored_values(form))
        if name == "describe" and visit.request.GET.get("back") != CHECK:
            return visit.go("suggestions")
        if name == "kind":
            # Another kind of applicant is asked for other things.
            return visit.go("applicant")
        return visit.go(following(visit, name))

    return view


def _ask(visit, name, form):
    return visit.show(
        "step", form=form, step=name, progress=progress(visit, name), title=title_of(visit.form, name)
    )


def _without_draft(visit, name):
    """The draft has expired, or its cookie is gone: what was sent with this page begins a new one."""
    if intake.case_of(drafts.token_of(visit.key, visit.secret)) is not None:
        return visit.go("receipt")
    sent = visit.request.method == "POST" and name in ASKING and visit.form.is_open
    if sent and throttle.allows("draft_sender", sender_key(visit.request)):
        form_class = ASKING[name][0]
        kept = {key: value for key, value in _sent(visit.request, form_class).items() if value}
        visit.open(*drafts.begin(visit.form, {name: kept}))
        return visit.show("expired", kept=True, next_url=visit.url("describe"), status=410)
    return visit.show("expired", kept=False, resume_url=visit.url("resume"), status=410)


def _sent(request, form_class):
    names = form_class.base_fields
    return {
        name: request.POST.getlist(name)
        if name in ("delivery_forms", "delivery_routes")
        else request.POST.get(name, "")[:LONGEST_KEPT]
        for name in names
        if name in request.POST
    }


# Suggestions


def suggest(visit):
    """What is public already; without any, the step is passed over."""
    if visit.draft is None:
        return _without_draft(visit, "suggestions")
    if visit.request.method == "POST":
        if visit.request.POST.get("action") == "found":
            DeflectionCount.count(visit.form, "found")
            cleaning.discard(visit.draft)
            return visit.show("found")
        return visit.go(following(visit, "describe"))
    site = Site.find_for_request(visit.request)
    wanted = site and "suggestions" not in vocabularies.kind_of(visit.form.case_kind).fact("leaves_out", ())
    found = suggestions(site, visit.form.locale, visit.answers.get("describe", {})) if wanted else []
    if not found:
        return visit.go(following(visit, "describe"))
    if not visit.answers.get("suggested"):
        DeflectionCount.count(visit.form, "shown")
        drafts.save(visit.draft, "suggested", True)
    return visit.show("suggestions", items=found, progress=progress(visit, "describe"))


# Files


def files(visit):
    if visit.draft is None:
        return _without_draft(visit, FILES)
    problems, kept = [], attachments.of_draft(RequestAttachment, visit.draft)
    if visit.request.method == "POST":
        action = visit.request.POST.get("action", "")
        if action.startswith("remove:"):
            draft_files.remove(kept, action.removeprefix("remove:"))
            return visit.go(FILES)
        sent = visit.request.FILES.getlist("files")
        problems = draft_files.take(
            RequestAttachment,
            sent,
            present=kept.count(),
            draft=lambda: visit.draft,
            origin=RequestAttachment.Origin.APPLICANT,
            sender=sender_key(visit.request),
        )
        if not problems and (action != "upload" or not sent):
            return visit.go(following(visit, FILES))
        if not problems:
            return visit.go(FILES)
    return visit.show(
        "files",
        files=kept.all(),
        problems=problems,
        **draft_files.limits(),
        progress=progress(visit, FILES),
    )


# Checking and sending


def check(visit):
    if visit.draft is None:
        return _without_draft(visit, CHECK)
    incomplete = first_incomplete(visit)
    if visit.request.method != "POST":
        form = forms.CheckForm(definition=visit.form, answers=visit.answers)
        return _show_check(visit, form, incomplete)
    form = forms.CheckForm(visit.request.POST, definition=visit.form, answers=visit.answers)
    valid = form.is_valid()
    if incomplete is not None or not valid:
        return _show_check(visit, form, incomplete)
    if not visit.form.is_open:
        return visit.show("closed", status=409)
    sender = sender_key(visit.request)
    if not all([throttle.allows("submit_sender", sender), throttle.allows("submit_all")]):
        form.add_error(None, too_many())
        return _show_check(visit, form, incomplete, status=429)
    try:
        requests_intake.send(
            visit.draft,
            drafts.token_of(visit.key, visit.secret),
            visit.form,
            sender=sender,
            language=get_language() or "",
        )
    except CaseRefused as error:
        form.add_error(None, str(error))
        return _show_check(visit, form, incomplete, status=409)
    visit.context["cookie"] = timezone.now() + datetime.timedelta(seconds=drafts.RECEIPT_SECONDS)
    return visit.go("receipt")


def _show_check(visit, form, incomplete, status=200):
    stored = bound_forms(visit)
    for each in stored.values():
        each.is_valid()
    return visit.show(
        "check",
        form=form,
        sections=summary.sections(visit, stored),
        incomplete={"url": visit.url(incomplete), "title": title_of(visit.form, incomplete)}
        if incomplete
        else None,
        warnings=stored["applicant"].warnings(),
        progress=progress(visit, CHECK),
        status=status,
    )


def sent_case(key, secret):
    """The request that the draft ``key`` of the browser with ``secret`` became, or None."""
    case = intake.case_of(drafts.token_of(key, secret)) if secret else None
    return case if isinstance(case, DisclosureRequest) else None


def receipt(visit):
    """Number and code, for the browser that sent the form, for an hour."""
    token, case = drafts.token_of(visit.key, visit.secret), sent_case(visit.key, visit.secret)
    if case is None:
        return _without_draft(visit, "receipt") if visit.draft is None else visit.go(CHECK)
    return visit.show("receipt", case=case, code=intake.code_again(token, case), **summary.what_follows(case))


# Going on later


def later(visit):
    """Save, and show address and code once."""
    if visit.draft is None:
        return _without_draft(visit, "later")
    if visit.request.method != "POST":
        return visit.show("later", days=_days_left(visit.draft))
    code = drafts.save_for_later(visit.draft)
    link = visit.request.build_absolute_uri(visit.url("resume"))
    return visit.show("later", code=code, link=link, days=_days_left(visit.draft))


def _days_left(draft):
    number = max(0, (draft.expires_at - timezone.now()).days)
    return ngettext("%(count)d day", "%(count)d days", number) % {"count": number}


def resume(visit):
    form = forms.CodeForm(visit.request.POST or None, definition=visit.form)
    if visit.request.method == "POST" and visit.is_foreign:
        # Else somebody could be led into a form of another person, who reads later what was filled in.
        form.add_error(None, _("This form was sent from another website. Check it and send it again."))
        return visit.show("resume", form=form, status=403)
    if visit.request.method == "POST" and form.is_valid():
        allowed = throttle.allows("resume_sender", sender_key(visit.request))
        found = drafts.resume(visit.key, form.cleaned_data["code"], visit.form)
        if found is not None and allowed:
            visit.open(*found)
            return visit.go(first_incomplete(visit) or CHECK)
        form.add_error(
            "code",
            _(
                "With this code no saved form can be opened here. It may have been deleted because its time was over. "
                "After several tries you have to wait some minutes."
            ),
        )
    return visit.show("resume", form=form)


def leave(visit):
    """Delete what was filled in, at once."""
    if visit.draft is not None and visit.request.method == "POST":
        cleaning.discard(visit.draft)
        return HttpResponseRedirect(visit.base)
    return visit.go(CHECK if visit.draft is not None else "")


VIEWS = {
    **{name: asking(name) for name in ASKING},
    "suggestions": suggest,
    FILES: files,
    CHECK: check,
    "receipt": receipt,
    "later": later,
    "resume": resume,
    "delete": leave,
}
