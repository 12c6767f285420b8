"""Candidates from a GIN index over the array of tokens. No extension is needed.

A GIN index knows no order, so a word that stands in every document would be looked up everywhere to show the newest
twenty. Hence the newest documents are asked first, a year or a month at a time, for as long as that pays.
"""

from contextlib import contextmanager

from django.db import connections, transaction

from ..lists import period
from . import documents

TABLE = "wagtail_disclosure_searchdocument"
# The indexed expression, letter for letter.
TOKENS = "string_to_array(tokens, ' ')"
# Added to nothing, so that the index of positions is not used to go through document after document.
POSITION = "position + 0"
# The planner takes splitting a long text for free and would rather do that row by row than ask the index.
PLAN = "SELECT " + ", ".join(
    f"set_config('{name}', '{value}', true)"
    for name, value in {
        "enable_seqscan": "off",
        "enable_indexscan": "off",
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
    }.items()
)
# A year with more documents is asked month by month.
LARGEST_SLICE = 5_000
# After so many documents it is judged whether the words are frequent enough to go on slice by slice.
PROBE = 2_000
FREQUENT = 0.05


def positions(using, request, *, after=None, before=None, limit):
    """Up to ``limit`` positions: descending from ``after``, or ascending from ``before``."""
    upwards = before is not None
    edge = before if upwards else after
    found, looked_at = [], 0
    with _by_index(using) as cursor:
        for token, (first, end), volume in _slices(request, edge, upwards):
            found += _look_up(cursor, request, [token], edge, upwards, limit - len(found))
            looked_at += volume
            if len(found) >= limit:
                return found
            edge = end - 1 if upwards else first
            if looked_at >= PROBE and len(found) < looked_at * FREQUENT:
                break
        return found + _look_up(cursor, request, [], edge, upwards, limit - len(found))


@contextmanager
def _by_index(using):
    """A cursor whose queries use the index; going back to the savepoint puts the planner's settings back."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        before = transaction.savepoint(using=using)
        cursor.execute(PLAN)
        yield cursor
        transaction.savepoint_rollback(before, using=using)


def _slices(request, edge, upwards):
    """Years and months with documents, from ``edge`` on: their token, first and end positions, and size."""
    limits = request.filters
    counts = {int(year): count for year, count in request.scope.directory.values("year").items()}
    if sum(counts.values()) <= PROBE:
        return
    for year in sorted(counts, reverse=not upwards):
        if limits.year not in (None, year):
            continue
        months = range(1, 13) if counts[year] > LARGEST_SLICE else [None]
        for month in months if upwards else reversed(months):
            bounds = period(year, month)
            beyond = edge is not None and (bounds[1] <= edge if upwards else bounds[0] >= edge)
            if beyond or limits.month not in (None, month or limits.month):
                continue
            token = documents.facet("m", f"{year}-{month}") if month else documents.facet("y", year)
            yield token, bounds, counts[year] / len(months)


def _look_up(cursor, request, also, edge, upwards, limit):
    """Positions of documents that have the tokens of ``also`` as well."""
    condition, params = _wanted(request.wanted, also)
    if request.unwanted:
        condition += f" AND NOT ({' AND '.join(map(_any, request.unwanted))})"
        params += _arrays(request.unwanted, [])
    if edge is not None:
        condition += f" AND {POSITION} {'>' if upwards else '<'} %s"
        params.append(edge)
    cursor.execute(
        f"SELECT position FROM {TABLE} WHERE {condition} "
        f"ORDER BY {POSITION} {'ASC' if upwards else 'DESC'} LIMIT {int(limit)}",
        params,
    )
    return [row[0] for row in cursor.fetchall()]


def _any(clause):
    return "(" + " OR ".join([f"{TOKENS} @> %s"] * len(clause)) + ")"


def _arrays(clauses, also):
    return [[*tokens, *also] for clause in clauses for tokens in clause]


def _wanted(clauses, also):
    """Tokens without an alternative are looked up together with each alternative, as one array."""
    single = [*also, *(token for clause in clauses if len(clause) == 1 for token in clause[0])]
    several = [clause for clause in clauses if len(clause) > 1] or [((),)]
    return " AND ".join(map(_any, several)), _arrays(several, single)
