"""PDF: scripts and actions, embedded files, forms, names, scans without text, numbers of persons.

Every object of the file is looked at, whether a page refers to it or not. ``pypdf`` (extra ``pdf``) reads them.
"""

import io
import time

from . import limits
from .found import Found, bounded, metadata, numbers_in
from .limits import TooMuch
from .package import Encrypted

try:
    import pypdf
except ImportError:
    pypdf = None

MAX_PAGES = 2000
# Types of actions that a reader carries out by itself or on a click, and that do more than show something.
ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit",
    "/ImportData": "submit",
    "/GoToE": "embedded_file",
    "/Rendition": "active_content",
    "/Movie": "active_content",
    "/RichMediaExecute": "active_content",
}
ANNOTATIONS = {
    "/RichMedia": "active_content",
    "/Movie": "active_content",
    "/Screen": "active_content",
    "/3D": "active_content",
    "/FileAttachment": "embedded_file",
    "/Redact": "unfinished_redaction",
}
REMARKS = frozenset(
    {"/Text", "/FreeText", "/Highlight", "/StrikeOut", "/Underline", "/Squiggly", "/Caret", "/Ink"}
)


def check(data, budget):
    """Yield what is found in the PDF ``data``."""
    if pypdf is None:
        yield Found("not_checked", params={"reason": "pypdf"})
        return
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        if not reader.decrypt(""):
            raise Encrypted
        yield Found("restricted")
    yield from bounded(_objects(reader, budget))
    yield from _properties(reader)
    yield from _layers(reader)
    if data.count(b"%%EOF") > 2:
        yield Found("earlier_versions", params={"count": data.count(b"%%EOF")})
    yield from _texts(reader, budget)


def _objects(reader, budget):
    """Everything any object of the file can do, each thing once."""
    seen, remarks = set(), 0
    for number, key in enumerate(_keys(reader)):
        if number % 200 == 0:
            budget.check_time()
        try:
            value = pypdf.generic.IndirectObject(key, 0, reader).get_object()
        except RecursionError:
            raise
        except Exception:
            # An object that no reader can read does nothing.
            continue
        for each in _dictionaries(value):
            remarks += each.get("/Subtype") in REMARKS and bool(each.get("/Contents"))
            for found in _what_it_does(each):
                if (found.code, found.passage) not in seen:
                    seen.add((found.code, found.passage))
                    yield found
    for each in _dictionaries(reader.trailer.get("/Root", {}).get_object()):
        for found in _what_it_does(each):
            if (found.code, found.passage) not in seen:
                seen.add((found.code, found.passage))
                yield found
    if remarks:
        yield Found("comments", params={"count": remarks})


def _keys(reader):
    keys = {key for generation in reader.xref.values() for key in generation}
    return sorted(keys | set(getattr(reader, "xref_objStm", {})))


def _dictionaries(value, depth=0):
    """``value`` and the dictionaries directly within it; what it refers to comes by itself."""
    if depth > 20:
        return
    if isinstance(value, dict):
        yield value
        children = list(dict.values(value))
    elif isinstance(value, list):
        children = list(value)
    else:
        return
    for each in children:
        if not isinstance(each, pypdf.generic.IndirectObject):
            yield from _dictionaries(each, depth + 1)


def _what_it_does(each):
    kind = str(dict.get(each, "/S", ""))
    if kind in ACTIONS:
        yield Found(ACTIONS[kind], (), _shown(each.get("/JS") or each.get("/F") or kind))
    elif "/JS" in each:
        yield Found("javascript", (), _shown(each.get("/JS")))
    subtype = str(dict.get(each, "/Subtype", ""))
    if subtype in ANNOTATIONS:
        yield Found(ANNOTATIONS[subtype], (), subtype.lstrip("/"))
    if "/XFA" in each:
        yield Found("xfa_form")
    if "/EF" in each:
        yield Found("embedded_file", (), _shown(each.get("/UF") or each.get("/F") or ""))


def _shown(value):
    try:
        value = value.get_object()
        if hasattr(value, "get_data"):
            value = value.get_data()[:400].decode("latin-1")
    except Exception:
        # Only an illustration of what was found.
        return ""
    return str(value)[:400]


def _properties(reader):
    info = reader.metadata or {}
    values = {"Author": info.get("/Author"), "Company": info.get("/Company")}
    try:
        xmp = reader.xmp_metadata
        creators = (xmp.dc_creator or []) if xmp is not None else []
    except Exception:
        # Metadata that cannot be read names nobody.
        creators = []
    if not values["Author"] and creators:
        values["Author"] = ", ".join(map(str, creators))
    yield from metadata({name: value for name, value in values.items() if value})


def _layers(reader):
    """Layers that are not shown at first still hold their content."""
    properties = reader.trailer["/Root"].get("/OCProperties")
    if properties is None:
        return
    off = properties.get_object().get("/D", {}).get_object().get("/OFF")
    if off is not None and len(off.get_object()):
        yield Found("hidden_layers", params={"count": len(off.get_object())})


def _texts(reader, budget):
    left, with_text, number = limits.MAX_TEXT, 0, 0
    for number, page in enumerate(reader.pages, 1):
        if number > MAX_PAGES or left <= 0:
            raise TooMuch("not_checked", "limit")
        budget.check_time()
        text = page_text(page)
        left -= len(text)
        with_text += bool(text.strip())
        yield from bounded(numbers_in(text, ("page", number)))
    if number and not with_text:
        yield Found("no_text_layer")
    elif number > with_text:
        yield Found("pages_without_text", params={"count": number - with_text})


def page_text(page):
    """The text of a page as it can be stored: halves of characters cannot."""
    return (page.extract_text() or "").replace("\x00", "").encode("utf-8", "ignore").decode()


def pages_text(data, *, pages, characters, until):
    """The text of the PDF ``data``, as far as the limits allow. ``until`` is a time of ``time.monotonic``."""
    found, size = [], 0
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages):
        if number >= pages or size >= characters or time.monotonic() > until:
            break
        text = page_text(page)[: characters - size]
        found.append(text)
        size += len(text)
    return "\n".join(found)
