"""Short ways to write the events of a case in tests."""

from datetime import date

from wagtail_disclosure.rules.case_clock import REQUEST, case_deadline, governing_ruleset
from wagtail_disclosure.rules.case_events import ClockEvent
from wagtail_disclosure.rules.profiles import get_profile

CN, UK = get_profile("cn"), get_profile("uk")
CALENDARS = {"cn": CN.calendar(), "uk": UK.calendar()}


def day(text):
    return date.fromisoformat(text) if isinstance(text, str) else text


def event(kind, on, key="", *, until=None, days=None):
    return ClockEvent(kind, day(on), key, days, day(until) if until else None)


def received(on):
    return event("received", on)


def consultation(asked, answered=None, key="", who="third_party", delivered=None):
    """The events of one consultation."""
    dates = (("asked", asked), ("delivered", delivered), ("answered", answered))
    return [event(f"{who}_{what}", on, key) for what, on in dates if on]


def extension(approved, notified, days=20, key=""):
    events = [event("extension_approved", approved, key, days=days)]
    return events + ([event("extension_notified", notified, key)] if notified else [])


def supplement(asked, answered=None, until=None):
    events = [event("supplement_asked", asked, until=until or "2030-01-01")]
    return events + ([event("supplement_answered", answered)] if answered else [])


def fee(noticed, paid=None, delivered=None):
    dates = (("fee_noticed", noticed), ("fee_delivered", delivered), ("fee_paid", paid))
    return [event(kind, on) for kind, on in dates if on]


def deadline(*events, profile=CN, clock=REQUEST, calendar=None, today=None):
    calendar = calendar or CALENDARS[profile.code]
    ruleset = governing_ruleset(profile, events, clock) or profile.rulesets[-1]
    return case_deadline(events, calendar, ruleset, clock, today=today)
