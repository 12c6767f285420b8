"""From the paragraphs of a text to the blocks of a document: headings, clauses, tables, running text."""

import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from uuid import uuid4

from django.utils.translation import get_language

from . import findings, manifest
from .matching import folded

NUMERAL = "[一二三四五六七八九十百千零〇○]"
FIRST_LEVEL = re.compile(rf"{NUMERAL}{{1,4}}[、.．]\s*\S")
SECOND_LEVEL = re.compile(rf"[(（]{NUMERAL}{{1,4}}[)）]\s*\S")
CHAPTER = re.compile(rf"第{NUMERAL}{{1,4}}[章编節节](?![一-鿿]{{30}})")
CLAUSE = re.compile(
    rf"(第{NUMERAL}{{1,6}}条(?:之{NUMERAL}{{1,2}})?|第{NUMERAL}{{1,6}}條)(?:[\s:：]+|$)(.*)", re.S
)
CAPTION = re.compile(r"附?表\s*[\d一二三四五六七八九十]|Table\s*\d")
ENDS_SENTENCE = "。；;，,：:！!？?、"
LONGEST_HEADING = 40
# A signature or a date below the last clause.
LONGEST_SIGNATURE = 25
PAGE_LINES = re.compile(
    r"浏览次数|瀏覽次數|【字体|【字體|字体:\s*大|网站支持IPv6|当前位置|當前位置|打印本页|打印本頁|关闭窗口|關閉窗口"
    r"|首页\s*[>》]|首頁\s*[>》]|欢迎访问|歡迎訪問"
)
LABELLED = re.compile(r"([^:：]{0,12})([:：]?)\s*(.*)", re.S)
# How far down the beginning of a text reaches, in paragraphs.
BEGINNING = 40
TITLE_WITHIN = 8


@dataclass
class Node:
    """A piece of the text: ``p`` (with markup), ``h2``–``h4``, ``list``, ``table``, ``quote`` or ``hr``."""

    kind: str
    html: str = ""
    text: str = ""
    centred: bool = False
    data: dict = field(default_factory=dict)
    line: int = 0


def paragraph(text, **options):
    """A node of plain text."""
    return Node("p", escape(text, quote=False), text, **options)


def is_short(text):
    """Whether a line can be a heading: short, and no sentence."""
    return len(text) <= LONGEST_HEADING and text[-1:] not in ENDS_SENTENCE and "。" not in text


def blocks_of(nodes, title="", known=None):
    """Return ``(blocks, notes)``: stream data for the body, and what an editor should look at.

    ``known`` are the values of the manifest by column, to compare lines of a header with.
    """
    notes = []
    nodes = _without_title(nodes, title, notes)
    _note_header(nodes, known or {}, notes)
    builder = _Builder(title, has_clauses=sum(_is_clause(node) for node in nodes) > 1)
    for node in nodes:
        builder.add(node)
    return builder.finish(), notes


def _is_clause(node):
    return node.kind == "p" and CLAUSE.match(node.text) is not None


def _compact(text):
    return re.sub(r"\s+", "", folded(text))


def _without_title(nodes, title, notes):
    """Leave out the title where the text begins with it, also over several lines: the page shows it already."""
    wanted = _compact(title)
    if not wanted:
        return nodes
    kept, at = [], 0
    while at < len(nodes):
        length = _title_length(nodes, at, wanted) if at < TITLE_WITHIN else 0
        if length:
            notes.append(findings.note("title_repeated", severity=findings.INFO))
            at += length
        else:
            kept.append(nodes[at])
            at += 1
    return kept


def _title_length(nodes, at, wanted):
    joined = ""
    for length, node in enumerate(nodes[at : at + 3], 1):
        if node.kind not in ("p", "h2", "h3"):
            return 0
        joined += _compact(node.text)
        if joined == wanted:
            return length
    return 0


# Lines of a header inside the text


@cache
def _header_labels(language):
    """What a line of a header may be called, in ``language`` (the active one) and in Chinese."""
    found = {}
    for column in manifest.COLUMNS:
        for name in (*column.also, str(column.label)):
            found[folded(name)] = column.key
    # What is shown on web pages and has no column: publishing sets it.
    found.update({folded(name): "" for name in ("发布日期", "发布时间")})
    return found


