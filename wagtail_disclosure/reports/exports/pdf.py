"""The report as PDF (extra ``pdf``), with the page that is printed: title, sections, official tables."""

from django.template.loader import render_to_string
from django.utils.translation import override

from ...casework.letters import pdf
from ..showing import Shown, sections_of

NoPdf = pdf.NoPdf
is_available = pdf.is_available
TEMPLATE = "wagtail_disclosure/reports/document.html"


def as_html(form, values, texts, title, language):
    """The report as the HTML that is printed."""

    def show(cell):
        value = values.get(cell.code)
        return Shown(
            cell.code, "" if value is None else str(value), cell.label(language), is_total=cell.is_total
        )

    with override(language):
        return render_to_string(
            TEMPLATE, {"title": title, "sections": sections_of(form, texts, show, language)}
        )


def make(form, values, texts, title, language):
    """The bytes of the PDF. Raises :class:`NoPdf` without the library."""
    return pdf.make(as_html(form, values, texts, title, language), language, title)
