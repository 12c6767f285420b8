"""Index numbers (索引号) put together from segments, as pure data.

A scheme is a list of segments: literal text, a field of the item's context (an organisation, region,
department or category code), the year, the date, and one serial number. It formats a number, reads one back,
and names the scope within which serial numbers count. A scheme is only a form: numbers are issued, and never
reused, by the catalogue.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from . import data
from .errors import RuleError
from .index_segments import DATE, FIELD, FIELDS, LITERAL, SERIAL, WIDEST_FIELD, YEAR, InvalidScheme, Segment
from .labels import label
from .organisation_codes import GB32100, InvalidCode, check_organisation_code
from .text import fold

# What serial numbers may be counted by, with the segments that show it in the number.
SCOPES = {
    "agency": (),
    "year": (YEAR, DATE),
    "date": (DATE,),
    "department": ("department_code",),
    "category": ("category_code",),
}
LONGEST = 100


class InvalidIndexNumber(RuleError):
    """The text is not a number of this scheme, or the context cannot make one."""


class SerialOverflow(InvalidIndexNumber):
    """The serial number has more digits than the scheme gives it."""


@dataclass(frozen=True)
class Scheme:
    """How the index numbers of an agency are formed, and what their serial numbers count within.

    ``per`` names the scope of the serial numbers: ``agency`` always, and any of ``year``, ``date``,
    ``department`` and ``category``. Raises ``InvalidScheme`` when two items could get the same number or a
    number could be read in two ways.
    """

    segments: tuple
    per: tuple = ("agency", "year")
    code: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self):
        kinds = [segment.kind for segment in self.segments]
        if kinds.count(SERIAL) != 1:
            raise InvalidScheme(_("A scheme needs exactly one serial number."), "serial")
        if "agency" not in self.per or set(self.per) - SCOPES.keys():
            raise InvalidScheme(
                _("Serial numbers cannot be counted by “%(per)s”."), "per", per=", ".join(self.per)
            )
        names = {segment.name for segment in self.segments}
        for scope in self.per:
            if SCOPES[scope] and not names & set(SCOPES[scope]):
                raise InvalidScheme(
                    _("Serial numbers start again with each %(scope)s, but the number does not show it."),
                    "scope",
                    scope=str(SCOPE_LABELS[scope]),
                )
        for segment, following in zip(self.segments, self.segments[1:], strict=False):
            if segment.has_open_width and not (
                following.kind == LITERAL and not re.match(r"[0-9A-Za-z]", following.text)
            ):
                raise InvalidScheme(
                    _("After a code of open width a separator must follow: %(field)s."),
                    "ambiguous",
                    field=segment.field,
                )
        if self.max_length > LONGEST:
            raise InvalidScheme(
                _("The number would be longer than %(longest)s characters."), "long", longest=LONGEST
            )

    @classmethod
    def from_data(cls, raw):
        """Build a scheme from a JSON object with ``segments`` and, optionally, ``per``, ``code`` and
        ``label``.
        """
        segments = raw.get("segments") if isinstance(raw, Mapping) else None
        per = raw.get("per", ("agency", "year")) if segments else ()
        if not isinstance(segments, list | tuple) or not isinstance(per, list | tuple):
            raise InvalidScheme(_("A scheme is a list of segments."), "segments")
        return cls(
            segments=tuple(Segment.from_data(segment) for segment in segments),
            per=tuple(str(scope) for scope in per),
            code=raw.get("code", ""),
            labels=raw.get("label", {}),
            notes=raw.get("note", {}),
        )

    def to_data(self):
        """The JSON object this scheme can be built from."""
        return {"segments": [segment.to_data() for segment in self.segments], "per": list(self.per)}

    def label(self, language=None):
        return label(self, language)

    @cached_property
    def max_length(self):
        """Characters of the longest number of this scheme."""
        return sum(segment.longest for segment in self.segments)

    @property
    def serial_width(self):
        return next(segment.width for segment in self.segments if segment.kind == SERIAL)

    @property
    def last_serial(self):
        """The highest serial number that fits."""
        return 10**self.serial_width - 1

    @property
    def fields(self):
        """Names of the context values this scheme needs besides ``date`` and ``serial``, in order."""
        return tuple(dict.fromkeys(segment.field for segment in self.segments if segment.kind == FIELD))

    @cached_property
    def _pattern(self):
        return re.compile("".join(f"({segment.pattern})" for segment in self.segments))

    def format(self, context):
        """Return the index number for a mapping with ``date``, ``serial`` and the codes of ``fields``.

        What ``parse`` returns is such a mapping. A ``datetime`` counts by the date it shows.

        Raises ``InvalidIndexNumber`` for a missing or unfitting value and ``SerialOverflow`` when the serial
        number has too many digits; nothing is ever cut off.
        """
        return "".join(self._segment_text(segment, context) for segment in self.segments)

    def _segment_text(self, segment, context):
        if segment.kind == LITERAL:
            return segment.text
        if segment.kind == SERIAL:
            return self._serial_text(context.get("serial"))
        if segment.kind == YEAR:
            return f"{_year_of(context):04}"
        if segment.kind == DATE:
            day = _date_of(context)
            return f"{day.year:04}{day.month:02}{day.day:02}"
        value = str(context.get(segment.field) or "")
        if not value:
            raise InvalidIndexNumber(
                _("The index number needs the %(field)s, which is empty."),
                "missing",
                field=str(FIELDS[segment.field]),
            )
        if not re.fullmatch(segment.pattern, value):
            raise InvalidIndexNumber(
                _("The %(field)s “%(value)s” does not fit the index number: it needs %(width)s characters."),
                "form",
                field=str(FIELDS[segment.field]),
                value=value[:80],
                width=segment.width or f"1–{WIDEST_FIELD}",
            )
        return value

    def _serial_text(self, serial):
        if type(serial) is not int or serial < 1:
            raise InvalidIndexNumber(_("A serial number is a whole number from 1."), "serial")
        if serial > self.last_serial:
            raise SerialOverflow(
                _(
                    "The serial number %(serial)s has more than %(width)s digits. Choose a scheme with a wider serial number."
                ),
                "overflow",
                serial=serial,
                width=self.serial_width,
            )
        return f"{serial:0{self.serial_width}}"

    def parse(self, text):
        """Return the parts of a number: codes as text, ``year`` and ``serial`` as ``int``, ``date`` as
        ``date``.

        ``format`` makes the same text of them again. Raises ``InvalidIndexNumber``.
        """
        match = self._pattern.fullmatch(text) if isinstance(text, str) else None
        if not match:
            raise self._unreadable(text)
        parts = {}
        for segment, value in zip(self.segments, match.groups(), strict=True):
            if segment.kind == LITERAL:
                continue
            if segment.kind in (YEAR, SERIAL):
                value = int(value)
            elif segment.kind == DATE:
                value = self._read_date(text, value)
            if parts.setdefault(segment.name, value) != value:
                raise self._unreadable(text)
        day = parts.get("date")
        if (
            parts["serial"] < 1
            or parts.get("year", 1) < 1
            or (day and parts.setdefault("year", day.year) != day.year)
        ):
            raise self._unreadable(text)
        return parts

    def _read_date(self, text, digits):
        try:
            return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            raise self._unreadable(text) from None

    def _unreadable(self, text):
        return InvalidIndexNumber(
            _("“%(text)s” is not an index number of the form %(form)s."),
            "form",
            text=str(text)[:LONGEST],
            form=self.outline(),
        )

    def matches(self, text):
        """Whether ``text`` is a number of this scheme."""
        try:
            self.parse(text)
        except InvalidIndexNumber:
            return False
        return True

    def outline(self):
        """The form of the numbers in short, such as ``<organisation code>/<YYYY>-<#####>``."""
        shown = {
            LITERAL: lambda segment: segment.text,
            FIELD: lambda segment: f"<{FIELDS[segment.field]}>",
            YEAR: lambda segment: "<YYYY>",
            DATE: lambda segment: "<YYYYMMDD>",
            SERIAL: lambda segment: f"<{'#' * segment.width}>",
        }
        return "".join(shown[segment.kind](segment) for segment in self.segments)

    def scope(self, context):
        """Return the key within which serial numbers count: by default one per agency and year.

        ``context`` gives ``agency`` (any stable identity, not a name) and what else ``per`` asks for. Raises
        ``InvalidIndexNumber`` for a missing value.
        """
        return urlencode([(name, self._scope_value(name, context)) for name in sorted(set(self.per))])

    def _scope_value(self, name, context):
        if name == "year":
            return _year_of(context)
        if name == "date":
            day = _date_of(context)
            return datetime.date(day.year, day.month, day.day).isoformat()
        value = context.get("agency" if name == "agency" else f"{name}_code")
        if value in (None, ""):
            raise InvalidIndexNumber(
                _("Serial numbers are counted by %(scope)s, which is empty."),
                "missing",
                scope=str(SCOPE_LABELS[name]),
            )
        return value


