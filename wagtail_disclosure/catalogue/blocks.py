"""The body of a document: rich text, tables, figures, quotations and clauses."""

import nh3
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText, expand_db_html

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
        return render_to_string("wagtailcore/shared/richtext.html", {"html": mark_safe(html)})


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
    text = CleanRichTextBlock(label=_("Text"), features=["bold", "ol", "ul", "link"])

    class Meta:
        icon = "list-ol"
        label = _("Clause")


class BodyBlock(blocks.StreamBlock):
    """What a document may consist of."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", template="wagtail_disclosure/blocks/heading.html"
    )
    paragraph = CleanRichTextBlock(label=_("Text"), features=TEXT_FEATURES)
    image = ImageBlock(label=_("Image"), template="wagtail_disclosure/blocks/image.html")
    table = TableBlock()
    quote = QuoteBlock()
    clauses = blocks.ListBlock(
        ClauseBlock(), label=_("Clauses"), icon="list-ol", template="wagtail_disclosure/blocks/clauses.html"
    )
