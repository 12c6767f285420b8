"""One row of the manifest: every cell checked, the text read, nothing written."""

import datetime
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ... import conf
from ...catalogue.header_checks import AXES, normal_keywords, problems_of, secrecy_message
from ...catalogue.models import DisclosurePage, EntryPage, IndexNumber, NumberScheme
from ...catalogue.models.attribute import LONGEST_NOTE
from ...catalogue.sheets import NO, YES, Problem, why_no_value
from ...publishing.safety.examine import Examiner, accepted
from ...publishing.safety.scanner import ScannerUnavailable
from ...publishing.safety.scanner import message as scanner_message
from ...rules.characters import NOT_TEXT, check_line
from ...rules.errors import RuleError
from ...rules.index_numbers import lookup_key, recognise
from ...rules.secrecy_marks import find_secrecy_mark
from ...rules.text import find_damage, parse_date_strict, parse_moment_strict
from . import bodies, findings
from .encodings import EncodingError
from .files import FileRefused, safe_parts
from .manifest import BY_KEY
from .matching import NoMatch, folded, labels_of, labels_of_items

LONGEST_KEY = 200
SHOWN = 60
# Column -> field of the page, for what is kept as it is written.
TEXTS = {
    "title": "title",
    "issuing_body": "issuing_body",
    "responsible_department": "department_name",
    "document_number": "document_number",
    "keywords": "keywords",
    "source": "source",
    "validity_note": "validity_note",
}
# Field of the page -> column, where they are called differently.
COLUMN_OF = {
    "department_name": "responsible_department",
    "body": "body_file",
    "date_signed": "document_date",
    "replaced_by": "validity",
    "important": "importance",
}
DATES = {"date_signed": datetime.date, "formed_on": datetime.date, "date_generated": datetime.datetime}
# Names of bodies are kept to the letter; in the others residue of pinyin is removed.
VERBATIM = ("issuing_body", "responsible_department", "document_number")
# 是否有效 is answered with yes or no.
VALID_WORDS = {
    "是": "valid",
    "yes": "valid",
    "否": "invalid",
    "no": "invalid",
    "有效": "valid",
    "失效": "invalid",
    "TRUE": "valid",
    "FALSE": "invalid",
}
IMPORTANT_WORDS = {
    "重要": True,
    "high": True,
    "important": True,
    "一般": False,
    "普通": False,
    "normal": False,
}


@dataclass
class Row:
    """What a line of the manifest comes to. ``data`` can be written as JSON."""

    line: int
    title: str = ""
    key: str = ""
    number: str = ""
    outcome: str = "new"
    data: dict = field(default_factory=dict)
    files: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    size: int = 0
    page_id: int | None = None
    # A document whose draft was deleted, and whose number this row takes up again.
    translation_key: str = ""

    @property
    def content_hash(self):
        return self.data.get("hash", "")


@lru_cache(maxsize=1000)
def _damage(text):
    """Of the names that stand in row after row."""
    return tuple(find_damage(text, 5))


def shortened(text):
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


class RowReader:
    """Checks rows for a :class:`~.target.Target`; texts and attachments come from ``files``."""

    def __init__(self, target, files):
        self.target, self.files = target, files
        self._attributes = labels_of_items(target.profile.attributes)
        self._validity = labels_of(DisclosurePage.Validity.choices) | {
            folded(word): value for word, value in VALID_WORDS.items()
        }
        self._importance = {
            **{folded(word): True for word in YES},
            **{folded(word): False for word in NO},
            **IMPORTANT_WORDS,
        }
        self._rules = NumberScheme.for_agency(target.agency)
        # Takes the values of one row after the other, to be checked as the editor checks them.
        self.page = EntryPage()
        self._examiner = None

    @cached_property
    def endings(self):
        """The endings that attachments may have: those of the setting, as far as the site's documents have them."""
        named = getattr(settings, "WAGTAILDOCS_EXTENSIONS", None)
        return accepted() & {each.lower() for each in named} if named else accepted()

    def check_file(self, data, name):
        """Raise :class:`FileRefused` for a file that is accepted nowhere, or that could not be scanned."""
        try:
            if self._examiner is None:
                self._examiner = Examiner()
            reasons = self._examiner.data(data, name).refusals()
        except ScannerUnavailable as error:
            raise FileRefused(scanner_message()) from error
        if reasons:
            raise FileRefused(" ".join(reasons))

    def close(self):
        """End what looks into files."""
        if self._examiner is not None:
            self._examiner.close()

    def read(self, line, cells, extra=0):
        """Return the :class:`Row` of ``cells`` (text by column); whatever is wrong is in its ``problems``."""
        return _Reading(self, line, cells, extra).row


