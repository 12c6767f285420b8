"""Letters come with the event: checked before anything is written, stored in the transaction of the move (P9)."""

import hashlib
import json

from django.utils import timezone
from django.utils.translation import gettext_lazy

from ...rules.errors import RuleError
from ...rules.replies import replies_to
from ...rules.transition_data import REPLY
from .. import moves
from ..standing import Standing
from . import numbering, remedies, tasks, texts
from .rendering import LETTER_TEXT, render
from .values import Source

# In the data of the approval: of which words.
APPROVED = "letter_words"


def install():
    """Let every move write its letters. Called once when the apps are ready."""
    if _check not in moves.checks:
        moves.checks.append(_check)
        moves.writers.append(_write)


def kinds_of(standing, move, reply=""):
    """Codes of the letters that ``move`` issues: its own, and that of the reply."""
    found = []
    for code in move.action.letters:
        if code == REPLY:
            code = reply_letter(standing, reply)
        if code:
            found.append(code)
    return found


def reply_letter(standing, reply=""):
    """The kind of letter of a reply (default: the one that is drafted), or an empty text."""
    item = replies_to(standing.profile, standing.kind).find(reply or standing.decision[0])
    return item.fact("letter") if item is not None else ""


def _check(standing, move, found, today):
    """Whatever the letters of the move lack: raised before the move is made."""
    if not hasattr(standing.case, "letters"):
        return
    if standing.approves(move.action):
        _check_seen(found.get(APPROVED), now := texts_digest(standing))
        found[APPROVED] = now
    if REPLY in move.action.letters:
        _check_approved(standing)
    event = standing.case.events.model(type=move.code, data=found)
    for kind in kinds_of(standing, move, found.get("reply", "")):
        remedies.check(Source(standing, kind, day=today, event=event))


def _check_approved(standing):
    """The letter that goes out is the one that was approved, with the words it had (P2)."""
    approved = standing.approval.data.get(APPROVED) if standing.approval is not None else None
    if approved is not None and approved != texts_digest(standing):
        raise RuleError(
            gettext_lazy(
                "The text of this kind of letter was changed after the reply had been approved. Return the reply, "
                "so that its letter is approved as it is now."
            ),
            "letter_changed",
        )


def _check_seen(seen, now):
    """Who approves has read the words that are approved; ``seen`` is empty where no form showed any (P2)."""
    if seen and seen != now:
        raise RuleError(
            gettext_lazy(
                "The text of this kind of letter was changed while you had this page open. Read the letter as it is now, "
                "and approve it again if it is right."
            ),
            "letter_unread",
        )


def words_shown(standing, action):
    """The hash of the words that the form of ``action`` shows to be approved, or an empty text where it approves none."""
    shown = hasattr(standing.case, "letters") and standing.approves(action)
    return texts_digest(standing) if shown and reply_letter(standing) else ""


def texts_digest(standing):
    """A hash of the words of the letter of the reply: its own, or those of the agency in every language."""
    kind, own = reply_letter(standing), standing.decision[1].get(LETTER_TEXT, "")
    words = [own] if own else [texts.text_for(standing.case.agency, kind, each) for each in texts.languages()]
    return hashlib.sha256(json.dumps([kind, *words]).encode()).hexdigest()


def _write(case, event, move):
    if not move.action.letters or not hasattr(case, "letters"):
        return
    standing = Standing(type(case)._base_manager.get(pk=case.pk))
    event = next(each for each in standing.events if each.pk == event.pk)
    for kind in kinds_of(standing, move, event.data.get("reply", "")):
        issue(standing, kind, event)


def issue(standing, kind, event):
    """Number, render and freeze one letter. Called inside the transaction of ``event``. Returns the letter."""
    case, item = standing.case, texts.kind_of(kind)
    day, scope, serial, number = timezone.localdate(event.at), "", None, ""
    if item.fact("numbered"):
        scope, serial, number = numbering.allot(case, day)
    made = render(standing, kind, day=day, event=event, number=number)
    letter = case.letters.create(
        event=event,
        kind=kind,
        recipient=item.fact("recipient"),
        enquiry=event.data.get("key", ""),
        recipient_name=made.recipient_name,
        language=made.language,
        number=number,
        serial_scope=scope,
        serial=serial,
        issued_at=event.at,
        issued_on=day,
        html=made.html,
        sha256=made.sha256,
    )
    tasks.enqueue(letter)
    return letter


def draft(standing, *, today, masked, text=None):
    """The letter of the reply as it would be issued now, or None where none is drafted."""
    kind = reply_letter(standing)
    return render(standing, kind, day=today, text=text, draft=True, masked=masked) if kind else None


def letters_to(case, recipient, key=None):
    """The letters of ``case`` to ``recipient``: ``applicant``, ``third_party``, ``co_maker``, ``other_agency`` or ``file``.

    ``key`` is that of one enquiry, where several go on.
    """
    return case.letters.to(recipient, key) if hasattr(case, "letters") else []
