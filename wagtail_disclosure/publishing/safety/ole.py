"""The old formats of Word, Excel and PowerPoint, of WPS Office as well: OLE2 compound files.

Macros, names, passwords, embedded objects; in workbooks hidden sheets, rows, columns and comments. Tracked changes and
hidden text of old Word files lie too deep for that, so each such file carries a finding that says so.
"""

import io
import re
import struct
from collections import Counter

import olefile

from . import limits
from .found import Found, bounded, metadata, numbers_in
from .package import Encrypted

MACROS = re.compile(r"(?:.*/)?(?:_VBA_PROJECT(?:_CUR)?|Macros|VBA)(?:/.*)?", re.IGNORECASE)
OBJECTS = re.compile(r"(?:ObjectPool|MBD[0-9A-F]+)/.*|(?:.*/)?\x01Ole10Native", re.IGNORECASE)
TEXTS = ("WordDocument", "1Table", "0Table", "Workbook", "Book", "PowerPoint Document")
MAX_STREAM = 64 * 1024 * 1024
# Records of workbooks (BIFF8).
BOUNDSHEET, FILEPASS, ROW, COLINFO, NOTE, BOF = 0x85, 0x2F, 0x208, 0x7D, 0x1C, 0x809
MACRO_SHEET = 1


def check(data, budget, kind):
    """Yield what is found in the compound file ``data`` of the kind ``doc``, ``xls`` or ``ppt``."""
    if kind == "encrypted":
        raise Encrypted
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        names = ["/".join(each) for each in ole.listdir(streams=True, storages=True)]
        if macros := [name for name in names if MACROS.fullmatch(name)]:
            yield Found("macros", ("part", macros[0]))
        yield from bounded(Found("embedded_file", ("part", n)) for n in names if OBJECTS.fullmatch(n))
        yield from _properties(ole)
        streams = {name: _stream(ole, name, budget) for name in TEXTS if ole.exists(name)}
    if kind == "doc":
        yield from _word(streams.get("WordDocument", b""))
    elif kind == "xls":
        yield from _workbook(streams.get("Workbook") or streams.get("Book") or b"", budget)
    if kind in ("doc", "ppt"):
        yield Found("old_format", params={"kind": kind})
    for content in streams.values():
        # One byte a character or two: without zeros, digits read the same.
        text = content.replace(b"\0", b"").decode("latin-1")
        yield from bounded(numbers_in(text[: limits.MAX_TEXT]))


def _stream(ole, name, budget):
    size = ole.get_size(name)
    if size > MAX_STREAM:
        raise limits.TooMuch("not_checked", "limit")
    budget.spend(size)
    return ole.openstream(name).read()


def _properties(ole):
    found = ole.get_metadata()
    names = {
        "creator": "author",
        "lastModifiedBy": "last_saved_by",
        "Company": "company",
        "Manager": "manager",
    }
    values = {label: getattr(found, name, None) for label, name in names.items()}
    yield from metadata({label: _text(value) for label, value in values.items() if value})


def _text(value):
    if not isinstance(value, bytes):
        return str(value)
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _word(stream):
    # The flags of the file information block; the ninth says that the text is encrypted.
    if len(stream) > 12 and struct.unpack_from("<H", stream, 10)[0] & 0x0100:
        raise Encrypted


def _workbook(stream, budget):
    reader = _Workbook()
    for number, (place, record, body) in enumerate(_records(stream)):
        if number % 5000 == 0:
            budget.check_time()
        reader.take(place, record, body)
    yield from reader.found()


def _records(stream):
    """The records of a workbook: place, number and content of each."""
    place = 0
    while place + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, place)
        yield place, record, stream[place + 4 : place + 4 + length]
        place += 4 + length


class _Workbook:
    def __init__(self):
        self.sheets, self.comments, self.current = [], 0, ""
        self.hidden = {"hidden_rows": Counter(), "hidden_columns": Counter()}

    def take(self, place, record, body):
        if record == FILEPASS:
            raise Encrypted
        if record == BOUNDSHEET and len(body) > 8:
            self.sheets.append(_sheet(body))
        elif record == BOF:
            starts = {start: title for start, _state, _kind, title in self.sheets}
            self.current = starts.get(place, self.current)
        elif record == ROW and len(body) >= 16 and struct.unpack_from("<H", body, 12)[0] & 0x20:
            self.hidden["hidden_rows"][self.current] += 1
        elif record == COLINFO and len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            self.hidden["hidden_columns"][self.current] += max(0, last - first) + 1
        self.comments += record == NOTE

    def found(self):
        for _start, state, kind, title in self.sheets:
            if kind == MACRO_SHEET:
                yield Found("macros", ("sheet", title))
            elif state:
                yield Found("hidden_sheet", ("sheet", title))
        for code, counts in self.hidden.items():
            for title, count in counts.items():
                yield Found(code, ("sheet", title), params={"count": count})
        if self.comments:
            yield Found("comments", params={"count": self.comments})


def _sheet(body):
    """Start, state, kind and title of a sheet."""
    start, state, kind, size, flags = struct.unpack_from("<IBBBB", body)
    raw = body[8:]
    title = raw[: 2 * size].decode("utf-16-le", "replace") if flags & 1 else raw[:size].decode("latin-1")
    return start, state & 3, kind, title
