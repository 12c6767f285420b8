"""Which encoding a file is in: UTF-8, UTF-16 with its mark, or GBK. Everything else is refused with its place."""

import codecs
import io
import re
import tempfile
from itertools import chain

from django.utils.translation import gettext as _

UTF8, UTF16, GBK = "utf-8", "utf-16", "gb18030"
BLOCK = 1 << 16
# What Big5 and damaged files turn into when they are read as GBK.
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
# A file in UTF-8 with a few bad bytes has at most one such byte in so many characters.
DAMAGED = 20


class EncodingError(ValueError):
    """The text cannot be read. ``line`` counts from 1, ``byte`` from 0 at the beginning of the file."""

    def __init__(self, message, line=None, byte=None):
        super().__init__(message)
        self.message, self.line, self.byte = message, line, byte


def notice(encoding):
    """A sentence for the operator about a file that was not in UTF-8; else empty."""
    if encoding == GBK:
        return _("The file is not in UTF-8; it was read as GBK.")
    if encoding == UTF16:
        return _("The file is not in UTF-8; it was read as UTF-16.")
    return ""


def detect(handle):
    """Return the encoding of a seekable binary file. Raises :class:`EncodingError`."""
    handle.seek(0)
    start = handle.read(4)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise EncodingError(_("The file is in UTF-32. Save it as UTF-8."), 1, 0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _require(handle, UTF16)
        return UTF16
    wrong = first_wrong(handle, UTF8)
    if wrong is None:
        return UTF8
    if first_wrong(handle, GBK) is None and not _is_damaged_utf8(handle):
        return GBK
    raise EncodingError(
        _("The text is neither UTF-8 nor GBK: line %(line)d, byte %(byte)d. Save the file as UTF-8.")
        % {"line": wrong[0], "byte": wrong[1]},
        *wrong,
    )


def _require(handle, encoding):
    wrong = first_wrong(handle, encoding)
    if wrong:
        raise EncodingError(
            _("The text breaks off or is damaged: line %(line)d, byte %(byte)d.")
            % {"line": wrong[0], "byte": wrong[1]},
            *wrong,
        )


def first_wrong(handle, encoding):
    """``(line, byte)`` of the first place that is not in ``encoding``, or None. Reads block by block."""
    handle.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, read = 1, 0
    for data in chain(iter(lambda: handle.read(BLOCK), b""), [b""]):
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            newlines = (
                before.count(b"\n") if encoding != UTF16 else before.decode(encoding, "ignore").count("\n")
            )
            return line + newlines, read + len(data) - len(error.object) + error.start
        bad = PRIVATE_USE.search(text) if encoding == GBK else None
        if bad:
            return line + text.count("\n", 0, bad.start()), read
        line += text.count("\n")
        read += len(data)
    return None


def _is_damaged_utf8(handle):
    """Whether the file is UTF-8 apart from a few bytes: read as GBK it would be nonsense."""
    handle.seek(0)
    lost = wide = 0
    for text in _texts(handle, UTF8, errors="replace"):
        lost += text.count("\ufffd")
        wide += sum(char > "\x7f" for char in text)
    return lost * DAMAGED < wide


def _texts(handle, encoding, errors="strict"):
    """Yield the text of ``handle`` in pieces."""
    wrapper = io.TextIOWrapper(_Borrowed(handle), encoding=encoding, errors=errors, newline="")
    yield from iter(lambda: wrapper.read(BLOCK), "")


class _Borrowed(io.RawIOBase):
    """The caller's file, which stays open when its text wrapper goes."""

    def __init__(self, handle):
        self._handle = handle

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._handle.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def decode(data):
    """Return ``(text, encoding)`` of bytes, without the mark at the beginning. Raises :class:`EncodingError`."""
    encoding = detect(io.BytesIO(data))
    return data.decode(encoding).removeprefix("\ufeff"), encoding


def as_utf8(handle, encoding):
    """``handle`` itself if it is in UTF-8, else a temporary file with its text in UTF-8."""
    handle.seek(0)
    if encoding == UTF8:
        return handle
    copy = tempfile.TemporaryFile()
    for text in _texts(handle, encoding):
        copy.write(text.encode())
    copy.seek(0)
    return copy
