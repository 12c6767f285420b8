"""The segments that index numbers are put together from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .errors import RuleError

LITERAL, FIELD, YEAR, DATE, SERIAL = "literal", "field", "year", "date", "serial"
SEGMENT_KEYS = {"kind", "text", "field", "width"}
KINDS = (LITERAL, FIELD, YEAR, DATE, SERIAL)
# Fields an item's context can give; also the names of the parts a parsed number has.
FIELDS = {
    "organisation_code": _("organisation code"),
    "region_code": _("region code"),
    "area_code": _("area code"),
    "department_code": _("department code"),
    "category_code": _("category code"),
    "group_code": _("group code"),
}
WIDEST_FIELD = 20
WIDEST_SERIAL = 12


class InvalidScheme(RuleError):
    """The segments cannot make numbers that are unique and can be read back."""


@dataclass(frozen=True)
class Segment:
    """One part of a number. A field without ``width`` takes 1 to 20 letters and digits."""

    kind: str
    text: str = ""
    field: str = ""
    width: int | None = None

    @classmethod
    def from_data(cls, raw):
        """Build a segment from a JSON object; ``InvalidScheme`` when it makes no sense."""
        known = isinstance(raw, Mapping) and raw.get("kind") in KINDS and not raw.keys() - SEGMENT_KEYS
        if not known or not all(isinstance(raw.get(key, ""), str) for key in ("text", "field")):
            raise InvalidScheme(_("“%(segment)s” is not a segment."), "segment", segment=str(raw)[:80])
        segment = cls(raw["kind"], raw.get("text", ""), raw.get("field", ""), raw.get("width"))
        segment._check()
        return segment

    def _check(self):
        if self.kind == LITERAL and not re.fullmatch(r"[^\s\x00-\x1f\x7f]{1,20}", self.text):
            raise InvalidScheme(_("A separator needs 1 to 20 characters without spaces."), "literal")
        if self.kind == FIELD and self.field not in FIELDS:
            raise InvalidScheme(_("There is no field “%(field)s”."), "field", field=self.field[:80])
        if self.kind == FIELD and self.width is not None and not self._width_within(WIDEST_FIELD):
            raise InvalidScheme(_("A code has 1 to %(widest)s characters."), "width", widest=WIDEST_FIELD)
        if self.kind == SERIAL and not self._width_within(WIDEST_SERIAL):
            raise InvalidScheme(
                _("A serial number has 1 to %(widest)s digits."), "width", widest=WIDEST_SERIAL
            )

    def _width_within(self, widest):
        return type(self.width) is int and 1 <= self.width <= widest

    def to_data(self):
        """The JSON object this segment can be built from."""
        parts = {"text": self.text, "field": self.field, "width": self.width}
        return {"kind": self.kind} | {key: value for key, value in parts.items() if value}

    @property
    def name(self):
        """Name of the part in a parsed number; empty for a separator."""
        return {LITERAL: "", FIELD: self.field}.get(self.kind, self.kind)

    @property
    def has_open_width(self):
        return self.kind == FIELD and self.width is None

    @property
    def longest(self):
        return {LITERAL: len(self.text), YEAR: 4, DATE: 8}.get(self.kind, self.width or WIDEST_FIELD)

    @property
    def pattern(self):
        """Regular expression without groups that matches this segment."""
        if self.kind == LITERAL:
            return re.escape(self.text)
        if self.kind == FIELD:
            return f"[0-9A-Za-z]{{{self.width or f'1,{WIDEST_FIELD}'}}}"
        return f"[0-9]{{{self.longest}}}"
