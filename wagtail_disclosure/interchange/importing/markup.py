"""HTML from elsewhere: cleaned by nh3, then read as the few kinds of content that a document may have."""

import re
from collections import Counter
from html import escape
from html.parser import HTMLParser

import nh3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import findings
from .files import FileRefused
from .structure import Node

INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
LISTS = {"ul", "ol"}
TABLE_PARTS = {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
BREAKS = {
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "pre",
    "dl",
    "dt",
    "dd",
    "center",
    "address",
}
TAGS = {*INLINE, *HEADINGS, *LISTS, *TABLE_PARTS, *BREAKS, "li", "blockquote", "a", "br", "hr", "img"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Their content is no text.
WITH_CONTENT = {
    "script",
    "style",
    "title",
    "iframe",
    "object",
    "noscript",
    "template",
    "svg",
    "math",
    "select",
    "textarea",
}
REPORTED = {
    gettext_noop("scripts"): re.compile(r"<script\b", re.I),
    gettext_noop("styles"): re.compile(r"<style\b|<link\b", re.I),
    gettext_noop("embedded pages and programs"): re.compile(r"<(?:iframe|object|embed|applet|frame)\b", re.I),
    gettext_noop("event handlers"): re.compile(r"<[a-z][^<>]{0,2000}?[\s/\"']on[a-z]{3,30}\s*=", re.I),
    gettext_noop("forms"): re.compile(r"<(?:form|input|button|select|textarea)\b", re.I),
    gettext_noop("drawings and media"): re.compile(r"<(?:svg|math|video|audio|canvas)\b", re.I),
    gettext_noop("addresses that run programs"): re.compile(
        r"(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|vbscript|data):", re.I
    ),
}
FULL_ADDRESS = re.compile(r"(?:https?://|mailto:)\S", re.I)
# Deeper than any document is nested. Parsers take the square of the depth.
DEEPEST = 256
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that are empty, or that the next of their kind ends.
NOT_NESTED = frozenset(
    """area base br col embed hr img input link meta param source track wbr p li td th tr thead tbody tfoot caption
    colgroup dd dt option optgroup rp rt a html head body""".split()
)
WIDEST_SPAN = 100
# Empty cells that merged ones may leave in one table: a few letters must not grow into millions of cells.
MOST_PADDING = 20_000


def nodes_of(html):
    """Return ``(nodes, notes)``: the content of a page or fragment, and what was left out of it.

    Raises :class:`FileRefused` for what is nested too deep to be a document.
    """
    if _depth(html) > DEEPEST:
        raise FileRefused(
            _("The elements of the page are nested more than %(limit)d deep.") % {"limit": DEEPEST}
        )
    notes = [
        findings.note("removed", what=what, count=count)
        for what, pattern in REPORTED.items()
        if (count := sum(1 for _each in pattern.finditer(html)))
    ]
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=WITH_CONTENT,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(cleaned)
    reader.close()
    reader.end_paragraph()
    return reader.nodes, [*notes, *reader.notes]


def _depth(html):
    """How deep the tags are nested, up to one more than is allowed."""
    stack, counts = [], Counter()
    for match in TAG.finditer(html):
        name = match.group(2).lower()
        if name in NOT_NESTED:
            continue
        if not match.group(1):
            stack.append(name)
            counts[name] += 1
            if len(stack) > DEEPEST:
                break
        elif counts[name]:
            while True:
                closed = stack.pop()
                counts[closed] -= 1
                if closed == name:
                    break
    return len(stack)


class _Reader(HTMLParser):
    """Reads clean markup tag by tag, without recursion: pages may be nested as deep as their author liked."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.nodes, self.notes = [], []
        self._html, self._text = [], []
        self._inline, self._around_list, self._kind = [], [], "p"
        self._list, self._list_tags, self._quote = None, [], None
        self._table = None

    # Text

    def handle_data(self, data):
        data = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self._table is not None:
            self._table.text(data)
        elif self._quote is not None:
            self._quote.append(data)
        elif self._list is not None:
            self._list.append(escape(data, quote=False))
        else:
            self._html.append(escape(data, quote=False))
            self._text.append(data)

    def end_paragraph(self):
        """Close what is open and keep it if it says anything."""
        text = "".join(self._text).strip(" \u3000\u00a0")
        if text:
            html = "".join(self._html) + "".join(f"</{tag}>" for tag, _attrs in reversed(self._inline) if tag)
            # Spaces at the beginning stand for an indent, which is the style sheet's business.
            html = re.sub(r"^((?:<[^>]+>)*)[ \u3000\u00a0]+", r"\1", html).rstrip(" \u3000\u00a0")
            self.nodes.append(Node(self._kind, _without_empty(html), re.sub(r"\s+", " ", text)))
        self._html = [f"<{tag}{attrs}>" for tag, attrs in self._inline if tag]
        self._text, self._kind = [], "p"

    # Tags

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "img":
            self.notes.append(findings.note("image", excerpt=attrs.get("alt") or attrs.get("src") or ""))
        elif self._table is not None:
            self._table.start(tag, attrs)
        elif tag == "table":
            self._end_list()
            self.end_paragraph()
            self._table = _Table()
        elif self._quote is not None:
            self._quote.append("\n" if tag in BREAKS or tag == "br" else "")
        elif tag in LISTS or tag == "li":
            self._start_list(tag)
        elif tag in INLINE or tag == "a":
            self._start_inline(tag, attrs)
        elif tag == "br":
            (self._list if self._list is not None else self._html).append("<br/>")
            self._text.append(" ")
        elif tag == "blockquote":
            self._end_list()
            self.end_paragraph()
            self._quote = []
        elif tag in BREAKS or tag in HEADINGS or tag == "hr":
            self._start_block(tag)

    def handle_endtag(self, tag):
        if self._table is not None:
            if self._table.end(tag):
                self._end_table()
        elif self._quote is not None:
            if tag == "blockquote":
                self._end_quote()
        elif tag in LISTS or tag == "li":
            self._finish_list(tag)
        elif tag in INLINE or tag == "a":
            self._end_inline(tag)
        elif tag in BREAKS or tag in HEADINGS:
            if self._list is None:
                self.end_paragraph()
            else:
                self._list.append(" ")

    def _start_block(self, tag):
        if self._list is not None and tag not in HEADINGS:
            self._list.append(" ")
            return
        self._end_list()
        self.end_paragraph()
        if tag == "hr":
            self.nodes.append(Node("hr", "<hr/>"))
        elif tag in HEADINGS:
            self._kind = HEADINGS[tag]

    def _start_inline(self, tag, attrs):
        if tag == "a":
            href = attrs.get("href") or ""
            if not FULL_ADDRESS.match(href):
                if href:
                    self.notes.append(findings.note("link", excerpt=href))
                self._inline.append(("", ""))
                return
            mark, extra = "a", f' href="{escape(href)}"'
        else:
            mark, extra = INLINE[tag], ""
        self._inline.append((mark, extra))
        (self._list if self._list is not None else self._html).append(f"<{mark}{extra}>")

    def _end_inline(self, tag):
        if self._inline:
            mark, _extra = self._inline.pop()
            if mark:
                (self._list if self._list is not None else self._html).append(f"</{mark}>")

    # Lists

    def _start_list(self, tag):
        if self._list is None:
            self.end_paragraph()
            self._list, self._list_tags = [], []
            self._around_list, self._inline = self._inline, []
            if tag == "li":
                self._open_tag("ul")
        self._open_tag(tag)

    def _open_tag(self, tag):
        self._list_tags.append(tag)
        self._list.append(f"<{tag}>")

    def _finish_list(self, tag):
        if self._list is None or tag not in self._list_tags:
            return
        while self._list_tags:
            closed = self._list_tags.pop()
            self._list.append(f"</{closed}>")
            if closed == tag:
                break
        if not self._list_tags:
            self._end_list()

    def _end_list(self):
        if self._list is None:
            return
        self._list += [f"</{tag}>" for tag, _attrs in reversed(self._inline) if tag]
        self._list += [f"</{tag}>" for tag in reversed(self._list_tags)]
        html = re.sub(r" *(</?(?:ul|ol|li)>|<br/>) *", r"\1", "".join(self._list))
        html = _without_empty(html.replace("<li></li>", ""))
        text = re.sub(r"<[^>]*>", " ", html).strip()
        if text:
            self.nodes.append(Node("list", html, text))
        self._list, self._list_tags = None, []
        self._inline = self._around_list

    # Quotations and tables

    def _end_quote(self):
        lines = [" ".join(line.split()) for line in "".join(self._quote).split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            self.nodes.append(Node("quote", text=text))
        self._quote = None

    def _end_table(self):
        data = self._table.data()
        if data["cells"].strip():
            self.nodes.append(Node("table", text=data["cells"], data=data))
        if self._table.merged:
            self.notes.append(findings.note("merged_cells"))
        self._table = None

    def close(self):
        super().close()
        self._end_list()
        if self._quote is not None:
            self._end_quote()
        if self._table is not None:
            self._end_table()


class _Table:
    """Cells as text. A table within a cell is read as text of the cell."""

    def __init__(self):
        self.rows, self._row, self._cell = [], None, None
        self._caption, self._in_caption = [], False
        self._depth, self._padding = 1, 0
        # Rows that cells above still reach into, by column: of earlier rows, and of the present one.
        self._below, self._reach = {}, {}
        self.merged = self._in_head = False

    def start(self, tag, attrs):
        if tag == "table":
            self._depth += 1
        if self._depth > 1:
            self.text(" ")
            return
        if tag == "caption":
            self._in_caption = True
        elif tag in ("thead", "tbody", "tfoot"):
            self._in_head = tag == "thead"
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._row = self._row if self._row is not None else []
            self._cell = {
                "text": [],
                "head": tag == "th" or self._in_head,
                "th": tag == "th",
                **_spans(attrs),
            }
        else:
            self.text(" ")

    def text(self, data):
        if self._in_caption:
            self._caption.append(data)
        elif self._cell is not None:
            self._cell["text"].append(data)

    def end(self, tag):
        """Take note of an end tag; True when it ends the table."""
        if tag == "table":
            self._depth -= 1
            if self._depth == 0:
                self._end_row()
                return True
        if self._depth > 1:
            self.text(" ")
        elif tag == "caption":
            self._in_caption = False
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in BREAKS or tag == "li":
            self.text(" ")
        return False

    def _end_cell(self):
        if self._cell is None:
            return
        cell, self._cell = self._cell, None
        self._fill()
        place = len(self._row)
        self._row.append((" ".join("".join(cell["text"]).split()), cell))
        for _more in range(cell["colspan"] - 1):
            self._pad(cell)
        if cell["rowspan"] > 1:
            self._reach.update(dict.fromkeys(range(place, len(self._row)), cell["rowspan"] - 1))
        self.merged |= cell["colspan"] > 1 or cell["rowspan"] > 1

    def _pad(self, cell=None):
        if self._padding < MOST_PADDING:
            self._padding += 1
            self._row.append(("", cell or {"head": False, "th": False}))

    def _fill(self):
        """Leave the places empty that a cell above reaches down to."""
        while self._below.get(len(self._row), 0) > 0 and self._padding < MOST_PADDING:
            self._below[len(self._row)] -= 1
            self._pad()

    def _end_row(self):
        self._end_cell()
        if self._row is None:
            return
        reached = [place for place, left in self._below.items() if left > 0 and place >= len(self._row)]
        for _place in range(len(self._row), max(reached, default=-1) + 1):
            self._fill()
            self._pad()
        if self._row:
            self.rows.append(self._row)
        self._below = {place: left for place, left in {**self._below, **self._reach}.items() if left > 0}
        self._row, self._reach = None, {}

    def data(self):
        """The value of a table block."""
        self._end_row()
        rows = [row for row in self.rows if any(text for text, _cell in row)]
        has_head = bool(rows) and all(cell["head"] for _text, cell in rows[0])
        below = rows[1:] if has_head else rows
        return {
            "caption": " ".join("".join(self._caption).split())[:255],
            "header_row": has_head,
            "header_column": bool(below) and all(row[0][1]["th"] for row in below),
            "cells": "\n".join("\t".join(text for text, _cell in row) for row in rows),
        }


def _spans(attrs):
    found = {}
    for name in ("colspan", "rowspan"):
        value = attrs.get(name) or "1"
        found[name] = (
            min(max(int(value), 1), WIDEST_SPAN)
            if value.isascii() and value.isdecimal() and len(value) < 5
            else 1
        )
    return found


def _without_empty(html):
    """Take out marks with nothing in them, which are left when a mark ends with its paragraph."""
    before = None
    while before != html:
        before, html = html, re.sub(r"<(b|i|sup|sub|a)(?: [^>]*)?></\1>", "", html)
    return html
