"""What an applicant does in a case: a form, a check, and the move. Nothing that was entered is lost on the way (P9)."""

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from ...rules.errors import RuleError
from ...rules.transitions import MoveRefused
from .. import attachments, draft_files, moves, record
from ..public_forms import LONGEST_KEPT
from ..receipts import throttle
from ..receipts.visitors import sender_key
from ..standing import Standing
from . import drafts, story
from .forms import ApplicantForm
from .pages import APPLICANT

CHECK = "check"
# What a form sends that is no answer.
CONTROLS = ("action", "csrfmiddlewaretoken", "files")


class Gone(Exception):
    """The form was sent already, or deleted."""


class Doing:
    """One action on the case of a visit; ``about`` names one of several enquiries."""

    def __init__(self, visit, code, about=""):
        self.visit, self.case, self.code, self.about = visit, visit.case, code, about
        standing = visit.standing
        self.action = standing.table.actions.get(code)
        self.of_table = [
            each for each in standing.table.moves if each.code == code and APPLICANT in each.roles
        ]
        if self.action is None or not self.of_table:
            raise Http404
        offered = moves.offers(self.case, APPLICANT, today=visit.today)
        self.move = next((each for each, key in offered if each.code == code and key == about), None)
        self.draft = drafts.find(self.case, code, about)

    @property
    def rest(self):
        return f"do/{self.code}/{self.about}" if self.about else f"do/{self.code}"

    @property
    def url(self):
        return self.visit.url(self.rest)

    @property
    def model(self):
        return self.case.attachments.model

    def files(self):
        return list(attachments.of_draft(self.model, self.draft)) if self.draft is not None else []

    def form(self, data=None, **options):
        return ApplicantForm(
            data,
            move=self.move or self.of_table[0],
            standing=self.visit.standing,
            has_files=bool(self.files()),
            **options,
        )

    def form_of_draft(self):
        found = self.form(as_data(self.draft.answers))
        found.is_valid()
        return found

    def save(self, answers):
        self.draft = drafts.save(self.case, self.code, self.about, answers)

    def draft_for_files(self):
        if self.draft is None:
            self.save({})
        return self.draft

    def show(self, template, *, status=200, **context):
        return self.visit.show(
            template,
            doing=self,
            action=self.action,
            url=self.url,
            title=self.action.label(),
            asked=self.asked(),
            until=self.visit.standing.answer_until(self.action, self.about),
            ends=self.move is not None and self._ends(),
            files=self.files(),
            status=status,
            **draft_files.limits(),
            **context,
        )

    def _ends(self):
        states = self.visit.standing.table.states
        return states[self.move.target].closed and not states[self.move.source].closed

    def asked(self):
        """What the office asked: the fields shown of the event that this action answers."""
        event = self.visit.standing.opener(self.action, self.about) if self.about else self._last_opener()
        return story.shown(self.visit.standing, event) if event is not None else []

    def _last_opener(self):
        table = self.visit.standing.table
        for each in reversed(self.visit.standing.steps):
            if set(table.actions[each.type].opens) & set(self.action.closes):
                return each
        return None


def as_data(answers):
    return {name: value for name, value in answers.items() if value not in (None, "")}


def answer(visit, parts):
    """``do/<action>/``, ``do/<action>/<enquiry>/``, each with ``check/``."""
    checks = parts[-1:] == [CHECK]
    parts = parts[:-1] if checks else parts
    if not 1 <= len(parts) <= 2:
        raise Http404
    doing = Doing(visit, *parts)
    return check(doing) if checks else fill_in(doing)


# The form


def fill_in(doing):
    if not doing.visit.is_post:
        if doing.move is None:
            return gone(doing)
        kept = doing.draft.answers if doing.draft is not None else {}
        initial = {**kept, "seen": doing.visit.standing.last_key, "key": doing.about}
        return doing.show("act", form=doing.form(initial=initial))
    return _receive(doing)


def _receive(doing):
    request = doing.visit.request
    wanted = request.POST.get("action", "")
    if wanted.startswith("remove:"):
        draft_files.remove(doing.files(), wanted.removeprefix("remove:"))
        # What stands in the form beside the files stays.
        return _again(doing)
    problems = _take(doing, request.FILES.getlist("files"))
    if wanted == "upload" or problems:
        return _again(doing, problems)
    form = doing.form(request.POST)
    if not form.is_valid():
        return doing.show("act", form=form, problems=problems)
    if doing.move is None:
        return gone(doing, form.rows(), status=409)
    doing.save(form.answers())
    return doing.visit.go(f"{doing.rest}/{CHECK}")


