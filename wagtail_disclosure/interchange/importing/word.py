"""Word documents (.docx), where the package python-docx is installed (extra ``docx``)."""

import io
import re
import zipfile
from html import escape

from django.utils.translation import gettext as _

from . import findings
from .files import FileRefused
from .structure import Node

MAX_UNPACKED = 64 * 1024 * 1024
HEADING = re.compile(r"(?:Heading|标题)\s*(\d)", re.I)


def nodes_of(data):
    """Return ``(nodes, notes)`` of the bytes of a document. Raises :class:`FileRefused`."""
    try:
        import docx
    except ImportError as error:
        raise FileRefused(
            _("Reading .docx needs the package python-docx: pip install wagtail-disclosure[docx]")
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise FileRefused(_("The document is too large when unpacked."))
        document = docx.Document(io.BytesIO(data))
        return _read(document)
    except FileRefused:
        raise
    except Exception as error:
        # python-docx raises whatever the damaged part of the file led to.
        raise FileRefused(_("The document is damaged and cannot be read.")) from error


def _read(document):
    nodes, notes = [], []
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            nodes.append(_table(item, notes))
        else:
            nodes += _paragraph(item, notes)
    return _with_lists(nodes), notes


def _paragraph(paragraph, notes):
    if paragraph._p.xpath(".//w:drawing | .//w:pict | .//w:object"):
        notes.append(findings.note("image"))
    text = paragraph.text.strip(" \u3000\u00a0\t\n")
    if not text:
        return []
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    heading = HEADING.match(style)
    if heading or style == "Title":
        level = 2 if style == "Title" else min(max(int(heading.group(1)) + 1, 2), 4)
        return [Node(f"h{level}", escape(text, quote=False), " ".join(text.split()))]
    html = _runs(paragraph)
    if style.startswith("List") or paragraph._p.xpath("./w:pPr/w:numPr"):
        return [Node("li", html, text, data={"tag": "ol" if "Number" in style else "ul"})]
    return [Node("p", html, " ".join(text.split()), centred=paragraph.alignment == 1)]


def _runs(paragraph):
    parts = []
    for run in paragraph.iter_inner_content():
        html = escape(run.text, quote=False).replace("\n", "<br/>").replace("\t", " ")
        address = getattr(run, "address", "")
        if address and re.match(r"(?:https?://|mailto:)\S", address):
            html = f'<a href="{escape(address)}">{html}</a>'
        elif html.strip() and getattr(run, "bold", False):
            html = f"<b>{html}</b>"
        elif html.strip() and getattr(run, "italic", False):
            html = f"<i>{html}</i>"
        parts.append(html)
    html = "".join(parts).replace("</b><b>", "").replace("</i><i>", "")
    return re.sub(r"^((?:<[^>]+>)*)[ \u3000\u00a0]+", r"\1", html).rstrip(" \u3000\u00a0")


def _table(table, notes):
    rows, seen = [], set()
    for row in table.rows:
        cells = []
        for cell in row.cells:
            # A merged cell stands in every place that it covers.
            text = "" if cell._tc in seen else " ".join(cell.text.split())
            if cell._tc in seen:
                notes[:] = [*notes, findings.note("merged_cells")]
            seen.add(cell._tc)
            cells.append(text)
        rows.append("\t".join(cells))
    cells = "\n".join(row for row in rows if row.strip())
    data = {"caption": "", "header_row": len(rows) > 1, "header_column": False, "cells": cells}
    return Node("table", text=cells, data=data)


def _with_lists(nodes):
    """Items of lists that follow one another become one list."""
    found = []
    for node in nodes:
        if node.kind == "table" and not node.text:
            continue
        if node.kind != "li":
            found.append(node)
            continue
        tag = node.data["tag"]
        item = f"<li>{node.html}</li>"
        if found and found[-1].kind == "list" and found[-1].data.get("tag") == tag:
            found[-1].html = found[-1].html[: -len(f"</{tag}>")] + item + f"</{tag}>"
        else:
            found.append(Node("list", f"<{tag}>{item}</{tag}>", node.text, data=node.data))
    return found
