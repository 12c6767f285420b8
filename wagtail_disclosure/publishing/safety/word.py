"""Word documents (.docx): tracked changes, comments, hidden text, fields that fetch, numbers of persons."""

import re

from . import limits, ooxml
from .found import Found, bounded, numbers_in
from .package import attribute

PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|glossary/document)\d*\.xml")
MAIN = "word/document.xml"
COMMENTS = re.compile(r"word/comments\d*\.xml")
CHANGES = {"ins": "insertions", "del": "deletions", "moveFrom": "moves", "moveTo": "moves"}


def check(package):
    yield from bounded(ooxml.check(package))
    texts = []
    for name in package.matching(PARTS):
        reader = _Part(name)
        for tag, element in package.elements(name):
            reader.take(tag, element)
        yield from bounded(reader.found())
        texts.append(reader.text())
    for name in package.matching(COMMENTS):
        reader, count, authors = _Part(name), 0, set()
        for tag, element in package.elements(name):
            reader.take(tag, element)
            if tag == "comment":
                count += 1
                authors.add(attribute(element, "author"))
        if count:
            yield Found("comments", (), ", ".join(sorted(filter(None, authors))), {"count": count})
            texts.append(reader.text())
    yield from bounded(numbers_in("\n".join(texts)[: limits.MAX_TEXT]))


class _Part:
    """Reads one part of the document, element by element."""

    def __init__(self, name):
        # The text itself is where everybody looks first.
        self.place = () if name == MAIN else ("part", name)
        self.texts, self.hidden, self.fields = [], [], []
        self.changes, self.authors = 0, set()

    def take(self, tag, element):
        if tag in ("t", "delText"):
            self.texts.append(element.text or "")
        elif tag == "p":
            self.texts.append("\n")
        elif tag == "tab":
            self.texts.append("\t")
        elif tag == "instrText" and ooxml.DDE.search(element.text or ""):
            self.fields.append(element.text)
        elif tag == "fldSimple" and ooxml.DDE.search(attribute(element, "instr")):
            self.fields.append(attribute(element, "instr"))
        elif tag in CHANGES:
            self.changes += 1
            self.authors.add(attribute(element, "author"))
        elif tag == "r":
            self._take_run(element)

    def _take_run(self, run):
        properties = ooxml.child(run, "rPr")
        if properties is None:
            return
        vanish = ooxml.child(properties, "vanish")
        if vanish is not None and ooxml.is_on(vanish):
            text = "".join(run.itertext()).strip()
            if text:
                self.hidden.append(text)

    def found(self):
        if self.changes:
            who = ", ".join(sorted(filter(None, self.authors)))
            yield Found("tracked_changes", self.place, who, {"count": self.changes})
        if self.hidden:
            yield Found("hidden_text", self.place, " … ".join(self.hidden)[:500])
        for field in self.fields:
            yield Found("dde", self.place, field)

    def text(self):
        return "".join(self.texts)