def _again(doing, problems=()):
    """The form once more with what was entered, without looking for errors in it: the files were what was meant."""
    sent = {
        name: doing.visit.request.POST.get(name) for name in doing.visit.request.POST if name not in CONTROLS
    }
    return doing.show("act", form=doing.form(initial=sent), problems=problems)


def _take(doing, sent):
    if "files" not in doing.action.fields:
        return []
    return draft_files.take(
        doing.model,
        sent,
        present=len(doing.files()),
        draft=doing.draft_for_files,
        origin=doing.model.Origin.APPLICANT,
        sender=sender_key(doing.visit.request),
    )


def gone(doing, rows=(), *, status=200):
    """The action is not open any more: why, and what was entered, to be copied."""
    news = story.rows(doing.visit.standing)[:3]
    if not rows and doing.draft is not None:
        rows = doing.form_of_draft().rows()
    return doing.show("gone", rows=rows, news=news, status=status)


# Checking and sending


def check(doing):
    if doing.draft is None:
        # Sent already, in another window perhaps: the page of the case says what happened.
        return doing.visit.go()
    form = doing.form_of_draft()
    if not doing.visit.is_post:
        return _show_check(doing, form) if form.is_valid() and doing.move else _back(doing)
    if doing.visit.request.POST.get("action") == "delete":
        drafts.discard(doing.case, doing.code, doing.about)
        return doing.visit.done(_("What you entered was deleted. Nothing was sent."))
    if not form.is_valid():
        return _back(doing)
    try:
        event = _send(doing, form)
    except Gone:
        return doing.visit.go()
    except _News as error:
        # Having read what happened meanwhile, the applicant may send it all the same.
        doing.save({**doing.draft.answers, "seen": error.seen})
        return _retry(doing, form, news=error.news)
    except RuleError as error:
        return _retry(doing, form, problem="" if isinstance(error, MoveRefused) else str(error))
    text = doing.action.told_text() if doing.action.told else doing.action.label()
    return doing.visit.done(text if event is not None else "")


def _back(doing):
    return doing.visit.go(doing.rest) if doing.move is not None else gone(doing)


def _show_check(doing, form, **context):
    return doing.show("check", form=form, rows=form.rows(), **context)


def _retry(doing, form, **context):
    """The check again as the case stands now; if the action is not open any more, why."""
    now = Doing(
        type(doing.visit)(doing.visit.request, doing.visit.language, doing.visit.key, _fresh(doing)),
        doing.code,
        doing.about,
    )
    if now.move is None:
        return gone(now, form.rows(), status=409)
    return _show_check(now, form, status=409, **context)


def _fresh(doing):
    return type(doing.case)._base_manager.get(pk=doing.case.pk)


class _News(Exception):
    """The applicant has not read of something that happened; ``news`` are its rows, ``seen`` the last event now."""

    def __init__(self, news, seen):
        super().__init__()
        self.news, self.seen = news, seen


@transaction.atomic
def _send(doing, form):
    """Take the action with what is in the draft, once. Raises :class:`Gone`, ``_News``, ``RuleError``."""
    held = drafts.locked(doing.case, doing.code, doing.about)
    if held is None:
        raise Gone
    standing = Standing(record.locked(doing.case))
    seen = form.cleaned_data.get("seen")
    # What only the office reads is nobody's news.
    new = sum(story.is_told(standing, each) for each in standing.since(seen))
    if seen is not None and new:
        raise _News(story.rows(standing)[:new], standing.last_key)
    arguments = form.arguments()
    keys = [str(each.key) for each in attachments.of_draft(doing.model, held)]
    attachments.hand_over(doing.model, held, doing.case)
    event = moves.act(
        doing.case,
        doing.code,
        role=APPLICANT,
        **{**arguments, "documents": keys, "seen": None, "key": doing.about},
    )
    drafts.discard(doing.case, doing.code, doing.about)
    return event


# A form that came after the half hour was over


def keep(visit, back):
    """Keep what was sent to ``back``. Returns the reference to it, and the names of files to be chosen again."""
    files = [attachments.clean_name(each.name) for each in visit.request.FILES.getlist("files")]
    sent = {
        name: visit.request.POST.get(name, "")[:LONGEST_KEPT]
        for name in list(visit.request.POST)[:50]
        if name not in (*CONTROLS, "seen")
    }
    if not any(sent.values()) or not throttle.allows("draft_sender", sender_key(visit.request)):
        return "", files
    return drafts.keep(sent), files


def take_up(case, back, answers):
    """Let the draft of the form at ``back`` have the ``answers`` that were kept."""
    parts = [part for part in back.split("/") if part not in ("", CHECK)][1:]
    known = drafts.find(case, *parts)
    drafts.save(
        case, *parts[:1], parts[1] if len(parts) > 1 else "", {**(known.answers if known else {}), **answers}
    )
