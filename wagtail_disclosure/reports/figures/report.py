"""The numbers of one report with where each comes from: computed, carried over, entered, corrected, or a total."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...rules.annual_report import identities
from ...rules.annual_report.identities import ERROR, NOTE, WARNING, Finding, number
from ...rules.annual_report.versions import ENTERED
from ...rules.labels import Shown
from ..models import ReportCell
from .compute import Computed, compute

COMPUTED, CARRIED, GIVEN, CORRECTED, TOTAL, MISSING = (
    "computed",
    "carried",
    "entered",
    "corrected",
    "total",
    "missing",
)
# Findings about cases that a cell would not show; they have a drill-down of their own.
UNPLACED, REOPENED = "unplaced", "reopened"
MARKS = {
    COMPUTED: pgettext_lazy("annual report", "computed"),
    CARRIED: pgettext_lazy("annual report", "carried over from last year's report"),
    GIVEN: pgettext_lazy("annual report", "entered"),
    CORRECTED: pgettext_lazy("annual report", "corrected by hand"),
    TOTAL: pgettext_lazy("annual report", "total"),
    MISSING: pgettext_lazy("annual report", "no number yet"),
}


@dataclass(frozen=True)
class Figure:
    """The number of a cell. ``computed`` is what the cases say, where that is another; ``given`` the row that was entered."""

    cell: object
    value: Decimal | None
    mark: str
    computed: Decimal | None = None
    given: object = None

    @property
    def mark_label(self):
        return MARKS[self.mark]

    @property
    def text(self):
        return "" if self.value is None else number(self.value)

    @property
    def differs(self):
        return self.computed is not None and self.computed != self.value


@dataclass
class Figures:
    """All numbers of a report, by the code of their cell, and what is to be said about them."""

    by_code: dict
    last: dict | None = None
    computed: Computed = field(default_factory=Computed)

    @property
    def values(self):
        return {code: figure.value for code, figure in self.by_code.items()}


def stored(figures):
    """Frozen numbers as they are kept: ``{code: {"value": text or None, "mark": …}}`` to ``{code: Decimal or None}``."""
    return {code: None if each["value"] is None else Decimal(each["value"]) for code, each in figures.items()}


def last_values(report):
    """The numbers of last year's report, or None while there is none."""
    before = report.of_last_year()
    return stored(before.figures) if before is not None else None


def newest_cells(report):
    """The newest row that was entered for each cell."""
    return {each.code: each for each in report.cells.order_by("pk")}


def figures_of(report):
    """The :class:`Figures` of a report as they are now, whether or not it is frozen."""
    computed = Computed() if report.by_hand else compute(report.agency, report.year, report.form)
    last, given = last_values(report), newest_cells(report)
    found = {}
    for cell in report.form.cells():
        found[cell.code] = _figure(cell, computed.values.get(cell.code), last, given.get(cell.code))
    values = {code: figure.value for code, figure in found.items()}
    totals = {each.code for each in report.form.cells() if each.is_total}
    # A total follows its parts, so that one corrected part does not leave it behind.
    open_totals = {code: None for code in totals if found[code].mark not in (GIVEN, CORRECTED)}
    derived = identities.derived(report.form, values | open_totals)
    for code in open_totals:
        figure = found[code]
        if derived[code] is not None:
            found[code] = Figure(figure.cell, derived[code], TOTAL, figure.computed, figure.given)
    return Figures(found, last, computed)


def _figure(cell, computed, last, given):
    if given is not None and given.kind != ReportCell.Kind.TAKEN_BACK:
        mark = CORRECTED if given.kind == ReportCell.Kind.CORRECTED else GIVEN
        if given.value is None and mark == GIVEN:
            mark = MISSING
        return Figure(cell, given.value, mark, computed, given)
    carried = _carried(cell, last)
    if carried is not None:
        return Figure(cell, carried, CARRIED, computed, given)
    if computed is None:
        return Figure(cell, None, MISSING, None, given)
    return Figure(cell, computed, COMPUTED, computed, given)


def _carried(cell, last):
    row = cell.row.fact("carried_from")
    return last.get(f"{cell.table.code}/{row}/{cell.column.code}") if row and last is not None else None


