"""A transition table for people: the diagram of its states, and the table of its moves."""

from .labels import text_in


def mermaid(table, language="en"):
    """The state diagram in Mermaid's notation. Actions that leave the state as it is are not drawn."""
    lines = ["stateDiagram-v2", f"    [*] --> {table.start}"]
    lines += [f"    {state.code} : {_plain(state.label(language))}" for state in table.states.values()]
    arrows = {}
    for move in table.moves:
        if not move.stays:
            arrows.setdefault((move.source, move.target), {})[move.code] = _plain(move.label(language))
    for (source, target), labels in arrows.items():
        lines.append(f"    {source} --> {target} : {', '.join(labels.values())}")
    moving = {source for source, _target in arrows}
    lines += [f"    {code} --> [*]" for code in table.states if code not in moving]
    return "\n".join(lines)


def _plain(text):
    """Without the signs that end a label in Mermaid's notation."""
    return text.replace(":", ",").replace(";", ",")


def move_rows(table, language="en"):
    """Rows ``(action, article, from, to, roles, guards, clock event, letters)`` of texts, one per action and target."""
    grouped = {}
    for move in table.moves:
        target = "—" if move.stays else table.states[move.target].label(language)
        key = (move.code, target, move.roles, tuple(guard.code for guard in move.guards))
        grouped.setdefault(key, []).append(move)
    for (_code, target, roles, _guards), moves in grouped.items():
        move = moves[0]
        yield (
            move.label(language),
            move.action.citation(language),
            ", ".join(table.states[each.source].label(language) for each in moves),
            target,
            ", ".join(role.label(language) for role in table.roles.values() if role.code in roles),
            " ".join(text_in(guard.labels, language) for guard in move.guards),
            move.clock_event,
            ", ".join(move.action.letters),
        )
