"""The one menu of the package in the admin. Every domain adds its entries here.

A viewset joins by inheriting from :class:`InDisclosureMenu`; a plain menu item by ``register(item)``.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

HOOK = "register_disclosure_menu_item"
CONSTRUCT_HOOK = "construct_disclosure_menu"

# Entries by domain: each takes numbers from its own hundred.
REVIEW, CATALOGUE, PORTAL, INTERCHANGE = 100, 200, 300, 400
REQUESTS, MAILBOXES, PARTICIPATION, REPORTS, DEPARTMENTS = 500, 600, 650, 700, 800


class InDisclosureMenu:
    """For a ``ModelViewSet`` or ``SnippetViewSet``: its entry stands in the disclosure menu."""

    menu_hook = HOOK


class MenuItemFor(MenuItem):
    """An entry that only those see for whom ``open_to(user)`` is true."""

    def __init__(self, label, url, *, open_to, **options):
        super().__init__(label, url, **options)
        self.open_to = open_to

    def is_shown(self, request):
        return self.open_to(request.user)


def register(item):
    """Add a ``wagtail.admin.menu.MenuItem`` to the disclosure menu, or a function that returns one."""
    hooks.register(HOOK, item if callable(item) else lambda: item)


def disclosure_menu_item():
    """The menu itself. It is shown to whoever may see one of its entries."""
    return SubmenuMenuItem(
        _("Information disclosure"),
        Menu(register_hook_name=HOOK, construct_hook_name=CONSTRUCT_HOOK),
        name="disclosure",
        icon_name="folder-open-inverse",
        order=150,
    )
