"""How a letter ended, and when its writer was first told: caches that statistics count, made from its events."""

from ..casework.standing import DECISION, as_date, profile
from ..rules.replies import replies_to
from ..rules.transition_data import get_table


def uncounted():
    """The outcomes of letters that are none, such as spam: they are in no statistics."""
    return [each.code for each in profile().mail_outcomes if not each.fact("counted", True)]


def is_touched(case, event):
    """Whether ``event`` ended the letter ``case`` or took it up again."""
    known = profile()
    states = get_table(known.code, known.case_kinds.get(case.case_kind).fact("table")).states
    return states[event.data["from"]].closed != states[event.state].closed


def values(standing):
    """``outcome`` and ``answered_on`` as the events of a letter say."""
    found, reply = {"outcome": "", "answered_on": None}, ""
    replies, left_out = replies_to(standing.profile, standing.kind), uncounted()
    for event in standing.steps:
        if DECISION in standing.table.actions[event.type].fields:
            reply = event.data.get("reply", "")
        before, after = (standing.table.states[code].closed for code in (event.data["from"], event.state))
        if before and not after:
            found["outcome"] = ""
        elif after and not before:
            item = replies.find(event.data.get("reply") or reply)
            found["outcome"] = item.fact("outcome", "") if item is not None else ""
            if found["answered_on"] is None and found["outcome"] not in left_out:
                found["answered_on"] = as_date(event.data["on"])
    return found
