"""Workbooks (.xlsx): sheets, rows and columns that are hidden, comments, kept data, numbers of persons."""

import re

from . import ooxml
from .found import Found, bounded, numbers_in
from .package import attribute

COMMENTS = re.compile(r"xl/(?:comments\d*|threadedComments/[^/]+|comments/[^/]+)\.xml")
PIVOT_CACHE = re.compile(r"xl/pivotCache/pivotCacheRecords\d*\.xml")
EXTERNAL = re.compile(r"xl/(?:externalLinks/[^/]+|connections)\.xml")
WORKBOOK = "xl/workbook.xml"
SHARED = "xl/sharedStrings.xml"
# Shorter numbers are never those of a person.
LONG_NUMBER = re.compile(r"\d{11,19}")


def check(package):
    yield from bounded(ooxml.check(package))
    sheets = yield from _sheets(package)
    yield from bounded(_links(package))
    for name in package.matching(PIVOT_CACHE):
        yield Found("kept_data", ("part", name))
    yield from _comments(package)
    personal = dict(_personal_strings(package))
    for name, title in sheets.items():
        yield from bounded(_sheet(package, name, title, personal))


def _sheets(package):
    """Yield the hidden sheets and return ``{member: title}`` of all."""
    members = ooxml.relations(package, WORKBOOK)
    found = {}
    for tag, element in package.elements(WORKBOOK):
        if tag != "sheet":
            continue
        title, state = attribute(element, "name"), attribute(element, "state")
        if state in ("hidden", "veryHidden"):
            yield Found("hidden_sheet", ("sheet", title))
        member = members.get(_relation_id(element))
        if member in package:
            found[member] = title
    return found


def _relation_id(element):
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def _links(package):
    for name in package.matching(EXTERNAL):
        for tag, element in package.elements(name):
            if tag == "ddeLink":
                yield Found(
                    "dde",
                    ("part", name),
                    f"{attribute(element, 'ddeService')}|{attribute(element, 'ddeTopic')}",
                )
            elif tag == "connection":
                yield Found("external_link", ("part", name), attribute(element, "name"))


def _comments(package):
    count, texts = 0, []
    for name in package.matching(COMMENTS):
        for tag, element in package.elements(name):
            count += tag in ("comment", "threadedComment")
            if tag in ("t", "text") and element.text:
                texts.append(element.text)
    if count:
        yield Found("comments", (), params={"count": count})
        yield from bounded(numbers_in("\n".join(texts)))


def _personal_strings(package):
    """The shared strings with numbers of persons in them: ``(index, found)``."""
    parts, index = [], 0
    for tag, element in package.elements(SHARED):
        if tag == "t":
            parts.append(element.text or "")
        elif tag == "si":
            if found := list(numbers_in("".join(parts))):
                yield str(index), found
            parts, index = [], index + 1


def _sheet(package, name, title, personal):
    rows = columns = 0
    for tag, element in package.elements(name):
        if tag == "row" and attribute(element, "hidden") in ("1", "true"):
            rows += 1
        elif tag == "col" and attribute(element, "hidden") in ("1", "true"):
            columns += _span(element)
        elif tag == "c":
            yield from _cell(element, title, personal)
    if rows:
        yield Found("hidden_rows", ("sheet", title), params={"count": rows})
    if columns:
        yield Found("hidden_columns", ("sheet", title), params={"count": columns})


def _span(column):
    try:
        return int(attribute(column, "max")) - int(attribute(column, "min")) + 1
    except ValueError:
        return 1


def _cell(cell, title, personal):
    place = ("cell", f"{title}!{attribute(cell, 'r')}")
    kind = attribute(cell, "t")
    value = ooxml.child(cell, "v")
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        for each in personal.get(text.strip(), ()):
            yield Found(each.code, place, each.passage)
    elif kind == "inlineStr":
        yield from numbers_in("".join(cell.itertext()), place)
    elif LONG_NUMBER.search(text):
        yield from numbers_in(text, place)
    formula = ooxml.child(cell, "f")
    if formula is not None and is_dde_formula(f"={formula.text or ''}"):
        yield Found("dde", place, formula.text)


def is_dde_formula(text):
    """Whether a cell starts a program: ``=cmd|'/c calc'!A1``."""
    return bool(re.match(r"\s*[=+\-@]\s*[\w.\"']+\s*\|.*!", text, re.DOTALL))
