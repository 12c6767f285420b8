"""Word documents (.docx), where the package python-docx is installed (extra ``docx``).

The text is read in document order from wherever Word puts it. What is left out, because a page has no place for it,
is said; a document whose changes nobody has decided about is refused, since nobody knows which text is meant.
"""

import io
import re
import zipfile
from functools import cached_property
from html import escape

from django.utils.translation import gettext as _

from . import findings
from .files import FileRefused
from .structure import Node

MAX_UNPACKED = 64 * 1024 * 1024
HEADING = re.compile(r"(?:Heading|标题)\s*(\d)", re.I)
FULL_ADDRESS = re.compile(r"(?:https?://|mailto:)\S")
SPACES = " \u3000\u00a0\t\n"
NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
FORMULAS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Word makes no wider cells.
WIDEST_SPAN = 63
OFF = {"0", "false", "off"}
# What stands around text and says nothing about it: content controls, marked words, fields, directions.
AROUND = {"sdt", "sdtContent", "smartTag", "fldSimple", "customXml", "ins", "moveTo", "dir", "bdo"}
# Texts beside the document's own that are left out, and said: part of the package -> kind of note.
BESIDE = {
    "header": "word_header",
    "footer": "word_header",
    "footnotes": "word_note",
    "endnotes": "word_note",
    "comments": "word_comment",
}


def nodes_of(data):
    """Return ``(nodes, notes)`` of the bytes of a document. Raises :class:`FileRefused`."""
    with _opened(data) as document:
        _refuse_changes(document)
        reader = _Reader(document)
        nodes = reader.blocks(document.element.body)
        return _with_lists(nodes), [*reader.all_notes(), *_beside(document)]


def all_text(data):
    """Everything that stands in a document: hidden or deleted, in its headers, notes and comments."""
    with _opened(data) as document:
        return "\n".join(text for _kind, root in _parts(document) for text in _paragraph_texts(root))


class _opened:
    """The document of ``data``. Whatever goes wrong with it is a :class:`FileRefused`."""

    def __init__(self, data):
        self._data = data

    def __enter__(self):
        try:
            import docx
        except ImportError as error:
            raise FileRefused(
                _("Reading .docx needs the package python-docx: pip install wagtail-disclosure[docx]")
            ) from error
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size <= MAX_UNPACKED:
                return docx.Document(io.BytesIO(self._data))
        except Exception as error:
            raise _damaged() from error
        raise FileRefused(_("The document is too large when unpacked."))

    def __exit__(self, kind, error, traceback):
        # python-docx raises whatever the damaged part of the file led to.
        if isinstance(error, Exception) and not isinstance(error, FileRefused):
            raise _damaged() from error


def _damaged():
    return FileRefused(_("The document is damaged and cannot be read."))


# Beside the text


def _refuse_changes(document):
    if document.element.body.xpath(".//w:ins | .//w:del | .//w:moveFrom | .//w:moveTo"):
        raise FileRefused(
            _("The document has tracked changes. Accept or reject them in Word and save it again.")
        )


def _parts(document):
    """Yield ``(what it is, root element)`` of every text in the package."""
    yield "document", document.element
    for part in document.part.package.iter_parts():
        kind = re.match(r"/word/([a-z]+)\d*\.xml\Z", str(part.partname))
        if kind and kind.group(1) in BESIDE:
            yield kind.group(1), _root(part)


def _root(part):
    from docx.oxml.parser import parse_xml

    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _beside(document):
    """Notes on texts that are left out. A page number is no text."""
    notes = []
    for kind, root in _parts(document):
        if kind not in BESIDE:
            continue
        for text in dict.fromkeys(_paragraph_texts(root)):
            if any(char.isalpha() for char in text):
                notes.append(findings.note(BESIDE[kind], excerpt=text))
    return notes


def _paragraph_texts(root):
    for paragraph in root.iter(f"{NAMESPACE}p"):
        text = "".join(
            each.text or "" for each in paragraph.iter(f"{NAMESPACE}t", f"{NAMESPACE}delText")
        ).strip(SPACES)
        if text:
            yield text


# The text itself


