"""Finding equal numbers, telephones and names without decrypting any: by keyed hashes.

A hash depends on the key. Until ``disclosure_rotate_keys`` has run, rows are found under any key of the settings.
"""

import hashlib
import hmac
import re
import unicodedata

from ..rules.text import bare
from . import keys

SEPARATORS = re.compile(r"[\s\-–—().·•]+")


def _number(text):
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _phone(text):
    """Digits only, without the country code of China."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(?:00)?86(?=1\d{10}$|0?\d{10,11}$)", "", digits)


def _name(text):
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _email(text):
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _text(text):
    """A text of several lines, whatever its spaces, punctuation and capitals."""
    return bare(unicodedata.normalize("NFKC", text)).casefold()


FOLDS = {"number": _number, "phone": _phone, "name": _name, "email": _email, "text": _text}


def of(text, kind, key=None):
    """The hash of ``text`` under ``key`` (default: the current one); empty for a text without letters or digits."""
    folded = FOLDS[kind](text or "")
    if not folded:
        return ""
    key = key or keys.current()
    return hmac.new(key.index, f"{kind}\0{folded}".encode(), hashlib.sha256).hexdigest()


def candidates(text, kind):
    """What the index of ``text`` may be under each key: ``filter(phone_index__in=candidates(text, "phone"))``."""
    return [found for key in keys.ring() if (found := of(text, kind, key))]