def shown_of(report, figures):
    """``figures`` as people see them: of a frozen report what was frozen, with what the cases say today beside it."""
    if report.is_working:
        return figures
    kept = report.figures
    found = {}
    for code, now in figures.by_code.items():
        each = kept.get(code, {"value": None, "mark": MISSING})
        value = None if each["value"] is None else Decimal(each["value"])
        today = now.value if now.mark in (COMPUTED, TOTAL) else now.computed
        found[code] = Figure(now.cell, value, each["mark"], today, now.given)
    return Figures(found, figures.last, figures.computed)


def is_entered(report, cell):
    """Whether people enter this cell; another one they can only correct, with a reason."""
    return report.by_hand or cell.source == ENTERED


def frozen(figures):
    """The numbers as they are kept from now on."""
    return {
        code: {"value": None if each.value is None else number(each.value), "mark": each.mark}
        for code, each in figures.by_code.items()
    }


# Findings


def findings_of(report, figures, texts):
    """Everything that is to be looked at: identities, words, cases without a place, carried numbers that differ."""
    values = figures.values
    found = list(identities.evaluate(report.form, values, figures.last))
    found += identities.narrated(report.form, values, texts)
    found += _carried_otherwise(figures)
    found += _of_cases(figures.computed)
    found += _without_words(report.form, texts)
    found += _too_early(report)
    order = (ERROR, WARNING, NOTE)
    return sorted(found, key=lambda each: order.index(each.severity))


def _carried_otherwise(figures):
    for code, each in figures.by_code.items():
        if each.mark == CARRIED and each.differs:
            yield Finding(
                "carried",
                WARNING,
                _("%(cell)s: last year's report says %(value)s, the cases say %(computed)s."),
                {"cell": Shown(each.cell.label), "value": each.text, "computed": number(each.computed)},
                (code,),
            )


def _without_words(form, texts):
    """Sections that would be published as a heading with nothing below it."""
    for section in form.sections:
        if section.code in texts and not section.tables and not texts[section.code].strip():
            yield Finding(
                "no_words",
                WARNING,
                _("The section “%(section)s” has no words yet."),
                {"section": Shown(section.label)},
            )
        bare = _bare_headings(section, texts.get(section.code, ""))
        if bare:
            yield Finding(
                "bare_headings",
                WARNING,
                _("The section “%(section)s” has nothing below these headings: %(headings)s"),
                {"section": Shown(section.label), "headings": " ".join(bare)},
            )


def _bare_headings(section, text):
    """Headings of the draft after which the next one follows at once, or nothing at all."""
    headings = {each for paragraph in section.paragraphs for each in paragraph.heading.values()}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        line
        for line, after in zip_longest(lines, lines[1:])
        if line in headings and (after is None or after in headings)
    ]


def _too_early(report):
    """Numbers of a year that went on after they were taken."""
    taken = timezone.localdate() if report.is_working else timezone.localdate(report.frozen_at)
    if taken.year <= report.year:
        yield Finding(
            "too_early",
            WARNING,
            _(
                "The year %(year)s was not over when these numbers were taken: what comes until its end is missing."
            ),
            {"year": report.year},
        )


def _of_cases(computed):
    if computed.counted == 0:
        yield Finding(
            "no_cases",
            WARNING,
            _(
                "No request counts in this year: the numbers of requests are 0. Where this system was not in use yet, begin "
                "the report as one whose numbers are all entered by hand."
            ),
        )
    if computed.unplaced:
        yield Finding(
            UNPLACED,
            ERROR,
            _(
                "%(count)s cases are in no row or column of the form: their outcome or the kind of their applicant is "
                "not known."
            ),
            {"count": len(computed.unplaced)},
        )
    if computed.reopened:
        yield Finding(
            REOPENED,
            NOTE,
            _(
                "%(count)s cases were taken up again after the year in which they count. They are not counted a second time."
            ),
            {"count": len(computed.reopened)},
        )


def differences(report, figures):
    """Cells of a frozen report whose number would be another one today: ``[(Figure, number that was frozen)]``."""
    if report.frozen_at is None:
        return []
    kept = stored(report.figures)
    return [(each, kept.get(code)) for code, each in figures.by_code.items() if each.value != kept.get(code)]
