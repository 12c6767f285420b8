"""What the checks of files yield: a code, a place and particulars, put into words for whoever reads them."""

from collections import Counter
from dataclasses import dataclass, field

from ...rules.personal_numbers import find_personal_numbers, masked
from . import limits

PASSAGE = 120


@dataclass(frozen=True)
class Found:
    """One thing found in a file. ``code`` stands in ``rules/vocabularies/file_findings.json``.

    ``place`` is a pair such as ``("page", 3)``; see ``words.PLACES``. ``params`` fill the sentence.
    """

    code: str
    place: tuple = ()
    passage: str = ""
    params: dict = field(default_factory=dict)

    def as_data(self):
        return {
            "code": self.code,
            "place": list(self.place),
            "passage": printable(self.passage)[:PASSAGE],
            "params": self.params,
        }


def printable(text):
    """``text`` in one line, without what cannot be shown or stored."""
    text = " ".join(str(text).split()).encode("utf-8", "ignore").decode()
    return "".join(each for each in text if each.isprintable())


def bounded(found):
    """At most ``MAX_SAME`` of each code, with a last line that says how many more there are."""
    counts = Counter()
    for each in found:
        counts[each.code] += 1
        if counts[each.code] <= limits.MAX_SAME:
            yield each
    for code, count in counts.items():
        if count > limits.MAX_SAME:
            yield Found("more", params={"code": code, "count": count - limits.MAX_SAME})


def numbers_in(text, place=()):
    """Numbers of persons in ``text``. They are masked: findings are read by more people than the file."""
    for each in find_personal_numbers(text):
        before = printable(text[max(0, each.start - 12) : each.start])
        passage = f"{before} {masked(text[each.start : each.end])}".strip()
        yield Found(f"file_{each.kind}", place, passage)


# What programs write where a name is meant.
PROGRAMS = frozenset({"openpyxl", "python-docx", "Un-named", "Unknown"})


def metadata(values):
    """Names of persons in the properties of a file, as one finding."""
    shown = {
        name: printable(value)[:80]
        for name, value in values.items()
        if printable(value) not in {"", *PROGRAMS}
    }
    if shown:
        yield Found("metadata", passage="; ".join(f"{name}: {value}" for name, value in shown.items()))
