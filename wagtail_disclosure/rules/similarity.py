"""How alike two short texts are, whatever their width, case, punctuation or script variant."""

from collections import Counter

from .text import fold

# From here on two requests are shown to an officer as perhaps the same.
ALIKE = 0.6


def letters(text):
    """``text`` folded, letters and digits only."""
    return "".join(each for each in fold(text or "") if each.isalnum())


def similarity(one, other):
    """Share of neighbouring pairs of characters that two texts have in common: from 0.0 to 1.0, the same both ways.

    Texts without letters or digits are like nothing.
    """
    one, other = letters(one), letters(other)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _pairs(text):
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
