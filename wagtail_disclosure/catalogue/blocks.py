"""The body of a document: rich text, tables, figures, quotations and clauses."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

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

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        rows = [line.split("\t") for line in (value.get("cells") or "").splitlines() if line.strip()]
        width = max((len(row) for row in rows), default=0)
        rows = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
        context["head"] = rows[0] if value.get("header_row") and rows else []
        context["rows"] = rows[1:] if value.get("header_row") else rows
        return context


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Text"))
    source = blocks.CharBlock(label=_("Source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "wagtail_disclosure/blocks/quote.html"


class ClauseBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Number"), help_text=_("For example: 第一条"))
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "ol", "ul", "link"])

    class Meta:
        icon = "list-ol"
        label = _("Clause")


class BodyBlock(blocks.StreamBlock):
    """What a document may consist of."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", template="wagtail_disclosure/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)
    image = ImageBlock(label=_("Image"), template="wagtail_disclosure/blocks/image.html")
    table = TableBlock()
    quote = QuoteBlock()
    clauses = blocks.ListBlock(
        ClauseBlock(), label=_("Clauses"), icon="list-ol", template="wagtail_disclosure/blocks/clauses.html"
    )
