"""What the jurisdiction says of mailboxes: types of letters with their terms, and how units of terms are called."""

from django.utils.translation import ngettext, npgettext, pgettext_lazy

from .. import conf
from ..rules.clocks import Term
from ..rules.profiles import get_profile

REPLY, ACCEPTANCE = "reply", "acceptance"
UNITS = {"working_days": pgettext_lazy("mailbox", "working days"), "days": pgettext_lazy("mailbox", "days")}
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


def note_of(code):
    """What the jurisdiction says of a type of letter; empty where it says nothing."""
    return types().get(code).note() if code in types() else ""


def is_confidential(code):
    """Whether letters of that type are never published, so that nobody is asked for leave to do so."""
    return code in types() and bool(types().get(code).fact("confidential"))


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


def promises(terms):
    """``[{code, time, citation}]``: what is promised to whoever writes, in the order in which it falls due."""
    told = {term.code: term for term in terms}
    return [
        {"code": code, "time": in_words(told[code]), "citation": told[code].citation()}
        for code in (ACCEPTANCE, REPLY)
        if code in told
    ]


def in_words(term):
    """The length of a term, such as “5 working days”."""
    if term.counts_every_day:
        return npgettext("mailbox", "%(count)d day", "%(count)d days", term.length) % {"count": term.length}
    text = ngettext("%(count)d working day", "%(count)d working days", term.length)
    return text % {"count": term.length}
