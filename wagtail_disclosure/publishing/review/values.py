"""Single values as a comparison shows them: in words, and in the reader's language."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import compare


class ValueComparison(compare.FieldComparison):
    """Wagtail's comparison of plain values, which shows them as Python writes them, in words."""

    def htmldiff(self):
        return changed(in_words(self.val_a), in_words(self.val_b))


def changed(before, after):
    """Two short texts as Wagtail shows a replacement; one that did not change stands alone."""
    if before == after:
        return escape(after)
    parts = [("deletion", before), ("addition", after)]
    return compare.TextDiff([part for part in parts if part[1]]).to_html()


def in_words(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(value, "SHORT_DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    return str(value)


def yes_or_no(value):
    return capfirst(_("yes") if value else _("no"))
