"""Encryption of texts and the model fields that use it: AES-256-GCM, with the name of the key beside each text.

:class:`EncryptedTextField` and :class:`EncryptedJSONField` are read as they are. What identifies a person is kept in a
:class:`PersonalField`: its value shows itself masked wherever it is printed, and ``identity.read`` is the only way to
the whole of it. A text whose key is lost shows "not readable" and is kept as it is.
"""

import base64
import json
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from . import keys, masking

VERSION = "d1"
TOKEN = re.compile(rf"{VERSION}:([0-9a-f]{{8}}):([A-Za-z0-9_-]+=*)\Z")
NONCE = 12


class NotReadable(Exception):
    """The text was encrypted with a key that is not in the settings any more, or was tampered with."""


def not_readable():
    """What people see in place of a text whose key is lost."""
    return _("not readable: its key is missing")


def encrypt(text):
    """``text`` as it is stored; the empty text stays empty."""
    if text == "":
        return ""
    key = keys.current()
    nonce = os.urandom(NONCE)
    data = nonce + AESGCM(key.cipher).encrypt(nonce, text.encode(), VERSION.encode())
    return f"{prefix(key)}{base64.urlsafe_b64encode(data).decode()}"


def decrypt(token):
    """The text that was stored as ``token``. Raises :class:`NotReadable`."""
    if token == "":
        return ""
    match = TOKEN.match(token)
    key = next((each for each in keys.ring() if match and each.id == match[1]), None)
    if key is None:
        raise NotReadable
    try:
        data = base64.urlsafe_b64decode(match[2])
        return AESGCM(key.cipher).decrypt(data[:NONCE], data[NONCE:], VERSION.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise NotReadable from error


def prefix(key):
    """What everything begins with that ``key`` encrypted."""
    return f"{VERSION}:{key.id}:"


class Unreadable(str):
    """In place of a text whose key is lost: it says so, and is stored again as it was."""

    def __new__(cls, token):
        found = super().__new__(cls, not_readable())
        found.token = token
        return found

    def __getnewargs__(self):
        return (self.token,)

    def __deepcopy__(self, memo):
        return self


class EncryptedField(models.TextField):
    """What the fields here have in common: nothing can be looked up by them but whether they are null."""

    def get_lookup(self, name):
        if name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {name}.")
        return super().get_lookup(name)

    def get_transform(self, name):
        raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {name}.")

    def get_prep_value(self, value):
        if value is None:
            return None
        return value.token if hasattr(value, "token") else encrypt(self.as_text(value))

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        try:
            return self.from_text(decrypt(value))
        except NotReadable:
            return Unreadable(value)

    def value_to_string(self, obj):
        """A dump holds what the database holds, not what it means."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def to_python(self, value):
        """Of a dump: what was encrypted is read."""
        if isinstance(value, str) and not isinstance(value, Unreadable) and TOKEN.match(value):
            return self.from_db_value(value, None, None)
        return value

    def as_text(self, value):
        return str(value)

    def from_text(self, text):
        return text


class EncryptedTextField(EncryptedField):
    """A text that is encrypted at rest."""


class EncryptedJSONField(EncryptedField):
    """JSON-ready data that is encrypted at rest; :class:`Unreadable` where its key is lost."""

    def as_text(self, value):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def from_text(self, text):
        return json.loads(text) if text else {}


class Personal:
    """A text about a person. Printed, formatted or logged it is masked; ``plaintext`` is for ``identity`` alone."""

    __slots__ = ("_plain", "_token", "mask")

    def __init__(self, *, plain=None, token=None, mask="text"):
        self._plain, self._token, self.mask = plain, token, mask

    @property
    def token(self):
        """As it is stored."""
        if self._token is None:
            self._token = encrypt(self._plain)
        return self._token

    def plaintext(self):
        """The whole text. Raises :class:`NotReadable`. Only ``identity``, which logs it, and the fields call this."""
        if self._plain is None:
            self._plain = decrypt(self._token)
        return self._plain

    def __str__(self):
        try:
            return masking.masked(self.plaintext(), self.mask)
        except NotReadable:
            return not_readable()

    def __repr__(self):
        return f"<{type(self).__name__}: {self}>"

    def __bool__(self):
        return bool(self._plain if self._plain is not None else self._token)

    def __eq__(self, other):
        if isinstance(other, Personal):
            try:
                return self.plaintext() == other.plaintext()
            except NotReadable:
                return self.token == other.token
        return other == "" and not self

    __hash__ = None

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return _personal, (self.token, self.mask)


def _personal(token, mask):
    return Personal(token=token, mask=mask)


class PersonalAttribute(DeferredAttribute):
    """Wraps whatever is assigned."""

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.wrapped(value)


class PersonalField(EncryptedField):
    """What identifies a person. ``mask`` says how it is shown; see ``masking``."""

    descriptor_class = PersonalAttribute

    def __init__(self, *args, mask="text", **options):
        self.mask = mask
        options.setdefault("editable", False)
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "mask": self.mask}

    def wrapped(self, value):
        if value is None or isinstance(value, Personal) or hasattr(value, "resolve_expression"):
            return value
        return Personal(plain=str(value), mask=self.mask)

    def from_db_value(self, value, expression, connection):
        return None if value is None else Personal(token=value, mask=self.mask)


class BlindIndexField(models.CharField):
    """A keyed hash of the encrypted field ``source``, by which equal values are found without reading any.

    ``kind`` says how a value is folded before; see ``blind_index.FOLDS``.
    """

    def __init__(self, *args, source="", kind="number", **options):
        self.source, self.kind = source, kind
        options.update(max_length=64, editable=False, blank=True, default="", db_index=True)
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        for fixed in ("max_length", "editable", "blank", "default", "db_index"):
            options.pop(fixed, None)
        return name, path, args, {**options, "source": self.source, "kind": self.kind}

    def pre_save(self, instance, add):
        from . import blind_index

        source = getattr(instance, self.source)
        if isinstance(source, Unreadable):
            return getattr(instance, self.attname)
        try:
            plain = source.plaintext() if hasattr(source, "plaintext") else source
            value = blind_index.of(plain, self.kind) if source else ""
        except NotReadable:
            # What it was made of cannot be read now; it may be again.
            return getattr(instance, self.attname)
        setattr(instance, self.attname, value)
        return value
