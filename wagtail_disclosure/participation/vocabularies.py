"""What the jurisdiction says of consultations: kinds of drafts with the period the law asks for, what became of comments."""

from .. import conf
from ..rules.profiles import get_profile

ONLINE = "online"


def profile():
    return get_profile(conf.get("JURISDICTION"))


def draft_kinds():
    return profile().draft_kinds


def least_days(kind):
    """The days for which drafts of that kind are open at least, by law; 0 where it says nothing."""
    found = draft_kinds().find(kind)
    return found.fact("least_days", 0) if found is not None else 0


def citation(kind):
    """The provision that asks for the period, in the active language; empty where there is none."""
    found = draft_kinds().find(kind)
    return found.text("citation") if found is not None else ""


def draft_kind_choices():
    return draft_kinds().choices()


def adoptions():
    """What may become of what was raised, in order."""
    return profile().adoptions


def adoption_choices():
    return adoptions().choices()


def needs_reason(adoption):
    """Whether a feedback report has to say why."""
    found = adoptions().find(adoption)
    return found is not None and bool(found.fact("reason"))


def hiding_choices():
    return profile().hiding_reasons.choices()


def hiding_label(code):
    return profile().hiding_reasons.label_of(code, code)


def comment_channels():
    return profile().comment_channels


def registered_channels():
    """Ways of comments that somebody of the agency enters."""
    return [(each.code, each.label()) for each in comment_channels() if each.fact("registered")]


def channel_label(code):
    return comment_channels().label_of(code, code)
