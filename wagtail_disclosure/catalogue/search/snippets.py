"""What a search shows of a document's text: one passage around the first match, each sentence once."""

from ...rules.text import excerpt, fold
from . import clauses

SNIPPET_LENGTH = 120
# A line that ends like this says something by itself.
SENTENCE_ENDS = tuple("。！？；.!?;")
# Of a line without an end, no more than so much is looked at.
LONGEST_LINE = 2000


def snippet(body, query):
    """About 120 characters of ``body`` around the first word of ``query``; an ellipsis where a sentence is cut."""
    text, is_cut = _passage(body, _first_match(body, query))
    part = excerpt(text, query, SNIPPET_LENGTH)
    shown = " ".join("".join(piece.text for piece in part.pieces).split())
    before = "…" if shown and (is_cut or part.cut_before) else ""
    after = "…" if shown and part.cut_after else ""
    return before + shown + after


def _first_match(body, query):
    """Where in ``body`` a word of ``query`` stands first; the line of it where folding changes lengths."""
    terms = clauses.terms_of(query)
    folded = fold(body)
    if len(folded) == len(body):
        return min((at for term in terms if (at := folded.find(term)) >= 0), default=0)
    at = 0
    for line in body.split("\n"):
        if any(term in fold(line) for term in terms):
            return at
        at += len(line) + 1
    return 0


def _passage(body, at):
    """The line of ``body`` at ``at``; a heading, a caption or a row of a table with the lines after it.

    What a line says again is left out: a caption repeats the heading above it, a paragraph the summary.
    Returns the text, and whether it begins inside its line.
    """
    first = body.rfind("\n", 0, at) + 1
    begin = max(first, at - LONGEST_LINE)
    text = ""
    for line in body[begin : at + LONGEST_LINE].split("\n"):
        line = line.strip()
        if line.startswith(text):
            text = line
        elif line not in text:
            text = f"{text} {line}"
        if text.endswith(SENTENCE_ENDS) or len(text) > SNIPPET_LENGTH:
            break
    return text, begin > first
