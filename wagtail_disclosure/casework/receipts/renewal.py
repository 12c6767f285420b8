"""A lost code: made anew for whoever has the mail address that was given, or has shown at the counter who they are.

The old code stays valid until the new one is first used: nobody can lock an applicant out by asking for one. A code that
is made of a token is the same however often the form is sent.
"""

import datetime
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .. import blind_index, keys
from ..encryption import Unreadable
from ..models import Draft
from ..own_events import CODE_RENEWED
from ..record import By, record
from . import codes

KIND = "code-link"
MINUTES = 30


def belongs(case, email):
    """Whether ``email`` is the address that the applicant of ``case`` gave."""
    person = case.applicant_person if case is not None else None
    known = person.email_index if person is not None else ""
    return any([constant_time_compare(known, each) for each in blind_index.candidates(email, "email")])


def begin(case, now=None):
    """A link for ``case``: ``(key, secret)`` of its address. Earlier links of the case are void."""
    now, secret = now or timezone.now(), secrets.token_urlsafe(32)
    form_key = keys.keyed_hash(case.label, KIND)
    Draft.objects.filter(kind=KIND, form_key=form_key).delete()
    draft = Draft.objects.create(
        kind=KIND,
        form_key=form_key,
        secret_hash=_hash(secret),
        answers={"case": case.label},
        created_at=now,
        expires_at=now + datetime.timedelta(minutes=MINUTES),
    )
    return draft.pk, secret


def find(key, secret, now=None):
    """The link with that key and secret, or None: unknown, over, or its key is lost."""
    draft = Draft.objects.filter(pk=key, kind=KIND, expires_at__gt=now or timezone.now()).first()
    if draft is None or isinstance(draft.answers, Unreadable):
        return None
    right = [constant_time_compare(draft.secret_hash, _hash(secret, each)) for each in keys.ring()]
    return draft if any(right) else None


def _hash(secret, key=None):
    return keys.keyed_hash(secret, KIND, key)


@transaction.atomic
def use(draft):
    """Mark the link as used. Returns whether this was the first time."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None or held.answers.get("used"):
        return False
    held.answers = {**held.answers, "used": True}
    held.save(update_fields=["answers"])
    return True


@transaction.atomic
def renew(case, token, *, by=By.APPLICANT, actor=None, note="", at=None):
    """Make ``case`` a new code of ``token`` and return it; it is shown and not stored. The event names nobody's data.

    ``note`` is how an officer made sure who asks; it is encrypted. Sent twice, it is the same code and one event.
    """
    code = codes.code_of(f"{CODE_RENEWED}:{case.label}:{token}")
    # Slow on purpose, so before anything is locked.
    made = codes.hashed(code)
    held = type(case)._base_manager.select_for_update().get(pk=case.pk)
    if codes.matches(code, held.pending_code_hash) or codes.matches(code, held.code_hash):
        return code
    held.pending_code_hash = made
    held.save(update_fields=["pending_code_hash"])
    record(case, CODE_RENEWED, by=by, actor=actor, note=note, at=at)
    return code
