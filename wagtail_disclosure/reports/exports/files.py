"""Every format of a report: what it is called, whether it can be made here, and its bytes."""

import io
import json
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder

from ...departments.names import own_language
from ...rules.annual_report.identities import number
from . import docx, pdf, tables, xlsx

XLSX, DOCX, PDF, CSV, JSON = "xlsx", "docx", "pdf", "csv", "json"
CONTENT_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PDF: "application/pdf",
    CSV: "text/csv; charset=utf-8",
    JSON: "application/json",
}


@dataclass(frozen=True)
class Content:
    """What is exported: a form with its numbers (or None) and words, in one language."""

    form: object
    values: dict
    texts: dict
    agency: str
    year: int
    language: str

    @property
    def title(self):
        return self.form.title(self.language, agency=self.agency, year=self.year)

    @property
    def numbers(self):
        return {code: None if value is None else number(value) for code, value in self.values.items()}


def content_of(report, values, texts, language=None):
    """The :class:`Content` of a report, in the language of the agency."""
    language = language or own_language()
    return Content(report.form, values, texts, report.agency.local_name(language), report.year, language)


def available():
    """The formats that can be made here, in the order in which they are offered."""
    can = {DOCX: docx.is_available(), PDF: pdf.is_available()}
    return [name for name in CONTENT_TYPES if can.get(name, True)]


def make(content, kind):
    """The bytes of the report as ``kind``; ``KeyError`` for an unknown one."""
    return MAKERS[kind](content)


def _xlsx(content):
    output = io.BytesIO()
    xlsx.write(content.form, content.values, output, content.language, title=content.title)
    return output.getvalue()


def _docx(content):
    output = io.BytesIO()
    docx.write(content.form, content.numbers, content.texts, content.title, output, content.language)
    return output.getvalue()


def _pdf(content):
    return pdf.make(content.form, content.numbers, content.texts, content.title, content.language)


def _csv(content):
    return b"".join(tables.as_csv(content.form, content.numbers, content.language))


def _json(content):
    found = tables.as_json(
        content.form, content.numbers, year=content.year, body=content.agency, texts=content.texts
    )
    return json.dumps(found, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()


MAKERS = {XLSX: _xlsx, DOCX: _docx, PDF: _pdf, CSV: _csv, JSON: _json}
