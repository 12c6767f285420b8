"""Days and times on the pages of a case, in one form everywhere."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from ..rules.dates import written_date


def written_day(value):
    """The day of ``value`` as it is written in letters as well: one form on all pages of a case."""
    if not value:
        return ""
    day = timezone.localdate(value) if isinstance(value, datetime.datetime) else value
    language = get_language() or ""
    if language.split("-")[0] in ("zh", "en"):
        return written_date(day, language)
    return date_format(day, "DATE_FORMAT")


def written_time(value):
    """The same with the time of the day."""
    if not value:
        return ""
    at = timezone.localtime(value)
    return f"{written_day(at)} {at:%H:%M}"
