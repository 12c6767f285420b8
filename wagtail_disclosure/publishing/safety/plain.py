"""Texts: plain text, tables as CSV, RTF and SVG."""

import csv
import io
import re

from defusedxml.ElementTree import fromstring

from . import limits
from .found import Found, bounded, metadata, numbers_in
from .kinds import decoded
from .package import local
from .sheets import is_dde_formula

RTF_OBJECT = re.compile(rb"\\obj(?:data|ect|ocx|autlink)\b")
RTF_LINK = re.compile(rb"\\\*\\template\b|\bDDE(?:AUTO)?\b")
RTF_CHANGES = re.compile(rb"\\(?:revised|deleted)(?![a-z0-9])")
RTF_HIDDEN = re.compile(rb"\\v(?![a-z0-9])")
RTF_AUTHOR = re.compile(rb"\\(author|operator|company|manager) ([^{}]{1,200})}")
SCRIPTED = frozenset({"script", "foreignobject", "handler", "iframe", "embed", "object", "set", "animate"})


def check_text(data, extension, budget):
    text = (decoded(data) or "")[: limits.MAX_TEXT]
    yield from bounded(numbers_in(text))
    if extension == "csv":
        yield from bounded(_formulas(text, budget))


def _formulas(text, budget):
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        if number % 1000 == 0:
            budget.check_time()
        for cell in row:
            if is_dde_formula(cell):
                yield Found("dde", ("line", number), cell)


def check_rtf(data):
    """RTF is text; its controls tell what it carries."""
    if RTF_OBJECT.search(data):
        yield Found("embedded_file")
    if match := RTF_LINK.search(data):
        yield Found("external_link", (), match.group().decode("ascii"))
    if changes := len(RTF_CHANGES.findall(data)):
        yield Found("tracked_changes", params={"count": changes})
    if RTF_HIDDEN.search(data):
        yield Found("hidden_text")
    values = {}
    for name, value in RTF_AUTHOR.findall(data):
        values[name.decode()] = value.decode("gb18030", "replace")
    yield from metadata(values)
    yield from bounded(numbers_in(data.decode("latin-1")[: limits.MAX_TEXT]))


def is_scripted_svg(data):
    """Whether an SVG can run anything or fetch anything. One that cannot be read counts as such."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except Exception:
        # Not well-formed, or with declarations: a browser may make something of it all the same.
        return True
    for element in root.iter():
        if local(element.tag).lower() in SCRIPTED:
            return True
        for name, value in element.attrib.items():
            name, value = local(name).lower(), value.strip().lower()
            fetches = name == "href" and not value.startswith(("#", "data:image/png", "data:image/jpeg"))
            if name.startswith("on") or fetches or "javascript:" in value:
                return True
    return False
