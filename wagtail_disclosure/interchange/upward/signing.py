"""Signatures of messages: HMAC-SHA-256 over time, key of the message and body, with the secret that both sides know."""

import hashlib
import hmac
import re

from django.utils import timezone

KEY, TIMESTAMP, SIGNATURE = "Idempotency-Key", "X-Disclosure-Timestamp", "X-Disclosure-Signature"
# How far the clocks of both sides may be apart, in seconds. An older message is taken for a repeated one.
TOLERANCE = 300
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")


class NotSigned(ValueError):
    """The signature is missing, wrong or too old."""


def signature(secret, timestamp, key, body):
    signed = f"{timestamp}.{key}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def headers(secret, key, body):
    """What goes along with a message; without a secret it goes unsigned."""
    timestamp = str(int(timezone.now().timestamp()))
    found = {KEY: key, TIMESTAMP: timestamp}
    return {**found, SIGNATURE: signature(secret, timestamp, key, body)} if secret else found


def check(secret, given, body):
    """Raise :class:`NotSigned` unless ``given`` (the headers of a request) sign ``body``. Returns the key of the message."""
    key, timestamp, signed = (given.get(name, "") for name in (KEY, TIMESTAMP, SIGNATURE))
    if not secret or not _KEY.match(key) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise NotSigned
    if not hmac.compare_digest(signature(secret, timestamp, key, body).encode(), signed.encode()):
        raise NotSigned
    if abs(timezone.now().timestamp() - int(timestamp)) > TOLERANCE:
        raise NotSigned
    return key
