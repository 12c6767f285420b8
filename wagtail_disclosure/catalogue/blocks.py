"""The body of a document: rich text, tables, figures, quotations and clauses."""

import re
from html import unescape

import nh3
from django.template.loader import render_to_string
from django.utils.html import format_html_join, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText, expand_db_html

from ..rules.text import is_day

TEXT_FEATURES = [
    "h3",
    "h4",
    "bold",
    "italic",
    "superscript",
    "subscript",
    "ol",
    "ul",
    "link",
    "document-link",
    "hr",
]

# What the features above can make, and nothing else.
TAGS = {
    *("a", "b", "strong", "i", "em", "sup", "sub", "p", "br", "hr"),
    *("h2", "h3", "h4", "ol", "ul", "li", "blockquote"),
}
ATTRIBUTES = {"a": {"href", "title"}}
URL_SCHEMES = {"http", "https", "mailto", "tel"}

# 落款: who issued the document in one short paragraph that is no sentence, the day in the next.
SIGNATURE = re.compile(r"<p>([^<>]{2,80}(?<![。；：！？.;:!?\s]))</p>(\s*)<p>([^<>]{6,40})</p>")
NUMBER = re.compile(r"[+\-−]?\d[\d,]*(\.\d+)?\s*[%‰]?", re.ASCII)
PLACEHOLDERS = {"", "-", "–", "—", "——", "/", "…"}
# From so many columns on, a table of words reads better as cards on a phone.
CARD_COLUMNS = 4


class CleanRichText(RichText):
    """Rich text that is served without anything but the tags of the editor, however it came into the database."""

    def __html__(self):
        html = nh3.clean(
            expand_db_html(self.source),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=URL_SCHEMES,
            link_rel=None,
        )
        html = SIGNATURE.sub(_signed, html)
        return render_to_string("wagtailcore/shared/richtext.html", {"html": mark_safe(html)})


def _signed(match):
    body, space, day = match.groups()
    if not is_day(unescape(day)):
        return match[0]
    return f'<p class="disclosure-signature">{body}</p>{space}<p class="disclosure-signature">{day}</p>'


class CleanRichTextBlock(blocks.RichTextBlock):
    def to_python(self, value):
        return CleanRichText(value)

    def normalize(self, value):
        return CleanRichText(super().normalize(value).source)

    def value_from_form(self, value):
        return CleanRichText(value)


class TableBlock(blocks.StructBlock):
    """A table pasted from a spreadsheet: one line a row, cells separated by tabs."""

    caption = blocks.CharBlock(label=_("Caption"))
    header_row = blocks.BooleanBlock(label=_("The first row is a header"), default=True, required=False)
    header_column = blocks.BooleanBlock(label=_("The first column is a header"), required=False)
    cells = blocks.TextBlock(
        label=_("Cells"), help_text=_("Paste from a spreadsheet: one line a row, cells separated by tabs.")
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "wagtail_disclosure/blocks/table.html"

    # The part that ``rows_of`` reads.
    cells_name = "cells"

    @staticmethod
    def rows_of(value):
        """The rows of the table, each a list of so many cells."""
        rows = [line.split("\t") for line in (value.get("cells") or "").splitlines() if line.strip()]
        width = max((len(row) for row in rows), default=0)
        return [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        rows = self.rows_of(value)
        width = len(rows[0]) if rows else 0
        head = rows.pop(0) if value.get("header_row") and rows else []
        numeric = [_is_numeric(column) for column in zip(*rows, strict=True)] or [False] * width
        labels = head or [""] * width
        caption = (value.get("caption") or "").strip()
        said = [*context.get("texts_above", ()), str(getattr(context.get("page"), "title", ""))]
        return {
            **context,
            "head": [{"text": text, "numeric": each} for text, each in zip(head, numeric, strict=False)],
            "rows": [
                [
                    {"text": text, "label": label, "numeric": each}
                    for text, label, each in zip(row, labels, numeric, strict=True)
                ]
                for row in rows
            ],
            "named": value.get("header_column") or _names_its_rows(rows, width, numeric),
            "cards": bool(head) and width >= CARD_COLUMNS and sum(numeric) * 2 < width,
            "repeated": bool(caption) and any(text.strip().endswith(caption) for text in said),
        }


def _is_numeric(column):
    filled = [cell for cell in column if cell not in PLACEHOLDERS]
    return bool(filled) and all(NUMBER.fullmatch(cell) for cell in filled)


def _names_its_rows(rows, width, numeric):
    """Whether the first of several columns is text that stands for each row: never empty, never twice the same."""
    first = [row[0] for row in rows]
    return width > 1 and not numeric[0] and all(first) and len(set(first)) == len(first)


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=pgettext_lazy("disclosure", "Text"))
    source = blocks.CharBlock(label=pgettext_lazy("disclosure", "Source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "wagtail_disclosure/blocks/quote.html"


class ClauseBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=pgettext_lazy("disclosure", "Number"), help_text=_("For example: 第一条"))
    text = CleanRichTextBlock(
        label=pgettext_lazy("disclosure", "Text"), features=["bold", "ol", "ul", "link"]
    )

    class Meta:
        icon = "list-ol"
        label = _("Clause")


class BodyBlock(blocks.StreamBlock):
    """What a document may consist of."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", template="wagtail_disclosure/blocks/heading.html"
    )
    paragraph = CleanRichTextBlock(label=pgettext_lazy("disclosure", "Text"), features=TEXT_FEATURES)
    image = ImageBlock(
        label=pgettext_lazy("disclosure", "Image"), template="wagtail_disclosure/blocks/image.html"
    )
    table = TableBlock()
    quote = QuoteBlock()
    clauses = blocks.ListBlock(
        ClauseBlock(), label=_("Clauses"), icon="list-ol", template="wagtail_disclosure/blocks/clauses.html"
    )

    def render_basic(self, value, context=None):
        """As Wagtail does it; a table is told what stands above it, so that its caption does not repeat that."""
        rendered, heading, above = [], "", ""
        for child in value:
            told = {**(context or {}), "texts_above": (heading, above)}
            rendered.append((child.render(context=told), child.block_type))
            above = _text_of(child.value)
            heading = above if child.block_type == "heading" else heading
        return format_html_join("\n", '<div class="block-{1}">{0}</div>', rendered)


def _text_of(value):
    """The words of a heading or a text; nothing for other blocks."""
    return unescape(strip_tags(getattr(value, "source", value))) if isinstance(value, str | RichText) else ""
