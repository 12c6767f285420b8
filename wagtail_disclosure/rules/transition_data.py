"""Building a transition table from its data file, and refusing one that does not hold together."""

from functools import cache

from . import data
from .errors import RuleError
from .profiles import get_profile
from .replies import every_reply
from .transitions import MARKS, TESTS, Action, Condition, Group, Guard, Move, Role, State, TransitionTable

SAME = "same"
SYSTEM = "system"
REPLY = "reply"
# As a field: what the reply states. As something shown: the text of the reply.
DECISION = "decision"


@cache
def get_table(profile_code, code):
    """Return the ``TransitionTable`` ``code`` of a profile; ``LookupError`` when there is none.

    Raises ``RuleError`` when the data names a clock event, a letter, a notification or a reply that the
    profile does not have, and for all that ``build_table`` refuses.
    """
    path = f"{profile_code}/cases/{code}.json"
    profile = get_profile(profile_code)
    if not code.isidentifier() or not data.exists(path):
        raise LookupError(f"No transition table {code!r} in the profile {profile_code!r}")
    table = build_table(code, data.load(path))
    _refuse(code, _foreign_problems(table, profile))
    return table


def build_table(code, raw):
    """Return the ``TransitionTable`` of the content of a data file.

    Raises ``RuleError`` that names every fault: a code used twice or not at all, an unknown state, role,
    guard or condition, a state that cannot be reached, an open state without a way to a closed one, a
    condition that is never opened or never closed, a move that an earlier one always hides, an automatic action
    that the system cannot take without being told more, an action of the office that is in no group.
    """
    faults = [*_missing_labels(raw), *_codes_twice(raw)]
    states = {each["code"]: _state(each) for each in raw["states"]}
    guards = {each["code"]: _guard(each) for each in raw["guards"]}
    roles = {
        each["code"]: Role(each["code"], each["label"], each.get("office", True)) for each in raw["roles"]
    }
    conditions = {
        each["code"]: Condition(each["code"], each["label"], each.get("many", False), each.get("marks", ""))
        for each in raw["conditions"]
    }
    faults += _unknown_names(raw, states, roles, guards, conditions)
    _refuse(code, faults)
    actions, moves = {}, []
    for each in raw["actions"]:
        action = _action(each, raw.get("clock", ""))
        actions[action.code] = action
        moves += _moves(each, action, guards)
    table = TransitionTable(
        code=code,
        labels=raw["label"],
        start=raw["start"],
        states=states,
        roles=roles,
        conditions=conditions,
        guards=guards,
        actions=actions,
        moves=tuple(moves),
        groups={each["code"]: Group(each["code"], each["label"]) for each in raw.get("groups", ())},
        source=raw.get("source", ""),
        evidence=raw.get("evidence", ""),
        compiled=raw.get("compiled", ""),
    )
    _refuse(
        code,
        [
            *_ways(table),
            *_conditions(table),
            *_hidden(table),
            *_unused(table),
            *_automatic(table),
            *_grouped(table),
        ],
    )
    return table


def _refuse(code, faults):
    faults = list(faults)
    if faults:
        raise RuleError(f"Transition table {code}: {'; '.join(faults)}", "table_data")


def _state(raw):
    return State(
        code=raw["code"],
        labels=raw["label"],
        plain=raw.get("plain", {}),
        closed=raw.get("closed", False),
        counted=raw.get("counted", True),
        article=raw.get("article", ""),
        next=raw.get("next", {}),
    )


def _guard(raw):
    return Guard(
        raw["code"], raw["label"], raw["test"], raw["fact"], raw.get("value"), raw.get("article", "")
    )


def _listed(value):
    return tuple([value] if isinstance(value, str) else value)


def _action(raw, clock):
    own_clock, _colon, event = raw.get("clock", "").rpartition(":")
    return Action(
        code=raw["code"],
        labels=raw["label"],
        article=raw.get("article", ""),
        law=raw.get("law", {}),
        law_for={name: tuple(values) for name, values in raw.get("law_for", {}).items()},
        notes=raw.get("note", {}),
        clock=own_clock or clock,
        clock_event=event,
        letters=_listed(raw.get("letter", ())),
        notifications=_listed(raw.get("notification", ())),
        fields=tuple(raw.get("fields", ())),
        opens=_listed(raw.get("opens", ())),
        closes=_listed(raw.get("closes", ())),
        clears=_listed(raw.get("clears", ())),
        second_person=raw.get("second_person", ""),
        told=raw.get("told", {}),
        shows=tuple(raw.get("shows", ())),
        automatic=raw.get("automatic", False),
        group=raw.get("group", ""),
        first=frozenset(_sources(raw) if raw.get("first") is True else raw.get("first", ())),
    )


def _sources(raw):
    return (state for row in raw["moves"] for state in _listed(row["from"]))


def _moves(raw, action, guards):
    """The rows of one action: each row of the data may name several states to come from."""
    shared = [*raw.get("guards", ()), *([action.second_person] if action.second_person else [])]
    for row in raw["moves"]:
        codes = [*shared, *row.get("guards", ())]
        for source in _listed(row["from"]):
            yield Move(
                action=action,
                source=source,
                target=source if row["to"] == SAME else row["to"],
                roles=frozenset(row.get("roles", raw.get("roles", ()))),
                guards=tuple(guards[code] for code in codes),
                reply=row.get("reply", ""),
                clock_event=row.get("clock", action.clock_event),
            )


def _missing_labels(raw):
    for part in ("states", "roles", "conditions", "guards", "groups", "actions"):
        for each in raw.get(part, ()):
            labels = [each.get("label", {})] + ([each.get("plain", {})] if part == "states" else [])
            labels += [each[name] for name in ("told", "next") if name in each]
            if not all(texts.get(language) for texts in labels for language in ("zh-hans", "en")):
                yield f"{part}: {each['code']} without a label"


