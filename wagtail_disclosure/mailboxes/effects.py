"""What actions on a letter change beside its state: caches of the letter that its events can make anew."""

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from ..casework import moves
from ..casework.standing import WITHDRAW_CONSENT, Standing
from ..rules.errors import RuleError
from ..rules.replies import replies_to
from . import joined, outcomes, reclassified
from .models import CitizenLetter
from .models.letters import CORRECT_TYPE
from .vocabularies import types

MERGE, RATE, REOPEN = "merge", "rate", "reopen"
FOLLOWED = {MERGE, RATE, REOPEN, WITHDRAW_CONSENT, CORRECT_TYPE}
MERGED = "merged"


def install():
    """Let every move of a letter be checked and followed. Called once when the apps are ready."""
    if _check not in moves.checks:
        moves.checks.append(_check)
        moves.writers.append(_follow)


def _check(standing, move, found, today):
    """What an action on a letter, or one that makes a request a letter, names is there. Raises ``RuleError``."""
    reclassified.check_target(standing, move, found)
    if not isinstance(standing.case, CitizenLetter):
        return
    if move.code == MERGE:
        _other(standing.case, found.get("of", ""))
    if move.code == joined.PASS_ON:
        joined.check(standing.case, found, _locked)
    _keep_joined(standing, move)
    if move.code == CORRECT_TYPE:
        _check_type(standing.case, found.get("letter_type", ""))


def _check_type(letter, code):
    """Another type, and one that the mailbox takes."""
    known = letter.mailbox.type_row(code) is not None if letter.mailbox is not None else code in types()
    if not known:
        raise RuleError(_("This mailbox does not take letters of this type."), "letter_type")
    if code == letter.letter_type:
        raise RuleError(_("The letter is of this type already."), "letter_type")


def _keep_joined(standing, move):
    """A letter in which others are answered does not leave as spam: they would be answered nowhere."""
    reply = replies_to(standing.profile, standing.kind).find(move.reply) if move.reply else None
    if reply is None or "applicant" in move.roles or reply.fact("outcome", "") not in outcomes.uncounted():
        return
    other = standing.case.merged.first()
    if other is not None:
        raise RuleError(
            _("Letter %(number)s was joined with this one: take that up again first."),
            "joined",
            number=other.number,
        )


def _other(letter, number):
    found = CitizenLetter.objects.filter(agency=letter.agency_id).exclude(pk=letter.pk)
    other = _locked(found.numbered(number)) if number else None
    if other is None:
        raise RuleError(_("There is no other letter to this agency with this number."), "unknown_letter")
    if other.state == MERGED or other.merged_into_id is not None:
        raise RuleError(
            _("Letter %(number)s was itself joined with another one: choose that."),
            "merged",
            number=other.number,
        )
    if other.outcome in outcomes.uncounted():
        raise RuleError(
            _("Letter %(number)s is not dealt with: choose one that is answered, or will be."),
            "not_dealt_with",
            number=other.number,
        )
    return other


def _locked(letters):
    """Joined with each other at the same time, both would be closed and neither answered: the other is locked too.

    Not waited for: whoever has it may be waiting for this one.
    """
    try:
        with transaction.atomic():
            return letters.select_for_update(nowait=connection.features.has_select_for_update_nowait).first()
    except OperationalError as error:
        raise RuleError(
            _("Somebody else is working on that letter at this moment. Try again."), "busy"
        ) from error


def _follow(case, event, move):
    if isinstance(case, CitizenLetter) and (move.code in FOLLOWED or outcomes.is_touched(case, event)):
        sync(case)


def sync(case):
    """Write the caches of ``case`` that follow from its events. Safe to repeat."""
    values = {"rating": "", "merged_into_id": None}
    standing = Standing(case)
    for event in standing.steps:
        if event.type == RATE:
            values["rating"] = event.data.get("rating", "")
        elif event.type == MERGE:
            other = CitizenLetter.objects.numbered(event.data.get("of", "")).exclude(pk=case.pk).first()
            values["merged_into_id"] = other.pk if other is not None else None
        elif event.type == REOPEN:
            values["merged_into_id"] = None
        elif event.type == WITHDRAW_CONSENT:
            values["consent_to_publish"] = False
        elif event.type == CORRECT_TYPE:
            values["letter_type"] = event.data["letter_type"]
    values |= outcomes.values(standing)
    CitizenLetter.objects.filter(pk=case.pk).update(**values)
    for name, value in values.items():
        setattr(case, name, value)
