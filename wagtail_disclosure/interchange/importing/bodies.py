"""The text of a document: from its file to the blocks of the body, with everything noticed on the way."""

import hashlib
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from ... import conf
from ...catalogue.header_checks import secrecy_message
from ...rules.damage import is_mostly_rare
from ...rules.secrecy_marks import find_secrecy_mark
from ...rules.text import find_damage, strip_pinyin_residue
from . import encodings, findings, markup, plaintext, structure, word
from .files import FileRefused

HTML, TEXT, WORD = {".html", ".htm"}, {".txt"}, {".docx"}
# Signs that cannot be shown and mean nothing; line and page breaks are not among them.
CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
TAG = re.compile(r"<[^<>]*>")
# Paragraphs that are looked at together with the title.
BEGINNING = 10
# Findings of one kind that are kept for one text.
MOST_OF_A_KIND = 20


@dataclass
class Body:
    """Stream data for the body and what was noticed in it."""

    blocks: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    # Of the file as it lay there.
    sha256: str = ""
    size: int = 0


def clean(text, name=""):
    """Return ``(text, notes)`` without pinyin residue and control characters, with the damage that stays."""
    notes = []
    if found := CONTROL.findall(text):
        text = CONTROL.sub("", text)
        notes.append(findings.note("control_removed", field=name, count=len(found)))
    stripped = strip_pinyin_residue(text)
    if removed := _brackets(text) - _brackets(stripped):
        notes.append(findings.note("residue_removed", field=name, severity=findings.INFO, count=removed))
    notes += [findings.damage(each, name) for each in find_damage(stripped, MOST_OF_A_KIND)]
    return stripped, notes


def _brackets(text):
    return text.count("(") + text.count("（")


def read(files, name, *, title="", known=None):
    """Read the file ``name`` and return the :class:`Body`.

    ``title`` is left out where the text repeats it; ``known`` are the cells of the manifest by column. Raises
    :class:`FileRefused` or :class:`encodings.EncodingError`.
    """
    suffix = _suffix(name)
    if suffix not in HTML | TEXT | WORD:
        raise FileRefused(_("Texts are read from .txt, .html and .docx."))
    if suffix in WORD:
        data = files.read(name, conf.get("IMPORT_MAX_FILE_BYTES"), "IMPORT_MAX_FILE_BYTES")
        _refuse_secrets(word.all_text(data))
        nodes, notes = word.nodes_of(data)
        notes += _clean_nodes(nodes)
        _check_size(nodes)
    else:
        data = files.read(name, conf.get("IMPORT_MAX_FIELD_BYTES"))
        nodes, notes = _read_text(data, suffix in HTML)
    if not any(each["kind"] == "mixed_script" for each in notes):
        notes += _mixed_with_title(title, nodes)
    blocks, more = structure.blocks_of(nodes, title, known)
    notes += more
    if not blocks:
        notes.append(findings.note("no_text"))
    return Body(blocks, notes, hashlib.sha256(data).hexdigest(), len(data))


def _suffix(name):
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _refuse_secrets(text):
    if mark := find_secrecy_mark(text):
        raise FileRefused(secrecy_message(mark))


def check_attachment(name, data):
    """Raise :class:`FileRefused` for a file marked as a state secret, as far as its kind can be read here."""
    suffix = _suffix(name)
    try:
        if suffix in WORD:
            text = word.all_text(data)
        elif suffix in HTML | TEXT:
            text = _without_tags(encodings.decode(data)[0])
        else:
            return
    except (FileRefused, encodings.EncodingError):
        # It is kept as it is, readable or not.
        return
    _refuse_secrets(text)


def _without_tags(text):
    return unescape(TAG.sub("", text))


def _read_text(data, is_html):
    at = data.find(b"\0")
    if at >= 0 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = data.count(b"\n", 0, at) + 1
        raise FileRefused(
            _("The text has a NUL byte: line %(line)d, byte %(byte)d.") % {"line": line, "byte": at}
        )
    text, encoding = encodings.decode(data)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused(_("The text has a NUL character in line %(line)d.") % {"line": line})
    notes = []
    if encoding != encodings.UTF8:
        shown = "GBK" if encoding == encodings.GBK else "UTF-16"
        notes.append(findings.note("encoding", severity=findings.INFO, encoding=shown))
    if encoding == encodings.GBK and is_mostly_rare(text):
        notes.append(findings.note("rare_characters", excerpt=text.strip(), severity=findings.ERROR))
    _refuse_secrets(_without_tags(text) if is_html else text)
    if not is_html:
        text, more = clean(text)
        return plaintext.nodes_of(text), [*notes, *more]
    nodes, more = markup.nodes_of(text)
    return nodes, [*notes, *more, *_clean_nodes(nodes)]


def _mixed_with_title(title, nodes):
    """A title in simplified characters above a text in traditional ones, or the reverse."""
    beginning = "\n".join([title, *(node.text for node in nodes[:BEGINNING])])[:2000]
    return [findings.damage(each, "") for each in find_damage(beginning, 1) if each.kind == "mixed_script"]


def _clean_nodes(nodes):
    """Clean the texts of ``nodes`` in place; places are counted in paragraphs."""
    _text, notes = clean("\n".join(node.text.replace("\n", " ") for node in nodes))
    for number, node in enumerate(nodes, 1):
        node.line = node.line or number
        node.html, node.text = (_cleaned(each) for each in (node.html, node.text))
        if "cells" in node.data:
            node.data["cells"] = _cleaned(node.data["cells"])
    return notes


def _cleaned(text):
    return strip_pinyin_residue(CONTROL.sub("", text)).replace("\0", "")


def _check_size(nodes):
    limit = conf.get("IMPORT_MAX_FIELD_BYTES")
    if sum(len(node.text.encode("utf-8", "replace")) for node in nodes) > limit:
        raise FileRefused(
            _("The text has more than %(limit)d bytes (setting %(setting)s).")
            % {"limit": limit, "setting": "IMPORT_MAX_FIELD_BYTES"}
        )
