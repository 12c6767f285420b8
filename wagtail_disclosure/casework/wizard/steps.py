"""What each step shows and what it does with what was sent."""

import datetime
import math
from functools import partial

from django import forms as django_forms
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .. import attachments, cleaning, draft_files
from ..errors import CaseRefused
from ..public_forms import LONGEST_KEPT
from ..receipts import intake, throttle
from ..receipts.visitors import sender_key
from . import drafts, summary
from .forms import CodeForm
from .kinds import CHECK, FILES


def view_of(kind, form, name):
    """The view of the page ``name`` of a form, or None where it has none of that name."""
    step = kind.step(form, name)
    if step is None and any(each.name == name for each in kind.steps):
        return None
    if step is not None and step.form is not None:
        return partial(ask, step=step)
    return kind.views.get(name) or VIEWS.get(name)


def following(visit, name):
    """The step after ``name``; back to the check where a single answer is being changed."""
    if visit.request.GET.get("back") == CHECK and first_incomplete(visit) is None:
        return CHECK
    order = [step.name for step in visit.steps()]
    return order[order.index(name) + 1]


def bound_forms(visit):
    """The forms of all asking steps with the answers that are stored."""
    return {
        step.name: step.form(
            _as_data(visit.answers.get(step.name, {})), definition=visit.form, answers=visit.answers
        )
        for step in visit.steps()
        if step.form is not None
    }


def _as_data(values):
    return MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    )


def first_incomplete(visit):
    """The first step whose stored answers do not do, or None."""
    return next((name for name, form in bound_forms(visit).items() if not form.is_valid()), None)


def progress(visit, name):
    """Which step it is of how many, and the address of the one before; the first has none."""
    order = [step.name for step in visit.steps()]
    number = order.index(name)
    back = visit.url(order[number - 1]) if number else ""
    return {"number": number + 1, "total": len(order), "title": visit.title(name), "back": back}


# The form itself


def first(visit):
    """The form as it is embedded everywhere: what is said before, the first step; sending it begins a draft."""
    if not visit.form.is_open:
        return visit.show("closed", status=200 if visit.request.method != "POST" else 409)
    if visit.request.method != "POST":
        return _start(visit, first_form(visit.kind, visit.form, visit.request))
    form = visit.kind.first_form(visit.request.POST, definition=visit.form)
    if not form.is_valid():
        return _start(visit, form)
    if not throttle.allows("draft_sender", sender_key(visit.request)):
        form.add_error(None, too_many())
        return _start(visit, form, status=429)
    step = visit.steps()[0]
    visit.open(*drafts.begin(visit.form, {step.name: stored_values(form)}))
    return visit.go(step.offers or following(visit, step.name))


def _start(visit, form, status=200):
    return visit.show(
        "start",
        form=form,
        status=status,
        **beginning(visit.kind, visit.form),
        **visit.kind.around(visit.form),
    )


def beginning(kind, definition):
    """How many steps a form has, and what the first asks for."""
    order = kind.order(definition)
    return {"total": len(order), "asked": kind.title_of(order[0], definition)}


def first_form(kind, definition, request):
    """The first step, empty or with what the address brings along."""
    initial = kind.brought(definition, request.GET if request is not None else {})
    return kind.first_form(definition=definition, initial=initial)


def too_many():
    return _(
        "Very many requests came from your connection or altogether. Your answers are kept: please wait some minutes and "
        "send the form again."
    )


def stored_values(form):
    """The answers of a form as they are kept in the draft: those of its own fields alone."""
    return {name: value for name, value in form.cleaned_data.items() if name not in ("website", "shown_at")}


# Steps that ask


def ask(visit, step):
    """A step that asks something."""
    if visit.draft is None:
        return without_draft(visit, step)
    if visit.request.method != "POST":
        initial = visit.answers.get(step.name, {})
        return _ask(visit, step, step.form(initial=initial, definition=visit.form, answers=visit.answers))
    form = step.form(visit.request.POST, definition=visit.form, answers=visit.answers)
    if not form.is_valid():
        return _ask(visit, step, form)
    visit.draft = drafts.save(visit.draft, step.name, stored_values(form))
    if step.offers and visit.request.GET.get("back") != CHECK:
        return visit.go(step.offers)
    return visit.go(step.changes or following(visit, step.name))


def _ask(visit, step, form):
    return visit.show(
        "step",
        form=form,
        step=step.name,
        progress=progress(visit, step.name),
        title=visit.title(step.name),
    )


