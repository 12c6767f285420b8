"""Searching Chinese text without a word list: tokens, exact matching and highlighting.

Everything rests on ``fold``, which maps one character at a time, so a part of a text folds to a part of
the folded text. From that follows what search promises: a text is found by each and every part of it.
Tokens narrow the candidates down; ``contains`` then decides.

``strip_pinyin_residue``, ``find_damage`` and the strict dates live in modules of their own and are
offered here too.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from operator import add

from . import data
from .damage import DAMAGE_LABELS, Finding, find_damage, strip_pinyin_residue
from .dates import InvalidDate, is_day, parse_date_strict, parse_moment_strict

__all__ = [
    "DAMAGE_LABELS",
    "Excerpt",
    "Finding",
    "InvalidDate",
    "Piece",
    "bare",
    "contains",
    "excerpt",
    "find_damage",
    "fold",
    "highlight",
    "highlight_number",
    "is_chinese",
    "is_day",
    "is_searchable",
    "parse_date_strict",
    "parse_moment_strict",
    "search_terms",
    "strip_pinyin_residue",
    "tokens_for_index",
    "tokens_for_query",
]

# Longest run of letters or digits that is one token; longer words are found through their parts.
WORD_GRAM = 4
# So far an excerpt looks back for the beginning of a clause.
LOOK_BACK = 30
OPENING = "（(《〈“‘〔【「『["

# Characters typed for one another: brackets of document numbers, dashes, quotation marks, the zero of dates.
ALIKE = {
    "(": "〔［【〖[",
    ")": "〕］】〗]",
    "-": "‐‑‒–—―−",
    '"': "“”„‟″「」『』",
    "'": "‘’‛′",
    "·": "•・‧∙",
    "〇": "○◯",
}
# Ideographs and kana, which are written without spaces. Other scripts are read as words.
CJK = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u303c\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
RUNS = re.compile(rf"((?:(?=[^\W_])[{CJK}])+)|([^\W_{CJK}]+)")


@cache
def simplified_forms():
    """Map each traditional or variant character to the simplified one it is searched as."""
    words = " ".join(data.load("variants.json")["words"]).split()
    return {variant: word[0] for word in words for variant in word[1:]}


class _FoldTable(dict):
    """A table for ``str.translate`` that works out each character when it is first met."""

    def __init__(self):
        super().__init__({ord(char): to for to, chars in ALIKE.items() for char in chars})
        self.update({ord(char): to for char, to in simplified_forms().items()})

    def __missing__(self, point):
        folded = self[point] = self._fold(chr(point))
        return folded

    def _fold(self, char):
        if char.isspace():
            return " "
        text = char
        # Twice, for the few characters whose folded form folds again.
        for _round in range(2):
            text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
            text = "".join(one for one in text if unicodedata.category(one)[0] != "M")
            text = unicodedata.normalize("NFC", text)
        text = "".join(dict.get(self, ord(one), one) if one != char else one for one in text)
        return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf"))


_table = cache(_FoldTable)


def fold(text):
    """Return ``text`` as search compares it.

    Compatibility forms and full-width characters become plain ones, letters lose case and accents,
    traditional characters become simplified, brackets, dashes and quotation marks of the same use become
    one, invisible characters go. Each character is folded on its own.
    """
    return text.translate(_table())


def search_terms(query):
    """Return the folded terms of a query: its parts between spaces. Every one of them must be in the text."""
    return list(dict.fromkeys(fold(query).split()))


def _grams(run, size):
    """All parts of ``run`` with up to ``size`` characters."""
    parts = list(run)
    yield from parts
    for length in range(1, size):
        parts = list(map(add, parts, run[length:]))
        yield from parts


def tokens_for_index(text):
    """Return the distinct tokens to index ``text`` under, in order of first appearance.

    Ideographs give single characters and pairs; words and numbers give their parts of up to four letters
    or digits. Tokens are folded and hold nothing but letters and digits; none is longer than four
    characters.
    """
    tokens = {}
    for ideographs, word in RUNS.findall(fold(text)):
        tokens.update(dict.fromkeys(_grams(ideographs, 2) if ideographs else _grams(word, WORD_GRAM)))
    return list(tokens)


def _required(run, size):
    """The longest tokens that every text with ``run`` in it has."""
    if len(run) <= size:
        return [run]
    return [run[start : start + size] for start in range(len(run) - size + 1)]


def tokens_for_query(query):
    """Return the tokens a text must all have to be able to match ``query``.

    No text that ``contains`` the query lacks one of them; a text that has them all may still not contain
    it. The list is empty when the query has no letter, digit or ideograph: such a query cannot be looked
    up in an index.
    """
    tokens = {}
    for term in search_terms(query):
        for ideographs, word in RUNS.findall(term):
            tokens.update(
                dict.fromkeys(_required(ideographs, 2) if ideographs else _required(word, WORD_GRAM))
            )
    return list(tokens)


def is_searchable(query):
    """Whether ``query`` has anything an index can look up."""
    return bool(tokens_for_query(query))


def contains(text, query):
    """Whether every term of ``query`` stands in ``text``, as ``fold`` compares them.

    A query without terms is contained in every text.
    """
    folded = fold(text)
    return all(term in folded for term in search_terms(query))


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it is what was searched for."""

    text: str
    is_match: bool


