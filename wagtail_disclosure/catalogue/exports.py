"""Exports of admin listings without formulas, as CSV that spreadsheet programs open in the right encoding."""

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from .sheets import neutralise


class SafeExport(SpreadsheetExportMixin):
    """Before Wagtail's own mixin: text that a spreadsheet program would take for a formula is neutralised."""

    def preprocess_field_value(self, field, value, export_format):
        return neutralise(super().preprocess_field_value(field, value, export_format))

    def generate_xlsx_row(self, worksheet, row_dict, date_format=None):
        for cell in super().generate_xlsx_row(worksheet, row_dict, date_format):
            if cell.data_type == "f":
                cell.data_type = "s"
            yield cell

    def stream_csv(self, queryset):
        # The mark by which spreadsheet programs know UTF-8.
        yield b"\xef\xbb\xbf"
        yield from super().stream_csv(queryset)
