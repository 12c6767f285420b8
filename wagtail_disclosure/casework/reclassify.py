"""A case that turns out to be one of another kind goes on as that: with its number, its code and the day on which it came.

Kinds of cases do not know each other. The kind that a case becomes registers here what takes it over, under the code of
the action by which an officer says so; both are stored in one transaction, or nothing.
"""

from . import moves
from .encryption import BlindIndexField

# ``take(case, event)`` by the code of the action: creates the new case and returns it.
takers = {}


def register(action):
    """Decorator: let this function take over cases that are moved on by ``action``."""

    def keep(take):
        takers[action] = take
        return take

    return keep


def install():
    """Let every move be followed. Called once when the apps are ready."""
    if _follow not in moves.writers:
        moves.writers.append(_follow)


def _follow(case, event, move):
    take = takers.get(move.code)
    if take is None:
        return
    case.moved_to = take(case, event).label
    type(case)._base_manager.filter(pk=case.pk).update(moved_to=case.moved_to)


def person_values(person, model):
    """What is known of ``person`` as values for a row of ``model``, another kind of person."""
    names = {field.name for field in model._meta.concrete_fields} - {"id", "case"}
    fields = (field for field in person._meta.concrete_fields if field.name in names)
    # The indexes follow their sources.
    return {
        field.name: getattr(person, field.name) for field in fields if not isinstance(field, BlindIndexField)
    }
