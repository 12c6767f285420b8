"""A running site for a whole module: what journeys of casework write is emptied once, at its end."""

import threading

import pytest
import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import TransactionTestCase
from pytest_django.live_server_helper import LiveServer

from tests import case_admin
from tests.casework.test_moves import at

from .office import Site


class Handler(StaticFilesHandler):
    """One page after the other, on the one connection of the tests; static files are asked for once, as in production."""

    turn = threading.Lock()

    def __call__(self, environ, start_response):
        with self.turn:
            return super().__call__(environ, start_response)

    def serve(self, request):
        response = super().serve(request)
        # The clock of the server is another than that of the browser.
        response["Cache-Control"] = "max-age=315360000"
        return response


# A Wednesday without a holiday near it.
NOW = at("2026-06-10")


@pytest.fixture(scope="module")
def kept(chromium, django_db_setup, django_db_blocker):
    """The database is not emptied after each test that commits, but after the module."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda self: None)
        yield
        patched.undo()
        TransactionTestCase("__init__")._fixture_teardown()


@pytest.fixture(scope="module")
def site(kept, chromium):
    with time_machine.travel(NOW, tick=True) as clock:
        server = LiveServer("localhost", start=False)
        server.thread.static_handler = Handler
        server.start()
        found = Site(chromium, server.url, case_admin.office(), clock)
        yield found
        found.close()
        # Its threads may still close the connection that they share.
        server.thread.terminate()


@pytest.fixture
def place(site):
    site.errors.clear()
    yield site.place
    assert site.errors == []


@pytest.fixture
def officer(site, place):
    return site.person(place.officer)


@pytest.fixture
def head(site, place):
    return site.person(place.head)


@pytest.fixture
def reviewer(site, place):
    return site.person(place.reviewer)


@pytest.fixture
def other(site, place):
    """An officer of another department."""
    return site.person(place.other_officer)
