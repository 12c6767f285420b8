"""The files of ``example_site/content`` as the loader reads them."""

import datetime
import json
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from example_site.content_tools import is_working_day, read_csv, working_days_after

CONTENT = Path(__file__).resolve().parent.parent / "content"
ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = 9 * 60, 17 * 60 + 30


@cache
def table(name):
    return read_csv(CONTENT / f"{name}.csv")


@cache
def data(name):
    return json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))


def at(day, hour=9, minute=0):
    """A time of the agency's own day; ``day`` is a date or its ISO form."""
    if isinstance(day, str):
        day = datetime.date.fromisoformat(day)
    return datetime.datetime.combine(day, datetime.time(hour, minute), ZONE)


def exactly(text):
    """A local time in ISO form, as in ``timeline.csv``."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def following(day, count=1):
    """The ``count``-th working day after ``day``."""
    return working_days_after(day, count)


def working_moment(start, end, share):
    """The moment at which ``share`` (0 to 1) of the office hours between two times is over."""
    spans, day = [], start.date()
    while day <= end.date():
        if is_working_day(day):
            first = max(start, at(day) + datetime.timedelta(minutes=OPENS - 9 * 60))
            last = min(end, at(day) + datetime.timedelta(minutes=CLOSES - 9 * 60))
            if first < last:
                spans.append((first, last))
        day += datetime.timedelta(days=1)
    if not spans:
        return start + (end - start) * share
    left = sum((last - first for first, last in spans), datetime.timedelta()) * share
    for first, last in spans:
        if left <= last - first:
            return first + left
        left -= last - first
    return end
