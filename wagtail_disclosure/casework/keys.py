"""The keys that protect what identifies a person: one to encrypt with, any number to read what older ones wrote.

The setting ``FIELD_KEYS`` lists secrets, the current one first. Without it a key is derived from ``SECRET_KEY`` and its
fallbacks: a site that was just installed takes requests and loses none. It is no more than a beginning, since
``SECRET_KEY`` is changed for other reasons, and with it everything would become unreadable: the system check W027
(*deploy*) asks for keys of their own.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from .. import conf


@dataclass(frozen=True)
class Key:
    """What is derived from one secret. ``id`` names it in what it encrypted; nothing else is shown anywhere."""

    id: str
    cipher: bytes = field(repr=False)
    index: bytes = field(repr=False)
    signing: bytes = field(repr=False)


def ring():
    """All keys, the one that encrypts first."""
    return _ring(tuple(force_bytes(each) for each in _secrets()))


def current():
    return ring()[0]


def _secrets():
    return conf.get("FIELD_KEYS") or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=8)
def _ring(secrets):
    return tuple(_derived(secret) for secret in secrets)


def _derived(secret):
    material = HKDF(
        algorithm=hashes.SHA256(), length=96, salt=None, info=b"wagtail_disclosure.casework.field-key"
    ).derive(secret)
    name = hashlib.sha256(b"wagtail_disclosure.casework.key-id" + material).hexdigest()[:8]
    return Key(name, material[:32], material[32:64], material[64:])


def keyed_hash(text, purpose, key=None):
    """A hash of ``text`` that nobody can make without the key; it differs from purpose to purpose."""
    key = key or current()
    return hmac.new(key.signing, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
