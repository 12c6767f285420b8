"""No new route slips in: every operation of the installed Wagtail is tried in the table or named as harmless."""

from fnmatch import fnmatchcase

from . import document, operations
from .harmless import patterns
from .table import covered, routes


def is_harmless(operation):
    return any(fnmatchcase(operation, pattern) for pattern in patterns())


def test_every_operation_is_tried_or_named_as_harmless():
    unknown = operations.everything() - covered()
    assert sorted(each for each in unknown if not is_harmless(each)) == []


def test_the_table_covers_what_exists():
    """A name that is misspelt would cover nothing; one that another release has is no mistake."""
    strange = {each for each in covered() - operations.everything() if not each.startswith("command:")}
    assert strange <= ONLY_ELSEWHERE


# What only one of the supported releases of Wagtail has.
ONLY_ELSEWHERE = set()


def test_every_route_has_a_name_of_its_own():
    keys = [route.key for _title, route in routes()]
    assert len(keys) == len(set(keys))


def test_the_documentation_lists_the_table():
    assert document.TARGET.read_text() == document.text(), "python -m tests.routes.document"
