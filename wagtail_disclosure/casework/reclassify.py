"""A case that turns out to be one of another kind goes on as that: with its number, its code and the day on which it came.

Kinds of cases do not know each other. The kind that a case becomes registers here what takes it over, under the code of
the action by which an officer says so; both are stored in one transaction, or nothing.
"""

from django.utils.translation import gettext_lazy as _

from ..rules.errors import RuleError
from . import attachments, identity, moves
from .encryption import BlindIndexField
from .following.access import case_of, kinds

# ``take(case, event)`` by the code of the action: creates the new case and returns it.
takers = {}


def register(action):
    """Decorator: let this function take over cases that are moved on by ``action``. One that returns None leaves them."""

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
    found = take(case, event)
    if found is None:
        return
    case.moved_to = found.label
    type(case)._base_manager.filter(pk=case.pk).update(moved_to=case.moved_to)


def onward(case):
    """The case of another kind that ``case`` goes on as, or None."""
    return case_of(case.moved_to) if case.moved_to else None


def origin(case):
    """The case of another kind that went on as ``case``, or None."""
    others = (model for model in kinds() if model is not type(case))
    found = (model._base_manager.filter(number_key=case.number_key).first() for model in others)
    return next((each for each in found if each is not None and each.moved_to == case.label), None)


def refuse_twice(model, case):
    """Raise ``RuleError`` where ``case`` was one of ``model`` before: its number is taken there."""
    if model._base_manager.filter(number_key=case.number_key).exists():
        raise RuleError(
            _("%(number)s was a case of that kind before. Go on here, or name another channel."),
            "moved_before",
            number=case.number,
        )


def copy_person(case, found, model):
    """Write who sent ``case`` as the ``model`` of ``found``."""
    known = person_values(case.applicant_person, model)
    plain = {
        name: identity.own_text(value) if hasattr(value, "plaintext") else value
        for name, value in known.items()
    }
    model.objects.create(case=found, **plain)


def copy_files(case, found, model):
    """Copy the files that came with ``case`` to ``found``, whose files are of ``model``."""
    for each in case.attachments.filter(origin=model.Origin.APPLICANT):
        with each.file.open("rb") as stored:
            data = stored.read()
        attachments.keep(
            model, each.name, data, kind=each.kind, origin=each.origin, case=found, at=each.uploaded_at
        )


def person_values(person, model):
    """What is known of ``person`` as values for a row of ``model``, another kind of person."""
    names = {field.name for field in model._meta.concrete_fields} - {"id", "case"}
    fields = (field for field in person._meta.concrete_fields if field.name in names)
    # The indexes follow their sources.
    return {
        field.name: getattr(person, field.name) for field in fields if not isinstance(field, BlindIndexField)
    }
