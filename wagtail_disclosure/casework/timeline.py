"""What the page of a case shows of its events, its clock and its people."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import action_fields
from .encryption import PersonalField
from .letters.rendering import LETTER_TEXT
from .moves import REPROJECTED
from .retention import ANONYMISED


def rows(standing):
    """The events, the newest first: what, when, by whom, and what was written."""
    names = {str(each.key): each for each in standing.case.attachments.all()}
    return [_row(standing, event, names) for event in reversed(standing.events)]


def _row(standing, event, files):
    action = standing.table.actions.get(event.type)
    details = event.details if isinstance(event.details, dict) else {}
    state = standing.table.states.get(event.state)
    return {
        "event": event,
        "label": action.label() if action is not None else _own_label(event.type),
        "citation": action.citation() if action is not None else "",
        "state": state.label() if state is not None else event.state,
        "moves": event.data.get("from") not in (None, event.state),
        "key": event.data.get("key", ""),
        "on": event.data.get("on", ""),
        "until": event.data.get("until", ""),
        "days": event.data.get("days", ""),
        "due": (event.data.get("due_before"), event.data.get("due_now"))
        if event.type == REPROJECTED
        else None,
        "reply": _reply(standing, event.data.get("reply")),
        "details": [(_detail_label(standing, name), text) for name, text in details.items()],
        "files": [files[key] for key in event.documents if key in files],
    }


def _own_label(type_):
    labels = {
        REPROJECTED: _("Due date computed anew after the calendar changed"),
        ANONYMISED: _("Personal data taken out"),
    }
    return labels.get(type_, type_)


def _reply(standing, code):
    replies = getattr(standing.profile, standing.kind.fact("replies"))
    return next((each.label() for each in replies if each.code == code), "")


def _detail_label(standing, name):
    if name == LETTER_TEXT:
        return _("Text of the letter")
    if name in action_fields.TEXTS:
        return capfirst(action_fields.TEXTS[name])
    return next((each.label() for each in standing.profile.decision_facts if each.code == name), name)


def ledger(deadline):
    """The days of the count, one row each, with why they count or do not."""
    if deadline is None:
        return []
    return [
        {
            "date": row.date,
            "kind": row.kind.label,
            "note": row.note(),
            "status": row.status.label,
            "number": row.counted or "",
            "provisional": row.provisional,
            "events": [each.label() for each in row.events],
        }
        for row in deadline.ledger
    ]


def masked(person):
    """Pairs of label and masked text of what is known of a person."""
    return [
        (capfirst(field.verbose_name), str(value))
        for field in person._meta.concrete_fields
        if isinstance(field, PersonalField) and (value := getattr(person, field.name))
    ]
