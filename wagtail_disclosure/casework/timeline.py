"""What the page of a case shows of its events, its clock and its people."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..departments.models import Department
from ..rules.replies import replies_to
from . import action_fields, decisions, own_events
from .encryption import PersonalField
from .letters.rendering import LETTER_TEXT
from .own_events import REPROJECTED
from .similar import REPEAT
from .standing import PART, as_date


def rows(standing, written=True):
    """The events, the newest first: what, when, by whom, and, if ``written``, what was written and attached."""
    names = {str(each.key): each for each in standing.case.attachments.all()} if written else {}
    return [_row(standing, event, names, written) for event in reversed(standing.events)]


def _row(standing, event, files, written):
    action = standing.table.actions.get(event.type)
    details = event.texts if written else {}
    state = standing.table.states.get(event.state)
    return {
        "event": event,
        "label": action.label() if action is not None else own_events.label(event.type),
        "citation": action.citation_for(standing.case) if action is not None else "",
        "state": state.label() if state is not None else event.state,
        "moves": event.data.get("from") not in (None, event.state),
        "key": event.data.get("key", ""),
        "on": as_date(event.data.get("on")),
        "until": as_date(event.data.get("until")),
        "days": event.data.get("days", ""),
        "due": _moved(event, "due"),
        "answer_due": _moved(event, "answer"),
        "reply": replies_to(standing.profile, standing.kind).label_of(event.data.get("reply"))
        if written
        else "",
        "note": event.note if written else "",
        "chosen": _chosen(standing, event, action) if written else [],
        "details": [(_detail_label(standing, name, event.type), text) for name, text in details.items()],
        "opinion": standing.opinions.label_of(event.data.get("opinion")) if written else "",
        "unsent": standing.profile.notifications.label_of(event.data.get("notification")),
        "files": [files[key] for key in event.documents if key in files],
    }


def _moved(event, name):
    """A day before and after a calendar that changed; None where it did not move."""
    if event.type != REPROJECTED:
        return None
    days = (as_date(event.data.get(f"{name}_before")), as_date(event.data.get(f"{name}_now")))
    return days if days[0] != days[1] else None


def _chosen(standing, event, action):
    """Pairs of label and text of what was chosen from lists, and of the case or department that an event names."""
    data, found = event.data, _stated(standing, event.data)
    for name, (vocabulary, label) in action_fields.LISTS.items():
        for each in getattr(standing.profile, vocabulary) if data.get(name) else ():
            if each.code == data[name]:
                found.append((capfirst(label), each.label()))
    for fields in action_fields.of_kinds.values():
        found += fields.told(data)
    if data.get("of"):
        repeats = action is not None and action.opens == REPEAT
        found.append((_("Repeats") if repeats else _("Joined with"), data["of"]))
    if data.get("department"):
        department = Department.objects.filter(pk=data["department"]).first()
        found.append((capfirst(_("department")), str(department or data["department"])))
    return found


def _stated(standing, data):
    """Pairs of label and text of what an event says in codes and numbers: grounds, what is missing, a fee."""
    profile, found = standing.profile, []
    grounds = [data["ground"]] if data.get("ground") else data.get("grounds_per_part") or []
    if grounds:
        name = "ground" if data.get("ground") else "grounds_per_part"
        labels = [decisions.ground_label(profile, each) for each in grounds]
        found.append((_detail_label(standing, name), " · ".join(labels)))
    if data.get("triggers"):
        missing = [each.label() for each in profile.supplement_triggers if each.code in data["triggers"]]
        found.append((capfirst(_("what is missing or unclear")), " · ".join(missing)))
    if data.get("fee_method"):
        methods = dict(action_fields.fee_methods(profile, as_date(data.get("on"))))
        found.append((capfirst(_("how the fee is counted")), methods.get(data["fee_method"], "")))
    for name, label in (("units", _("number")), ("amount", _("amount"))):
        if data.get(name):
            found.append((capfirst(label), data[name]))
    return found


def _detail_label(standing, name, action=""):
    if name == LETTER_TEXT:
        return _("Text of the letter")
    if name in action_fields.TEXTS:
        return capfirst(action_fields.label_of_text(name, action))
    if name in action_fields.LINES:
        return capfirst(action_fields.LINES[name])
    if name.startswith(PART):
        return _("Withheld: %(ground)s") % {
            "ground": decisions.ground_label(standing.profile, name.removeprefix(PART))
        }
    return standing.profile.decision_facts.label_of(name, name)


def unsent_row(standing, event):
    """What was not sent, to whom, and when."""
    party = event.data.get("party", "")
    role = standing.table.roles.get(event.data.get("recipient"))
    return {
        "what": standing.profile.notifications.label_of(event.data.get("notification")),
        "to": f"{role.label() if role is not None else event.data.get('recipient', '')}{f' {party}' if party else ''}",
        "at": event.at,
    }


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
