"""P1–P3 route by route: whoever tries, and however, a visitor is served what was approved."""

import pytest

from . import visitor
from .route import REFUSED
from .table import routes

ATTEMPTS = [
    pytest.param(route, who, target, id=f"{route.key}-{target}-{who}")
    for _title, route in routes()
    for who, target in route.attempts
]
REAL = [pytest.param(route, id=route.key) for _title, route in routes() if route.stock]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("route", "who", "target"), ATTEMPTS)
def test_a_visitor_is_served_what_was_approved(scene, before, attempt, route, who, target):
    made = attempt(who, route.act, target)
    if made.wrote:
        after = visitor.look(scene)
        assert visitor.difference(before, after) == {}
        assert visitor.leaks(after) == []
    if route.expected_of(who) == REFUSED:
        assert made.was_refused, [answer.status_code for answer in made.answers]


@pytest.mark.parametrize("route", REAL)
def test_the_same_done_to_what_nothing_guards_is_noticed(scene, attempt, route):
    open_before = visitor.look(scene, visitor.open_addresses(scene))
    attempt(route.who[-1], route.act, route.stock)
    after = visitor.look(scene, [*open_before, *visitor.open_addresses(scene)])
    assert visitor.difference(open_before, after) != {}
