"""What happened to a case as its applicant reads it: what the transition table tells, and nothing of the office."""

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...rules.replies import ratings_of, replies_to
from .. import action_fields, own_events
from ..standing import DECISION, as_date

# Events without an action that concern the applicant.
OWN = {
    own_events.REPROJECTED: _(
        "The time limit was computed anew, because the calendar of working days changed."
    ),
    own_events.CODE_RENEWED: _("A new secret code was made for you."),
    own_events.ANONYMISED: _("Your personal data was deleted, because the time for keeping it was over."),
}
LABELS = {
    "triggers": _("What is missing"),
    "items": _("What we ask for"),
    "until": pgettext_lazy("disclosure", "Until"),
    "units": pgettext_lazy("disclosure", "Number"),
    "amount": pgettext_lazy("disclosure", "Amount"),
    "fee_method": _("How the fee is counted"),
    "reply": pgettext_lazy("disclosure", "Reply"),
    "passed_on": pgettext_lazy("disclosure", "Reply"),
    "rating": _("Your rating"),
    "comment": _("Your comment"),
    "description": _("What you wrote"),
    "reasons": _("What you wrote"),
}
LISTS = {name: vocabulary for name, (vocabulary, _label) in action_fields.LISTS.items()}
# Lists of which the applicant reads the notes as well: where to turn instead.
WITH_NOTES = {"refusal"}
# What a reply states and its reader sees here, where the reply is more than the letter by which it goes out.
REPLY_TEXTS = ("reply_text", "right_channel")


def is_told(standing, event):
    """Whether the applicant reads of ``event``."""
    action = standing.table.actions.get(event.type)
    if action is not None:
        return bool(action.told)
    # A day by which somebody else has to answer is not the applicant's.
    others = "answer_now" in event.data and event.data["due_before"] == event.data["due_now"]
    return event.type in OWN and not others


def rows(standing):
    """What happened, the newest first: ``{"text", "on", "shown", "due"}``."""
    found, decided = [], None
    for event in standing.events:
        action = standing.table.actions.get(event.type)
        if action is not None and DECISION in action.fields:
            decided = event
        if is_told(standing, event):
            found.append(_row(standing, event, action, decided))
    return list(reversed(found))


def _row(standing, event, action, decided):
    return {
        "text": action.told_text() if action is not None else OWN[event.type],
        "on": as_date(event.data.get("on")) or timezone.localdate(event.at),
        "shown": shown(standing, event, decided) if action is not None else [],
        "due": as_date(event.data.get("due_now")) if event.type == own_events.REPROJECTED else None,
    }


def shown(standing, event, decided=None):
    """Pairs of label and text: the fields of ``event`` that the table shows to the applicant.

    ``decided`` is the event by which the reply was drafted last.
    """
    reply, pairs = decided.data.get("reply", "") if decided is not None else "", []
    for name in standing.table.actions[event.type].shows:
        if name == DECISION:
            pairs += _stated(standing, decided)
        elif name in action_fields.of_kinds:
            pairs += action_fields.of_kinds[name].told(event.data)
        else:
            pairs.append((_label(name), _text(standing, name, event.data, event.texts, reply)))
    return [(label, text) for label, text in pairs if text]


def _stated(standing, decided):
    """What the reply states, in full."""
    facts = [each for each in standing.profile.decision_facts if each.code in REPLY_TEXTS]
    return [(each.label(), decided.texts.get(each.code, "")) for each in facts] if decided is not None else []


def _label(name):
    return LABELS.get(name) or capfirst(action_fields.TEXTS.get(name) or action_fields.LISTS[name][1])


def _text(standing, name, data, texts, reply):
    profile = standing.profile
    if name == "reply":
        return replies_to(profile, standing.kind).label_of(reply)
    if name == "triggers":
        missing = data.get(name) or ()
        return "\n".join(
            each.note() or each.label() for each in profile.supplement_triggers if each.code in missing
        )
    if name == "until":
        return as_date(data.get(name))
    if name == "fee_method":
        return dict(action_fields.fee_methods(profile, as_date(data["on"]))).get(data.get(name), "")
    if name == "rating":
        return _in(ratings_of(profile, standing.kind), data.get(name))
    if name in LISTS:
        read = _with_note if name in WITH_NOTES else _in
        return read(getattr(profile, LISTS[name]), data.get(name))
    return texts.get(name) or data.get(name) or ""


def _with_note(vocabulary, code):
    """The label of what was chosen, with what the list says of it, such as where to turn instead."""
    item = next((each for each in vocabulary if each.code == code), None)
    return "\n".join(each for each in (item.label(), item.note()) if each) if item is not None else ""


def _in(vocabulary, code):
    return next((each.label() for each in vocabulary if each.code == code), "")