def _codes_twice(raw):
    for part in ("states", "roles", "conditions", "guards", "groups", "actions"):
        codes = [each["code"] for each in raw.get(part, ())]
        yield from (f"{part}: {code} twice" for code in sorted({c for c in codes if codes.count(c) > 1}))


def _unknown_names(raw, states, roles, guards, conditions):
    if raw["start"] not in states:
        yield f"unknown start {raw['start']}"
    for guard in guards.values():
        if guard.test not in TESTS:
            yield f"guard {guard.code}: unknown test {guard.test}"
    for condition in conditions.values():
        if condition.marks and condition.marks not in MARKS:
            yield f"condition {condition.code}: unknown mark {condition.marks}"
    for action in raw["actions"]:
        named = [(guards, "guard", code) for code in action.get("guards", ())]
        for verb in ("opens", "closes", "clears"):
            named += [(conditions, "condition", code) for code in _listed(action.get(verb, ()))]
        if action.get("second_person"):
            named.append((guards, "guard", action["second_person"]))
        for row in action.get("moves", ()):
            named += [(states, "state", code) for code in _listed(row["from"])]
            named += [(states, "state", row["to"])] if row["to"] != SAME else []
            named += [(roles, "role", code) for code in row.get("roles", action.get("roles", ()))]
            named += [(guards, "guard", code) for code in row.get("guards", ())]
            if not row.get("roles", action.get("roles")):
                yield f"{action['code']}: a move for nobody"
        yield from (
            f"{action['code']}: unknown {kind} {code}" for known, kind, code in named if code not in known
        )
        if not action.get("moves"):
            yield f"{action['code']}: no moves"
        yield from _wrongly_shown(action)


def _wrongly_shown(action):
    """An applicant reads fields that the action has, and none of an action that is not told."""
    shows = action.get("shows", ())
    if shows and "told" not in action:
        yield f"{action['code']}: shows something and is not told"
    for name in shows:
        if name not in (REPLY, DECISION) and name not in action.get("fields", ()):
            yield f"{action['code']}: shows the unknown field {name}"


def reachable(table, start):
    """The states that a case can come to from ``start``, itself included."""
    found, open_ends = {start}, [start]
    while open_ends:
        state = open_ends.pop()
        for move in table.moves:
            if move.source == state and move.target not in found:
                found.add(move.target)
                open_ends.append(move.target)
    return found


def _ways(table):
    for state in sorted(set(table.states) - reachable(table, table.start)):
        yield f"state {state} cannot be reached"
    closed = {state.code for state in table.states.values() if state.closed}
    for state in table.states:
        if state not in closed and not reachable(table, state) & closed:
            yield f"state {state} has no way to a closed one"


def _conditions(table):
    for condition in table.conditions:
        for verb in ("opens", "closes"):
            if not any(condition in getattr(action, verb) for action in table.actions.values()):
                yield f"condition {condition}: nothing {verb} it"


def _hidden(table):
    """Rows that never apply: an earlier one has the same state, action and roles, and no more guards."""

    def codes(move):
        return {guard.code for guard in move.guards}

    for place, move in enumerate(table.moves):
        for earlier in table.moves[:place]:
            same = (earlier.code, earlier.source) == (move.code, move.source)
            if same and move.roles <= earlier.roles and codes(earlier) <= codes(move):
                yield f"{move.code} from {move.source}: an earlier move hides this one"


def _unused(table):
    guards = {guard.code for move in table.moves for guard in move.guards}
    roles = {role for move in table.moves for role in move.roles}
    yield from (f"guard {code} is not used" for code in table.guards if code not in guards)
    yield from (f"role {code} has nothing to do" for code in table.roles if code not in roles)


def _automatic(table):
    """The system invents nothing: what it does by itself needs no field, and a guard that says when."""
    for move in table.moves:
        if not move.action.automatic:
            continue
        if SYSTEM not in move.roles:
            yield f"{move.code} from {move.source}: automatic, but not for the system"
        if move.action.fields or move.clock_event:
            yield f"{move.code}: automatic, but it needs a date or a fact"
        if not move.guards:
            yield f"{move.code} from {move.source}: automatic without a guard"


def _grouped(table):
    """Where a table has groups, the office finds each of its actions in one, and what comes first is possible there."""
    used = {action.group for action in table.actions.values()}
    yield from (f"group {code} has no actions" for code in table.groups if code not in used)
    for action in table.actions.values():
        moves = [move for move in table.moves if move.code == action.code]
        roles = {role for move in moves for role in move.roles}
        if action.group and action.group not in table.groups:
            yield f"{action.code}: unknown group {action.group}"
        if table.groups and not action.group and any(table.roles[role].office for role in roles):
            yield f"{action.code}: in no group"
        for state in sorted(action.first - {move.source for move in moves}):
            yield f"{action.code}: comes first in {state}, where it is not possible"


def _foreign_problems(table, profile):
    """Names of things outside the table: clock events, letters, notifications, replies."""
    clocks = profile.rulesets[-1].clocks
    replies = [each.code for each in every_reply(profile)]
    for move in table.moves:
        action = move.action
        if move.clock_event and (
            action.clock not in clocks or move.clock_event not in clocks[action.clock].kinds
        ):
            yield f"{action.code}: unknown clock event {action.clock}:{move.clock_event}"
        for letter in action.letters:
            if letter != REPLY and letter not in profile.letter_kinds:
                yield f"{action.code}: unknown letter {letter}"
        for notification in action.notifications:
            if notification not in profile.notifications:
                yield f"{action.code}: unknown notification {notification}"
        if move.reply and move.reply not in replies:
            yield f"{action.code}: unknown reply {move.reply}"
