"""What an applicant has entered and not yet sent: a draft, encrypted, one for each action of a case.

A form that is sent after the half hour is over is kept beside, without a case, until number and code are entered again:
then its answers are those of the draft. Whoever has its reference has its answers.
"""

import datetime
import hashlib
import secrets
import uuid

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ... import conf
from .. import cleaning, keys
from ..encryption import Unreadable
from ..models import Draft

KIND, KEPT = "following", "following-kept"
KEPT_HOURS = 24


def _form_key(case, action, about):
    return _of_case(case) + hashlib.sha256(f"{action}|{about}".encode()).hexdigest()[:32]


def _of_case(case):
    """What the keys of all drafts of ``case`` begin with."""
    return hashlib.sha256(case.label.encode()).hexdigest()[:32]


def _of(case, action, about):
    return Draft.objects.filter(kind=KIND, form_key=_form_key(case, action, about))


def find(case, action, about="", now=None):
    """The draft of ``action`` on ``case``, or None."""
    found = _of(case, action, about).filter(expires_at__gt=now or timezone.now())
    draft = found.order_by("-created_at", "-pk").first()
    return None if draft is None or isinstance(draft.answers, Unreadable) else draft


def save(case, action, about, answers, now=None):
    """Store ``answers`` in the draft, and return it."""
    draft, now = find(case, action, about), now or timezone.now()
    if draft is None:
        return _create(KIND, _form_key(case, action, about), answers, now, hours=24 * conf.get("DRAFT_DAYS"))
    draft.answers, draft.version = answers, draft.version + 1
    draft.save(update_fields=["answers", "version"])
    return draft


def _create(kind, form_key, answers, now, hours, secret_hash=""):
    return Draft.objects.create(
        kind=kind,
        form_key=form_key,
        secret_hash=secret_hash,
        answers=answers,
        created_at=now,
        expires_at=now + datetime.timedelta(hours=hours),
    )


def locked(case, action, about=""):
    """The draft, its row locked until the transaction ends; None once it was sent or deleted."""
    draft = find(case, action, about)
    return Draft.objects.select_for_update().filter(pk=draft.pk).first() if draft is not None else None


def discard(case, action, about=""):
    for draft in _of(case, action, about):
        cleaning.discard(draft)


def discard_all(case):
    """Delete what was entered for ``case`` and never sent, with its files."""
    for draft in Draft.objects.filter(kind=KIND, form_key__startswith=_of_case(case)):
        cleaning.discard(draft)


# Forms that came too late


def keep(answers, now=None):
    """Keep ``answers`` without a case. Returns the reference by which they are taken up again."""
    secret = secrets.token_urlsafe(24)
    draft = _create(KEPT, "", answers, now or timezone.now(), KEPT_HOURS, _hash(secret))
    return f"{draft.pk}.{secret}"


def take(reference, now=None):
    """The answers that were kept under ``reference``, once; None for any other."""
    key, _dot, secret = (reference or "")[:200].partition(".")
    try:
        key = uuid.UUID(key)
    except ValueError:
        return None
    draft = Draft.objects.filter(pk=key, kind=KEPT, expires_at__gt=now or timezone.now()).first()
    if draft is None or isinstance(draft.answers, Unreadable):
        return None
    if not any(constant_time_compare(draft.secret_hash, _hash(secret, each)) for each in keys.ring()):
        return None
    cleaning.discard(draft)
    return draft.answers


def _hash(secret, key=None):
    return keys.keyed_hash(secret, "kept", key)
