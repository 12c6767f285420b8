"""What a request form may ask, as the jurisdiction has it: vocabularies of its profile, and the notes and optional
fields of ``rules/vocabularies/<code>/request_form.json``.
"""

from dataclasses import replace
from functools import cache

from django.utils import timezone

from .. import conf
from ..rules import data
from ..rules.identity_numbers import check_identity_number
from ..rules.labels import joined
from ..rules.profiles import get_profile
from ..rules.vocabulary import Vocabulary

# The fields of a form by the vocabulary of the profile that they choose from.
OF_PROFILE = {
    "applicant_kinds": "applicant_kinds",
    "identity_documents": "identity_documents",
    "delivery_forms": "provision_forms",
    "delivery_routes": "provision_routes",
}
OF_FORM = ("optional_fields", "notes")
# Ways of contact that the form asks for; a route that needs another one is not offered.
CONTACTS = ("phone", "email", "address")
ANYBODY, NO_DOCUMENT = "any", "none"
BY_FORM = "request_form"


def vocabulary(name):
    """The :class:`Vocabulary` called ``name`` of the jurisdiction in force. Raises ``KeyError``."""
    code = conf.get("JURISDICTION")
    if name in OF_PROFILE:
        return get_profile(code).vocabularies[OF_PROFILE[name]]
    return _own(code)[name]


@cache
def _own(code):
    path = f"{code}/request_form.json"
    raw = data.load(path) if data.exists(path) else {}
    return {name: Vocabulary.from_data(name, raw.get(name, {"label": {}, "items": []})) for name in OF_FORM}


def kinds():
    """What may be asked for: the kinds of cases of the jurisdiction that come in by a request form."""
    found = get_profile(conf.get("JURISDICTION")).case_kinds
    return replace(found, items=tuple(each for each in found if each.fact("comes_by", BY_FORM) == BY_FORM))


def kind_of(code):
    """The kind of case with that code; the first of the jurisdiction for one that it does not have."""
    return kinds().get(code) if code in kinds() else next(iter(kinds()))


def notes_for(code):
    """The notes before applying that concern that kind of case."""
    return [item for item in vocabulary("notes") if code in item.fact("kinds", ["request"])]


def choices(name, allowed=None):
    """Pairs for a form field, those in ``allowed`` only where it is given and not empty."""
    return [
        (item.code, item.label())
        for item in vocabulary(name)
        if (not allowed or item.code in allowed) and item.fact("needs", "") in ("", *CONTACTS)
    ]


def labels(name, codes):
    """The labels of ``codes``; one that the vocabulary does not have stands for itself."""
    known = {item.code: item.label() for item in vocabulary(name)}
    return [known.get(code, code) for code in codes]


def in_words(name, codes):
    """The labels of ``codes`` one after the other, as the reader's language separates them."""
    return joined(labels(name, codes))


def label_of(name, code):
    return labels(name, [code])[0] if code else ""


def is_organisation(code):
    """Whether applicants of this kind are organisations."""
    return any(item.code == code and item.fact("organisation") for item in vocabulary("applicant_kinds"))


def documents_of(kind):
    """The identity documents that applicants of this kind may have; none where the law asks for no proof."""
    holder = "organisation" if is_organisation(kind) else "natural"
    return [
        item
        for item in vocabulary("identity_documents")
        if item.code != NO_DOCUMENT and item.fact("holder") in (holder, ANYBODY)
    ]


def number_warnings(document, number):
    """What looks wrong in the number of the identity document with that code. The law lets nobody refuse it for that."""
    item = vocabulary("identity_documents").find(document)
    return (
        check_identity_number(item, number or "", timezone.localdate()).warnings if item is not None else ()
    )
