"""The secret code of a case: 16 characters that cannot be taken for each other, shown once and stored hashed.

It is made of the token of the form and a key of the site: a form that is sent twice, or again after its answer was
lost, is answered with the same receipt, and still the code is stored nowhere. Only a hash is: scrypt, then encrypted.
Whoever has the database alone can neither read a code nor try one.
"""

import hashlib
import hmac
import os
import secrets
import unicodedata

from .. import keys

# Without I, L, O and U, after Crockford: what looks like them is read as what is meant.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
LENGTH, GROUP = 16, 4
SCRYPT = {"n": 2**13, "r": 8, "p": 1, "dklen": 32}
PREFIX = "s1"


def new_token():
    """What the browser keeps for one form: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code():
    """A code that nothing else gives: for cases that somebody enters at the counter, and for a lost code."""
    return _grouped("".join(secrets.choice(ALPHABET) for _place in range(LENGTH)))


def code_of(token, key=None):
    """The code of the case that the form with ``token`` becomes, made with ``key`` (default: the current one)."""
    digest = bytes.fromhex(keys.keyed_hash(token, "code", key))
    return _grouped("".join(ALPHABET[byte % 32] for byte in digest[:LENGTH]))


def _grouped(text):
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def normalised(text):
    """A code as somebody typed it: width, case, spaces, dashes and characters that look alike do not matter."""
    plain = unicodedata.normalize("NFKC", text or "")[:200].upper().translate(CONFUSED)
    return "".join(char for char in plain if char in ALPHABET)


def hashed(code, salt=None):
    """The hash of ``code`` that is stored."""
    salt = salt or os.urandom(16)
    found = hashlib.scrypt(normalised(code).encode(), salt=salt, **SCRYPT)
    return f"{PREFIX}${salt.hex()}${found.hex()}"


# What is compared with where there is no case: it takes as long, and is never equal.
NOBODY = f"{PREFIX}${'00' * 16}${'00' * 32}"


def matches(code, stored):
    """Whether ``code`` is that of the hash ``stored``. Takes the same time whatever ``stored`` is."""
    parts = str(stored or "").split("$")
    known = len(parts) == 3 and parts[0] == PREFIX
    try:
        salt = bytes.fromhex(parts[1]) if known else b""
    except ValueError:
        salt = b""
    usable = len(salt) == 16
    expected = str(stored) if usable else NOBODY
    found = hashed(code, salt if usable else bytes(16))
    return hmac.compare_digest(found.encode(), expected.encode()) and usable
