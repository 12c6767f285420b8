"""The table of routes: every way that is known by which plain Wagtail changes what a visitor is served."""

from wagtail import VERSION as WAGTAIL_VERSION

from . import (
    bulk,
    code,
    commands,
    files,
    library,
    pages,
    places,
    schedule,
    session_api,
    snippets,
    token_api,
    translation,
    workflow,
)

PARTS = (
    pages,
    bulk,
    workflow,
    schedule,
    session_api,
    token_api,
    snippets,
    commands,
    code,
    places,
    files,
    library,
    translation,
)
GROUPS = [part.group for part in PARTS]


def every_route():
    """Every route, with the title of its group, whichever release of Wagtail has it."""
    return [(group.title, route) for group in GROUPS for route in group.routes]


def routes():
    """Those that the installed release of Wagtail has."""
    return [(title, route) for title, route in every_route() if WAGTAIL_VERSION >= route.since]


def covered():
    """The operations of Wagtail that some route exercises."""
    return {operation for _title, route in routes() for operation in route.covers}
