"""Finding what a cell names: a value of a list, a category, a department. By code or by name, never by likeness."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ...catalogue.models import Category
from ...rules.text import fold

MOST_CANDIDATES = 8


class NoMatch(ValueError):
    """Nothing, or more than one thing, is meant. The message is for the operator."""


def folded(text):
    """``text`` as names are compared: width, case and traditional characters do not matter."""
    return " ".join(fold(text).split())


def labels_of(choices):
    """``{folded code or label in any language of the site: value}`` for the choices of a field."""
    found = {}
    for value, label in choices:
        found[folded(str(value))] = value
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found.setdefault(folded(str(label)), value)
    return found


def labels_of_items(items):
    """The same for the items of a vocabulary."""
    found = {}
    for item in items:
        for text in (item.code, *item.labels.values()):
            found.setdefault(folded(text), item)
    return found


class Names:
    """Rows that are found by code or by any of their names."""

    def __init__(self, rows, describe):
        self._describe = describe
        self._codes, self._names = {}, {}
        for row in rows:
            self._codes.setdefault(folded(row.code), []).append(row)
            for name in {row.name, *row.names.values()} - {""}:
                self._names.setdefault(folded(name), []).append(row)

    def add_name(self, row, name):
        self._names.setdefault(folded(name), []).append(row)

    def is_code(self, text):
        return folded(text) in self._codes

    def padded(self, text):
        """The code that ``text`` is without its leading zeros, which a spreadsheet takes from numbers; or None."""
        if not re.fullmatch(r"[0-9]+", text):
            return None
        return next(
            (code for code in self._codes if code.isdigit() and code.lstrip("0") == text.lstrip("0")), None
        )

    def find(self, text):
        """The one row meant by ``text``, or None. Raises :class:`NoMatch` naming the candidates."""
        key = folded(text)
        found = self._codes.get(key) or self._names.get(key) or []
        if len(found) > 1:
            shown = "; ".join(self._describe(row) for row in found[:MOST_CANDIDATES])
            raise NoMatch(_("Several are called so; write the code: %(candidates)s") % {"candidates": shown})
        return found[0] if found else None


def _with_hint(message, names, text):
    if code := names.padded(text):
        return f"{message} {_('The spreadsheet may have taken its leading zero: is %(code)s meant?') % {'code': code}}"
    return message


def _describe_category(category):
    place = category.parent.name if category.parent_id else category.scheme.name
    return f"{category.code} ({place})"


class Categories:
    """The categories in use of each kind of scheme that serve an agency."""

    def __init__(self, agency):
        self._agency, self._kinds = agency, {}

    def find(self, kind, text):
        """The category of a scheme of ``kind``: by code, by name, or as first level/second level."""
        names = self._kinds.get(kind) or self._kinds.setdefault(kind, self._load(kind))
        found = names.find(text)
        if found is None:
            raise NoMatch(_with_hint(_("There is no category in use with this code or name."), names, text))
        return found

    def _load(self, kind):
        rows = Category.objects.of_kind(kind, self._agency.pk).select_related("parent", "scheme")
        names = Names(rows, _describe_category)
        for row in rows:
            if row.parent_id:
                names.add_name(row, f"{row.parent.name}/{row.name}")
        return names


class Departments:
    """The departments of an agency, those that have ended included: old documents are theirs."""

    def __init__(self, agency, fallback=None):
        self._names = Names(agency.departments.all(), lambda row: f"{row.code} ({row.name})")
        self.fallback = fallback

    def by_code(self, code):
        return self._names.find(code)

    def is_code(self, text):
        """Whether ``text`` is the code of a department, not its name."""
        return bool(text) and self._names.is_code(text)

    def find(self, text):
        found = self._names.find(text) if text else None
        if found is None:
            found = self.fallback
        if found is None and text:
            message = _("There is no department with this code or name. Name a default department.")
            raise NoMatch(_with_hint(message, self._names, text))
        if found is None:
            raise NoMatch(_("The department is missing, and there is no default."))
        return found
