"""What a list is limited to, read from an address and written back into one."""

import unicodedata
from dataclasses import dataclass, fields, replace

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from . import addresses
from .lists import InvalidPlace, period, period_name
from .models import AttributeDetermination, CategoryScheme

LONGEST_CODE = 100
# So much of what nobody knows is shown again.
SHOWN = 40
PERIOD = ("year", "month")
# The values of the limit by validity: whether a document is in force today.
IN_FORCE, ENDED = "in_force", "ended"
# In the order of the facets.
LABELS = {
    "category": gettext_lazy("Category"),
    "department": gettext_lazy("Department"),
    "year": gettext_lazy("Year"),
    "month": gettext_lazy("Month"),
    "attribute": gettext_lazy("Disclosure attribute"),
    "genre": gettext_lazy("Genre"),
    "validity": gettext_lazy("Validity"),
}
VALIDITY_NAMES = {IN_FORCE: gettext_lazy("in force"), ENDED: gettext_lazy("No longer in force")}


@dataclass(frozen=True)
class Filters:
    """Limits that may be combined; None means no limit."""

    category: object = None
    department: object = None
    year: int | None = None
    month: int | None = None
    attribute: str | None = None
    genre: object = None
    validity: str | None = None

    @property
    def between(self):
        """The positions of the year and month, or None."""
        return period(self.year, self.month) if self.year else None

    @property
    def axes(self):
        """The limits that are not a period, by name."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value is not None and name not in PERIOD}

    def columns(self):
        """The limits as arguments of ``lists.rows``."""
        keys = {
            "category": ("category", lambda value: value.pk),
            "department": ("department_id", lambda value: value.pk),
            "attribute": ("attribute", str),
            "genre": ("genre", lambda value: value.code),
        }
        found = {keys[name][0]: keys[name][1](value) for name, value in self.axes.items() if name in keys}
        return found | ({"ended": self.validity == ENDED} if self.validity else {})

    def params(self, scope):
        """The limits as parameters of an address."""
        return {
            "category": addresses.category_code(scope, self.category) if self.category else None,
            "department": self.department.code if self.department else None,
            "year": self.year,
            "month": self.month,
            "attribute": self.attribute,
            "genre": self.genre.code if self.genre else None,
            "validity": self.validity,
        }

    def labelled(self, names=tuple(LABELS)):
        """The limits as (name, label, value shown), in the order of the facets."""
        shown = {
            "category": lambda node: node.local_name(),
            "department": lambda department: department.local_name(),
            "year": period_name,
            "month": lambda month: period_name(self.year, month),
            "attribute": attribute_name,
            "genre": lambda node: node.local_name(),
            "validity": validity_name,
        }
        return [
            (name, str(LABELS[name]), shown[name](getattr(self, name)))
            for name in names
            if getattr(self, name) is not None
        ]

    def without(self, name):
        changed = {name: None, "month": None} if name == "year" else {name: None}
        return replace(self, **changed)


def attribute_name(code):
    return str(dict(AttributeDetermination.Attribute.choices).get(code, code))


def validity_name(code):
    return capfirst(str(VALIDITY_NAMES[code]))


@dataclass(frozen=True)
class Asked:
    """What an address asks for: ``limits``, and in ``unknown`` (label, value) of what does not exist."""

    limits: Filters
    unknown: tuple = ()


def read(scope, params, names=tuple(LABELS)):
    """What ``params`` (a ``QueryDict``) ask for, of the limits with these names.

    An address may be old or mistyped: what does not exist limits nothing, and the page says so.
    """
    finders = _finders(scope.directory)
    found, unknown = {}, []
    for name in names:
        given = params.get(name, "")
        if not given:
            continue
        found[name] = _find(finders[name], given)
        if found[name] is None or (name == "month" and not found.get("year")):
            found[name] = None
            unknown.append((str(LABELS[name]), given[:SHOWN]))
    return Asked(Filters(**found), tuple(unknown))


def _finders(directory):
    return {
        "category": lambda code: _category(directory, code),
        "department": directory.department_by_code.get,
        "year": lambda text: _number(text, lambda year: period(year)),
        "month": lambda text: _number(text, lambda month: period(2000, month)),
        "attribute": _attribute,
        "genre": lambda code: directory.of_kind(CategoryScheme.Kind.GENRE, code),
        "validity": lambda code: code if code in VALIDITY_NAMES else None,
    }


def _category(directory, code):
    scheme, colon, rest = code.rpartition(":")
    return directory.category(rest, scheme if colon else None)


def _attribute(code):
    return code if code in AttributeDetermination.Attribute.values else None


def _find(find, given):
    """What ``given`` means, be it typed in full width; None for what does not exist."""
    if len(given) > LONGEST_CODE:
        return None
    return find(given) or find(unicodedata.normalize("NFKC", given).strip())


def _number(text, check):
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    try:
        check(int(text))
    except InvalidPlace:
        return None
    return int(text)
