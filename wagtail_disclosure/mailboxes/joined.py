"""A letter that was joined with another one: its writer gets the reply to that one, once somebody has looked at it.

Which letters wait is no mark on a row but asked of the events: the reply was sent, and was not passed on since.
"""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from ..casework import scope
from ..casework.action_fields import FieldsOfKind, register_fields
from ..casework.following.story import REPLY_TEXTS
from ..casework.standing import DECISION, Standing, profile
from ..rules.errors import RuleError
from ..rules.transition_data import REPLY, get_table
from .models import CitizenLetter, CitizenLetterEvent

MERGE, REOPEN, PASS_ON = "merge", "reopen", "pass_on_reply"
# Fields of the action: the key of the event by which the reply was sent, and the text.
REPLY_SENT, TEXT = "joined_reply", "passed_on"
# The queue, and what it is called.
JOINED, LABEL = "joined", _("joined letters that wait for a reply")


# One letter


def sent_reply(standing):
    """The event by which the reply that stands was sent; None where there is none, or the letter was taken up again since."""
    found = None
    for event in standing.steps:
        if REPLY in standing.table.actions[event.type].letters:
            found = event
        elif event.type == REOPEN:
            found = None
    return found


def reply_text(standing):
    """What the reply that stands says, to begin from."""
    sent, drafted = sent_reply(standing), None
    for event in standing.steps:
        if sent is None or event.pk >= sent.pk:
            break
        if DECISION in standing.table.actions[event.type].fields:
            drafted = event
    texts = drafted.texts if drafted is not None else {}
    return "\n\n".join(filter(None, (texts.get(name, "") for name in REPLY_TEXTS)))


def told(standing):
    """The event by which a reply was passed on last, since the letter was joined; None where none was."""
    found = None
    for event in standing.steps:
        if event.type == PASS_ON:
            found = event
        elif event.type in (MERGE, REOPEN):
            found = None
    return found


def facts(standing, actor):
    """What the guards ask about a letter that was joined with another one."""
    first = standing.case.merged_into
    sent = sent_reply(Standing(first)) if first is not None else None
    last = told(standing) if sent is not None else None
    is_untold = sent is not None and (last is None or last.data.get(REPLY_SENT) != sent.pk)
    return {
        "joined_answered": sent is not None,
        "joined_untold": is_untold,
        "joined_visible": is_untold and _sees(actor, first),
    }


def _sees(actor, first):
    user = get_user_model().objects.filter(pk=actor).first() if actor is not None else None
    return user is not None and scope.may_see(user, first)


def check(letter, found, lock):
    """The text is that of the reply that stands: whoever passes it on has read no other. Raises ``RuleError``.

    ``lock`` holds the other letter: it is not answered anew at this moment.
    """
    first = lock(CitizenLetter.objects.filter(pk=letter.merged_into_id))
    sent = sent_reply(Standing(first))
    if sent is None or found.get(REPLY_SENT) != sent.pk:
        raise RuleError(
            _("Letter %(number)s was answered anew meanwhile: read that reply first."),
            "another_reply",
            number=first.number,
        )


@register_fields(REPLY_SENT)
class ReplyField(FieldsOfKind):
    """Which reply it is that is passed on."""

    def fields(self, standing):
        first = standing.case.merged_into
        sent = sent_reply(Standing(first)) if first is not None else None
        initial = sent.pk if sent is not None else None
        return {REPLY_SENT: forms.IntegerField(widget=forms.HiddenInput, initial=initial)}

    def stated(self, cleaned):
        return {REPLY_SENT: cleaned[REPLY_SENT]}, {}


# Many letters


def waiting():
    """A ``Q``: letters whose reply was not passed on, and those joined with a letter that ended without one."""
    return Q(merged_into__isnull=False, closed_on__isnull=False, anonymised_at=None) & (
        _answered() & _untold() | _left_alone()
    )


def to_be_told():
    """A ``Q``: letters joined with one that was answered, whose writers were not told that reply."""
    return Q(merged_into__isnull=False, anonymised_at=None) & _answered() & _untold()


def _last(case, types):
    """The key of the last event of ``types`` of ``case``, nought where there is none."""
    events = CitizenLetterEvent.objects.filter(case=OuterRef(case), type__in=types).order_by("-pk")
    return Coalesce(Subquery(events.values("pk")[:1]), Value(0))


def _sent():
    known = profile()
    table = get_table(known.code, CitizenLetter.table)
    return _last("merged_into", [each.code for each in table.actions.values() if REPLY in each.letters])


def _answered():
    return Q(GreaterThan(_sent(), _last("merged_into", [REOPEN])))


def _untold():
    """Neither this reply nor, since the letter was joined, a later one was passed on."""
    last = _last("pk", [PASS_ON])
    return Q(GreaterThan(_sent(), last)) | Q(GreaterThan(_last("pk", [MERGE]), last))


def _left_alone():
    """What it was joined with was withdrawn, or closed in another way without a reply."""
    never_told = Q(GreaterThan(_last("pk", [MERGE]), _last("pk", [PASS_ON])))
    return Q(merged_into__closed_on__isnull=False) & ~_answered() & never_told
