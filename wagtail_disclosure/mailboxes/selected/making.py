"""From a letter to a draft: what it was made of, where it stands, and storing it. Publishing it is for its review."""

import secrets
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...casework import moves
from ...casework.standing import DECISION, Standing, as_date
from ...publishing import ledger
from ...rules.errors import RuleError
from .. import vocabularies
from ..models import LetterSelection, MailboxPage, SelectedLetterPage
from .consent import page_of

ACTION = "propose_publication"
# What the event says: the key of the page.
SELECTED = "selected"
ISSUE, ACCEPT, ASKED_AGAIN = "issue_decision", "accept", "ask_follow_up"
REPLY_TEXT = "reply_text"
# No digits: an address is not to look like a number of anybody, and says nothing.
LETTERS = "bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True)
class Original:
    """What the writer and the office wrote, and when."""

    title: str
    letter: str
    reply: str
    accepted_on: object
    answered_on: object


def original_of(letter, standing=None):
    """The :class:`Original` of a letter: with what was asked again, and every reply that went out."""
    standing = standing or Standing(letter)
    written, replies, drafted = [letter.body], [], ""
    days = {}
    for event in standing.steps:
        if DECISION in standing.table.actions[event.type].fields:
            drafted = event.texts.get(REPLY_TEXT, "")
        elif event.type == ISSUE:
            replies.append(drafted)
        elif event.type == ASKED_AGAIN:
            written.append(event.texts.get("description", ""))
        days.setdefault(event.type, as_date(event.data.get("on")))
    return Original(
        title=letter.subject,
        letter="\n\n".join(filter(None, written)),
        reply="\n\n".join(filter(None, replies)),
        accepted_on=days.get(ACCEPT) or letter.received_on,
        answered_on=letter.answered_on or days.get(ISSUE),
    )


def may_prepare(standing, user):
    """Whether ``user`` may make or change a selected letter of this one: with consent, after the reply."""
    letter = standing.case
    if vocabularies.is_confidential(letter.letter_type) or letter.anonymised_at is not None:
        return False
    if not any(each.type == ISSUE for each in standing.steps):
        return False
    offered = moves.allowed(letter, user, today=timezone.localdate())
    return ACTION in {each.code for each in offered}


def place_of(letter):
    """The page below which a selected letter stands: of its mailbox, in its language where there is one; or None."""
    if letter.mailbox_id is None:
        return None
    pages = MailboxPage.objects.filter(mailbox__translation_key=letter.mailbox.translation_key, alias_of=None)
    pages = pages.select_related("locale").order_by("-live", "path")
    found = list(pages)
    return next((each for each in found if each.locale.language_code == letter.language), None) or next(
        iter(found), None
    )


@transaction.atomic
def store(letter, user, texts, *, seen=None):
    """Make the draft of a selected letter of ``letter``, or its next revision. Returns the page.

    ``texts`` are ``title``, ``letter``, ``reply`` and, where wanted, ``question``, ``answer`` and ``department_name``.
    Whoever may take the action may make the draft: no right on pages is needed, and none to publish is given. Raises
    ``RuleError`` without a page of the mailbox or where the move is refused, ``PermissionDenied`` for whoever may not.
    """
    # The order of locks is that of every other decision: the ledger, then cases, then pages.
    ledger.hold()
    if not may_prepare(Standing(letter), user):
        raise PermissionDenied
    page = page_of(letter)
    if page is None:
        return _make(letter, user, texts, seen)
    draft = page.get_latest_revision_as_object()
    _fill(draft, texts)
    draft.save_revision(user=user, log_action=True)
    return page


def _make(letter, user, texts, seen):
    place, made = place_of(letter), original_of(letter)
    if place is None:
        raise RuleError(_("The mailbox has no page yet below which letters are published."), "no_page")
    page = SelectedLetterPage(
        slug="".join(secrets.choice(LETTERS) for _place in range(12)),
        letter_type=letter.letter_type,
        accepted_on=made.accepted_on,
        answered_on=made.answered_on,
        department=letter.department,
        department_name=letter.department.name if letter.department is not None else "",
        locale=place.locale,
        owner=user,
        live=False,
    )
    _fill(page, texts)
    page.full_clean(exclude=["path", "depth", "url_path"])
    place.add_child(instance=page)
    LetterSelection.objects.create(case=letter, translation_key=page.translation_key)
    page.save_revision(user=user, log_action=True)
    moves.act(letter, ACTION, by=user, data={SELECTED: page.pk}, seen=seen)
    return page


def _fill(page, texts):
    for name, text in texts.items():
        setattr(page, name, text)
    # The title in lists of the admin.
    page.draft_title = page.title
