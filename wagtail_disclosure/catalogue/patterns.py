"""Patterns of index numbers as people write them: ``{organisation_code:9}/{year}-{serial:5}``."""

import re

from django.utils.translation import gettext_lazy as _

from ..rules.index_numbers import Scheme
from ..rules.index_segments import DATE, FIELD, LITERAL, SERIAL, YEAR, InvalidScheme

_PART = re.compile(r"\{\s*(?P<name>[a-z_]+)\s*(?::\s*(?P<width>\d{1,3})\s*)?\}|(?P<text>[^{}]+)")
# What serials may be counted by, besides the agency.
COUNTED_BY = {
    "year": _("year"),
    "date": _("day"),
    "department": _("department"),
    "category": _("category"),
}


def to_segments(pattern):
    """The segments of ``rules.index_numbers`` that ``pattern`` stands for. Raises ``InvalidScheme``."""
    segments, end = [], 0
    for match in _PART.finditer(pattern):
        if match.start() != end:
            break
        end = match.end()
        segments.append(_segment(match))
    if end != len(pattern):
        raise InvalidScheme(
            _("The pattern cannot be read from “%(rest)s” on."), "pattern", rest=pattern[end : end + 40]
        )
    return segments


def _segment(match):
    if match["text"]:
        return {"kind": LITERAL, "text": match["text"]}
    name, width = match["name"], match["width"]
    sized = {"width": int(width)} if width else {}
    if name in (YEAR, DATE):
        return {"kind": name}
    if name == SERIAL:
        return {"kind": SERIAL, "width": int(width or 5)}
    return {"kind": FIELD, "field": name, **sized}


def from_segments(segments):
    """The pattern that stands for stored segments."""
    parts = []
    for each in segments:
        if each.get("kind") == LITERAL:
            parts.append(each.get("text", ""))
            continue
        name = each.get("field") or each.get("kind", "")
        width = f":{each['width']}" if each.get("width") else ""
        parts.append(f"{{{name}{width}}}")
    return "".join(parts)


def scheme_of(pattern, per):
    """The checked :class:`~wagtail_disclosure.rules.index_numbers.Scheme` of a pattern. Raises ``InvalidScheme``."""
    return Scheme.from_data({"segments": to_segments(pattern), "per": list(per)})