class _Reading:
    def __init__(self, reader, line, cells, extra):
        self.reader, self.target, self.cells = reader, reader.target, cells
        self.row = Row(line, title=cells.get("title", ""))
        if extra:
            self.problem("", _("The line has more cells than the header."))
        self._check_cells()
        if not self.row.problems:
            self.values = {}
            self._texts()
            self._place()
            self._axes()
            self._dates()
            self._choices()
            self._determination()
            self._number()
            self._body()
            self._attachments()
            self._finish()

    def problem(self, column, reason, value=None):
        label = str(BY_KEY[column].label) if column in BY_KEY else ""
        value = self.cells.get(column, "") if value is None else value
        self.row.problems.append(Problem(self.row.line, label, str(reason), shortened(value)))

    def note(self, kind, **options):
        self.row.findings.append(findings.note(kind, **options))

    def cell(self, column):
        return self.cells.get(column, "")

    def _check_cells(self):
        for column, text in self.cells.items():
            if not text:
                continue
            try:
                check_line(text)
            except RuleError as error:
                self.problem(column, error, NOT_TEXT.sub("\ufffd", text))
                continue
            if reason := why_no_value(text):
                self.problem(column, reason)
            elif mark := find_secrecy_mark(text):
                self.problem(column, secrecy_message(mark))

    # Texts

    def _texts(self):
        for column, name in TEXTS.items():
            text = " ".join(self.cell(column).split())
            self.values[name] = self._cleaned(column, text, EntryPage._meta.get_field(name).max_length)
        if not self.values["title"]:
            self.problem("title", _("The title is missing."))
        self.row.title = self.values["title"]
        summary = self._cleaned("summary", self.cell("summary").strip(), conf.get("SUMMARY_MAX_LENGTH"))
        self.values["summary"] = summary
        self.values["department_name"] = self.values["department_name"] or ""

    def _cleaned(self, column, text, longest):
        if not text:
            return ""
        if column in VERBATIM:
            self.row.findings += [findings.damage(each, column) for each in _damage(text)]
        else:
            text, notes = bodies.clean(text, column)
            self.row.findings += notes
        if longest is not None and len(text) > longest:
            self._too_long(column, len(text), longest)
        return text

    def _too_long(self, column, length, longest):
        reason = _("The text has %(length)d characters; %(longest)d are allowed.")
        self.problem(column, reason % {"length": length, "longest": longest})

    # Place

    def _place(self):
        self.department = self.language = self.folder = None
        try:
            self.department = self.target.departments.find(self.cell("responsible_department"))
        except NoMatch as error:
            self.problem("responsible_department", error)
        try:
            self.language = self.target.language(self.cell("language"))
        except NoMatch as error:
            self.problem("language", error)
        if self.department is None or self.language is None:
            return
        try:
            self.folder = self.target.folder(self.department, self.language)
        except NoMatch as error:
            self.problem("responsible_department", error)

    def _axes(self):
        self.categories = {}
        for column, kind in AXES.items():
            text = self.cell(column)
            try:
                found = self.target.categories.find(kind, text) if text else None
            except NoMatch as error:
                self.problem(column, error)
                continue
            self.values[f"{column}_id"] = found.pk if found else None
            self.categories[column] = found
        if not self.cell("category"):
            self.note("no_category", field="category")

    # Values

    def _dates(self):
        signed = {
            column: self._date(column, parse_date_strict)
            for column in ("document_date", "date_signed")
            if self.cell(column)
        }
        if len({value for value in signed.values() if value}) > 1:
            self.problem("date_signed", _("Document date and date signed are not the same day."))
        self.values["date_signed"] = next((value for value in signed.values() if value), None)
        self.values["formed_on"] = self._date("formed_on", parse_date_strict)
        self.values["date_generated"] = self._date("date_generated", parse_moment_strict)

    def _date(self, column, parse):
        if not self.cell(column):
            return None
        try:
            found = parse(self.cell(column))
        except RuleError as error:
            self.problem(column, _has_time(self.cell(column)) or error)
            return None
        return timezone.make_aware(found).isoformat() if parse is parse_moment_strict else found.isoformat()

    def _choices(self):
        self.values["validity"] = self._choice("validity", self.reader._validity, "valid")
        note = self.cell("note")
        if len(note) > LONGEST_NOTE:
            self._too_long("note", len(note), LONGEST_NOTE)
        self.values["important"] = self._choice("importance", self.reader._importance, False)

    def _choice(self, column, choices, default):
        text = self.cell(column)
        if not text:
            return default
        if folded(text) not in choices:
            reason = _("This is none of the values that this column may have: %(known)s.")
            self.problem(column, reason % {"known": _alternatives(choices)})
        return choices.get(folded(text), default)

    def _determination(self):
        text = self.cell("disclosure_attribute")
        attribute = self.reader._attributes.get(folded(text)) if text else None
        if attribute is None:
            known = ", ".join(item.label() for item in self.target.profile.attributes)
            reason = (
                _("The disclosure attribute is missing.") if not text else _("There is no such attribute.")
            )
            choices = _("Attributes: %(known)s") % {"known": known}
            self.problem("disclosure_attribute", f"{reason} {choices}")
            return
        ground = self._ground(attribute)
        if ground is None:
            return
        if not ground.fact("filed", True):
            self.problem("ground", _("State secrets must never be stored in this system."), "")
            return
        self.determination = {
            "attribute": attribute.code,
            "ground": ground.code,
            "note": self.cell("note").strip(),
            "stated": bool(self.cell("ground")),
        }

    def _ground(self, attribute):
        text = self.cell("ground")
        if text:
            found = labels_of_items(attribute.children).get(folded(text))
            if found is None:
                known = "; ".join(f"{item.code} {item.label()}" for item in attribute.children)
                reason = _("This is no ground of the disclosure attribute. Grounds: %(known)s")
                self.problem("ground", reason % {"known": known})
            return found
        usual = next((item for item in attribute.children if item.fact("usual")), None)
        if usual is None:
            self.problem("ground", _("Say on which ground: for this attribute none is usual."))
        else:
            self.note("ground_unstated", field="ground", severity=findings.INFO, ground=usual.label())
        return usual

    def _number(self):
        number = self.cell("index_number")
        self.row.number = number
        if not number:
            return
        longest = IndexNumber._meta.get_field("number").max_length
        if len(number) > longest or len(lookup_key(number)) > 2 * longest or not number.isprintable():
            reason = _("An index number has 1 to %(longest)d visible characters.")
            self.problem("index_number", reason % {"longest": longest})
        elif not any(char.isalnum() for char in number):
            self.problem("index_number", _("An index number has letters or digits."))
        elif not (self._fits_scheme(number) or recognise(number)):
            self.note("unusual_number", field="index_number", excerpt=number)

    def _fits_scheme(self, number):
        try:
            return self.reader._rules.rules.matches(number)
        except (RuleError, KeyError):
            return False

    # Files

    def _body(self):
        self.body = None
        name = self.cell("body_file")
        if not name:
            if not self.cell("attachments"):
                self.problem("body_file", _("The row names neither a text nor attachments."))
            return
        try:
            self.body = bodies.read(self.reader.files, name, title=self.row.title, known=self.cells)
        except (FileRefused, EncodingError) as error:
            self.problem("body_file", error)
            return
        self.row.findings += self.body.findings
        if not self.body.blocks and not self.cell("attachments"):
            self.problem("body_file", _("The file holds no text, and the row names no attachments."))

    def _attachments(self):
        names = [each.strip() for each in re.split(r"[;；|\n]", self.cell("attachments"))]
        limit = conf.get("IMPORT_MAX_FILE_BYTES")
        allowed = self.reader.endings
        for name in filter(None, names):
            suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".")
            try:
                data = self.reader.files.read(name, limit, "IMPORT_MAX_FILE_BYTES")
            except FileRefused as error:
                self.problem("attachments", error, name)
                continue
            if suffix not in allowed:
                reason = _("Files of this kind are not accepted. Accepted are: %(known)s.")
                self.problem("attachments", reason % {"known": ", ".join(sorted(allowed))}, name)
                continue
            try:
                bodies.check_attachment(name, data)
                self.reader.check_file(data, safe_parts(name)[-1])
            except FileRefused as error:
                self.problem("attachments", error, name)
                continue
            same = next((each for each, other in self.row.files if other == data), None)
            if same:
                self.note("same_file", field="attachments", excerpt=name, name=same)
            self.row.files.append((safe_parts(name)[-1], data))

    # Result

    def _finish(self):
        if self.row.problems:
            return
        self.values["keywords"] = normal_keywords(self.values["keywords"])
        if not self.values["issuing_body"]:
            self.values["issuing_body"] = self.target.agency.issuing_name
        if not self.values["department_name"] or self.target.departments.is_code(
            self.cell("responsible_department")
        ):
            # A code is for finding it; people read the name.
            self.values["department_name"] = self.department.name
        self._check_page()
        # What was written counts, not what became of it: a later release may read texts differently.
        attached = [[name, hashlib.sha256(data).hexdigest()] for name, data in self.row.files]
        written = {
            "cells": {column: text for column, text in sorted(self.cells.items()) if text},
            "department": self.department.pk,
            "body": self.body.sha256 if self.body else "",
            "attachments": attached,
        }
        self.row.key = self.cell("source_key") or self._derived_key()
        if len(self.row.key) > LONGEST_KEY:
            self._too_long("source_key", len(self.row.key), LONGEST_KEY)
        self.row.data = {
            "values": {**self.values, "department_id": self.department.pk},
            "folder": self.folder.pk,
            "determination": self.determination,
            "body": self.body.blocks if self.body else [],
            "attachments": attached,
            "hash": _digest(written),
        }
        self.row.size = sum(len(data) for _name, data in self.row.files) + (
            self.body.size if self.body else 0
        )

    def _check_page(self):
        """Whatever the editor would refuse is refused here, too."""
        page = self.reader.page
        values = page_values(self.values, self.body.blocks if self.body else [])
        for name, value in {**values, **self.categories, "department": self.department}.items():
            setattr(page, name, value)
        for name, reason in problems_of(page).items():
            self.problem(COLUMN_OF.get(name, name), reason)

    def _derived_key(self):
        """The key of a row that states none: its index number, else its title and text file."""
        number = lookup_key(self.row.number)
        parts = ["number", number] if number else ["text", self.cell("title"), self.cell("body_file")]
        return "auto:" + _digest(parts)[:32]


def _has_time(text):
    """What is wrong with a date when it only has a time too many, as date cells of a spreadsheet may; or None."""
    try:
        parse_moment_strict(text)
    except RuleError:
        return None
    return _("There is a time of day beside the date. Write the date alone.")


def _alternatives(choices):
    """What a choice may be written as: one word for each value and language."""
    return ", ".join(dict.fromkeys(choices))


def page_values(values, blocks):
    """Checked values as they are set on a page, as Python objects."""
    values = dict(values)
    for name, kind in DATES.items():
        values[name] = kind.fromisoformat(values[name]) if values[name] else None
    if values["date_generated"] is None:
        # The entry comes into being now; its model gives the moment.
        del values["date_generated"]
    values["body"] = EntryPage._meta.get_field("body").to_python(blocks)
    return values


def _digest(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def title_of_file(name):
    """The title of an attachment: the name of its file without the ending."""
    return os.path.splitext(name)[0][:255] or name[:255]
