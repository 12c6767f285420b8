"""Reading and writing CSV and XLSX: one row at a time, in a known encoding, and never as formulas.

A cell that a spreadsheet program would take for a formula is written with an apostrophe in front of it, and read
back without. What is read is text exactly as it stands in the file; nothing is guessed.
"""

import codecs
import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import conf
from ..rules.cells import neutralise, restore

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LIMIT = "IMPORT_MAX_FIELD_BYTES"
# Cells up to so many times the limit are read to their end, so that the message can say in which column they stand.
READ_ON = 8
# More columns than any file of ours has; a stray cell at the far end of a sheet would make millions of cells.
MAX_COLUMNS = 500
# The last line that a workbook can have.
LAST_LINE = 1_048_576
# Largest size of an XLSX file after unpacking: a packed file can hide a thousand times its size.
MAX_UNPACKED = 512 * 1024 * 1024
BLOCK = 1 << 16
# How pictures, PDF and RTF files and other archives begin.
NO_TABLES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")

# Control characters are never text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# Private-use characters are what Big5 and damaged files turn into when they are read as GBK.
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")
# What a spreadsheet program shows in place of a value, and what it makes of a long number.
_ERROR_VALUE = re.compile(
    r"#(?:REF|VALUE|NAME|NULL|NUM|DIV/0|SPILL|CALC|FIELD|BLOCKED|CONNECT)[!?]|#N/A|#{3,}"
)
_SHORTENED = re.compile(r"[-+]?\d(?:\.\d+)?E\+\d+")


class SheetError(ValueError):
    """The file, or a line of it, cannot be read. ``line`` is None when it is about the file as a whole."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.message, self.line = message, line

    def __str__(self):
        return (
            _("Line %(line)d: %(reason)s") % {"line": self.line, "reason": self.message}
            if self.line
            # A message may still wait for its language.
            else str(self.message)
        )


# Problems of a heading that some readers treat in a way of their own.
UNKNOWN_COLUMN, MISSING_COLUMN = "unknown_column", "missing_column"


@dataclass(frozen=True)
class Problem:
    """Something wrong in one cell or line: where, why, and what stood there. ``code`` tells kinds apart in any language."""

    line: int | None
    field: str
    reason: str
    value: str = ""
    code: str = ""

    @classmethod
    def missing_column(cls, label):
        return cls(1, label, _("The column is missing."), code=MISSING_COLUMN)

    def __str__(self):
        where = _("Line %(line)d") % {"line": self.line} if self.line else _("File")
        parts = [where, self.field, self.reason]
        if self.value:
            shown = self.value if len(self.value) <= 60 else self.value[:60] + "…"
            parts.append(_("value: %(value)s") % {"value": shown})
        return " · ".join(part for part in parts if part)


def why_no_value(text):
    """Why ``text`` is nothing that anybody wrote, but what a spreadsheet program left in its place; or None."""
    if _ERROR_VALUE.fullmatch(text):
        return _("The spreadsheet shows an error here instead of a value.")
    if _SHORTENED.fullmatch(text):
        return _("The spreadsheet has shortened a long number. Format the column as text and enter it again.")
    return None


# Writing


def rows_as_csv(rows):
    """Yield the bytes of a CSV file with ``rows``, in UTF-8 with the mark that spreadsheet programs look for."""
    yield codecs.BOM_UTF8
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([neutralise("" if cell is None else cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def write_xlsx(rows, output):
    """Write ``rows`` as a workbook to the binary file ``output``."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    workbook = Workbook(write_only=True, iso_dates=True)
    sheet = workbook.create_sheet("1")
    for row in rows:
        cells = []
        for value in row:
            text = isinstance(value, str)
            cell = WriteOnlyCell(sheet, neutralise(_for_xlsx(value)) if text else _for_xlsx(value))
            if text:
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    workbook.save(output)


def _for_xlsx(value):
    if isinstance(value, str):
        # Characters that a workbook cannot hold.
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.isoformat(sep=" ", timespec="seconds")
    return value


# Reading


@dataclass
class Sheet:
    """A file opened for reading. ``lines()`` yields ``(line number, cells as text)``, the header included."""

    kind: str
    encoding: str = ""
    delimiter: str = ","
    handle: object = field(default=None, repr=False)

    @property
    def notice(self):
        """A sentence for the operator when the file was not in UTF-8; else empty."""
        if self.encoding == "gb18030":
            return _("The file is not in UTF-8; it was read as GBK.")
        return ""

    def lines(self):
        """Yield every line that is not empty. Raises :class:`SheetError` naming the line that cannot be read."""
        reader = self._csv_lines() if self.kind == CSV else self._xlsx_lines()
        limit, headings = conf.get(LIMIT), None
        for line, cells in reader:
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MAX_COLUMNS:
                raise SheetError(
                    _(
                        "There is something in column %(column)d (“%(value)s”). A file may have %(limit)d columns."
                    )
                    % {"column": len(cells), "value": cells[-1][:20], "limit": MAX_COLUMNS},
                    line,
                )
            headings = headings or cells
            for place, cell in enumerate(cells):
                if len(cell.encode()) > limit:
                    raise SheetError(_cell_too_large(limit, headings, place), line)
            yield line, cells

    def _csv_lines(self):
        self.handle.seek(0)
        # The module's limit is for all; it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), READ_ON * conf.get(LIMIT)))
        text = io.TextIOWrapper(_Unclosed(self.handle), encoding=self.encoding, newline="")
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        begin = 1
        try:
            for row in reader:
                yield begin, [restore(cell.strip()) for cell in row]
                begin = reader.line_num + 1
        except csv.Error as error:
            if "field limit" in str(error):
                raise SheetError(_cell_too_large(conf.get(LIMIT)), begin) from error
            raise SheetError(
                _("The line is not valid CSV (%(error)s). Check its quotation marks.") % {"error": error},
                begin,
            ) from error

    def _xlsx_lines(self):
        from openpyxl import load_workbook

        self.handle.seek(0)
        try:
            workbook = load_workbook(self.handle, read_only=True, data_only=False)
            sheet = workbook.worksheets[0]
            # What the file says about its size may be wrong, and rows beyond it would be lost.
            sheet.reset_dimensions()
            for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
                if line > LAST_LINE:
                    raise SheetError(_("The workbook is damaged and cannot be read."))
                if row:
                    yield line, [restore(_text_of(cell).strip()) for cell in row]
        except SheetError:
            raise
        except Exception as error:
            # openpyxl raises whatever the damaged part of the file led to.
            raise SheetError(_("The workbook is damaged and cannot be read.")) from error


