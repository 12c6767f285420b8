"""What a list is limited to, read from an address and written back into one."""

from dataclasses import dataclass, fields, replace

from django.http import Http404
from django.utils.translation import gettext as _

from . import addresses
from .lists import InvalidPlace, period
from .models import AttributeDetermination, CategoryScheme

LONGEST_CODE = 100


@dataclass(frozen=True)
class Filters:
    """Limits that may be combined; None means no limit."""

    category: object = None
    department: object = None
    year: int | None = None
    month: int | None = None
    attribute: str | None = None
    genre: object = None

    @property
    def between(self):
        """The positions of the year and month, or None."""
        return period(self.year, self.month) if self.year else None

    @property
    def axes(self):
        """The limits that are not a period, by name."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value
            for name, value in given.items()
            if value is not None and name not in ("year", "month")
        }

    def columns(self):
        """The limits as arguments of ``lists.rows``."""
        keys = {
            "category": ("category", lambda value: value.pk),
            "department": ("department_id", lambda value: value.pk),
            "attribute": ("attribute", str),
            "genre": ("genre", lambda value: value.code),
        }
        return {keys[name][0]: keys[name][1](value) for name, value in self.axes.items()}

    def params(self, scope):
        """The limits as parameters of an address."""
        return {
            "category": addresses.category_code(scope, self.category) if self.category else None,
            "department": self.department.code if self.department else None,
            "year": self.year,
            "month": self.month,
            "attribute": self.attribute,
            "genre": self.genre.code if self.genre else None,
        }

    def labelled(self):
        """The limits as (name, label, value shown), in the order of the facets."""
        found = []
        if self.category:
            found.append(("category", _("Category"), self.category.local_name()))
        if self.department:
            found.append(("department", _("Department"), self.department.local_name()))
        if self.year:
            found.append(("year", _("Year"), str(self.year)))
        if self.month:
            found.append(("month", _("Month"), str(self.month)))
        if self.attribute:
            found.append(("attribute", _("Disclosure attribute"), attribute_name(self.attribute)))
        if self.genre:
            found.append(("genre", _("Genre"), self.genre.local_name()))
        return found

    def without(self, name):
        changed = {name: None, "month": None} if name == "year" else {name: None}
        return replace(self, **changed)


def attribute_name(code):
    return str(dict(AttributeDetermination.Attribute.choices).get(code, code))


def read(scope, params):
    """The :class:`Filters` that ``params`` (a ``QueryDict``) ask for. Raises ``Http404`` for what does not exist."""
    directory = scope.directory
    found = Filters(
        category=_find(params, "category", lambda code: _category(directory, code)),
        department=_find(params, "department", directory.department_by_code.get),
        year=_number(params, "year"),
        month=_number(params, "month"),
        attribute=_find(params, "attribute", _attribute),
        genre=_find(params, "genre", lambda code: directory.of_kind(CategoryScheme.Kind.GENRE, code)),
    )
    if found.month and not found.year:
        raise Http404
    try:
        found.between  # noqa: B018  (a year or month that does not exist)
    except InvalidPlace as error:
        raise Http404 from error
    return found


def _category(directory, code):
    scheme, colon, rest = code.rpartition(":")
    return directory.category(rest, scheme if colon else None)


def _attribute(code):
    return code if code in AttributeDetermination.Attribute.values else None


def _find(params, name, find):
    given = params.get(name, "")
    if not given:
        return None
    found = find(given) if len(given) <= LONGEST_CODE else None
    if found is None:
        raise Http404
    return found


def _number(params, name):
    given = params.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and int(given)):
        raise Http404
    return int(given)