def _name(element):
    """The local name of a Word element; empty for anything else."""
    tag = element.tag
    return tag[len(NAMESPACE) :] if isinstance(tag, str) and tag.startswith(NAMESPACE) else ""


def _children(element):
    """The child elements, those in content controls and the like included. Of alternatives the first counts."""
    for child in element:
        name = _name(child)
        if name in AROUND:
            yield from _children(child)
        elif child.tag == f"{ALTERNATIVES}AlternateContent":
            chosen = child.find(f"{ALTERNATIVES}Choice")
            yield from _children(chosen if chosen is not None else child)
        elif child.tag == f"{ALTERNATIVES}Fallback":
            yield from _children(child)
        else:
            yield child


def _is_on(properties, name):
    found = properties.find(f"{NAMESPACE}{name}") if properties is not None else None
    return None if found is None else found.get(f"{NAMESPACE}val") not in OFF


class _Reader:
    def __init__(self, document):
        self.document = document
        self.notes = []
        self._hidden = []

    def all_notes(self):
        if self._hidden:
            hidden = findings.note("word_hidden", excerpt=" ".join(self._hidden), count=len(self._hidden))
            return [*self.notes, hidden]
        return self.notes

    @cached_property
    def _hiding_styles(self):
        """The styles that hide what is written in them, themselves or by what they are based on."""
        own, based = {}, {}
        for style in self.document.styles.element.iter(f"{NAMESPACE}style"):
            key = style.get(f"{NAMESPACE}styleId")
            own[key] = _is_on(style.find(f"{NAMESPACE}rPr"), "vanish")
            base = style.find(f"{NAMESPACE}basedOn")
            based[key] = base.get(f"{NAMESPACE}val") if base is not None else None
        found = set()
        for key in own:
            seen, at = set(), key
            while at in own and at not in seen and own[at] is None:
                seen.add(at)
                at = based[at]
            if own.get(at):
                found.add(key)
        return found

    def _style_hides(self, properties, name):
        style = properties.find(f"{NAMESPACE}{name}") if properties is not None else None
        return style is not None and style.get(f"{NAMESPACE}val") in self._hiding_styles

    def _is_hidden(self, run, paragraph):
        properties = run.find(f"{NAMESPACE}rPr")
        own = _is_on(properties, "vanish")
        if own is not None:
            return own
        return self._style_hides(properties, "rStyle") or self._style_hides(
            paragraph.find(f"{NAMESPACE}pPr"), "pStyle"
        )

    def blocks(self, parent):
        nodes = []
        for child in _children(parent):
            name = _name(child)
            if name == "p":
                nodes += self._paragraph(child)
            elif name == "tbl":
                nodes.append(self._table(child))
            elif name == "altChunk":
                self.notes.append(findings.note("word_part"))
        return nodes

    def _paragraph(self, element):
        from docx.text.paragraph import Paragraph

        paragraph = Paragraph(element, self.document._body)
        pieces, boxes = [], []
        self._collect(element, element, pieces, boxes, "")
        text = "".join(text for text, _run, _address in pieces).strip(SPACES)
        style = (paragraph.style.name if paragraph.style is not None else "") or ""
        nodes = [_node(paragraph, style, text, _html_of(pieces))] if text else []
        for box in boxes:
            inside = self.blocks(box)
            if inside:
                self.notes.append(findings.note("word_box", excerpt=inside[0].text))
            nodes += inside
        return nodes

    def _collect(self, parent, paragraph, pieces, boxes, address):
        """Gather ``(text, run, address)`` below ``parent``, and the text boxes that are anchored there."""
        for child in _children(parent):
            name = _name(child)
            if name == "r":
                self._run(child, paragraph, pieces, boxes, address)
            elif name == "hyperlink":
                self._collect(child, paragraph, pieces, boxes, self._address(child) or address)
            elif str(child.tag).startswith(FORMULAS):
                self.notes.append(findings.note("word_formula"))

    def _address(self, hyperlink):
        key = hyperlink.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        relation = self.document.part.rels.get(key) if key else None
        return relation.target_ref if relation is not None and relation.is_external else ""

    def _run(self, run, paragraph, pieces, boxes, address):
        parts = []
        for child in _children(run):
            name = _name(child)
            if name == "t":
                parts.append(child.text or "")
            elif name in ("tab", "ptab"):
                parts.append("\t")
            elif name == "cr" or (name == "br" and child.get(f"{NAMESPACE}type") in (None, "textWrapping")):
                parts.append("\n")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name == "ruby":
                # Readings above characters are left out.
                base = child.find(f"{NAMESPACE}rubyBase")
                parts += [each.text or "" for each in base.iter(f"{NAMESPACE}t")] if base is not None else []
            elif name == "sym":
                self.notes.append(findings.note("word_symbol"))
            elif name in ("drawing", "pict", "object"):
                self._drawing(child, boxes)
        text = "".join(parts)
        if text.strip() and self._is_hidden(run, paragraph):
            self._hidden.append(text.strip())
        elif text:
            pieces.append((text, run, address))

    def _drawing(self, drawing, boxes):
        tag = f"{NAMESPACE}txbxContent"
        inside = list(drawing.iter(tag))
        # A box within a box is read with the outer one.
        boxes += [each for each in inside if not any(above in inside for above in each.iterancestors(tag))]
        if not inside:
            self.notes.append(findings.note("image"))

    # Tables

    def _table(self, element):
        rows, merged = [], False
        for row in _children(element):
            if _name(row) != "tr":
                continue
            cells = []
            for cell in _children(row):
                if _name(cell) == "tc":
                    width, goes_on = _span(cell)
                    merged |= width > 1 or goes_on
                    cells += ["" if goes_on else self._cell(cell), *[""] * (width - 1)]
            rows.append("\t".join(cells))
        if merged:
            self.notes.append(findings.note("merged_cells"))
        cells = "\n".join(row for row in rows if row.strip())
        data = {"caption": "", "header_row": len(rows) > 1, "header_column": False, "cells": cells}
        return Node("table", text=cells, data=data)

    def _cell(self, cell):
        """The text of a cell. A table within it is read as text, too."""
        if any(_name(child) == "tbl" for child in _children(cell)):
            self.notes.append(findings.note("word_table"))
        words = [word for node in self.blocks(cell) for word in node.text.split()]
        return " ".join(words)


