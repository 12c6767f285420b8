"""From a form to a case with its receipt: stored whole in one transaction, once, or not at all (P9)."""

from dataclasses import dataclass

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import keys
from ..keys import keyed_hash
from ..models import Submission
from . import codes, numbers

PURPOSE = "submission"


@dataclass(frozen=True)
class Receipt:
    """What the sender is shown. ``code`` is shown and not stored; ``repeated`` says that the form came before."""

    case: object
    code: str
    repeated: bool = False


def submit(model, token, store, *, agency, department=None, sender="", at=None, series=None):
    """Make the form with ``token`` a case of ``model``. Returns its :class:`Receipt`.

    ``store(number, code_hash)`` creates the case with all its parts and returns it; whatever it raises, nothing of it
    is stored. ``series`` is that of the number, see ``numbers.allot``. A form that was sent before is answered with the receipt it has.
    """
    if (known := case_of(token)) is not None:
        return Receipt(known, code_again(token, known), repeated=True)
    code, at = codes.code_of(token), at or timezone.now()
    # Slow on purpose, so before anything is locked.
    code_hash = codes.hashed(code)
    try:
        with transaction.atomic():
            # The first write: two that are sent at once wait for each other here.
            row = Submission.objects.create(token_hash=keyed_hash(token, PURPOSE), sender=sender, at=at)
            number = numbers.allot(model, agency=agency, department=department, at=at, series=series)
            case = store(number, code_hash)
            Submission.objects.filter(pk=row.pk).update(
                case_model=case._meta.label_lower, case_key=str(case.pk)
            )
    except IntegrityError:
        case = case_of(token)
        if case is None:
            raise
        return Receipt(case, code_again(token, case), repeated=True)
    return Receipt(case, code)


def case_of(token):
    """The case that the form with ``token`` became, or None."""
    hashes = [keyed_hash(token, PURPOSE, key) for key in keys.ring()]
    row = Submission.objects.filter(token_hash__in=hashes).first()
    if row is None or not row.case_model:
        return None
    return apps.get_model(row.case_model)._base_manager.filter(pk=row.case_key).first()


def code_again(token, case):
    """The code of ``case``, whose form has ``token``; the keys may have changed since. Empty once it has another."""
    made = (codes.code_of(token, key) for key in keys.ring())
    return next((code for code in made if codes.matches(code, case.code_hash)), "")
