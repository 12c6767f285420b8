"""A case on paper: what a table and a clock say together, without a database."""

import datetime

from wagtail_disclosure.rules.case_clock import case_deadline, governing_ruleset
from wagtail_disclosure.rules.case_events import ClockEvent
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.transition_data import get_table


class PaperCase:
    """Takes actions on days; each is refused by the table or appended, with its clock event."""

    def __init__(self, profile="cn", table="request", channel="online", on=datetime.date(2026, 3, 2)):
        self.profile, self.table = get_profile(profile), get_table(profile, table)
        self.today, self.facts = on, {
            "channel_basis": self.profile.request_channels.get(channel).fact("basis"),
            "reply": "provided",
            "reply_complete": True,
            "decision_contributors": frozenset(),
            "extension_proposers": frozenset(),
            "decision_unchanged": True,
            "third_party_untold": False,
            "task_is_yours": True,
            "is_anonymised": False,
        }  # fmt: skip
        self.steps, self.clock_events = [], {}

    @property
    def state(self):
        return self.table.state_after([step[:3] for step in self.steps])

    def deadline(self, clock=None):
        clock = clock or self.table.actions["note"].clock
        events = self.clock_events.get(clock, [])
        ruleset = governing_ruleset(self.profile, events, clock)
        return case_deadline(events, self.profile.calendar(), ruleset, clock) if ruleset else None

    def all_facts(self, actor, key=None):
        pairs = [(action, of) for action, _source, _target, of in self.steps]
        deadline = self.deadline()
        of_clock = (
            deadline.facts(self.today, key) if deadline else {"lapsed": (), "extension_possible": False}
        )
        return self.facts | self.table.condition_facts(pairs, key) | of_clock | {"actor": actor}

    def wait(self, days):
        self.today += datetime.timedelta(days=days)
        return self

    def do(self, action, role="officer", actor=None, key="", until=None, days=None):
        """Take ``action``; ``RuleError`` when the table or the clock refuses it, and then nothing changed."""
        actor = actor or role
        move = self.table.move(self.state, action, role, self.all_facts(actor, key or None))
        clock_events = self.clock_events
        if move.clock_event:
            event = ClockEvent(move.clock_event, self.today, key, days, until)
            clock = move.action.clock
            clock_events = clock_events | {clock: [*clock_events.get(clock, []), event]}
            ruleset = governing_ruleset(self.profile, clock_events[clock], clock)
            case_deadline(clock_events[clock], self.profile.calendar(), ruleset, clock, today=self.today)
        self.clock_events = clock_events
        self.steps.append((action, move.source, move.target, key))
        if action in ("draft_decision", "revise_decision"):
            self.facts["decision_contributors"] |= {actor}
        if action == "propose_extension":
            self.facts["extension_proposers"] |= {actor}
        self.facts["reply"] = move.reply or self.facts["reply"]
        return self

    def received(self):
        """Submitted by the applicant and confirmed by the office on the same day."""
        self.do("submit", "applicant")
        return self.do("confirm_receipt") if self.state == "submitted" else self

    def handled(self):
        return self.received().do("accept")

    def decided(self, reply="provided"):
        self.facts["reply"] = reply
        return self.do("draft_decision").do("approve_decision", "head").do("issue_decision")
