"""Cases that are played through ``moves.act``, beside a second reading of the table's file.

Nothing here uses the code that reads tables: what is allowed is worked out anew from the JSON, from the facts of the
play, so that the two readings can be held against each other.
"""

import datetime
from dataclasses import dataclass, replace

from django.utils import timezone

from tests import factories, factories_cases, factories_mail
from wagtail_disclosure.casework import moves
from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.transitions import MoveRefused

TABLES = [("cn", "request"), ("cn", "correction"), ("cn", "letter"), ("uk", "request"), ("uk", "letter")]
DAY = datetime.timedelta(days=1)
BEGIN = datetime.date(2026, 3, 2)
# A decision that states all it must, by table.
DECISIONS = {
    ("cn", "request"): {"reply": "petition", "details": {"right_channel": "市信访局"}},
    ("cn", "correction"): {"reply": "corrected", "details": {"reasons": "登记有误"}},
    ("uk", "request"): {"reply": "vexatious", "details": {"reasons": "s.14"}},
    ("cn", "letter"): {"reply": "answered", "details": {"reply_text": "已经办理"}},
    ("uk", "letter"): {"reply": "answered", "details": {"reply_text": "It is done."}},
}
LETTER = "letter"
OFFICE = {"registrar", "officer", "reviewer", "head"}
CLOSED = "closed"


def listed(value):
    return [value] if isinstance(value, str) else list(value)


