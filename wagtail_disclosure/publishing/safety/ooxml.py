"""Office Open XML: what Word, Excel and PowerPoint files of today have in common."""

import re

from .found import Found, metadata
from .package import attribute, local

MACROS = re.compile(r".*(?:vbaProject|vbaData)[^/]*|xl/macrosheets/.*\.xml", re.IGNORECASE)
EMBEDDED = re.compile(r"(?:word|xl|ppt)/embeddings/.+", re.IGNORECASE)
ACTIVE_X = re.compile(r"(?:word|xl|ppt)/(?:activeX|ctrlProps)/.+\.xml", re.IGNORECASE)
RELATIONS = re.compile(r".*_rels/[^/]*\.rels")
DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
# Links that a reader follows by clicking. Everything else is fetched by the program on its own.
HARMLESS = ("/hyperlink",)


def check(package):
    """Yield what any Office file may carry."""
    for name in package.matching(MACROS):
        yield Found("macros", ("part", name))
    for name in package.matching(ACTIVE_X):
        yield Found("active_content", ("part", name), "ActiveX")
    for name in package.matching(EMBEDDED):
        yield Found("embedded_file", ("part", name))
    yield from _links(package)
    yield from _properties(package)


def _links(package):
    for name in package.matching(RELATIONS):
        for tag, element in package.elements(name):
            kind = attribute(element, "Type")
            external = attribute(element, "TargetMode").lower() == "external"
            if tag == "Relationship" and external and not kind.endswith(HARMLESS):
                yield Found("external_link", ("part", name), attribute(element, "Target"))


def _properties(package):
    values = {}
    for tag, element in package.elements("docProps/core.xml"):
        if tag in ("creator", "lastModifiedBy") and element.text:
            values[tag] = element.text
    for tag, element in package.elements("docProps/app.xml"):
        if tag in ("Company", "Manager") and element.text:
            values[tag] = element.text
    yield from metadata(values)


def relations(package, part):
    """The relations of ``part`` as ``{id: name of the member}``."""
    folder, _slash, name = part.rpartition("/")
    found = {}
    for tag, element in package.elements(f"{folder}/_rels/{name}.rels"):
        if tag == "Relationship" and attribute(element, "TargetMode").lower() != "external":
            target = attribute(element, "Target")
            found[attribute(element, "Id")] = (
                target.lstrip("/") if target.startswith("/") else _joined(folder, target)
            )
    return found


def _joined(folder, target):
    parts = folder.split("/") if folder else []
    for each in target.split("/"):
        if each == "..":
            parts = parts[:-1]
        elif each not in ("", "."):
            parts.append(each)
    return "/".join(parts)


def is_on(element):
    """Whether a switch such as ``<w:vanish/>`` is on."""
    return attribute(element, "val").lower() not in ("0", "false", "off", "none")


def child(element, name):
    """The first child with the local name ``name``, or None."""
    return next((each for each in element if local(each.tag) == name), None)
