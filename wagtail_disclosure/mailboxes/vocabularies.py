"""What the jurisdiction says of mailboxes: types of letters with their terms, and how units of terms are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import conf
from ..rules.clocks import Term
from ..rules.profiles import get_profile

REPLY = "reply"
UNITS = {"working_days": _("working days"), "days": pgettext_lazy("disclosure", "days")}
# What a form may ask of whoever writes, beside the name.
PERSON_FIELDS = ("phone", "email", "address")


def profile():
    return get_profile(conf.get("JURISDICTION"))


def types():
    """The types of letters of the jurisdiction."""
    return profile().mail_types


def type_choices():
    return types().choices()


def label_of(code):
    """The name of a type of letter; one that the jurisdiction does not have stands for itself."""
    return types().get(code).label() if code in types() else code


def given_terms(code):
    """The terms that letters of that type have unless a mailbox says otherwise: ``{name: Term}``."""
    if code not in types():
        return {}
    raw = types().get(code).fact("terms", {})
    return {name: Term.from_data({"code": name, **each}) for name, each in raw.items()}


def is_statutory(code):
    """Whether the law sets the terms of that type, so that a mailbox may only promise a shorter one."""
    return code in types() and bool(types().get(code).fact("statutory"))


def terms_of(code, limit=None, unit=""):
    """The terms of a letter of that type as a tuple of ``Term``, with the limit that a mailbox sets for the reply.

    Where a mailbox counts in another unit, an extension may be as long as its own term.
    """
    terms = given_terms(code)
    if limit and unit:
        known = terms.get(REPLY)
        terms[REPLY] = Term.from_data({"code": REPLY, unit: limit})
        if known is None or known.counts_every_day != terms[REPLY].counts_every_day:
            terms["extension"] = Term.from_data({"code": "extension", unit: limit})
        elif is_statutory(code):
            terms[REPLY] = Term.from_data({**known.as_data(), unit: limit})
    return tuple(terms.values())
