"""From a number to what is behind it (P6): cases that the person may see (P7), documents of the catalogue."""

from dataclasses import dataclass, field

from ...requests.models import DisclosureRequest
from ...rules.annual_report.identities import number
from ...rules.annual_report.versions import CASES, CATALOGUE, FEES, REVIEWS
from . import cases, items
from .report import REOPENED, UNPLACED


@dataclass
class Behind:
    """What is behind a number: ``keys`` of cases in order with a note for some, or ``documents``.

    ``hidden`` are so many cases that count and that the person may not see.
    """

    keys: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)
    documents: list = field(default_factory=list)
    hidden: int = 0


def behind(report, cell, user):
    """The :class:`Behind` of a cell, for ``user``; None where nothing is counted."""
    if report.by_hand:
        return None
    functions = {CASES: _cases, REVIEWS: _reviews, FEES: _fees, CATALOGUE: _documents}
    function = functions.get(cell.source)
    return function(report, cell, user) if function is not None else None


def special(report, code, user):
    """The cases of a finding that no cell shows: without a place in the form, or taken up again."""
    keys = []
    for table in report.form.tables:
        if table.source == CASES:
            for each in cases.counted(report.agency, report.year, table.facts["case_kinds"]):
                wanted = {UNPLACED: not cases.is_placed(table, each), REOPENED: each.place.reopened}
                if wanted[code]:
                    keys.append(each.pk)
    return _seen(report, keys, user)


def _seen(report, keys, user, notes=None):
    visible = DisclosureRequest.objects.visible_to(user).filter(agency=report.agency)
    mine = set(visible.order_by().values_list("pk", flat=True))
    seen = [key for key in keys if key in mine]
    return Behind(keys=seen, notes=notes or {}, hidden=len(keys) - len(seen))


def _cases(report, cell, user):
    counted = cases.counted(report.agency, report.year, cell.table.facts["case_kinds"])
    return _seen(report, [each.pk for each in counted if cases.counts_in(cell, each)], user)


def _reviews(report, cell, user):
    keys, notes = [], {}
    counted = cases.reviews_of(report.agency, report.year, cell.table.facts["case_kinds"])
    for key, group in counted.items():
        if cases.reviewed_in(cell, *key):
            for each in group:
                keys.append(each.case.pk)
                notes[each.case.pk] = f"{each.kind_label()} · {each.received_on:%Y-%m-%d}"
    return _seen(report, keys, user, notes)


def _fees(report, cell, user):
    notes = {}
    for key, amount in cases.payments_of(report.agency, report.year, cell.table.facts["case_kinds"]):
        notes[key] = notes.get(key, 0) + amount
    return _seen(report, list(notes), user, {key: number(amount) for key, amount in notes.items()})


def _documents(report, cell, user):
    counts, site = cell.column.fact("counts"), report.agency.site
    if counts == "published":
        held = items.published_in(report.agency, report.year)[:200]
    else:
        every = items.documents_of(report.agency, cell.row.fact("documents"))
        held = [each for each in every if items.counts_in(counts, each, report.year)]
    documents = [
        {
            "title": each.title,
            "number": each.document_number or each.index_number,
            "url": site.root_url + each.path,
        }
        for each in held
    ]
    return Behind(documents=documents)
