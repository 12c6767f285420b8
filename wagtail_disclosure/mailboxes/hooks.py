"""Hooks of mailboxes: their admin, that of letters and canned answers, and the page of a leader."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from ..departments import menu
from . import (  # noqa: F401  (registers its sections)
    leading,
    monitors_panel,
    sections,
)
from .case_viewsets import CitizenLetterViewSet
from .selected import places, suggest  # noqa: F401  (register themselves)
from .viewsets import CannedAnswerViewSet, MailboxViewSet

register_snippet(MailboxViewSet)


@hooks.register("register_admin_viewset")
def letters():
    return [CitizenLetterViewSet(), CannedAnswerViewSet()]


hooks.register("register_admin_urls", leading.addresses)
menu.register(leading.menu_item)
