"""All numbers of a report that the system knows, each as a query (P6), in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ...rules.annual_report.versions import CASES, CATALOGUE, FEES, REVIEWS
from . import cases, items


@dataclass
class Computed:
    """``values`` by the code of the cell; ``unplaced`` are keys of cases that no row or column takes, ``reopened`` those
    that were taken up again after the year in which they counted. ``counted`` is how many cases count; None where none
    are looked for.
    """

    values: dict = field(default_factory=dict)
    unplaced: list = field(default_factory=list)
    reopened: list = field(default_factory=list)
    counted: int | None = None


def compute(agency, year, form):
    """The :class:`Computed` numbers of ``agency`` for ``year``. Cells that only people know have none."""
    found = Computed()
    by_source = {CASES: _cases, REVIEWS: _reviews, CATALOGUE: _catalogue, FEES: _fees}
    for table in form.tables:
        function = by_source.get(table.source)
        if function is not None:
            function(found, agency, year, table)
    return found


def _cases(found, agency, year, table):
    seen = Counter()
    for each in cases.counted(agency, year, table.facts["case_kinds"]):
        seen[each.applicant, each.place.came, each.place.went, each.outcome] += 1
        if not cases.is_placed(table, each):
            found.unplaced.append(each.pk)
        if each.place.reopened:
            found.reopened.append(each.pk)
    found.counted = (found.counted or 0) + seen.total()
    kinds = [
        (cases.Counted(0, applicant, _Went(came, went), outcome), number)
        for (applicant, came, went, outcome), number in seen.items()
    ]
    for cell in table.cells():
        found.values[cell.code] = Decimal(
            sum(number for kind, number in kinds if cases.counts_in(cell, kind))
        )


@dataclass(frozen=True)
class _Went:
    came: str
    went: str

    @property
    def rows(self):
        return (self.came, self.went)


def _reviews(found, agency, year, table):
    counted = cases.reviews_of(agency, year, table.facts["case_kinds"])
    for cell in table.cells():
        found.values[cell.code] = Decimal(
            sum(len(group) for key, group in counted.items() if cases.reviewed_in(cell, *key))
        )


def _fees(found, agency, year, table):
    paid = cases.payments_of(agency, year, table.facts["case_kinds"])
    for cell in table.cells():
        found.values[cell.code] = sum((amount for _case, amount in paid), Decimal(0))


def _catalogue(found, agency, year, table):
    held = defaultdict(list)
    for row in table.leaves("rows"):
        if row.fact("documents"):
            held[row.code] = items.documents_of(agency, row.fact("documents"))
    for cell in table.cells():
        counts = cell.column.fact("counts")
        if counts == "published":
            number = items.number_published(agency, year)
        else:
            number = sum(items.counts_in(counts, each, year) for each in held[cell.row.code])
        found.values[cell.code] = Decimal(number)
