"""Number and code: whoever has both may follow the case for a while, without an account."""

import datetime
import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...rules.text import bare
from ..errors import TrackingRefused
from . import codes, throttle
from .visitors import sender_key

SESSION = "disclosure_tracking"
SECONDS = 30 * 60


def refusal():
    return _(
        "Number and code do not belong together. Check both; capital letters, spaces and hyphens do not matter. "
        "After several tries you have to wait some minutes."
    )


LIMITS = ("track_sender", "track_number", "track_all")


def find(model, number, code, request):
    """The case of ``model`` (or of one of several) with that number and code.

    Raises :class:`TrackingRefused`, with one message whatever is wrong: no such number, a wrong code, too many tries.
    All take the same time. A code that was made anew takes the place of the old one when it is first used.
    """
    case = by_number(model, number)
    right = codes.matches(code, case.code_hash if case is not None else codes.NOBODY)
    renewed = codes.matches(code, case.pending_code_hash if case is not None else codes.NOBODY)
    retry_at = count(LIMITS, number, request)
    if case is None or not (right or renewed) or retry_at is not None:
        refused = TrackingRefused(refusal())
        refused.retry_at = retry_at
        raise refused
    if renewed and not right:
        _replace_code(case)
    return case


def by_number(model, number):
    """The case of ``model`` (or of one of several) with that number, however it is typed, or None."""
    models = model if isinstance(model, list | tuple) else [model]
    found = [each._base_manager.filter(number_key=_key(number)).first() for each in models]
    found = [case for case in found if case is not None]
    # A case that goes on as one of another kind keeps its number: what it is now is followed.
    return next((case for case in found if not case.moved_to), next(iter(found), None))


def count(limits, number, request):
    """Count a try within the three ``limits``: of this sender, of this number, of everybody.

    Returns None while it may be, or the time by which trying is open again. Nothing of it depends on a case.
    """
    keys = (sender_key(request), _key(number)[:60], "")
    passed = [name for name, key in zip(limits, keys, strict=True) if not throttle.allows(name, key)]
    if not passed:
        return None
    seconds = max(throttle.limit(name).seconds for name in passed)
    return timezone.now() + datetime.timedelta(seconds=seconds)


@transaction.atomic
def _replace_code(case):
    held = type(case)._base_manager.select_for_update().get(pk=case.pk)
    if held.pending_code_hash:
        held.code_hash, held.pending_code_hash = held.pending_code_hash, ""
        held.save(update_fields=["code_hash", "pending_code_hash"])


def _key(number):
    return bare((number or "")[:60])


def open_session(request, case, now=None):
    """Let this browser follow ``case``. The session gets a new key, so that one that was planted is worth nothing."""
    request.session.cycle_key()
    held = _held(request, now)
    held[case.label] = int((now or time.time()) + SECONDS)
    request.session[SESSION] = held


def is_open(request, case, now=None):
    """Whether this browser may follow ``case`` now, or what it goes on as."""
    held = _held(request, now)
    return case.label in held or (bool(case.moved_to) and case.moved_to in held)


def open_until(request, case):
    """Until when this browser may follow ``case``, as a time; None where it may not."""
    until = _held(request).get(case.label)
    return datetime.datetime.fromtimestamp(until, tz=datetime.UTC) if until else None


def close_session(request, case):
    held = _held(request)
    held.pop(case.label, None)
    request.session[SESSION] = held


def _held(request, now=None):
    session = getattr(request, "session", None)
    found = session.get(SESSION, {}) if session is not None else {}
    now = now or time.time()
    return {label: until for label, until in found.items() if until > now} if isinstance(found, dict) else {}
