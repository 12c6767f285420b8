"""The moves of a case: which action, in which state, by whom, leads where. The table is data of a profile.

A case has one state. What goes on beside it (a third party is asked, an extension waits for approval) is an
open *condition*: an action opens it and another closes it, so states need not be multiplied. A *guard* is a
sentence that must be true of the facts of the case, such as: no opinion is outstanding; who approves did not
draft. ``transition_data`` builds a table from its file and refuses one that does not hold together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from .errors import RuleError
from .labels import Shown, citation, joined, label, text_in

ACTOR = "actor"
# What an open condition may make true of a case: nothing of it is anonymised; it is under supervision.
MARKS = ("legal_hold", "is_supervised")


class MoveRefused(RuleError):
    """The move is not in the table, or not for this role, or a guard does not hold.

    ``code`` is ``unknown_state``, ``unknown_action``, ``unknown_role``, ``state``, ``role`` or ``guard``; for
    the last, ``guard`` is the code of the guard.
    """

    guard = ""


@dataclass(frozen=True)
class State:
    """A state of a case. ``plain`` says to a citizen where the case stands, ``next`` what comes after.

    ``closed``: the case is done for the time limit and the report. ``counted``: it was received, so the
    report counts it.
    """

    code: str
    labels: Mapping[str, str]
    plain: Mapping[str, str]
    closed: bool = False
    counted: bool = True
    article: str = ""
    next: Mapping[str, str] = field(default_factory=dict)

    def label(self, language=None):
        return label(self, language)

    def plain_text(self, language=None):
        return text_in(self.plain, language)

    def next_text(self, language=None):
        """What comes next, empty where nothing does."""
        return text_in(self.next, language)


@dataclass(frozen=True)
class Role:
    """In what capacity somebody acts on a case. ``office``: as a member of the agency."""

    code: str
    labels: Mapping[str, str]
    office: bool = True

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class Condition:
    """Something that goes on beside the state. ``many``: several at once, told apart by a key.

    ``marks`` is one of :data:`MARKS`: what is true of the case while it is open.
    """

    code: str
    labels: Mapping[str, str]
    many: bool = False
    marks: str = ""

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class Group:
    """Actions of one kind, under one head."""

    code: str
    labels: Mapping[str, str]

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class Guard:
    """A sentence (``labels``) that must be true of a fact of the case.

    ``test`` is one of ``TESTS``; ``fact`` names the fact, ``value`` what it is compared with.
    """

    code: str
    labels: Mapping[str, str]
    test: str
    fact: str
    value: object = None
    article: str = ""

    def label(self, language=None):
        return label(self, language)

    @property
    def facts(self):
        """Names of the facts that the guard looks at."""
        return (self.fact, ACTOR) if self.test == "without_actor" else (self.fact,)

    def holds(self, facts):
        """Whether the guard is true of ``facts``; ``RuleError`` when a fact it needs is missing."""
        missing = [name for name in self.facts if name not in facts]
        if missing:
            raise RuleError(
                _("The guard “%(guard)s” needs the fact “%(fact)s”."),
                "missing_fact",
                guard=self.code,
                fact=missing[0],
            )
        return TESTS[self.test](facts[self.fact], self.value, facts)


TESTS = {
    "true": lambda fact, value, facts: fact is True,
    "false": lambda fact, value, facts: fact is False,
    "equals": lambda fact, value, facts: fact == value,
    "differs": lambda fact, value, facts: fact != value,
    "contains": lambda fact, value, facts: value in fact,
    "lacks": lambda fact, value, facts: value not in fact,
    "contains_none_of": lambda fact, value, facts: not set(fact) & set(value),
    # Nobody known to have taken part is no proof that the actor has not.
    "without_actor": lambda fact, value, facts: (
        bool(fact) and facts[ACTOR] is not None and facts[ACTOR] not in fact
    ),
}


@dataclass(frozen=True)
class Action:
    """A named action; what it brings about is the same wherever it is taken.

    ``clock_event`` is the kind of clock event it appends, in the clock ``clock``. ``letters`` are the kinds of
    letters that go out (``reply``: that of the reply chosen), ``notifications`` what people are told,
    ``fields`` what is asked for. ``opens`` and ``closes`` are conditions; ``clears`` are conditions of which all
    are closed, whatever their keys. ``second_person`` names the guard
    by which another person than before must act, or is empty. ``automatic``: the system takes it as soon as
    its guards hold. ``told`` says to the applicant what happened; an action
    without it is a matter of the office alone. ``shows`` are the fields that the applicant reads, ``reply`` the
    kind of the reply. ``law_for`` are attributes of a case with the values for which the article is cited, none for all
    cases. ``group`` is the :class:`Group` among which the office finds it, ``first`` are the states in
    which it is one of the next sensible steps.
    """

    code: str
    labels: Mapping[str, str]
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    law_for: Mapping[str, tuple] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    clock: str = ""
    clock_event: str = ""
    letters: tuple = ()
    notifications: tuple = ()
    fields: tuple = ()
    opens: tuple = ()
    closes: tuple = ()
    clears: tuple = ()
    second_person: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    shows: tuple = ()
    automatic: bool = False
    group: str = ""
    first: frozenset = frozenset()

    def label(self, language=None):
        return label(self, language)

    def told_text(self, language=None):
        """What the applicant reads of it; empty for what only the office reads."""
        return text_in(self.told, language)

    def note(self, language=None):
        return text_in(self.notes, language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)

    def citation_for(self, case, language=None):
        """The provision as far as it is about ``case``; empty for a case of another kind."""
        is_about = all(getattr(case, name, None) in values for name, values in self.law_for.items())
        return self.citation(language) if is_about else ""


@dataclass(frozen=True)
class Move:
    """One row of the table: ``action`` leads from ``source`` to ``target`` when all ``guards`` hold.

    ``reply`` is the code of the reply (and with it the outcome) that the move itself decides, empty where
    people decide it or nothing is decided.
    """

    action: Action
    source: str
    target: str
    roles: frozenset
    guards: tuple = ()
    reply: str = ""
    clock_event: str = ""

    @property
    def code(self):
        return self.action.code

    @property
    def comes_first(self):
        """Whether it is one of the next sensible steps."""
        return self.source in self.action.first

    @property
    def stays(self):
        return self.source == self.target

    def label(self, language=None):
        return self.action.label(language)

    def failing(self, facts):
        """The first guard that does not hold, or ``None``."""
        return next((guard for guard in self.guards if not guard.holds(facts)), None)


@dataclass(frozen=True)
class TransitionTable:
    """The moves of one kind of case. ``start`` is the state of a case before anything was done.

    ``roles`` as an argument is the code of a role, or several for somebody who acts in several capacities.
    """

    code: str
    labels: Mapping[str, str]
    start: str
    states: Mapping[str, State]
    roles: Mapping[str, Role]
    conditions: Mapping[str, Condition]
    guards: Mapping[str, Guard]
    actions: Mapping[str, Action]
    moves: tuple
    groups: Mapping[str, Group] = field(default_factory=dict)
    source: str = ""
    evidence: str = ""
    compiled: str = ""

    def label(self, language=None):
        return label(self, language)

    @cached_property
    def fact_names(self):
        """Names of all facts the guards look at: what ``allowed`` and ``move`` must be given."""
        return frozenset(name for guard in self.guards.values() for name in guard.facts)

    def allowed(self, state, roles, facts):
        """The moves open to somebody in ``roles``, in the order of the table; one per action."""
        roles = self._roles(roles)
        found = {}
        for move in self._from(state):
            if move.roles & roles and move.code not in found and move.failing(facts) is None:
                found[move.code] = move
        return tuple(found.values())

    def move(self, state, action, roles, facts):
        """The ``Move`` that ``action`` is, taken in ``state``; ``MoveRefused`` with the reason otherwise."""
        roles = self._roles(roles)
        if action not in self.actions:
            raise MoveRefused(_("There is no action “%(action)s”."), "unknown_action", action=action)
        shown = Shown(self.actions[action].label)
        found = [move for move in self._from(state) if move.code == action]
        if not found:
            raise MoveRefused(
                _("“%(action)s” is not possible while the case is “%(state)s”."),
                "state",
                action=shown,
                state=Shown(self.states[state].label),
            )
        found = [move for move in found if move.roles & roles]
        if not found:
            names = Shown(lambda: joined(self.roles[role].label() for role in sorted(roles)))
            raise MoveRefused(_("“%(action)s” is not for: %(roles)s."), "role", action=shown, roles=names)
        failing = []
        for move in found:
            guard = move.failing(facts)
            if guard is None:
                return move
            failing.append(guard)
        refused = MoveRefused(
            _("“%(action)s” is possible only when this holds: %(guard)s"),
            "guard",
            action=shown,
            guard=Shown(failing[0].label),
        )
        refused.guard = failing[0].code
        raise refused

    def _from(self, state):
        if state not in self.states:
            raise MoveRefused(_("There is no state “%(state)s”."), "unknown_state", state=state)
        return [move for move in self.moves if move.source == state]

    def _roles(self, roles):
        roles = frozenset([roles] if isinstance(roles, str) else roles)
        unknown = sorted(roles - set(self.roles))
        if unknown:
            raise MoveRefused(_("There is no role “%(role)s”."), "unknown_role", role=unknown[0])
        return roles

    def state_after(self, steps):
        """The state that recorded steps say the case is in.

        ``steps`` are triples ``(action, source, target)`` in order. Raises ``MoveRefused`` for one that the
        table does not have or that does not begin where the last one ended.
        """
        state, known = self.start, {(move.code, move.source, move.target) for move in self.moves}
        for action, source, target in steps:
            if source != state or (action, source, target) not in known:
                raise MoveRefused(
                    _("“%(action)s” from “%(source)s” to “%(target)s” cannot follow “%(state)s”."),
                    "state",
                    action=action,
                    source=source,
                    target=target,
                    state=state,
                )
            state = target
        return state

    def open_conditions(self, steps):
        """What goes on beside the state after ``steps``: a mapping of each open condition to its keys.

        ``steps`` are pairs ``(action, key)`` in order. A condition that is not open is not closed again.
        """
        found = {}
        for code, key in steps:
            action = self.actions[code]
            for condition in action.closes:
                keys = found.get(condition, set())
                keys.discard(key) if self.conditions[condition].many else keys.clear()
            for condition in action.clears:
                found.pop(condition, None)
            for condition in action.opens:
                found.setdefault(condition, set()).add(key)
        return {condition: frozenset(keys) for condition, keys in found.items() if keys}

    def condition_facts(self, steps, key=None):
        """The facts ``open_conditions`` and ``past_conditions`` after ``steps`` (pairs ``(action, key)``).

        With ``key``, a condition that there may be several of is open only when that one is: what the
        action about this one enquiry is judged by.
        """
        steps = list(steps)
        found = {
            condition
            for condition, keys in self.open_conditions(steps).items()
            if key is None or key in keys or not self.conditions[condition].many
        }
        past = {condition for code, _key in steps for condition in self.actions[code].opens}
        return {"open_conditions": frozenset(found), "past_conditions": frozenset(past)}