SCOPE_LABELS = {
    "agency": _("agency"),
    "year": _("year"),
    "date": _("date"),
    "department": _("department"),
    "category": _("category"),
}


def _date_of(context):
    day = context.get("date")
    if not isinstance(day, datetime.date):
        raise InvalidIndexNumber(_("The index number needs a date."), "missing")
    return day


def _year_of(context):
    """The year of the date, or ``year`` when the context comes from a number that shows no date."""
    if context.get("date") is None and type(context.get("year")) is int and 1 <= context["year"] <= 9999:
        return context["year"]
    return _date_of(context).year


def _preset_data():
    return data.load("index_number_schemes.json")["items"]


def preset_codes():
    """Codes of the schemes that come with the package."""
    return tuple(raw["code"] for raw in _preset_data())


def get_preset(code):
    """Return the scheme ``code`` of those that come with the package; ``KeyError`` when there is none."""
    for raw in _preset_data():
        if raw["code"] == code:
            return Scheme.from_data(raw)
    raise KeyError(code)


def preset_for(organisation_code, default="national"):
    """Return the preset that fits an agency: the form with the social credit code when it has one of 18
    characters.

    Any other code, or none, gives the preset ``default``.
    """
    try:
        standard = check_organisation_code(organisation_code).standard
    except InvalidCode:
        standard = ""
    return get_preset("credit-code" if default == "national" and standard == GB32100 else default)


def recognise(text):
    """Return the presets that could have made ``text``."""
    return [scheme for scheme in map(Scheme.from_data, _preset_data()) if scheme.matches(text)]


def lookup_key(text):
    """Fold a number as people type it for comparison: width, dashes, spaces and letter case do not matter."""
    return fold(text or "").replace(" ", "")
