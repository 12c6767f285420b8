"""What a party does by its link: it confirms that the letter came, and it gives its opinion, once.

Until it is sent, an answer is kept as a draft, encrypted like every other, with its files.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from ... import conf
from ...rules.errors import RuleError
from .. import attachments, cleaning, moves, record
from ..models import Draft
from .enquiry import ROLE, Enquiry

KIND = "consultation"


# The letter came


@transaction.atomic
def confirm_receipt(party, at=None):
    """Record that the party has its letter: from this day its term runs (Arts. 32, 34). Doing it again changes nothing.

    Opening the link is proof of receipt only by this confirmation: programs that look into mails open links as well.
    """
    at = at or timezone.now()
    record.locked(party.case)
    held = type(party).objects.select_for_update().get(pk=party.pk)
    if held.opened_at is not None:
        return
    enquiry = Enquiry(held)
    deliver = enquiry.action("deliver")
    if deliver is not None and enquiry.delivered is None:
        try:
            moves.act(held.case, deliver.code, role=ROLE, key=held.key, at=at)
        except RuleError:
            # An older rule set counts from the question; or the consultation is over already.
            pass
    held.opened_at = at
    held.save(update_fields=["opened_at"])


# The answer on its way


def draft_of(party):
    return Draft.objects.filter(kind=KIND, form_key=_form_key(party)).first()


def _form_key(party):
    return f"{party._meta.model_name}:{party.pk}"


@transaction.atomic
def save_draft(party, answers, now=None):
    """Keep ``answers`` until they are sent. Returns the draft."""
    now = now or timezone.now()
    type(party).objects.select_for_update().get(pk=party.pk)
    draft = draft_of(party) or Draft(kind=KIND, form_key=_form_key(party), created_at=now)
    draft.answers = {**(draft.answers or {}), **answers}
    draft.expires_at = now + datetime.timedelta(days=conf.get("DRAFT_DAYS"))
    draft.version += 1
    draft.save()
    return draft


def files_model(party):
    return party.case.attachments.model


def files_of(party):
    draft = draft_of(party)
    return list(attachments.of_draft(files_model(party), draft)) if draft is not None else []


def discard_draft(party):
    """Delete what was entered for ``party`` and never sent, with its files."""
    if (draft := draft_of(party)) is not None:
        cleaning.discard(draft)


# Sending it


@transaction.atomic
def send(party, given, at=None):
    """Record the opinion ``given`` (fields of the ``OpinionForm``) with the files of the draft. Returns the party.

    In its consultation it is the answer; once that is over, an event that says it came late. A second one changes
    nothing. Raises ``MoveRefused`` where the table has no place for it.
    """
    at = at or timezone.now()
    record.locked(party.case)
    held = type(party).objects.select_for_update().get(pk=party.pk)
    if held.answered_at is not None:
        return held
    enquiry, draft = Enquiry(held), draft_of(held)
    documents = [str(each.key) for each in files_of(held)]
    if draft is not None:
        attachments.hand_over(files_model(held), draft, held.case)
        cleaning.discard(draft)
    action = (
        enquiry.action("answer") if enquiry.is_open else enquiry.action("late") or enquiry.action("answer")
    )
    moves.act(
        held.case,
        action.code,
        role=ROLE,
        key=held.key,
        at=at,
        data={"opinion": given["opinion"], "consultation": held.kind},
        details={name: given[name] for name in ("opinion_reasons", "answered_by") if given.get(name)},
        documents=documents,
    )
    held.answered_at = at
    held.save(update_fields=["answered_at"])
    return held
