"""Letting a text from the public be shown, or keeping it back: the one place that writes its state, with an event for each."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ..casework.errors import CaseRefused
from ..publishing.ledger import display_name
from ..rules.masking import COUNTRY, suggestions, typed
from ..rules.personal_numbers import find_personal_numbers
from . import vocabularies
from .models import ModerationEvent
from .models.comments import BODY_LENGTH, Moderated

State = Moderated.State
SHOW, HIDE, WITHDRAW = "show", "hide", "withdraw"
# Of ``assigning``: they stand among the same events.
ASSIGN, UNASSIGN = "assign", "unassign"
# State and action give the state after it; what is not here is not possible.
MOVES = {
    (State.PENDING, SHOW): State.SHOWN,
    (State.HIDDEN, SHOW): State.SHOWN,
    # With another text.
    (State.SHOWN, SHOW): State.SHOWN,
    (State.PENDING, HIDE): State.HIDDEN,
    (State.SHOWN, HIDE): State.HIDDEN,
    # With another reason.
    (State.HIDDEN, HIDE): State.HIDDEN,
    # Whoever wrote takes back the permission.
    (State.PENDING, WITHDRAW): State.PENDING,
    (State.SHOWN, WITHDRAW): State.HIDDEN,
    (State.HIDDEN, WITHDRAW): State.HIDDEN,
}
LABELS = {
    SHOW: pgettext_lazy("participation", "Show"),
    HIDE: pgettext_lazy("participation", "Do not show"),
    WITHDRAW: pgettext_lazy("participation", "Permission withdrawn"),
    ASSIGN: pgettext_lazy("participation", "Assigned to"),
    UNASSIGN: pgettext_lazy("participation", "Taken out of"),
}
MASK = "＊＊＊"


def suggested(text):
    """``text`` for the public: numbers of identity cards, mobile telephones and bank cards are masked, however they are
    typed. A person reads it again.
    """
    found, at = [], 0
    for start, stop in sorted(_numbers(text)):
        if start >= at:
            found += [text[at:start], MASK]
        at = max(at, stop)
    return "".join([*found, text[at:]])


def _numbers(text):
    """Where the numbers of persons stand in ``text``, also those with full-width digits, spaces, dashes within."""
    for each in find_personal_numbers(text):
        yield each.start, each.end
    for each in suggestions(text, vocabularies.profile().masking):
        digits = COUNTRY.sub("", "".join(char for char in typed(each.text) if char.isalnum()))
        if any(find_personal_numbers(digits)):
            yield each.start, each.end


@transaction.atomic
def act(row, action, *, by=None, text="", reason="", at=None):
    """Take ``action`` on a comment or on a text of a survey. Returns the row as it is now.

    ``text`` is how it is shown, ``reason`` a code of ``hiding_reasons``. Raises :class:`CaseRefused` for what is not
    possible: showing without the permission of whoever wrote, or without words; keeping back without a reason.
    """
    held = type(row).objects.select_for_update().get(pk=row.pk)
    after = MOVES.get((held.state, action))
    if after is None:
        raise CaseRefused(_("This is not possible any more: somebody else was faster."))
    if action == SHOW:
        held.public_text, held.hidden_because = _text_to_show(held, text), ""
    elif action == HIDE:
        if reason not in vocabularies.profile().hiding_reasons:
            raise CaseRefused(_("Choose why it is not shown."))
        held.hidden_because, held.public_text = reason, ""
    else:
        held.consent_to_publish, held.public_text = False, ""
    held.state = after
    held.save()
    ModerationEvent.objects.create(
        about=held.label,
        action=action,
        state=after,
        reason=reason,
        user=by,
        user_name=display_name(by) if by is not None else "",
        at=at or timezone.now(),
    )
    return held


def _text_to_show(row, text):
    text = text.strip()
    if not row.may_be_shown:
        raise CaseRefused(_("Whoever wrote this did not agree to publication."))
    if not text or len(text) > BODY_LENGTH:
        raise CaseRefused(_("Enter the text as it is to be shown."))
    if any(_numbers(text)):
        raise CaseRefused(_("There is a number of a person in the text. Mask it."))
    return text


def events_of(row):
    """What was decided about ``row``, the latest first."""
    return ModerationEvent.objects.filter(about=row.label).select_related("user")
