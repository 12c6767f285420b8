"""Hooks of the departments domain: the menu and the admin of agencies and departments."""

from wagtail import hooks

from . import menu

hooks.register("register_admin_menu_item", menu.disclosure_menu_item)
