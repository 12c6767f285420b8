"""Hooks of consultations and surveys: their admin, the start page, what reviewers are told."""

from wagtail import hooks

from ..departments import menu
from . import bulk, bulk_assign, draft_checks, panel, survey_admin  # noqa: F401  (register themselves)
from .comment_admin import CommentViewSet


@hooks.register("register_admin_viewset")
def comments():
    return CommentViewSet()


hooks.register("register_admin_urls", survey_admin.addresses)
menu.register(survey_admin.menu_item)
