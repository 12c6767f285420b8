"""What an index is asked for: clauses that must all hold, each an alternative of sets of tokens."""

from dataclasses import dataclass

from ...rules.text import search_terms, tokens_for_query
from . import documents

# More tokens than this narrow nothing down any further.
MOST_TOKENS = 24
FIELDS = {
    "title": (documents.TITLE,),
    "body": (documents.BODY,),
    "number": (documents.NUMBER,),
    "issuing_body": (documents.ISSUER,),
    "all": (documents.TITLE, documents.BODY, documents.NUMBER, documents.ISSUER),
}


@dataclass(frozen=True)
class Request:
    """Candidates with all of ``wanted`` and without ``unwanted``.

    A clause is a tuple of alternatives, an alternative a tuple of tokens that stand together in one document.
    ``scope``, ``terms``, ``where`` and ``filters`` say the same for databases without an index of tokens.
    """

    wanted: tuple
    unwanted: tuple
    scope: object
    terms: tuple
    where: str
    filters: object


def term_clauses(terms, where):
    """One clause for each term that an index can look up: its tokens stand together in one of the fields."""
    clauses = []
    for term in terms:
        tokens = tokens_for_query(term)[:MOST_TOKENS]
        if tokens:
            clauses.append(tuple(tuple(mark + token for token in tokens) for mark in FIELDS[where]))
    return tuple(clauses)


def filter_clauses(scope, filters):
    """One clause for the site and language and one for each limit."""
    tokens = [documents.place(scope.site_id, scope.language)]
    if filters.category:
        tokens.append(documents.facet("c", filters.category.pk))
    if filters.department:
        tokens.append(documents.facet("d", filters.department.pk))
    if filters.attribute:
        tokens.append(documents.facet("a", filters.attribute))
    if filters.genre:
        tokens.append(documents.facet("g", filters.genre.code))
    if filters.validity:
        tokens.append(documents.facet("v", filters.validity))
    if filters.month:
        tokens.append(documents.facet("m", f"{filters.year}-{filters.month}"))
    elif filters.year:
        tokens.append(documents.facet("y", filters.year))
    return tuple(((token,),) for token in tokens)


def terms_of(query):
    return tuple(search_terms(query))


def request(scope, terms, where, filters, *, only=None, without=None):
    """The :class:`Request` for ``terms`` in the fields of ``where``.

    ``only`` and ``without`` name fields that all terms must, or must not, stand in as well.
    """
    wanted = (*filter_clauses(scope, filters), *term_clauses(terms, only or where))
    unwanted = term_clauses(terms, without) if without else ()
    return Request(wanted, unwanted, scope, tuple(terms), only or where, filters)


def is_exact(terms):
    """Whether having the tokens is the same as containing the terms: each is one token and nothing else."""
    return all(tokens_for_query(term) == [term] for term in terms)
