"""Letters to mailboxes with the terms they were given."""

from wagtail_disclosure.rules.case_clock import case_deadline
from wagtail_disclosure.rules.case_events import ClockEvent
from wagtail_disclosure.rules.clocks import Term

from .clock_cases import CALENDARS, CN


def term(code, length, every_day):
    return Term.from_data({"code": code, "days" if every_day else "working_days": length})


def stated(limit, every_day, most=None):
    """A limit for the reply, and the most by which it may be extended."""
    found = (term("reply", limit, every_day),)
    return (*found, term("extension", most, every_day)) if most else found


PETITION = tuple(
    Term.from_data({"code": code, **raw}) for code, raw in CN.mail_types.get("petition").fact("terms").items()
)


def letter(start, terms, *events, profile=CN):
    began = ClockEvent("received", start, terms=terms)
    return case_deadline([began, *events], CALENDARS[profile.code], profile.rulesets[-1], "letter")
