"""The scope of a request, looked up once."""

from ..catalogue.scope import scope_of


def scope_for(page, request=None):
    """The ``Scope`` of ``page``, remembered on ``request`` if it is the page that the request is about."""
    known = getattr(request, "disclosure_scopes", None)
    if known is None:
        known = {}
        if request is not None:
            request.disclosure_scopes = known
    if page.pk not in known:
        known[page.pk] = scope_of(page)
    return known[page.pk]