@dataclass(frozen=True)
class Excerpt:
    """Highlighted pieces out of a longer text, and whether text was left out before and after them."""

    pieces: tuple
    cut_before: bool
    cut_after: bool


def _match_spans(text, terms, bare=False):
    """Return the merged spans ``(start, end)`` in ``text`` of every occurrence of a term.

    With ``bare``, only the letters and digits of the text are compared.
    """
    table = _table()
    folded = [table[ord(char)] for char in text]
    if bare:
        folded = [part if part.isalnum() else "" for part in folded]
    joined = "".join(folded)
    spans = []
    for term in terms:
        at = joined.find(term)
        while at >= 0:
            spans.append((at, at + len(term)))
            at = joined.find(term, at + len(term))
    if not spans:
        return []
    origins = [index for index, part in enumerate(folded) for _char in part]
    found = []
    for start, end in ((origins[start], origins[end - 1] + 1) for start, end in spans):
        # Accents and invisible characters belong to the character before them.
        while end < len(text) and not folded[end]:
            end += 1
        found.append((start, end))
    return _merged(found)


def _merged(spans):
    """``spans`` in order, those that touch as one."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pieces(text, spans):
    at = 0
    for start, end in spans:
        if at < start:
            yield Piece(text[at:start], False)
        yield Piece(text[start:end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)


def highlight(text, query):
    """Return ``text`` as a list of ``Piece``, split where terms of ``query`` begin and end.

    The pieces put together are the text unchanged; making HTML of them, escaped, is up to the template.
    """
    return list(_pieces(text, _match_spans(text, search_terms(query))))


def bare(text):
    """The letters and digits of ``text``, folded: how a number reads whose brackets and dashes were left out."""
    return "".join(char for char in fold(text) if char.isalnum())


def highlight_number(number, query):
    """As ``highlight``; a number typed without its brackets is found as well: 发改2026 in 发改〔2026〕4号."""
    folded, spans = fold(number), []
    for term in search_terms(query):
        if term in folded:
            spans += _match_spans(number, [term])
        elif bare(term):
            spans += _match_spans(number, [bare(term)], bare=True)
    return list(_pieces(number, _merged(spans)))


def excerpt(text, query, length=120):
    """Return an ``Excerpt`` of about ``length`` characters around the first match, or from the beginning.

    It begins where a clause or a word does, as far as there is one near.
    """
    spans = _match_spans(text, search_terms(query))
    start = max(0, min(spans[0][0] - length // 4, len(text) - length)) if spans else 0
    start = _clause_start(text, start, spans[0][0]) if start else 0
    end = min(len(text), max(start + length, spans[0][1] if spans else 0))
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    return Excerpt(tuple(_pieces(text[start:end], inside)), start > 0, end < len(text))


def _clause_start(text, start, match):
    """The place near ``start``, at the latest at ``match``, where a clause begins; else where a word does."""
    after = [place for place in range(start, match + 1) if not text[place - 1].isalnum()]
    before = [place for place in range(start, max(0, start - LOOK_BACK), -1) if not text[place - 1].isalnum()]
    for place in [*after, *before]:
        # What belongs to the clause before it is passed over.
        while place < match and not (text[place].isalnum() or text[place] in OPENING):
            place += 1
        return place
    return start


def is_chinese(text):
    """Whether ``text`` is written in ideographs for the most part."""
    runs = RUNS.findall(text)
    ideographs = sum(len(found) for found, _word in runs)
    letters = sum(1 for _found, word in runs for char in word if char.isalpha())
    return ideographs > 0 and ideographs >= letters
