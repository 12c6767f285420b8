"""What happened to a case as its applicant reads it: what the transition table tells, and nothing of the office."""

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...rules.replies import replies_to
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
    "rating": _("Your rating"),
    "comment": _("Your comment"),
    "description": _("What you wrote"),
    "reasons": _("What you wrote"),
}
LISTS = {
    **{name: vocabulary for name, (vocabulary, _label) in action_fields.LISTS.items()},
    "rating": "ratings",
}


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
    found, reply = [], ""
    for event in standing.events:
        action = standing.table.actions.get(event.type)
        if action is not None and DECISION in action.fields:
            reply = event.data.get("reply", "")
        if is_told(standing, event):
            found.append(_row(standing, event, action, reply))
    return list(reversed(found))


def _row(standing, event, action, reply):
    return {
        "text": action.told_text() if action is not None else OWN[event.type],
        "on": as_date(event.data.get("on")) or timezone.localdate(event.at),
        "shown": shown(standing, event, reply) if action is not None else [],
        "due": as_date(event.data.get("due_now")) if event.type == own_events.REPROJECTED else None,
    }


def shown(standing, event, reply=""):
    """Pairs of label and text: the fields of ``event`` that the table shows to the applicant."""
    pairs = [
        (_label(name), _text(standing, name, event.data, event.texts, reply))
        for name in standing.table.actions[event.type].shows
    ]
    return [(label, text) for label, text in pairs if text]


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
    if name in LISTS:
        return getattr(profile, LISTS[name]).label_of(data.get(name))
    return texts.get(name) or data.get(name) or ""
