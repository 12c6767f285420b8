"""Reading what identifies a person: by one function, which writes down who read what and why before it answers."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..publishing.ledger import display_name
from ..rules.text import fold
from . import blind_index, scope
from .encryption import BlindIndexField, NotReadable, Personal, PersonalField, not_readable
from .models import IdentityRead

# Shorter ones are found in any text.
SHORTEST_NAME = 2


@transaction.atomic
def read(case, fields, user, *, reason, row=None, at=None):
    """The whole texts of ``fields`` of ``row`` (default: the applicant), as a dict.

    Each is written into the log of readings. A text whose key is lost says that it is not readable. Raises
    ``PermissionDenied`` for whoever may not see the case, ``ValueError`` without a reason, and ``AttributeError`` for
    a field that there is not.
    """
    row = row if row is not None else case.applicant_person
    if not scope.may_see(user, case):
        raise PermissionDenied
    values = {name: getattr(row, name) for name in fields}
    whose = getattr(row, "read_as", "")
    note_reads(case, [f"{whose}:{name}" if whose else name for name in values], user, reason=reason, at=at)
    return {name: _plain(value) for name, value in values.items()}


def note_reads(case, fields, user, *, reason, at=None):
    """Write into the log that ``user`` reads ``fields`` (or a file, as ``file:<key>``) of ``case``."""
    if not reason.strip():
        raise ValueError(_("Say why the data is read."))
    IdentityRead.objects.bulk_create(
        IdentityRead(
            case_model=case._meta.label_lower,
            case_key=str(case.pk),
            case_number=case.number,
            field=name[:100],
            user=user,
            user_key=str(user.pk),
            user_name=display_name(user),
            at=at or timezone.now(),
            reason=reason.strip()[:255],
        )
        for name in fields
    )


def own_text(value):
    """The whole text of a personal field, for the person it belongs to: in the form that they fill in.

    Also for letters that are addressed to them. Nobody else reads, so nothing is logged.
    """
    return _plain(value)


NAMING = ("name", "identity_number", "agent_name", "phone", "email")


def is_named_in(row, text):
    """Whether ``text`` names the person of ``row``, or gives its contact data. Nothing that identifies it is handed out."""
    return any(is_in(getattr(row, name, ""), text) for name in NAMING)


def is_in(value, text):
    """Whether ``text`` has the personal ``value``; one whose key is lost is in none. A machine compares, nobody reads."""
    try:
        known = fold(value.plaintext() if isinstance(value, Personal) else value or "").strip()
    except NotReadable:
        return False
    return len(known) >= SHORTEST_NAME and known in fold(text or "")


def to_be_found(row):
    """Pairs of kind and value of everything personal in ``row``, for a machine that looks for it in a text.

    A value whose key is lost cannot be looked for. None of it is shown to anybody.
    """
    found = []
    for field in row._meta.concrete_fields:
        if isinstance(field, PersonalField) and (value := getattr(row, field.name)):
            try:
                found.append((field.mask, value.plaintext()))
            except NotReadable:
                continue
    return found


def indexes_of(row):
    """``{index: hashes}`` by which rows about the same person are found, under every key of the settings.

    A value whose key is lost is found under the hash that is stored. Nothing that identifies the person is handed out.
    """
    found = {}
    for field in row._meta.concrete_fields:
        if not isinstance(field, BlindIndexField):
            continue
        value, hashes = getattr(row, field.source), [getattr(row, field.name)]
        try:
            hashes += blind_index.candidates(value.plaintext(), field.kind) if value else []
        except NotReadable:
            pass
        if hashes := sorted({each for each in hashes if each}):
            found[field.name] = hashes
    return found


def reads_of(case):
    """The log of readings of ``case``."""
    return IdentityRead.objects.filter(case_model=case._meta.label_lower, case_key=str(case.pk))


def _plain(value):
    if not isinstance(value, Personal):
        return value
    try:
        return value.plaintext()
    except NotReadable:
        return not_readable()