def _cell_too_large(limit, headings=(), place=0):
    """The message about a cell, with its column where that is known: by its heading, or else counted from 1."""
    column = headings[place] if place < len(headings) and headings[place] else str(place + 1)
    if not headings or len(column) > 100:
        return _("A cell has more than %(limit)d bytes (setting %(setting)s).") % {
            "limit": limit,
            "setting": LIMIT,
        }
    return _("A cell in the column “%(column)s” has more than %(limit)d bytes (setting %(setting)s).") % {
        "column": column,
        "limit": limit,
        "setting": LIMIT,
    }


class _Unclosed(io.RawIOBase):
    """The caller's file, without being closed when its text wrapper goes."""

    def __init__(self, handle):
        self._handle = handle

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._handle.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _text_of(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def open_sheet(handle, name=""):
    """Open a seekable binary file as CSV or XLSX, told apart by content, and return a :class:`Sheet`.

    CSV is read as UTF-8 or, failing that, as GBK, which ``Sheet.notice`` says. Anything else raises
    :class:`SheetError` with the line.
    """
    handle.seek(0)
    start = handle.read(8)
    if start in (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise SheetError(_("The file is empty."))
    if start.startswith(b"PK\x03\x04"):
        _check_workbook(handle)
        return Sheet(XLSX, handle=handle)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(_("This is a workbook in the old XLS form. Save it as XLSX or CSV."))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SheetError(_("The file is in UTF-16. Save it as UTF-8."), 1)
    if start.startswith(NO_TABLES):
        raise SheetError(_("This is neither a CSV nor an XLSX file."))
    encoding = _encoding_of(handle)
    handle.seek(0)
    first = handle.readline(BLOCK).decode(encoding, errors="replace")
    delimiter = max(",;\t", key=first.count) if first else ","
    return Sheet(CSV, encoding=encoding, delimiter=delimiter, handle=handle)


def _check_workbook(handle):
    try:
        handle.seek(0)
        with zipfile.ZipFile(handle) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SheetError(_("The workbook is damaged and cannot be read.")) from error
    if size > MAX_UNPACKED:
        raise SheetError(_("The workbook is too large."))


def _encoding_of(handle):
    """``utf-8-sig`` or ``gb18030``, whichever the whole file can be read as."""
    line = _undecodable_line(handle, "utf-8-sig")
    if line is None:
        encoding = "utf-8-sig"
    elif _undecodable_line(handle, "gb18030", _PRIVATE_USE) is None:
        encoding = "gb18030"
    else:
        raise SheetError(_("The text is neither UTF-8 nor GBK. Save the file as UTF-8."), line)
    line = _undecodable_line(handle, encoding, _CONTROL)
    if line is not None:
        raise SheetError(_("The text contains control characters."), line)
    return encoding


def _undecodable_line(handle, encoding, impossible=None):
    """The first line that is not in ``encoding`` or has impossible characters, or None. Reads block by block."""
    handle.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for data in chain(iter(lambda: handle.read(BLOCK), b""), [b""]):
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        bad = impossible.search(text) if impossible else None
        if bad:
            return line + text.count("\n", 0, bad.start())
        line += text.count("\n")
    return None


# Columns


@dataclass(frozen=True)
class Column:
    """A column of a file: its key, its label, and what else its heading may be."""

    key: str
    label: object
    also: tuple = ()

    def headings(self):
        """Every heading that means this column, in any language of the site."""
        from django.conf import settings
        from django.utils import translation

        found = {self.key, *self.also}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found.add(str(self.label))
        return {folded(each) for each in found}


def folded(heading):
    return re.sub(r"[\s_　]+", "", heading).casefold()


def match_header(cells, columns, required=()):
    """Find out which column stands where: returns ``({key: position}, problems)``."""
    meanings = {heading: column for column in columns for heading in column.headings()}
    places, problems = {}, []
    for position, cell in enumerate(cells):
        column = meanings.get(folded(cell))
        if column is None:
            if cell:
                problems.append(Problem(1, _("heading"), _("There is no such column."), cell, UNKNOWN_COLUMN))
        elif column.key in places:
            problems.append(Problem(1, _("heading"), _("The column stands here twice."), cell))
        else:
            places[column.key] = position
    labels = {column.key: str(column.label) for column in columns}
    for key in required:
        if key not in places:
            problems.append(Problem.missing_column(labels[key]))
    return places, problems


YES = {"1", "yes", "y", "true", "是", "启用"}
NO = {"0", "no", "n", "false", "否", "停用"}
YES_LABEL, NO_LABEL = gettext_lazy("yes"), gettext_lazy("no")
