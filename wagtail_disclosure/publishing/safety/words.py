"""What was found, in words: codes and their severity are data, see ``rules/vocabularies/file_findings.json``."""

import re
from functools import cache

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ... import conf
from ...rules import data
from ...rules.vocabulary import Vocabulary

REFUSE, BLOCK, WARN, INFO = SEVERITIES = ("refuse", "block", "warn", "info")


@cache
def vocabulary():
    return Vocabulary.from_data("file_findings", data.load("file_findings.json"))


@cache
def _items():
    return {item.code: item for item in vocabulary()}


def severity_of(code, otherwise=WARN):
    """How serious ``code`` is. ``FINDING_SEVERITY`` changes it, but never lets in what is refused."""
    item = _items().get(code)
    given = item.fact("severity") if item else otherwise
    return given if given == REFUSE else conf.get("FINDING_SEVERITY").get(code, given)


def sentence(code, params=None):
    """What was found, in the active language."""
    item = _items().get(code)
    if item is None:
        return code
    values = {name: _shown(name, value) for name, value in (params or {}).items()}
    try:
        return item.label() % values
    except (KeyError, ValueError, TypeError):
        return item.label()


def advice(code):
    """What to do about it, in the active language; empty when that is plain."""
    item = _items().get(code)
    return item.note() if item else ""


lazy_sentence = lazy(sentence, str)
REASONS = {
    "pypdf": lambda: _("the package pypdf is not installed"),
    "time": lambda: _("it took too long"),
    "limit": lambda: _("the file is too large or too complex"),
    "format": lambda: _("nothing can look into this format"),
}


def _shown(name, value):
    if name == "reason" and value in REASONS:
        return REASONS[value]()
    return value


# What office programs call the properties of a file in which names stand.
PROPERTIES = {
    "creator": lambda: pgettext("disclosure", "author"),
    "Author": lambda: pgettext("disclosure", "author"),
    "lastModifiedBy": lambda: pgettext("disclosure", "last changed by"),
    "Company": lambda: pgettext("disclosure", "company"),
    "Manager": lambda: pgettext("disclosure", "manager"),
}
PROPERTY = re.compile(r"(?:^|(?<=; ))(\w+)(?=: )")


def passage_in_words(code, passage):
    """``passage`` as it is; names of the properties of a file in the active language."""
    if code != "metadata":
        return passage
    return PROPERTY.sub(lambda match: str(PROPERTIES.get(match[1], lambda: match[1])()), passage)


PLACES = {
    "page": lambda value: _("page %(number)s") % {"number": value},
    "slide": lambda value: _("slide %(number)s") % {"number": value},
    "line": lambda value: _("line %(number)s") % {"number": value},
    "sheet": lambda value: _("sheet “%(name)s”") % {"name": value},
    "cell": lambda value: _("cell %(name)s") % {"name": value},
    "part": lambda value: pgettext("disclosure", "part %(name)s") % {"name": value},
    "member": lambda value: _("in the archive: %(name)s") % {"name": value},
}


def place_in_words(place):
    """Where in the file: pairs of kind and value, the outermost first."""
    pairs = zip(place[::2], place[1::2], strict=False)
    return ", ".join(PLACES[kind](value) for kind, value in pairs if kind in PLACES)
