"""From the HTML of a document of the example to the blocks of its body."""

from html.parser import HTMLParser
from uuid import uuid4

TEXT = {"p", "h3", "ol", "ul"}


def block(kind, value):
    return {"type": kind, "value": value, "id": str(uuid4())}


class BodyParser(HTMLParser):
    """Collects the top-level elements: headings, tables and quotations as blocks, the rest as running text."""

    def __init__(self):
        super().__init__()
        self.blocks, self.text, self.depth, self.top = [], [], 0, None
        self.rows = []

    def handle_starttag(self, tag, attrs):
        if self.depth == 0:
            self.top = tag
            if tag not in TEXT:
                self.end_text()
            self.inner, self.rows = [], []
        self.depth += 1
        if self.top == "table":
            if tag == "tr":
                self.rows.append([])
            elif tag in ("td", "th"):
                self.rows[-1].append("")
        elif self.top in TEXT:
            self.text.append(f"<{'b' if tag == 'strong' else tag}>")

    def handle_endtag(self, tag):
        self.depth -= 1
        if self.top in TEXT:
            self.text.append(f"</{'b' if tag == 'strong' else tag}>")
        if self.depth:
            return
        text = "".join(getattr(self, "inner", [])).strip()
        if self.top == "h2":
            self.blocks.append(block("heading", text))
        elif self.top == "blockquote":
            self.blocks.append(block("quote", {"text": text, "source": ""}))
        elif self.top == "table":
            cells = "\n".join("\t".join(cell.strip() for cell in row) for row in self.rows)
            value = {"caption": "", "header_row": True, "header_column": False, "cells": cells}
            self.blocks.append(block("table", value))

    def handle_data(self, data):
        if self.top == "table" and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.replace("\n", " ")
        elif self.top in TEXT and self.depth:
            self.text.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        elif self.depth:
            self.inner.append(data)

    def end_text(self):
        if self.text:
            self.blocks.append(block("paragraph", "".join(self.text)))
            self.text = []


def blocks_of(html):
    parser = BodyParser()
    parser.feed(html)
    parser.close()
    parser.end_text()
    return parser.blocks
