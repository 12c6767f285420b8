"""Candidates from a GIN index over the array of tokens. No extension is needed."""

from django.db import connections

TABLE = "wagtail_disclosure_searchdocument"
# The indexed expression, letter for letter.
TOKENS = "string_to_array(tokens, ' ')"


def _any(clause):
    return "(" + " OR ".join([f"{TOKENS} @> %s"] * len(clause)) + ")"


def _arrays(clauses):
    return [list(tokens) for clause in clauses for tokens in clause]


def _wanted(clauses):
    """Clauses without an alternative are looked up together, as one array."""
    single = [token for clause in clauses if len(clause) == 1 for token in clause[0]]
    several = [clause for clause in clauses if len(clause) > 1]
    parts, params = [], []
    if single:
        parts.append(f"{TOKENS} @> %s")
        params.append(single)
    parts += map(_any, several)
    return " AND ".join(parts), params + _arrays(several)


def positions(using, request, *, after=None, before=None, limit):
    """Up to ``limit`` positions: descending from ``after``, or ascending from ``before``."""
    condition, params = _wanted(request.wanted)
    order = "DESC"
    if request.unwanted:
        condition += f" AND NOT ({' AND '.join(map(_any, request.unwanted))})"
        params += _arrays(request.unwanted)
    if before is not None:
        condition, order = f"{condition} AND position > %s", "ASC"
        params.append(before)
    elif after is not None:
        condition = f"{condition} AND position < %s"
        params.append(after)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT position FROM {TABLE} WHERE {condition} ORDER BY position {order} LIMIT {int(limit)}",
            params,
        )
        return [row[0] for row in cursor.fetchall()]
