"""What the events of a case say: where it stands, what goes on beside, who did what, when a reply is due."""

import datetime
from functools import cached_property

from .. import conf
from ..departments.models import Department
from ..rules.calendar import get_calendar
from ..rules.case_clock import case_deadline, governing_ruleset
from ..rules.case_events import ClockEvent, Effect
from ..rules.clocks import Term
from ..rules.profiles import get_profile
from ..rules.replies import channels_of, consultations_in, opinions_in, replies_to, reply_problems
from ..rules.transition_data import get_table
from .models import CalendarDay, CalendarYear

NO_CLOCK = {"lapsed": frozenset(), "extension_possible": False}
DECISION = "decision"
WITHDRAW_CONSENT = "withdraw_consent"
# The condition that is open while another department has a task.
TASK = "task"
# What a decision states as codes of the vocabularies; all else of it is text, and encrypted.
CODED = ("ground", "grounds_per_part")
# What is withheld on one of several grounds: a text under this and the code of the ground.
PART = "part_"


def part_of(ground):
    """Under which name a decision says what is withheld on ``ground``."""
    return f"{PART}{ground}"


def profile():
    """The jurisdiction in force."""
    return get_profile(conf.get("JURISDICTION"))


def calendar():
    """The calendar of the jurisdiction with the days that the office decided."""
    days = CalendarDay.objects.values_list("date", "is_working", "reason")
    return get_calendar(profile().code, days, CalendarYear.objects.values_list("year", flat=True))


def as_date(text):
    return datetime.date.fromisoformat(text) if text else None


