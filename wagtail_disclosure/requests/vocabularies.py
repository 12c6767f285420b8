"""What a request form may ask, as the jurisdiction has it: data in ``rules/vocabularies/<code>/request_form.json``."""

from functools import cache

from .. import conf
from ..rules import data
from ..rules.vocabulary import Vocabulary

NAMES = (
    "applicant_types",
    "identity_documents",
    "delivery_forms",
    "delivery_routes",
    "optional_fields",
    "channels",
    "notes",
)


def vocabulary(name):
    """The :class:`Vocabulary` called ``name`` of the jurisdiction in force. Raises ``KeyError``."""
    return _vocabularies(conf.get("JURISDICTION"))[name]


@cache
def _vocabularies(code):
    path = f"{code}/request_form.json"
    raw = data.load(path) if data.exists(path) else {}
    return {name: Vocabulary.from_data(name, raw.get(name, {"label": {}, "items": []})) for name in NAMES}


def choices(name, allowed=None):
    """Pairs for a form field, those in ``allowed`` only where it is given and not empty."""
    return [(item.code, item.label()) for item in vocabulary(name) if not allowed or item.code in allowed]


def labels(name, codes):
    """The labels of ``codes``; one that the vocabulary does not have stands for itself."""
    known = {item.code: item.label() for item in vocabulary(name)}
    return [known.get(code, code) for code in codes]


def label_of(name, code):
    return labels(name, [code])[0] if code else ""


def is_organisation(code):
    """Whether applicants of this kind are organisations."""
    return any(item.code == code and item.fact("organisation") for item in vocabulary("applicant_types"))


def needs_identity(code):
    """Whether the law asks applicants of this kind for proof of identity."""
    return not any(item.code == code and item.fact("no_identity") for item in vocabulary("applicant_types"))
