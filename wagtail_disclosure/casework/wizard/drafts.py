"""Answers on their way: a row, encrypted, and a cookie of the browser that opens it.

The cookie is the one secret: it opens the draft, and of it the form's receipt is made. It is sent back on requests of
this site alone (SameSite), which is why the steps need no other token against forged requests.
"""

import datetime
import secrets
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ... import conf
from .. import keys
from ..encryption import Unreadable
from ..models import Draft
from ..receipts import codes

# So long a browser that sent a form may see its receipt again.
RECEIPT_SECONDS = 60 * 60


def cookie_name(key):
    return f"disclosure-form-{str(key)[:8]}"


def begin(form, answers, now=None):
    """A new draft of the definition ``form``. Returns ``(draft, secret)``."""
    now, secret = now or timezone.now(), secrets.token_urlsafe(32)
    draft = Draft.objects.create(
        kind=form.draft_kind,
        form_key=str(form.pk),
        secret_hash=_hash(secret),
        answers=answers,
        created_at=now,
        expires_at=now + datetime.timedelta(days=conf.get("DRAFT_DAYS")),
    )
    return draft, secret


def find(key, secret, form, now=None):
    """The draft that the cookie opens, or None: no such draft, another form's, expired, or its key is lost."""
    draft = _get(key, form, now)
    if draft is None or not secret or isinstance(draft.answers, Unreadable):
        return None
    hashes = [_hash(secret, each) for each in keys.ring()]
    return draft if any(constant_time_compare(draft.secret_hash, each) for each in hashes) else None


def _get(key, form, now=None):
    return Draft.objects.filter(
        pk=key, kind=form.draft_kind, form_key=str(form.pk), expires_at__gt=now or timezone.now()
    ).first()


def _hash(secret, key=None):
    return keys.keyed_hash(secret, "draft", key)


@transaction.atomic
def save(draft, step, values):
    """Store the answers of one step; those of others that were saved meanwhile stay."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is None:
        return draft
    held.answers = {**held.answers, step: values}
    held.version += 1
    held.save()
    return held


def save_for_later(draft):
    """Set a new code by which the draft is opened elsewhere, and return it. It is shown now and stored hashed."""
    code = codes.new_code()
    draft.code_hash = codes.hashed(code)
    draft.save(update_fields=["code_hash"])
    return code


def resume(key, code, form, now=None):
    """``(draft, secret)`` for who has the code; the browser that had the draft before loses it. None if it is wrong."""
    draft = _get(key, form, now)
    right = codes.matches(code, draft.code_hash if draft is not None and draft.code_hash else codes.NOBODY)
    if not right:
        return None
    secret = secrets.token_urlsafe(32)
    draft.secret_hash = _hash(secret)
    draft.save(update_fields=["secret_hash"])
    return draft, secret


def token_of(key, secret):
    """The token by which the draft becomes one case, however often it is sent."""
    return f"{uuid.UUID(str(key)).hex}:{secret}"
