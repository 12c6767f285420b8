"""The score sheet: every item of the national list with its findings, what it costs, and whether it fails the site."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..models import InspectionFinding, InspectionRun
from ..profile import profile

FAILS, LOSES, NOTED, GOOD, OUTSIDE, UNKNOWN = "fails", "loses", "noted", "good", "outside", "unknown"
LABELS = {
    FAILS: _("fails the site alone"),
    LOSES: _("costs points"),
    NOTED: _("found"),
    GOOD: _("nothing found"),
    OUTSIDE: _("not looked at here"),
    UNKNOWN: _("could not be looked at"),
}
FULL, PASS = 100, 60


@dataclass(frozen=True)
class Line:
    """One item of the list. ``points`` are those that are known to be lost; ``standing`` is a code of ``LABELS``."""

    item: object
    count: int
    points: int
    standing: str

    @property
    def label(self):
        return LABELS[self.standing]

    @property
    def threshold(self):
        return self.item.fact("veto_at")


@dataclass(frozen=True)
class Sheet:
    lines: tuple
    run: object = None

    @property
    def points(self):
        """Of a hundred, those that are left after the known deductions."""
        return max(0, FULL - sum(line.points for line in self.lines))

    @property
    def vetoes(self):
        return [line for line in self.lines if line.standing == FAILS]

    @property
    def passes(self):
        return not self.vetoes and self.points >= PASS


def sheet_of(agency):
    """The :class:`Sheet` of what is open now, in two queries."""
    run = InspectionRun.objects.filter(agency=agency).first()
    found = {}
    for code, facts in InspectionFinding.objects.open().filter(agency=agency).values_list("item", "facts"):
        found.setdefault(code, []).append(facts)
    return Sheet(tuple(_line(item, found.get(item.code, []), run) for item in profile().inspection), run)


def _line(item, facts, run):
    if item.fact("outside"):
        return Line(item, 0, 0, OUTSIDE)
    if run is None or run.counts.get(item.code) is None:
        return Line(item, len(facts), 0, UNKNOWN)
    points = sum(_points(item, each) for each in facts)
    if item.fact("veto_at") and len(facts) >= item.fact("veto_at"):
        return Line(item, len(facts), points, FAILS)
    standing = LOSES if points else NOTED if facts else GOOD
    return Line(item, len(facts), points, standing)


def _points(item, facts):
    """What one finding costs: a number, or one by the type of its column."""
    points = item.fact("points", 0)
    return points.get(facts.get("type"), 0) if isinstance(points, dict) else points
