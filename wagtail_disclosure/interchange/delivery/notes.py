"""The delivery note (送达清单) as it is printed: frozen HTML when it is made, and from the same lines PDF and XLSX."""

import hashlib
import io

from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ...casework.letters import pdf
from ...casework.letters.values import shown_day
from ...catalogue.sheets import write_xlsx
from ...departments.names import own_language
from ..models import Delivery
from ..models.places import Form
from .due import day_of

TEMPLATE = "wagtail_disclosure/interchange/delivery/note.html"
NoPdf = pdf.NoPdf


def number(year, serial):
    """The number of a note within its point."""
    return f"{year}-{serial:03d}"


def freeze(batch, deliveries):
    """Give a new note its lines and the page that is printed."""
    batch.lines = [_line(each) for each in deliveries]
    batch.html = render(batch)
    batch.sha256 = hashlib.sha256(batch.html.encode()).hexdigest()


def _line(delivery):
    return {
        "delivery": delivery.pk,
        "kind": delivery.kind,
        "index_number": delivery.index_number,
        "title": delivery.title,
        "document_number": delivery.document_number,
        "published_on": delivery.published_on.isoformat(),
        "files": delivery.files,
        "form": delivery.form,
        "copies": delivery.copies,
        "note": delivery.note,
    }


def render(batch):
    """The note as one article of HTML, in the language of the agency."""
    language, point = own_language(), batch.point
    with override(language):
        recalls = [each for each in batch.lines if each["kind"] != Delivery.Kind.DELIVER]
        html = render_to_string(
            TEMPLATE,
            {
                "agency": batch.agency.local_name(language),
                "point": point.local_name(language),
                "address": point.local("address", language),
                "contact": " ".join(filter(None, [point.contact_name, point.contact_phone])),
                "number": batch.number,
                "day": shown_day(day_of(batch.made_at), language),
                "made_by": batch.made_by_name,
                "lines": [_shown(each) for each in batch.lines if each not in recalls],
                "recalls": [_shown(each) for each in recalls],
                "copies": sum(each["copies"] for each in batch.lines if each not in recalls),
            },
        )
    return html.strip() + "\n"


def _shown(line):
    """A line with its labels in the active language."""
    return {
        **line,
        "kind_label": Delivery.Kind(line["kind"]).label,
        "form_label": Form(line["form"]).label,
        "published_on": parse_date(line["published_on"]),
    }


def title_of(batch):
    with override(own_language()):
        return _("Delivery note %(number)s") % {"number": batch.number}


def as_pdf(batch):
    """The bytes of the PDF. Raises :class:`NoPdf` without the library."""
    return pdf.make(batch.html, own_language(), title_of(batch))


def sheet_rows(batch):
    """Yield the heading and a row for each line."""
    yield [
        pgettext("delivery", "No."),
        pgettext("delivery", "What is done"),
        _("Index number"),
        pgettext("disclosure", "Title"),
        _("Document number"),
        _("Date published"),
        _("Attachments"),
        pgettext("delivery", "Form"),
        _("Copies"),
        pgettext("delivery", "Note"),
    ]
    for place, line in enumerate(map(_shown, batch.lines), 1):
        yield [
            place,
            str(line["kind_label"]),
            line["index_number"],
            line["title"],
            line["document_number"],
            line["published_on"],
            line["files"],
            str(line["form_label"]),
            line["copies"],
            line["note"],
        ]


def as_xlsx(batch):
    """The bytes of a workbook with the lines of the note."""
    output = io.BytesIO()
    with override(own_language()):
        write_xlsx(sheet_rows(batch), output)
    return output.getvalue()
