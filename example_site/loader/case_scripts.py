"""The scripts of the requests: what happens to each, by whom and on which working day, counted back from the load.

A step is written ``action=value#key+gap:role``: ``gap`` are the working days since the step before (two numbers: any
of them), ``key`` names one of several enquiries, ``role`` who acts where it is not the usual one. ``submit`` is the
request itself, and ``intake`` all until it lies with its department, as its channel has it.
"""

import datetime
import re
from dataclasses import dataclass, field
from functools import cached_property

from example_site.content_tools import chosen
from wagtail_disclosure.casework.standing import calendar

from .content import ZONE, data, table

STEP = re.compile(
    r"(?P<action>[a-z_]+)(=(?P<value>[\w/.]+))?(#(?P<key>\d+))?(\+(?P<low>\d+)(-(?P<high>\d+))?)?(:(?P<role>\w+))?"
)
# Of a hundred requests that say nothing else.
CHANNELS = (
    *(("online", 55), ("counter", 12), ("tracked_mail", 12)),
    *(("email", 8), ("ordinary_mail", 6), ("oral", 4), ("fax", 3)),
)
# From the request to the department that handles it, where that takes more than handing it in (Art. 31).
INTAKE = {
    "online": ("submit", "confirm_receipt+0-1", "hand_over"),
    "email": ("submit", "confirm_receipt+0-1"),
    "fax": ("submit", "confirm_receipt+0-1"),
    "ordinary_mail": ("submit", "confirm_receipt"),
}
YEARS = 490  # working days: two years
YEAR = re.compile(r"20[12]\d(?=年)")
# A request for what another one asked for: the first is old enough to be answered by then.
ANSWERED = 300
# Who takes part where a step says "other".
OTHER = {"05": "06", "09": "04", "11": "05"}


@dataclass(frozen=True)
class Step:
    action: str
    value: str = ""
    key: str = ""
    gap: int = 0
    role: str = ""


@dataclass
class Script:
    """One request of ``requests.csv`` with its path."""

    row: dict
    path: dict
    steps: list = field(default_factory=list)
    ago: int = 0
    # Another request comes back to it.
    is_repeated: bool = False

    @property
    def key(self):
        return self.row["key"]

    @property
    def total(self):
        return sum(step.gap for step in self.steps)

    @property
    def least(self):
        """How long ago the request was at least: all has happened since, but for its way into the archive."""
        archived = self.steps[-1].gap if self.steps[-1].action == "archive" else 0
        return self.total - archived + 1

    @cached_property
    def channel(self):
        return self.path.get("channel") or _weighted(f"{self.first}channel")

    @property
    def kind(self):
        """What kind of case it is: most are requests for information."""
        return self.path.get("case_kind", "request")

    @property
    def first(self):
        """The key of the request that this one repeats, or its own: the same person asks."""
        return self.row["earlier"] or self.key


def _weighted(seed):
    place = chosen(seed, 1, sum(weight for _code, weight in CHANNELS))
    for code, weight in CHANNELS:
        place -= weight
        if place <= 0:
            return code
    raise AssertionError


def parse(text, seed=""):
    """The step written as ``text``. Raises ``ValueError``."""
    found = STEP.fullmatch(text)
    if found is None:
        raise ValueError(f"No step: {text!r}")
    low = int(found["low"] or 0)
    gap = chosen(f"{seed}{text}", low, int(found["high"] or low))
    return Step(found["action"], found["value"] or "", found["key"] or "", gap, found["role"] or "")


def words_of(path, channel):
    """The words of a path, its macros and the intake of ``channel`` written out."""
    macros = data("request_paths")["macros"]

    def written_out(text):
        for word in text.split():
            if word == "intake":
                yield from INTAKE.get(channel, ("submit",))
            elif word in macros:
                yield from written_out(macros[word])
            else:
                yield word

    return list(written_out(path["steps"]))


def scripts():
    """All requests with their steps, and ``ago``: the working days between the request and the load."""
    paths, found = data("request_paths")["paths"], {}
    for row in table("requests"):
        path = paths[row["path"]]
        script = Script(row, path)
        script.steps = [parse(word, row["key"]) for word in words_of(path, script.channel)]
        found[script.key] = script
    repeated = {script.row["earlier"] for script in found.values()}
    for script in found.values():
        script.is_repeated = script.key in repeated
        script.ago = _ago(script, script.is_repeated)
    return list(found.values())


def _ago(script, is_repeated):
    if "ago" in script.path:
        low, high = script.path["ago"]
        if is_repeated or script.row["earlier"]:
            return max(high if is_repeated else low, script.total)
        return chosen(f"{script.key}ago", max(low, script.total), max(high, script.total))
    if is_repeated:
        return chosen(f"{script.key}ago", ANSWERED, YEARS)
    if script.row["earlier"]:
        return chosen(f"{script.key}ago", script.least, ANSWERED - 100)
    return chosen(f"{script.key}ago", script.least, max(YEARS, script.least))


class Days:
    """Working days before and after the day of the load; the last one before it is day 0."""

    def __init__(self, today):
        self.calendar = calendar()
        self._before, day = [], today
        while len(self._before) <= YEARS + 80:
            day -= datetime.timedelta(days=1)
            if self.calendar.is_working(day):
                self._before.append(day)

    def ago(self, count):
        return self._before[min(count, len(self._before) - 1)]

    def index(self, day):
        """How many working days ago ``day`` was, or the next working day after it."""
        return sum(each >= day for each in self._before) - 1

    def after(self, day, count):
        while count:
            day += datetime.timedelta(days=1)
            count -= self.calendar.is_working(day)
        return day


def first_possible(script, days):
    """``ago`` of ``script``, not before the middle of the year that its title is about."""
    if "ago" in script.path or script.row["earlier"]:
        return script.ago
    text = script.row["subject"] + script.row["description"]
    today = days.ago(0)
    years = [int(each) for each in YEAR.findall(text) if int(each) <= today.year]
    if not years:
        return script.ago
    # What comes back to it finds it answered.
    least = ANSWERED if script.is_repeated else script.least
    latest = max(least, days.index(datetime.date(max(years), 7, 1)))
    return script.ago if script.ago <= latest else chosen(f"{script.key}again", least, latest)


@dataclass(frozen=True)
class Timed:
    at: datetime.datetime
    order: int
    script: Script
    place: int
    step: Step


def timed(script, days, number):
    """The steps of ``script`` with their times, in office hours; those of the days to come are left out."""
    ago, minute = first_possible(script, days), 0
    for place, step in enumerate(script.steps):
        minute = minute + chosen(f"{script.key}{place}", 20, 45) if place and not step.gap else 0
        ago -= step.gap
        if ago < 0:
            return
        begin = datetime.datetime.combine(days.ago(ago), datetime.time(9, 5), ZONE)
        start = datetime.timedelta(minutes=chosen(f"{script.key}{ago}", 0, 90) + minute)
        yield Timed(begin + start, number * 100 + place, script, place, step)