def noon(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


@dataclass(frozen=True)
class Row:
    """One row of the file for one state: who, under which guards, where to."""

    action: dict
    source: str
    target: str
    roles: frozenset
    guards: tuple
    reply: str
    clock: str


def rows_of(raw):
    found = []
    for action in raw["actions"]:
        shared = [*action.get("guards", ()), *listed(action.get("second_person") or ())]
        for row in action["moves"]:
            for source in listed(row["from"]):
                found.append(
                    Row(
                        action,
                        source,
                        source if row["to"] == "same" else row["to"],
                        frozenset(row.get("roles", action.get("roles", ()))),
                        (*shared, *row.get("guards", ())),
                        row.get("reply", ""),
                        row.get("clock", action.get("clock", "")),
                    )
                )
    return found


@dataclass(frozen=True)
class Play:
    """A case with all that was done to it: ``(action, actor)`` in order."""

    table: "Table"
    case: object
    state: str
    today: datetime.date
    done: tuple = ()
    last: tuple = ("", "")
    # Whether the letter that this one was joined with was answered anew since.
    is_answered_anew: bool = False

    def facts(self, actor, today, complete=True):
        """What the guards may ask, from what was done."""
        opened, past = set(), set()
        drafters, proposers, unchanged = set(), set(), False
        joined = told = False
        state = self.table.start
        for code, who, target in self.done:
            action = self.table.actions[code]
            opened -= {*listed(action.get("closes", ())), *listed(action.get("clears", ()))}
            opened |= set(listed(action.get("opens", ())))
            past |= set(listed(action.get("opens", ())))
            joined, told = {
                "merge": (True, False),
                "pass_on_reply": (joined, True),
                "reopen": (False, False),
            }.get(code, (joined, told))
            if "decision" in action.get("fields", ()):
                drafters.add(who)
                unchanged = False
            unchanged = unchanged or code == "approve_decision"
            states = self.table.states
            if states[state].get(CLOSED) and not states[target].get(CLOSED):
                drafters, unchanged = set(), False
            state = target
            proposers = {who} if code == "propose_extension" else proposers
        late = (today - self.today).days > 100
        return {
            "actor": actor,
            "channel_basis": self.table.basis(self.case.channel),
            "open_conditions": opened,
            "past_conditions": past,
            "lapsed": opened if late else set(),
            "extension_possible": not late,
            "decision_contributors": drafters,
            "extension_proposers": proposers,
            "decision_unchanged": unchanged,
            "reply": self.last[0],
            "reply_complete": complete,
            "third_party_untold": False,
            "is_anonymised": False,
            "task_is_yours": "task" in opened and actor == self.table.person("involved"),
            "joined_answered": joined,
            "joined_untold": joined and (not told or self.is_answered_anew),
            "joined_visible": joined and (not told or self.is_answered_anew),
            "consent_given": all(code != "withdraw_consent" for code, _who, _target in self.done),
        }

    def is_seen_by(self, role):
        """Whether the page of the case opens to ``role``: to other departments only with a task that still stands."""
        codes = [code for code, _who, _target in self.done]
        return role != "involved" or codes.count("involve") > codes.count("withdraw_task")

    def expected(self, code, role, actor, today, complete=True):
        """The row of the file that applies, or None."""
        facts = self.facts(actor, today, complete)
        for row in self.table.rows:
            if (row.action["code"], row.source) == (code, self.state) and role in row.roles:
                if all(self.table.holds(guard, facts) for guard in row.guards):
                    return row
        return None

    def act(self, code, role, today=None, **changed):
        today = today or self.today + DAY
        case = type(self.case).objects.get(pk=self.case.pk)
        options = {**self.table.given(code, today), **_passed_on(case, code), **changed}
        actor = self.table.person(role)
        by = {"by": actor, "role": role} if actor else {"role": role}
        return moves.act(case, code, **by, at=noon(today), **options)

    def step(self, code, today=None):
        """Take ``code`` in the first role that may, and return the play after it; ``MoveRefused`` if nobody may."""
        today = today or self.today + DAY
        error = None
        for role in self.table.actions[code].get("roles", ()) or self.table.roles:
            try:
                event = self.act(code, role, today)
            except MoveRefused as refusal:
                error = refusal
                continue
            actor = self.table.person(role)
            last = (event.data.get("reply", self.last[0]), code)
            done = (*self.done, (code, actor, event.state))
            return replace(self, state=event.state, today=today, done=done, last=last)
        raise error

    def steps(self, codes):
        play = self
        for code in codes:
            try:
                play = play.step(code)
            except MoveRefused:
                # What waits for a term to end.
                play = play.step(code, play.today + 200 * DAY)
        return play


def _passed_on(case, code):
    """What the form of that action brings: the reply to the letter that ``case`` was joined with."""
    first = case.merged_into if code == "pass_on_reply" else None
    sent = first.events.filter(type="issue_decision").last() if first is not None else None
    return {"data": {"joined_reply": sent.pk}, "details": {"passed_on": "已经办理"}} if sent else {}


class Table:
    """One file, read a second time, and the people of an agency to play it with."""

    def __init__(self, profile, kind, place):
        self.name, self.place = (profile, kind), place
        if kind == LETTER:
            place.leader = factories.user("leader")
            place.mailbox = factories_mail.mailbox(place, leaders=[place.leader])
        self.given_decision = DECISIONS[self.name]
        raw = data.load(f"{profile}/cases/{kind}.json")
        self.kind, self.start = kind, raw["start"]
        self.states = {each["code"]: each for each in raw["states"]}
        self.roles = [each["code"] for each in raw["roles"]]
        self.guards = {each["code"]: each for each in raw["guards"]}
        self.actions = {each["code"]: each for each in raw["actions"]}
        self.rows = rows_of(raw)
        channels = data.load(f"{profile}/{'mail' if kind == LETTER else 'request'}_channels.json")["items"]
        self.bases = {each["code"]: each["basis"] for each in channels}
        if kind == LETTER:
            # With what others are joined is answered already.
            place.another = self.new().steps(self.way(self.start, "replied")).case

    def basis(self, channel):
        return self.bases[channel]

    def holds(self, code, facts):
        guard = self.guards[code]
        fact, value = facts[guard["fact"]], guard.get("value")
        if guard["test"] == "without_actor":
            return bool(fact) and facts["actor"] is not None and facts["actor"] not in fact
        return {
            "true": lambda: fact is True,
            "false": lambda: fact is False,
            "equals": lambda: fact == value,
            "differs": lambda: fact != value,
            "contains": lambda: value in fact,
            "lacks": lambda: value not in fact,
            "contains_none_of": lambda: not set(value) & set(fact),
        }[guard["test"]]()

    def person(self, role):
        """Who acts in a role of the office: the reviewer and the head have worked on nothing."""
        return {
            "registrar": self.place.officer,
            "officer": self.place.officer,
            "reviewer": self.place.reviewer,
            "head": self.place.head,
            "involved": self.place.other_officer,
            "leader": getattr(self.place, "leader", None),
        }.get(role)

    def given(self, code, today):
        """What the form of the action would bring."""
        fields = self.actions.get(code, {}).get("fields", ())
        found = {"until": today + 10 * DAY} if "until" in fields else {}
        found |= {"days": 5} if "days" in fields else {}
        found |= {"data": {"opinion": "agrees"}} if "opinion" in fields else {}
        found |= {"data": {"department": self.place.projects.pk}} if "task_days" in fields else {}
        found |= {"data": {"of": self.place.another.number}} if code == "merge" else {}
        found |= {"data": {"letter_type": "complaint"}} if code == "correct_type" else {}
        return found | (self.given_decision if "decision" in fields else {})

    def with_a_later_reply(self):
        """Plays in which a reply was passed on and the other letter was answered anew since."""
        if self.kind != LETTER:
            return
        before, first = self.place.another, self.new().steps(self.way(self.start, "replied"))
        self.place.another = first.case
        play = self.new().steps(self.way(self.start, "merged_replied"))
        first.steps(("ask_follow_up", "draft_decision", "approve_decision", "issue_decision"))
        self.place.another = before
        yield replace(play, is_answered_anew=True)

    def new(self, channel="online"):
        options = {"department": self.place.prices, "channel": channel, "at": noon(BEGIN)}
        if self.kind == LETTER:
            case = factories_mail.draft(self.place, mailbox=self.place.mailbox, **options)
        else:
            case = factories_cases.draft(self.place, case_kind=self.kind, **options)
        return Play(self, case, self.start, BEGIN)

    def way(self, source, target):
        """The fewest actions that lead from one state to another in the file, for what comes over the internet."""
        ways, ends = {source: ()}, [source]
        while ends:
            state = ends.pop(0)
            for row in self.rows:
                if row.source == state and row.target not in ways and "received_at_once" not in row.guards:
                    ways[row.target] = (*ways[state], row.action["code"])
                    ends.append(row.target)
        return ways.get(target)
