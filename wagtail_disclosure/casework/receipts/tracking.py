"""Number and code: whoever has both may follow the case for a while, without an account."""

import time

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


def find(model, number, code, request):
    """The case of ``model`` with that number and code.

    Raises :class:`TrackingRefused`, with one message whatever is wrong: no such number, a wrong code, too many tries.
    All take the same time.
    """
    sender = sender_key(request)
    case = model._base_manager.filter(number_key=_key(number)).first()
    right = codes.matches(code, case.code_hash if case is not None else codes.NOBODY)
    allowed = [
        throttle.allows("track_sender", sender),
        throttle.allows("track_number", _key(number)[:60]),
        throttle.allows("track_all"),
    ]
    if case is None or not right or not all(allowed):
        raise TrackingRefused(refusal())
    return case


def _key(number):
    return bare((number or "")[:60])


def open_session(request, case, now=None):
    """Let this browser follow ``case``. The session gets a new key, so that one that was planted is worth nothing."""
    request.session.cycle_key()
    held = _held(request, now)
    held[case.label] = int((now or time.time()) + SECONDS)
    request.session[SESSION] = held


def is_open(request, case, now=None):
    """Whether this browser may follow ``case`` now."""
    return case.label in _held(request, now)


def close_session(request, case):
    held = _held(request)
    held.pop(case.label, None)
    request.session[SESSION] = held


def _held(request, now=None):
    session = getattr(request, "session", None)
    found = session.get(SESSION, {}) if session is not None else {}
    now = now or time.time()
    return {label: until for label, until in found.items() if until > now} if isinstance(found, dict) else {}
