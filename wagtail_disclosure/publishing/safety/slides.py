"""Presentations (.pptx): hidden slides, speaker notes, comments, numbers of persons."""

import re

from . import ooxml
from .found import Found, bounded, numbers_in
from .package import attribute

SLIDES = re.compile(r"ppt/slides/slide\d+\.xml")
NOTES = re.compile(r"ppt/notesSlides/notesSlide\d+\.xml")
COMMENTS = re.compile(r"ppt/comments/[^/]+\.xml")


def check(package):
    yield from bounded(ooxml.check(package))
    for name in package.matching(SLIDES):
        yield from bounded(_slide(package, name))
    for name in package.matching(NOTES):
        text = _notes(package, name)
        if text.strip():
            yield Found("speaker_notes", ("slide", _number(name)), text)
            yield from bounded(numbers_in(text, ("slide", _number(name))))
    count = sum(
        tag in ("cm", "comment") for name in package.matching(COMMENTS) for tag, _e in package.elements(name)
    )
    if count:
        yield Found("comments", (), params={"count": count})


def _number(name):
    return int(re.search(r"(\d+)\.xml$", name)[1])


def _slide(package, name):
    texts = []
    for tag, element in package.elements(name):
        if tag == "t":
            texts.append(element.text or "")
        elif tag == "p":
            texts.append("\n")
        elif tag == "sld" and attribute(element, "show") in ("0", "false"):
            yield Found("hidden_slide", ("slide", _number(name)))
    yield from numbers_in("".join(texts), ("slide", _number(name)))


def _notes(package, name):
    """The text of the notes; the number of the slide stands in a field."""
    texts = []
    for tag, element in package.elements(name):
        if tag == "r":
            text = ooxml.child(element, "t")
            texts.append((text.text or "") if text is not None else "")
        elif tag == "p":
            texts.append("\n")
    return "".join(texts)
