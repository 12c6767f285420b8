"""P1–P3 route by route: whoever tries, and however, a visitor is served what was approved."""

import pytest

from . import visitor
from .route import REFUSED, Attempt
from .table import routes

ATTEMPTS = [
    pytest.param(route, who, target, id=f"{route.key}-{target}-{who}")
    for _title, route in routes()
    for who, target in route.attempts
]
REAL = [pytest.param(route, id=route.key) for _title, route in routes() if route.stock]


@pytest.mark.parametrize(("route", "who", "target"), ATTEMPTS)
def test_a_visitor_is_served_what_was_approved(
    scene, before, route, who, target, django_capture_on_commit_callbacks
):
    attempt = Attempt(scene, who)
    with django_capture_on_commit_callbacks(execute=True):
        attempt.run(route.act, target)
    after = visitor.look(scene)
    assert visitor.difference(before, after) == {}
    assert visitor.leaks(after) == []
    if route.expects == REFUSED:
        assert attempt.was_refused, [answer.status_code for answer in attempt.answers]


@pytest.mark.parametrize("route", REAL)
def test_the_same_done_to_what_nothing_guards_is_noticed(scene, route, django_capture_on_commit_callbacks):
    open_before = visitor.look(scene, visitor.open_addresses(scene))
    attempt = Attempt(scene, route.who[-1])
    with django_capture_on_commit_callbacks(execute=True):
        attempt.run(route.act, route.stock)
    after = visitor.look(scene, {**open_before, **dict.fromkeys(visitor.open_addresses(scene))})
    assert visitor.difference(open_before, after) != {}
