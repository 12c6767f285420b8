"""OpenDocument files (.odt, .ods, .odp), and OFD files (GB/T 33190), which are built in a like manner."""

import re

from . import limits
from .found import Found, bounded, metadata, numbers_in
from .package import Encrypted, attribute, local

MACROS = re.compile(r"(?:Basic|Scripts)/.+")
OBJECTS = re.compile(r"Object [^/]+(?:/content\.xml)?")
OFD_PAGES = re.compile(r".*/Content\.xml", re.IGNORECASE)
OFD_ATTACHMENTS = re.compile(r".*/Attach(?:s|ments?)\.xml", re.IGNORECASE)
OFD_ANNOTATIONS = re.compile(r".*/Annot(?:ation)?s?/.*\.xml|.*/Annotation\.xml", re.IGNORECASE)
LISTS = {"Basic/script-lc.xml", "Basic/Standard/script-lb.xml"}


def check(package):
    for tag, _element in package.elements("META-INF/manifest.xml"):
        if tag == "encryption-data":
            raise Encrypted
    if macros := [name for name in package.matching(MACROS) if name not in LISTS]:
        yield Found("macros", ("part", macros[0]))
    for name in package.matching(OBJECTS):
        yield Found("embedded_file", ("part", name))
    yield from metadata(
        {
            tag: element.text
            for tag, element in package.elements("meta.xml")
            if tag in ("creator", "initial-creator", "printed-by") and element.text
        }
    )
    reader = _Content()
    for tag, element in package.elements("content.xml"):
        reader.take(tag, element)
    yield from bounded(reader.found())


class _Content:
    def __init__(self):
        self.hidden_styles, self.sheets, self.counts, self.texts = set(), [], {}, []
        self.notes, self.hidden = [], []

    def count(self, code, number=1):
        self.counts[code] = self.counts.get(code, 0) + number

    def take(self, tag, element):
        if tag in ("p", "h"):
            self.texts.append("".join(element.itertext()))
        elif tag == "style":
            self._take_style(element)
        elif tag == "table" and attribute(element, "style-name") in self.hidden_styles:
            self.sheets.append(attribute(element, "name"))
        elif tag in ("table-row", "table-column") and attribute(element, "visibility") in (
            "collapse",
            "filter",
        ):
            self.count("hidden_rows" if tag == "table-row" else "hidden_columns", _repeated(element, tag))
        elif tag == "changed-region":
            self.count("tracked_changes")
        elif tag == "annotation":
            self.count("comments")
        elif tag == "event-listener":
            self.count("active_content")
        elif tag in ("hidden-text", "hidden-paragraph"):
            self.hidden.append("".join(element.itertext()))
        elif tag == "span" and attribute(element, "style-name") in self.hidden_styles:
            self.hidden.append("".join(element.itertext()))
        elif tag == "notes":
            self.notes.append("".join(element.itertext()).strip())
        elif tag == "page" and attribute(element, "style-name") in self.hidden_styles:
            self.count("hidden_slide")

    def _take_style(self, style):
        for properties in style:
            hidden = (
                attribute(properties, "display") in ("false", "none"),
                attribute(properties, "visibility") == "hidden"
                and local(properties.tag) == "drawing-page-properties",
            )
            if any(hidden):
                self.hidden_styles.add(attribute(style, "name"))

    def found(self):
        for name in self.sheets:
            yield Found("hidden_sheet", ("sheet", name))
        for code, count in self.counts.items():
            yield Found(code, params={"count": count})
        if self.hidden:
            yield Found("hidden_text", (), " … ".join(self.hidden)[:500])
        for text in filter(None, self.notes):
            yield Found("speaker_notes", (), text)
        yield from numbers_in("\n".join(self.texts)[: limits.MAX_TEXT])


def _repeated(element, tag):
    try:
        return int(attribute(element, f"number-{tag[6:]}s-repeated") or 1)
    except ValueError:
        return 1


def check_ofd(package):
    if "Encryptions.xml" in package or "Decryptseed.dat" in package:
        raise Encrypted
    values = {
        tag: element.text
        for tag, element in package.elements("OFD.xml")
        if tag in ("Author", "CreatorUser") and element.text
    }
    yield from metadata(values)
    for name in package.matching(OFD_ATTACHMENTS):
        for tag, element in package.elements(name):
            if tag == "Attachment":
                yield Found("embedded_file", ("part", name), attribute(element, "Name"))
    annotations = sum(
        tag == "Annot"
        for name in package.matching(OFD_ANNOTATIONS)
        for tag, _element in package.elements(name)
    )
    if annotations:
        yield Found("comments", (), params={"count": annotations})
    pages = [name for name in package.matching(OFD_PAGES) if "/tpls/" not in name.lower()]
    texts = [package.text(name, {"TextCode"}) for name in pages]
    if pages and not any(text.strip() for text in texts):
        yield Found("no_text_layer")
    for number, text in enumerate(texts, 1):
        # A line is often one element for each run of characters.
        yield from bounded(numbers_in(text.replace("\n", ""), ("page", number)))
