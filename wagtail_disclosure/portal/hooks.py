"""Hooks of the portal: the chooser of a column's categories."""

from wagtail import hooks

from .choosers import column_category_chooser


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [column_category_chooser]