class Standing:
    """A case as its events have it at the moment they are read.

    ``key`` in its methods is that of one enquiry, where several go on at once.
    """

    def __init__(self, case, used_calendar=None):
        self.case, self.profile = case, profile()
        self.kind = self.profile.case_kinds.get(case.case_kind)
        self.table = get_table(self.profile.code, self.kind.fact("table"))
        # In the order of recording: the clock of the server may have gone backwards.
        self.events = list(case.events.order_by("pk"))
        self.steps = [each for each in self.events if "from" in each.data and each.type in self.table.actions]
        self._calendar = used_calendar

    @cached_property
    def calendar(self):
        return self._calendar or calendar()

    @property
    def state(self):
        return self.events[-1].state if self.events else self.table.start

    @property
    def last_key(self):
        """Key of the last event: what a page shows it has seen."""
        return self.events[-1].pk if self.events else None

    def since(self, seen):
        """The events after the one with the key ``seen``."""
        return [each for each in self.events if seen is None or each.pk > seen]

    # Clock

    def clock_events(self, clock):
        found = []
        for each in self.steps:
            if each.data.get("clock") and each.data["clock"][0] == clock:
                found.append(self._clock_event(each.data))
        return found

    def _clock_event(self, data):
        return ClockEvent(
            data["clock"][1],
            as_date(data["on"]),
            data.get("key", ""),
            data.get("days"),
            as_date(data.get("until")),
            tuple(Term.from_data(each) for each in data.get("terms", ())),
        )

    @cached_property
    def _own_deadline(self):
        return self._deadline(self.kind.fact("clock"), (), None)

    def deadline(self, clock=None, *, added=(), today=None):
        """The ``CaseDeadline`` of ``clock`` (default: that of the case), with the clock events ``added`` as well.

        None before receipt. Raises ``RuleError`` for events that cannot have happened like that.
        """
        own = self.kind.fact("clock")
        if clock in (None, own) and not added and today is None:
            return self._own_deadline
        return self._deadline(clock or own, added, today)

    def _deadline(self, clock, added, today):
        events = [*self.clock_events(clock), *added]
        if clock != self.kind.fact("clock"):
            events = self._since_start(events, clock)
        ruleset = governing_ruleset(self.profile, events, clock)
        if ruleset is None and events:
            ruleset = self.profile.rulesets[-1]
        return case_deadline(events, self.calendar, ruleset, clock, today=today) if ruleset else None

    def _since_start(self, events, clock):
        """A clock beside that of the case, such as that of an internal review, runs anew each time it is started."""
        starts = [
            place
            for place, each in enumerate(events)
            if (kind := self._kind_of_event(clock, each.kind)) is not None and kind.effect is Effect.START
        ]
        return events[starts[-1] :] if starts else events

    def awaited(self):
        """Pairs of each open enquiry of the clock of the case and the last day for its answer, None where no day was set.

        One that was closed beside the clock, such as silence that counts as consent, is not waited for.
        """
        deadline, known = self.deadline(), self.table.open_conditions(self._pairs())
        if deadline is None:
            return []
        return [
            (each, each.term_end(deadline.clock, deadline.calendar))
            for each in deadline.open_enquiries
            if each.wait.code not in self.table.conditions or each.key in known.get(each.wait.code, ())
        ]

    def dates(self):
        """The next day by which the agency has to do something, whether that is provisional, and the first day by which an answer is awaited."""
        deadline = self.deadline()
        if deadline is None:
            return None, False, None
        days = [end for _enquiry, end in self.awaited() if end is not None]
        due = deadline.next_due
        return due, due is not None and deadline.provisional, min(days, default=None)

    def effect(self, move):
        """The ``EventKind`` that the clock has for ``move``, or None."""
        return self._kind_of_event(move.action.clock, move.clock_event) if move.clock_event else None

    def _kind_of_event(self, clock, code):
        kinds = (
            ruleset.clocks[clock].kinds
            for ruleset in reversed(self.profile.rulesets)
            if clock in ruleset.clocks
        )
        return next((each[code] for each in kinds if code in each), None)

    # Keys

    def _pairs(self):
        return [(each.type, each.data.get("key", "")) for each in self.steps]

    def open_keys(self, action):
        """Keys of the open enquiries that ``action`` is about, in order."""
        found = self.table.open_conditions(self._pairs())
        keys = {key for condition in self._about(action) for key in found.get(condition, ())}
        return sorted(keys, key=lambda key: (len(key), key))

    def _about(self, action):
        """Conditions that ``action`` needs to be open: those it closes, and the wait of its clock event."""
        found = set(action.closes)
        for ruleset in self.profile.rulesets:
            kinds = ruleset.clocks[action.clock].kinds if action.clock in ruleset.clocks else {}
            kind = kinds.get(action.clock_event)
            if kind is not None and kind.wait and kind.effect is not Effect.ASK:
                found.add(kind.wait)
        return found & set(self.table.conditions)

    def is_about_one(self, action):
        """Whether ``action`` is about one of several enquiries."""
        return any(self.table.conditions[each].many for each in self._about(action))

    def answer_until(self, action, key=""):
        """The last day for the answer that ``action`` is; None where nothing is awaited or no day was set."""
        deadline, waits = self.deadline(action.clock), self._about(action)
        if deadline is None:
            return None
        ends = [
            each.term_end(deadline.clock, deadline.calendar)
            for each in deadline.open_enquiries
            if each.wait.code in waits and (not key or each.key == key)
        ]
        return ends[0] if ends else None

    def new_key(self, action):
        opened = [each for each in self.steps if set(self.table.actions[each.type].opens) & set(action.opens)]
        # What was opened again under its key is not counted twice.
        known = [int(key) for each in opened if (key := each.data.get("key", "")).isdecimal()]
        return str(max(known, default=0) + 1)

    def opener(self, action, key):
        """The event that opened what ``action`` closes, or None."""
        for each in reversed(self.steps):
            opens = self.table.actions[each.type].opens
            if set(opens) & set(action.closes) and each.data.get("key", "") == key:
                return each
        return None

    # Facts

    def facts(self, actor, today, *, key=None, decision=None):
        """The facts that the guards look at. ``decision`` is ``(reply, given)`` where the action brings a new one."""
        deadline = self.deadline()
        reply, given = decision or self.decision
        channel = self.channels.find(self.case.channel)
        return {
            **self.table.condition_facts(self._pairs(), key),
            **(deadline.facts(today, key) if deadline else NO_CLOCK),
            **{guard.fact: self._contributors(guard) for guard in self._second_person_guards()},
            "actor": actor,
            "channel_basis": channel.fact("basis") if channel is not None else "",
            "reply": reply,
            "reply_complete": not self.decision_problems(reply, given, deadline),
            "decision_unchanged": self._is_unchanged(),
            "is_anonymised": self.case.anonymised_at is not None,
            "third_party_untold": bool(self.untold(reply, given)),
            "task_is_yours": self.has_task_for(actor, key),
            "consent_given": self.is_consenting,
            **self.case.further_facts(self, actor),
        }

    @property
    def channels(self):
        """The channels through which cases of this kind come in."""
        return channels_of(self.profile, self.kind)

    @property
    def is_consenting(self):
        """Whether whoever wrote consents to publication, and has not withdrawn that."""
        return bool(self.case.consents_to_publication) and all(
            each.type != WITHDRAW_CONSENT for each in self.steps
        )

    def has_task_for(self, person, key=None):
        """Whether an open task (that of ``key``, or any) is one of the departments of ``person``, a key of a user."""
        found = self.table.open_conditions(self._pairs()).get(TASK, ())
        if person is None or not found:
            return False
        asked = {
            each.data["department"]
            for each in self.steps
            if TASK in self.table.actions[each.type].opens
            and each.data.get("key") in found
            and key in (None, each.data.get("key"))
        }
        return bool(asked) and Department.objects.looked_after_by(person).filter(pk__in=asked).exists()

    def marks_after(self, action, key):
        """What is true of the case after ``action``, by the names of ``transitions.MARKS``, as far as the action touches it."""
        conditions = self.table.conditions
        touched = {conditions[each].marks for each in (*action.opens, *action.closes, *action.clears)} - {""}
        found = self.table.open_conditions([*self._pairs(), (action.code, key)]) if touched else ()
        open_marks = {conditions[each].marks for each in found}
        return {mark: mark in open_marks for mark in sorted(touched)}

    def is_open(self, condition):
        """Whether ``condition`` is open now, under whatever key."""
        return condition in self.table.open_conditions(self._pairs())

    def opened_by(self, condition):
        """The last event that opened ``condition``, while that is open; None otherwise."""
        if not self.is_open(condition):
            return None
        opening = (each for each in reversed(self.steps) if condition in self.table.actions[each.type].opens)
        return next(opening)

    def all_opened_by(self, condition):
        """The events that opened ``condition``, one for each key under which it is open now."""
        keys = self.table.open_conditions(self._pairs()).get(condition, ())
        opening = [each for each in self.steps if condition in self.table.actions[each.type].opens]
        last = {each.data.get("key", ""): each for each in opening}
        return [each for key, each in last.items() if key in keys]

    def _second_person_guards(self):
        return [each for each in self.table.guards.values() if each.test == "without_actor"]

    def _contributors(self, guard):
        """Who did what ``guard`` wants another person for: opened what the action closes, or worked on the decision."""
        closed = {
            condition
            for action in self.table.actions.values()
            if action.second_person == guard.code
            for condition in action.closes
        }
        found = set()
        for each in self._since_reopened():
            action = self.table.actions[each.type]
            if closed and set(action.closes) & closed:
                found.clear()
            if set(action.opens) & closed if closed else DECISION in action.fields:
                found.add(each.data.get("actor"))
        return frozenset(found - {None})

    def _since_reopened(self):
        found = []
        for each in self.steps:
            found.append(each)
            if self.table.states[each.data["from"]].closed and not self.table.states[each.state].closed:
                found = []
        return found

    @property
    def decision(self):
        """``(reply, given)`` of the decision as it was drafted last: the code of the reply, and what it states."""
        for each in reversed(self._since_reopened()):
            if DECISION in self.table.actions[each.type].fields:
                coded = {name: each.data[name] for name in CODED if each.data.get(name)}
                return each.data.get("reply", ""), {**each.texts, **coded, "files": each.documents}
        return "", {}

    def decision_problems(self, reply, given, deadline=None):
        """What the decision lacks, as errors that are not raised."""
        item = replies_to(self.profile, self.kind).find(reply)
        if item is None:
            return [None]
        return list(reply_problems(self.profile, item, given, deadline.past_waits if deadline else ()))

    def _is_unchanged(self):
        return self.approval is not None

    @property
    def approval(self):
        """The event by which a second person approved the decision as it was drafted last, or None."""
        found = None
        for each in self._since_reopened():
            action = self.table.actions[each.type]
            if DECISION in action.fields:
                found = None
            if self.approves(action):
                found = each
        return found

    def approves(self, action):
        """Whether ``action`` is that of the second person who looks at the decision."""
        guard = self.table.guards.get(action.second_person)
        return guard is not None and DECISION in guard.fact

    def untold(self, reply, given):
        """Keys of third parties that refused, whose information the reply discloses, and that were not told."""
        replies = replies_to(self.profile, self.kind)
        item = replies.find(reply)
        if item is None or not self._hands_out(item, given):
            return []
        theirs = {
            ground
            for each in replies
            if "third_party" in each.fact("requires", ())
            for ground in each.fact("grounds", ())
        }
        if theirs & set(given.get("grounds_per_part") or ()):
            return []
        return [key for key in self.refusing() if key not in self._told()]

    @property
    def consultations(self):
        return consultations_in(self.profile, self.kind)

    @property
    def opinions(self):
        return opinions_in(self.profile, self.kind)

    def _hands_out(self, reply, given):
        """Whether files go out with ``reply``: it has to have them, or may have them and does."""
        may = "files" in reply.fact("optional", ()) and given.get("files")
        return bool("files" in reply.fact("requires", ()) or may)

    def refusing(self):
        """Keys of the third parties that refused, all or a part."""
        refusals = [each.code for each in self.opinions if each.fact("refuses")]
        return [
            each.data.get("key", "")
            for each in self.steps
            if "opinion" in self.table.actions[each.type].fields
            and "third_party" in self.table.actions[each.type].closes
            and each.data.get("opinion") in refusals
        ]

    def _told(self):
        return {each.data.get("key", "") for each in self.steps if self._tells(self.table.actions[each.type])}

    def _tells(self, action):
        return "third_party" in action.fields and not action.opens
