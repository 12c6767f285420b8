"""Opening a workbook of numbers without being overwhelmed by it.

Unlike long lists, the tables of a report are read whole, for their merged headings. A small file can unpack to gigabytes,
and merge millions of cells that then all exist: both are looked at first.
"""

import zipfile
from dataclasses import dataclass
from functools import cached_property

from defusedxml import ElementTree
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from ..catalogue.sheets import XLSX, SheetError, open_sheet

# Far more than the tables of any report have.
MOST_UNPACKED = 10 * 1024 * 1024
MOST_MERGED = 20_000


@dataclass
class Workbook:
    """``book`` has the results of formulas, as the program that saved it left them."""

    handle: object
    book: object

    @property
    def title(self):
        return self.book.properties.title or ""

    @property
    def sheets(self):
        return self.book.worksheets

    @cached_property
    def _formulas(self):
        return _loaded(self.handle, data_only=False)

    def is_formula(self, sheet, name):
        """Whether a formula stands in the cell ``name`` of ``sheet``."""
        return self._formulas[sheet.title][name].data_type == "f"


def opened(handle, name=""):
    """The :class:`Workbook` in a binary file. Raises ``SheetError`` where it is none, or too large to be one of a report."""
    if open_sheet(handle, name).kind != XLSX:
        raise SheetError(_("This is no workbook. Save it as XLSX."))
    _check_size(handle)
    return Workbook(handle, _loaded(handle, data_only=True))


def _loaded(handle, *, data_only):
    handle.seek(0)
    try:
        return load_workbook(handle, data_only=data_only)
    except Exception as error:
        # openpyxl raises whatever the damaged part of the file led to.
        raise SheetError(_("The workbook is damaged and cannot be read.")) from error


def _check_size(handle):
    handle.seek(0)
    try:
        with zipfile.ZipFile(handle) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                raise SheetError(_("The workbook is too large."))
            if sum(map(_merged_in, map(archive.open, archive.namelist()))) > MOST_MERGED:
                raise SheetError(_("The workbook is too large."))
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise SheetError(_("The workbook is damaged and cannot be read.")) from error


def _merged_in(part):
    """How many cells a part of the file merges; 0 for one that is no XML, which openpyxl judges."""
    number = 0
    try:
        for _event, element in ElementTree.iterparse(part, forbid_dtd=True):
            if element.tag.rpartition("}")[2] == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref", ""))
                number += (abs(right - left) + 1) * (abs(bottom - top) + 1)
            element.clear()
    except (ElementTree.ParseError, ValueError, TypeError, LookupError):
        pass
    return number
