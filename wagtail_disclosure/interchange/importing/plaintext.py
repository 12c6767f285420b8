"""Plain text: which lines belong together, which are centred, which form a table."""

import re
from collections import Counter

from .structure import FIRST_LEVEL, SECOND_LEVEL, Node, paragraph

SPACE = " \t\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"
SPACES = " \u00a0\u3000\ufeff"
LEADING = re.compile(f"[{SPACE}]*")
TRAILING = re.compile(f"[{SPACE}]+\\Z")
NUMBERED = re.compile(
    r"[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,4})[)）、.．]|第[一二三四五六七八九十百]+[章节條条]|[-•·*—]\s"
)
SENTENCE_END = "。！？!?…：:；;”』」)）】》"
# Columns that a centred line is further in than the others.
CENTRED = 8
# A line this much shorter than the longest ended on purpose.
RAGGED = 6
# Lines that somebody wrapped are about this long; others are whole paragraphs.
WRAPPED = range(40, 161)


def _width(char):
    return 2 if ord(char) > 0x2E7F else 1


def width(text):
    """Columns that the text takes: an ideograph takes two."""
    return sum(map(_width, text))


class Line:
    def __init__(self, number, raw):
        start = LEADING.match(raw).end()
        self.number = number
        self.text = TRAILING.sub("", raw[start:])
        self.indent = width(raw[:start].expandtabs(4))
        # With the tabs at the end, which stand for empty cells.
        self.cells = [cell.strip(SPACES) for cell in raw[start:].split("\t")] if "\t" in raw else [self.text]


def nodes_of(text):
    """The paragraphs and tables of a text as a list of :class:`Node`."""
    text = re.sub("\r\n?|\u2028|\u0085", "\n", text)
    text = re.sub("[\f\v\u2029]", "\n\n", text)
    groups, group = [], []
    for number, raw in enumerate(text.split("\n"), 1):
        line = Line(number, raw)
        if line.text:
            group.append(line)
        elif group:
            groups.append(group)
            group = []
    if group:
        groups.append(group)
    indents = Counter(line.indent for group in groups for line in group)
    common = max(indents, key=lambda indent: (indents[indent], -indent), default=0)
    nodes = []
    for group in groups:
        nodes += _group_nodes(group, common)
    return nodes


def _group_nodes(group, common):
    """The nodes of lines without a blank one between them."""
    longest = max(width(line.text) for line in group) if len(group) > 1 else 0
    nodes, at = [], 0
    while at < len(group):
        rows = _table_rows(group, at)
        if rows:
            nodes.append(_table(rows))
            at += len(rows)
            continue
        line = group[at]
        words, at = [line.text], at + 1
        while at < len(group) and _goes_on(group[at - 1], group[at], longest) and not _table_rows(group, at):
            words.append(group[at].text)
            at += 1
        centred = line.indent - common >= CENTRED and len(words) == 1
        nodes.append(paragraph(_joined(words), centred=centred, line=line.number))
    return nodes


def _goes_on(before, line, longest):
    """Whether ``line`` goes on with the sentence that was wrapped at the end of ``before``."""
    return (
        longest in WRAPPED
        and width(before.text) >= longest - RAGGED
        and before.text[-1] not in SENTENCE_END
        and line.indent <= before.indent
        and not NUMBERED.match(line.text)
        and not FIRST_LEVEL.match(line.text)
        and not SECOND_LEVEL.match(line.text)
    )


def _joined(words):
    """Lines put together: with a space between words, without one between ideographs."""
    text = words[0]
    for word in words[1:]:
        text += word if _width(text[-1]) == 2 or _width(word[0]) == 2 else f" {word}"
    return re.sub("\t+", " ", text)


def _table_rows(group, at):
    """At least two lines with the same number of tabs, from ``at`` on."""
    count = len(group[at].cells)
    if sum(map(bool, group[at].cells)) < 2:
        return []
    rows = []
    for line in group[at:]:
        if len(line.cells) != count:
            break
        rows.append(line)
    return rows if len(rows) > 1 else []


def _table(rows):
    cells = "\n".join("\t".join(line.cells) for line in rows)
    data = {"caption": "", "header_row": True, "header_column": False, "cells": cells}
    return Node("table", text=cells, data=data, line=rows[0].number)
