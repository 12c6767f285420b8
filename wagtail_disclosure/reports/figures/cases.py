"""The numbers of cases: requests by applicant and outcome (表三), reviews (表四), fees. Each is a query with drill-down.

However many cases there are, it takes one query for the cases, one for what happened to them, one for reviews and one
for fees.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from ...casework import reviews
from ...casework.standing import as_date, profile
from ...requests.models import DisclosureRequest, RequestEvent
from ...rules.annual_report.counting import RESULT, Happening, end_of, place_of
from ...rules.replies import replies_to

PAYMENT = "record_payment"
CHUNK = 5000


@dataclass(frozen=True)
class Counted:
    """A case with where it counts. ``outcome`` is that of its result; ``applicant`` the kind of who asked."""

    pk: int
    applicant: str
    place: object
    outcome: str = ""


def first_day(year):
    return datetime.date(year, 1, 1)


def requests_of(agency, kinds):
    return DisclosureRequest.objects.filter(agency=agency, case_kind__in=kinds)


def _concerned(agency, year, kinds):
    """The cases that may count in ``year``: received by its end, and not closed for good before it."""
    return requests_of(agency, kinds).filter(
        Q(closed_on=None) | Q(closed_on__gte=first_day(year)), received_on__lte=end_of(year)
    )


def counted(agency, year, kinds):
    """Yield :class:`Counted` for every case of these kinds that counts in the report of ``year``."""
    cases = _concerned(agency, year, kinds).order_by()
    happened = _happened(cases)
    outcomes = _outcomes(kinds)
    rows = cases.values_list("pk", "case_kind", "received_on", "applicant__kind")
    for pk, kind, received, applicant in rows.iterator(chunk_size=CHUNK):
        place = place_of(received, happened.get(pk, ()), year)
        if place is not None:
            outcome = outcomes.get((kind, place.reply), "") if place.went == RESULT else ""
            yield Counted(pk, applicant or "", place, outcome)


def _outcomes(kinds):
    """The code of the outcome by kind of case and code of the reply."""
    found = profile()
    return {
        (kind, reply.code): reply.fact("outcome", "")
        for kind in kinds
        if found.case_kinds.find(kind) is not None
        for reply in replies_to(found, found.case_kinds.get(kind))
    }


def _happened(cases):
    """What closed each case and took it up again, in the order of recording."""
    found, replies = defaultdict(list), {}
    events = RequestEvent.objects.filter(case__in=cases).filter(
        Q(data__has_key="reply") | Q(data__facts__has_key="closed_on")
    )
    for case, data in events.order_by("pk").values_list("case_id", "data").iterator(chunk_size=CHUNK):
        if data.get("reply"):
            replies[case] = data["reply"]
        facts = data.get("facts", {})
        if "closed_on" not in facts:
            continue
        closed_on = as_date(facts["closed_on"])
        if closed_on is not None:
            found[case].append(Happening(closed_on, True, replies.get(case, "")))
        elif data.get("on"):
            found[case].append(Happening(as_date(data["on"]), False))
            replies.pop(case, None)
    return found


def counts_in(cell, each):
    """Whether the counted case ``each`` belongs to ``cell`` of the table of requests."""
    row, column = cell.row, cell.column
    in_column = (
        column.fact("total") or column.fact("every") or each.applicant in column.fact("applicants", ())
    )
    if not in_column:
        return False
    if row.fact("total"):
        return each.place.went == RESULT
    if row.fact("outcomes"):
        return each.place.went == RESULT and each.outcome in row.fact("outcomes")
    return row.fact("counts") in each.place.rows


def is_placed(table, each):
    """Whether a counted case has a row and a column of its own, as every case should."""
    rows = {code for row in table.leaves("rows") for code in row.fact("outcomes", ())}
    columns = table.leaves("columns")
    known = {code for column in columns for code in column.fact("applicants", ())}
    any_kind = any(column.fact("every") for column in columns)
    return (any_kind or each.applicant in known) and (each.place.went != RESULT or each.outcome in rows)


# Reconsideration and litigation


def reviews_of(agency, year, kinds, cases=None):
    """``{(kind, result): [Review]}`` received in ``year``, with the results as they stood at its end."""
    cases = requests_of(agency, kinds) if cases is None else cases
    found, end = defaultdict(list), end_of(year)
    received = reviews.counted(first_day(year), end, case_model=DisclosureRequest, cases=cases)
    for (kind, result), group in received.items():
        for each in group:
            late = each.decided_on is not None and each.decided_on > end
            found[kind, reviews.pending_code() if late else result].append(each)
    return found


def reviewed_in(cell, kind, result):
    """Whether a review of ``kind`` with ``result`` belongs to ``cell``; a total has those of its own kind."""
    column = cell.column
    if column.fact("total"):
        siblings = {
            each.fact("review_kind")
            for each in cell.table.path(column)[-2].children
            if each.fact("review_kind")
        }
        return kind in siblings
    return (kind, result) == (column.fact("review_kind"), column.fact("review_result"))


# Fees


def payments_of(agency, year, kinds, cases=None):
    """``[(case key, amount)]`` of what was paid in ``year``."""
    cases = requests_of(agency, kinds) if cases is None else cases
    found = []
    events = RequestEvent.objects.filter(case__in=cases, type=PAYMENT).order_by("pk")
    for case, data in events.values_list("case_id", "data").iterator(chunk_size=CHUNK):
        day = as_date(data.get("on"))
        if day is not None and day.year == year:
            try:
                found.append((case, Decimal(str(data.get("amount", "0")))))
            except InvalidOperation:
                continue
    return found