def _note_header(nodes, known, notes):
    """Report lines such as 索引号 … 生成日期 at the beginning: suggestions for the fields, never written."""
    labels = _header_labels(get_language())
    beginning = [node for node in nodes[:BEGINNING] if node.kind == "p"]
    found = list(_header_lines(beginning, labels))
    # A single such word may well be part of the text.
    if len(found) > 1:
        for node, name, key, value in found:
            if not value or folded(value) == folded(known.get(key, "")):
                continue
            notes.append(
                findings.note("header_line", field=key, line=node.line, excerpt=value, label=name[:40])
            )
    for node in beginning:
        if len(node.text) < 100 and PAGE_LINES.search(node.text):
            notes.append(findings.note("page_line", line=node.line, excerpt=node.text))


def _header_lines(nodes, labels):
    """Yield ``(node, label, column, value)`` for lines that are a label, with the value there or on the next one."""
    for index, node in enumerate(nodes):
        for part in re.split(r"\s*[|｜]\s*|\s{3,}", node.text):
            name, colon, value = LABELLED.match(part).groups()
            key = labels.get(folded(name))
            if key is None or (value and not colon):
                continue
            following = nodes[index + 1].text if index + 1 < len(nodes) else ""
            if not value and not colon and len(following) < 80 and not _is_label(following, labels):
                value = following
            yield node, name.strip(), key, value.strip()


def _is_label(text, labels):
    name, colon, value = LABELLED.match(text).groups()
    return folded(name) in labels and (bool(colon) or not value)


# Blocks


def _after(html, label):
    """``html`` without the number of the clause at its beginning."""
    match = re.match(rf"(?:<(b|i)>)?\s*{re.escape(label)}\s*(</\1>)?[\s:：]*", html)
    if not match:
        return html
    open_tag = f"<{match.group(1)}>" if match.group(1) and not match.group(2) else ""
    return open_tag + html[match.end() :]


def block(kind, value):
    return {"type": kind, "value": value, "id": str(uuid4())}


class _Builder:
    """Puts nodes together: neighbouring paragraphs are one block, neighbouring clauses one list."""

    def __init__(self, title, has_clauses):
        self.has_clauses = has_clauses
        # What a table without a caption is called: the heading above it, or the title.
        self._above = title
        self.blocks, self._html, self._clauses = [], [], []

    def add(self, node):
        handler = getattr(self, f"_add_{node.kind}", self._add_markup)
        handler(node)

    def finish(self):
        self._end_clauses()
        self._end_text()
        return self.blocks

    def _end_text(self):
        if self._html:
            self.blocks.append(block("paragraph", "".join(self._html)))
            self._html = []

    def _end_clauses(self):
        if self._clauses:
            items = [{"type": "item", "value": each, "id": str(uuid4())} for each in self._clauses]
            self.blocks.append(block("clauses", items))
            self._clauses = []

    def _own_block(self, kind, value):
        self._end_clauses()
        self._end_text()
        self.blocks.append(block(kind, value))
        if kind == "heading":
            self._above = value

    def _add_p(self, node):
        text = node.text
        clause = CLAUSE.match(text) if self.has_clauses else None
        if clause:
            self._end_text()
            rest = _after(node.html, clause.group(1))
            self._clauses.append({"label": clause.group(1), "text": f"<p>{rest}</p>"})
        elif (CHAPTER.match(text) or FIRST_LEVEL.match(text)) and is_short(text):
            self._own_block("heading", text)
        elif self._clauses and not self._is_signature(text):
            self._clauses[-1]["text"] += f"<p>{node.html}</p>"
        elif node.centred and is_short(text):
            self._own_block("heading", text)
        elif SECOND_LEVEL.match(text) and is_short(text):
            self._end_clauses()
            self._above = text
            self._html.append(f"<h3>{node.html}</h3>")
        else:
            self._end_clauses()
            if CAPTION.match(text) and is_short(text):
                self._above = text
            self._html.append(f"<p>{node.html}</p>")

    def _is_signature(self, text):
        return (
            len(text) <= LONGEST_SIGNATURE and text[-1:] not in ENDS_SENTENCE and not SECOND_LEVEL.match(text)
        )

    def _add_h2(self, node):
        self._own_block("heading", node.text)

    def _add_markup(self, node):
        """Headings of lower levels, lists and rules: part of the running text."""
        if node.kind == "list" and self._clauses:
            self._clauses[-1]["text"] += node.html
            return
        self._end_clauses()
        tag = {"h3": "h3", "h4": "h4"}.get(node.kind)
        self._above = node.text if tag else self._above
        self._html.append(f"<{tag}>{node.html}</{tag}>" if tag else node.html)

    def _add_table(self, node):
        self._own_block("table", node.data | {"caption": node.data["caption"] or self._above})

    def _add_quote(self, node):
        self._own_block("quote", {"text": node.text, "source": ""})
