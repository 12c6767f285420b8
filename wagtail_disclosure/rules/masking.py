"""What in a text should be masked before it is published: patterns of the jurisdiction, and what is known of its writer.

People write numbers with spaces, dashes and full-width digits, so a text is compared as it is typed on a keyboard, each
character for one of its own: places in the one are places in the other. Nothing is masked by itself: an officer takes
or leaves each :class:`Suggestion`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# What stands between the characters of one number or name: spaces, dashes, dots, what shows nothing.
BETWEEN = r"[\s\-_.·,/\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]{0,3}"
AT_END = re.compile(BETWEEN.removesuffix("{0,3}"))
# In the patterns of the data files: the same, so that they can be read.
MARK = "~"
# Shorter ones are found in any text.
SHORTEST = {"name": 2, "email": 5, "address": 4}
SHORTEST_KNOWN = 4
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣ー"), "-")
DOTS = dict.fromkeys(map(ord, "•‧・．。｡"), ".")
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
# After these the part of an address begins that says where somebody lives.
REGION = re.compile(r"省|自治区|特别行政区|市|州|盟|区|县|旗")
HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Suggestion:
    """A passage to be masked: ``kind`` is the code of a pattern, or says what of the writer it is (``is_known``)."""

    kind: str
    start: int
    end: int
    text: str
    is_known: bool = False


class _Keyboard(dict):
    """A table for ``str.translate`` that gives one character for each."""

    def __missing__(self, code):
        char = chr(code)
        digit = unicodedata.decimal(char, None)
        plain = str(digit) if digit is not None else unicodedata.normalize("NFKC", char)
        self[code] = found = plain.lower() if len(plain.lower()) == 1 else char
        return found


_keyboard = _Keyboard({**DASHES, **DOTS})


def typed(text):
    """``text`` with plain digits, letters and dashes, as long as before."""
    return text.translate(_keyboard)


@lru_cache(maxsize=256)
def _compiled(pattern):
    return re.compile(pattern.replace(MARK, BETWEEN), re.IGNORECASE)


def _of_pattern(pattern, text):
    """The places where ``pattern`` (an item of the vocabulary ``masking``) is found in the typed ``text``."""
    for match in _compiled(pattern.fact("pattern")).finditer(text):
        start, end = match.span("mask" if "mask" in match.re.groupindex else 0)
        # What stands between two parts belongs to none of them.
        while start < end and AT_END.match(text[end - 1]):
            end -= 1
        if start < end:
            yield start, end


def _ways(kind, value):
    """How a known value may stand in a text."""
    value = typed(value).strip()
    yield value
    if kind == "phone":
        yield COUNTRY.sub("", re.sub(r"[^\d+]", "", value))
    elif kind == "address":
        *_regions, rest = REGION.split(value)
        yield rest
    elif kind == "name" and HAN.fullmatch(value) and len(value) in (3, 4):
        # 小明 for 王小明; 明 alone would be found everywhere.
        yield value[-2:]


def _finder(kind, value):
    """A pattern that finds ``value`` with whatever stands between its characters; None for one that is too short."""
    chars = [char for char in value if char.isalnum() or char == "@"]
    if len(chars) < SHORTEST.get(kind, SHORTEST_KNOWN):
        return None
    joined = BETWEEN.join(map(re.escape, chars))
    # A number or a Latin name inside a longer one is another.
    before = r"(?<![0-9a-z])" if chars[0].isascii() else ""
    after = r"(?![0-9a-z])" if chars[-1].isascii() else ""
    return re.compile(before + joined + after)


def _of_known(kind, value, text):
    for way in dict.fromkeys(_ways(kind, value)):
        pattern = _finder(kind, way)
        if pattern is not None:
            yield from (match.span() for match in pattern.finditer(text))


def suggestions(text, patterns=(), known=()):
    """The passages of ``text`` that should be masked, in order and apart from each other.

    ``patterns`` are items of the vocabulary ``masking``; ``known`` are pairs of a kind (``name``, ``phone``, ``email``,
    ``address``, ``number``, ``text``) and a value of who wrote. Where two meet, what is known comes first.
    """
    plain = typed(text)
    spans = [
        (start, end, kind, True) for kind, value in known for start, end in _of_known(kind, value, plain)
    ]
    for pattern in patterns:
        spans += [(start, end, pattern.code, False) for start, end in _of_pattern(pattern, plain)]
    return tuple(
        Suggestion(kind, start, end, text[start:end], is_known)
        for start, end, kind, is_known in _joined(spans)
    )


def _joined(spans):
    """``spans`` in order; those that overlap as one, under the name of the known or the longest of them."""
    joined = []
    for span in sorted(spans):
        if not joined or span[0] >= joined[-1][-1][1]:
            joined.append([span, (span[0], span[1])])
            continue
        best, (start, end) = joined[-1]
        best = max(best, span, key=lambda each: (each[3], each[1] - each[0]))
        joined[-1] = [best, (start, max(end, span[1]))]
    return [(start, end, best[2], best[3]) for best, (start, end) in joined]


def masked(text, taken, shown_as):
    """``text`` with the suggestions ``taken`` out, each replaced by ``shown_as(suggestion)``."""
    found, at = [], 0
    for each in sorted(taken, key=lambda each: each.start):
        if each.start < at:
            continue
        found += [text[at : each.start], shown_as(each)]
        at = each.end
    return "".join([*found, text[at:]])
