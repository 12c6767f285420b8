"""Exports of admin listings: without formulas, times as the screen shows them, CSV in a marked encoding."""

import codecs
import datetime
from itertools import chain

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from ..rules.cells import neutralise


def shown_time(value):
    """A date or a time as text in local time, the same on screens and in exports."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(value, "SHORT_DATETIME_FORMAT")
    return date_format(value, "SHORT_DATE_FORMAT")


def _local(value):
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _in_language(language, rows):
    rows = iter(rows)
    while True:
        with override(language):
            row = next(rows, None)
        if row is None:
            return
        yield row


class SafeExport(SpreadsheetExportMixin):
    """In place of Wagtail's own mixin, before the view: its times are in UTC and its CSV has no mark."""

    custom_value_preprocess = {
        datetime.datetime: {
            SpreadsheetExportMixin.FORMAT_XLSX: _local,
            SpreadsheetExportMixin.FORMAT_CSV: shown_time,
        },
        datetime.date: {
            SpreadsheetExportMixin.FORMAT_XLSX: None,
            SpreadsheetExportMixin.FORMAT_CSV: datetime.date.isoformat,
        },
        list: SpreadsheetExportMixin.custom_value_preprocess[list],
    }

    def preprocess_field_value(self, field, value, export_format):
        return neutralise(super().preprocess_field_value(field, value, export_format))

    def generate_xlsx_row(self, worksheet, row_dict, date_format=None):
        for cell in super().generate_xlsx_row(worksheet, row_dict, date_format):
            if cell.data_type == "f":
                cell.data_type = "s"
            yield cell

    def stream_csv(self, queryset):
        # The mark by which spreadsheet programs know UTF-8 stands first. The rows are made while they are sent, when
        # the request and its language are over.
        return _in_language(get_language(), chain([codecs.BOM_UTF8], super().stream_csv(queryset)))