def _span(cell):
    """How many columns a cell takes, and whether it only goes on with the cell above."""
    properties = cell.find(f"{NAMESPACE}tcPr")
    if properties is None:
        return 1, False
    grid, down = (properties.find(f"{NAMESPACE}{name}") for name in ("gridSpan", "vMerge"))
    width = int(grid.get(f"{NAMESPACE}val")) if grid is not None else 1
    return min(max(width, 1), WIDEST_SPAN), down is not None and down.get(f"{NAMESPACE}val") != "restart"


def _node(paragraph, style, text, html):
    plain = " ".join(text.split())
    heading = HEADING.match(style)
    if heading or style == "Title":
        level = 2 if style == "Title" else min(max(int(heading.group(1)) + 1, 2), 4)
        return Node(f"h{level}", escape(text, quote=False), plain)
    if style.startswith("List") or paragraph._p.xpath("./w:pPr/w:numPr"):
        return Node("li", html, text, data={"tag": "ol" if "Number" in style else "ul"})
    return Node("p", html, plain, centred=paragraph.alignment == 1)


def _html_of(pieces):
    parts = []
    for text, run, address in pieces:
        html = escape(text, quote=False).replace("\n", "<br/>").replace("\t", " ")
        properties = run.find(f"{NAMESPACE}rPr")
        if address and FULL_ADDRESS.match(address):
            html = f'<a href="{escape(address)}">{html}</a>'
        elif html.strip() and _is_on(properties, "b"):
            html = f"<b>{html}</b>"
        elif html.strip() and _is_on(properties, "i"):
            html = f"<i>{html}</i>"
        parts.append(html)
    html = "".join(parts).replace("</b><b>", "").replace("</i><i>", "")
    return re.sub(r"^((?:<[^>]+>)*)[ \u3000\u00a0]+", r"\1", html).rstrip(" \u3000\u00a0")


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
