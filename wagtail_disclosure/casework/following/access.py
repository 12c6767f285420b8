"""Which case this browser may follow. An address holds a random key; which case it stands for is known to the session."""

import secrets

from django.apps import apps

from ..models import Case
from ..receipts import tracking
from . import addresses

SESSION = "disclosure_following"
MOST = 10


def kinds():
    """Every kind of case that there is."""
    return [model for model in apps.get_models() if issubclass(model, Case)]


def open_case(request, case):
    """Let this browser follow ``case`` for half an hour. Returns the key for the address."""
    tracking.open_session(request, case)
    key = secrets.token_urlsafe(16)
    kept = list(_keys(request).items())[1 - MOST :]
    request.session[SESSION] = {**dict(kept), key: case.label}
    return key


def known_case(request, key):
    """The case that ``key`` stands for in this browser, whether it may still be followed or not; None for others."""
    return case_of(_keys(request).get(key, ""))


def case_of(label):
    """The case with that ``label``, or None."""
    label, _colon, pk = label.partition(":")
    model = next((each for each in kinds() if each._meta.label_lower == label), None)
    return model._base_manager.filter(pk=pk).first() if model is not None else None


def open_case_of(request, key):
    """The case that ``key`` stands for, while this browser may follow it; None otherwise."""
    case = known_case(request, key)
    return case if case is not None and tracking.is_open(request, case) else None


def address_of(request, case, language):
    """Where this browser follows ``case``, or what it goes on as; empty where it does not."""
    labels = {case.label, case.moved_to}
    keys = [key for key, label in _keys(request).items() if label in labels]
    if not keys or not tracking.is_open(request, case):
        return ""
    return addresses.address(language, f"{keys[-1]}/") or ""


def close(request, key, case):
    """Stop following: whoever uses this browser next needs number and code again."""
    held = _keys(request)
    request.session[SESSION] = {each: label for each, label in held.items() if label != case.label}
    tracking.close_session(request, case)


def _keys(request):
    session = getattr(request, "session", None)
    found = session.get(SESSION) if session is not None else None
    return found if isinstance(found, dict) else {}
