"""What a ledger entry says of a row of evidence: one hash over all its columns.

A column of the row cannot be changed afterwards without the last entry about it telling otherwise.
"""

import datetime
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from .hashing import sha256_of
from .models.evidence import Contribution

# The keys of approvals and acknowledgements among the rows of the very entry that records them.
OWN = ("approval", "acknowledgement")


def witness_of(row):
    """``{"sha256": …}`` of the columns of ``row``, and beside it the keys of people, whose accounts may go."""
    people, columns = {}, {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if (
            field.primary_key
            or field.name == "ledger_entry"
            or field.name in getattr(row, "NOT_WITNESSED", ())
        ):
            # Keys are given on saving; what they lead to is looked at from both ends.
            continue
        if field.is_relation and field.remote_field.on_delete is models.SET_NULL:
            people[field.attname] = "" if value is None else str(value)
        elif field.name == "content_type":
            columns[field.name] = ".".join(row.content_type.natural_key())
        else:
            columns[field.name] = _plain(value)
    return {"sha256": sha256_of([columns, row.ledger_facts()]), "people": people}


def agrees(row, witness):
    """Whether ``row`` is what ``witness`` says; people whose accounts are gone may be missing in it."""
    found = witness_of(row)
    if not isinstance(witness, dict) or found["sha256"] != witness.get("sha256"):
        return False
    recorded = witness.get("people", {})
    return found["people"].keys() == recorded.keys() and all(
        value == recorded[name] or (value == "" and _is_gone(row, name, recorded[name]))
        for name, value in found["people"].items()
    )


def _is_gone(row, attname, key):
    field = next(field for field in row._meta.concrete_fields if field.attname == attname)
    return not field.related_model._base_manager.filter(pk=key).exists()


def standing_of(item):
    """Where ``item`` stands when it becomes public, and who had worked on it by then, for its ledger entry."""
    place = {
        name: str(getattr(item, name)) for name in ("url_path", "translation_key") if hasattr(item, name)
    }
    return {
        "place": place,
        "contributions": contributions_witness(Contribution.objects.about(item).order_by("pk")),
    }


def contributions_witness(rows, last=None):
    """One hash over the contributions ``rows``, up to the key ``last``, and the key of the last of them."""
    found = [[row.pk, row.user_key, _plain(row.at)] for row in rows if last is None or row.pk <= last]
    return {"last": found[-1][0] if found else 0, "sha256": sha256_of(found)}


def _plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