def without_draft(visit, step=None):
    """The draft has expired, or its cookie is gone: what was sent with this page begins a new one."""
    if intake.case_of(drafts.token_of(visit.key, visit.secret)) is not None:
        return visit.go("receipt")
    sent = visit.request.method == "POST" and step is not None and visit.form.is_open
    if sent and throttle.allows("draft_sender", sender_key(visit.request)):
        kept = {name: value for name, value in _sent(visit.request, step.form) if value}
        visit.open(*drafts.begin(visit.form, {step.name: kept}))
        first_step = visit.steps()[0].name
        return visit.show("expired", kept=True, next_url=visit.url(first_step), status=410)
    return visit.show("expired", kept=False, resume_url=visit.url("resume"), status=410)


def _sent(request, form_class):
    for name, field in form_class.base_fields.items():
        if isinstance(field, django_forms.MultipleChoiceField):
            yield name, request.POST.getlist(name)
        else:
            most = max(LONGEST_KEPT, getattr(field, "max_length", None) or 0)
            yield name, request.POST.get(name, "")[:most]


# Files


def files(visit):
    if visit.draft is None:
        return without_draft(visit)
    model = visit.kind.attachments
    problems, kept = [], attachments.of_draft(model, visit.draft)
    if visit.request.method == "POST":
        action = visit.request.POST.get("action", "")
        if action.startswith("remove:"):
            draft_files.remove(kept, action.removeprefix("remove:"))
            return visit.go(FILES)
        sent = visit.request.FILES.getlist("files")
        problems = draft_files.take(
            model,
            sent,
            present=kept.count(),
            draft=lambda: visit.draft,
            origin=model.Origin.APPLICANT,
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
        return without_draft(visit)
    incomplete, form_class = first_incomplete(visit), visit.kind.check_form
    if visit.request.method != "POST":
        form = form_class(definition=visit.form, answers=visit.answers)
        return _show_check(visit, form, incomplete)
    form = form_class(visit.request.POST, definition=visit.form, answers=visit.answers)
    valid = form.is_valid()
    if incomplete is not None or not valid:
        return _show_check(visit, form, incomplete)
    if not visit.form.is_open:
        return visit.show("closed", status=409)
    sender = sender_key(visit.request)
    if not all([throttle.allows("submit_sender", sender), throttle.allows("submit_all")]):
        form.add_error(None, too_many())
        return _show_check(visit, form, incomplete, status=429)
    if kept := form.kept():
        visit.draft = drafts.save(visit.draft, CHECK, kept)
    try:
        visit.kind.send(
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
        incomplete={"url": visit.url(incomplete), "title": visit.title(incomplete)} if incomplete else None,
        warnings=[warning for each in stored.values() for warning in each.warnings()],
        progress=progress(visit, CHECK),
        status=status,
    )


def sent_case(kind, key, secret):
    """The case that the draft ``key`` of the browser with ``secret`` became, or None."""
    case = intake.case_of(drafts.token_of(key, secret)) if secret else None
    return case if isinstance(case, kind.case_model) else None


def receipt(visit):
    """Number and code, for the browser that sent the form, for an hour."""
    token = drafts.token_of(visit.key, visit.secret)
    case = sent_case(visit.kind, visit.key, visit.secret)
    if case is None:
        return without_draft(visit) if visit.draft is None else visit.go(CHECK)
    code = intake.code_again(token, case)
    return visit.show("receipt", case=case, code=code, **visit.kind.what_follows(case))


# Going on later


def later(visit):
    """Save, and show address and code once."""
    if visit.draft is None:
        return without_draft(visit)
    if visit.request.method != "POST":
        return visit.show("later", days=_days_left(visit.draft))
    code = drafts.save_for_later(visit.draft)
    link = visit.request.build_absolute_uri(visit.url("resume"))
    return visit.show("later", code=code, link=link, days=_days_left(visit.draft))


def _days_left(draft):
    number = max(0, math.ceil((draft.expires_at - timezone.now()) / datetime.timedelta(days=1)))
    return ngettext("%(count)d day", "%(count)d days", number) % {"count": number}


def resume(visit):
    form = CodeForm(visit.request.POST or None, definition=visit.form)
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
    FILES: files,
    CHECK: check,
    "receipt": receipt,
    "later": later,
    "resume": resume,
    "delete": leave,
}
