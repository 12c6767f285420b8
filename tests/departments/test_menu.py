"""The one menu of the package in the admin."""

import pytest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from wagtail_disclosure.departments import menu


class Request:
    def __init__(self, user=None):
        self.user = user


@pytest.fixture
def no_entries(monkeypatch):
    monkeypatch.setitem(hooks._hooks, menu.HOOK, [])


def shown(item):
    return [
        entry.label for entry in sorted(item.menu.menu_items_for_request(Request()), key=lambda i: i.order)
    ]


def test_entries_stand_in_their_order(no_entries):
    menu.register(MenuItem("second", "/2", order=menu.CATALOGUE))
    menu.register(lambda: MenuItem("first", "/1", order=menu.REVIEW))
    assert shown(menu.disclosure_menu_item()) == ["first", "second"]


def test_without_an_entry_to_see_the_menu_is_not_shown(no_entries):
    hidden = MenuItem("hidden", "/")
    hidden.is_shown = lambda request: False
    menu.register(hidden)
    assert not menu.disclosure_menu_item().is_shown(Request())
