"""Candidates from an FTS5 table over the tokens. Its rowid is the position, so it is read newest first."""

from django.db import connections

TABLE = "wagtail_disclosure_searchindex"


def _quoted(token):
    return f'"{token}"'


def _any(clause):
    return "(" + " OR ".join("(" + " AND ".join(map(_quoted, tokens)) + ")" for tokens in clause) + ")"


def expression(request):
    """``request`` in the query language of FTS5. Tokens hold letters and digits only, so nothing can escape."""
    wanted = " AND ".join(map(_any, request.wanted))
    if not request.unwanted:
        return wanted
    return f"({wanted}) NOT ({' AND '.join(map(_any, request.unwanted))})"


def positions(using, request, *, after=None, before=None, limit):
    """Up to ``limit`` positions: descending from ``after``, or ascending from ``before``."""
    bound, order, params = "", "DESC", [expression(request)]
    if before is not None:
        bound, order = "AND rowid > %s", "ASC"
        params.append(before)
    elif after is not None:
        bound = "AND rowid < %s"
        params.append(after)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s {bound} ORDER BY rowid {order} LIMIT {int(limit)}",
            params,
        )
        return [row[0] for row in cursor.fetchall()]


def rebuild(using):
    """Make the index anew from the documents."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")
