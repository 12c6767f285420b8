"""The page of a leader: what was written to them, what is late, what is under supervision, and what is rated badly."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..casework.listing import due_of, state_of
from ..casework.ratings import COMMENT
from ..departments import menu
from . import vocabularies
from .effects import RATE
from .models import CitizenLetter, CitizenLetterEvent, Mailbox, MailboxLeader
from .models.definitions import own_language_first
from .monitors_panel import MonitorsPanel

NAME = "wagtail_disclosure_my_mailboxes"
MOST = 20


def is_open_to(user):
    return user.is_authenticated and user.is_active and CitizenLetter.is_open_besides(user)


def bad_ratings():
    """The codes by which people say that they are not satisfied."""
    return [each.code for each in vocabularies.profile().mail_ratings if each.fact("satisfied") is False]


def reasons_of(letters):
    """Why whoever wrote is not satisfied, by the key of each letter: what was said last counts."""
    events = CitizenLetterEvent.objects.filter(case__in=[each.pk for each in letters], type=RATE)
    return {each.case_id: each.texts.get(COMMENT, "") for each in events.order_by("at", "pk")}


@dataclass(frozen=True)
class Part:
    """One list on the page: what it is, the letters, how many there are altogether, and where all of them are."""

    name: str
    label: str
    rows: list
    number: int
    url: str


def conditions(today):
    """A ``Q`` by the name of each list."""
    return {
        "late": Q(closed_on=None, due_on__lt=today),
        "supervised": Q(closed_on=None, is_supervised=True),
        "bad": Q(rating__in=bad_ratings()),
        "open": Q(closed_on=None),
    }


def listed():
    """How the list of letters is asked for each list, in the order of the columns."""
    bad = bad_ratings()
    return {
        "open": {"queue": "open"},
        "late": {"queue": "overdue"},
        "supervised": {"queue": "supervised"},
        # The list is asked for one rating; where several are bad, for all letters.
        "bad": {"rating": bad[0]} if len(bad) == 1 else {},
    }


def list_of(**asked):
    """The address of the list of letters, narrowed by what is ``asked``."""
    return f"{reverse(f'{CitizenLetter.admin_name}:index')}?{urlencode(asked)}"


LABELS = {
    "late": pgettext_lazy("mailbox", "Late"),
    "supervised": pgettext_lazy("disclosure", "Under supervision"),
    "bad": pgettext_lazy("mailbox", "Rated as not satisfied"),
    "open": pgettext_lazy("mailbox", "Being dealt with"),
}


class LeaderView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "wagtail_disclosure/mailboxes/leader.html"
    page_title = _("My mailboxes")
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        if not is_open_to(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def letters(self):
        mine = MailboxLeader.mailboxes_of(self.request.user)
        return CitizenLetter.objects.visible_to(self.request.user).filter(mailbox__in=mine)

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(
            mailboxes=self._mailboxes(today),
            monitors=MonitorsPanel(self.request.user),
            parts=[self._part(name, found) for name, found in conditions(today).items()],
            **kwargs,
        )

    def _mailboxes(self, today):
        wanted = {name: Count("pk", filter=found) for name, found in conditions(today).items()}
        rows = self.letters().order_by().values("mailbox").annotate(number=Count("pk"), **wanted)
        counts = {row["mailbox"]: row for row in rows}
        mine = own_language_first(
            Mailbox.objects.filter(pk__in=MailboxLeader.mailboxes_of(self.request.user))
        )
        none = dict.fromkeys(("number", *wanted), 0)
        return [self._row(each, counts.get(each.pk, none)) for each in mine]

    def _row(self, mailbox, counts):
        """A mailbox with the number of its letters in each list, and where they are listed."""
        url = list_of(mailbox=mailbox.pk)
        cells = [
            {"number": counts[name], "url": list_of(mailbox=mailbox.pk, **asked)}
            for name, asked in listed().items()
        ]
        return {"mailbox": mailbox, "url": url, "number": counts["number"], "cells": cells}

    def _part(self, name, found):
        letters = self.letters().filter(found).select_related("mailbox").order_by("due_on", "-pk")
        shown = list(letters[:MOST])
        reasons = reasons_of(shown) if name == "bad" else {}
        rows = [
            {
                "letter": each,
                "reason": reasons.get(each.pk, ""),
                "url": reverse(f"{each.admin_name}:inspect", args=[each.pk]),
                "state": state_of(each),
                "due": due_of(each),
            }
            for each in shown
        ]
        return Part(name, LABELS[name], rows, letters.count(), list_of(**listed()[name]))


def addresses():
    return [path("disclosure/my-mailboxes/", LeaderView.as_view(), name=NAME)]


def menu_item():
    return menu.MenuItemFor(
        _("My mailboxes"),
        reverse(NAME),
        open_to=is_open_to,
        name="disclosure-my-mailboxes",
        icon_name="mail",
        order=menu.MAILBOXES - 10,
    )
