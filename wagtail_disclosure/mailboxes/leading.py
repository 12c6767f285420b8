"""The page of a leader: what was written to them, what is late, what is under supervision, and what is rated badly."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..casework.listing import due_of, state_of
from ..departments import menu
from . import vocabularies
from .models import CitizenLetter, Mailbox, MailboxLeader
from .monitors_panel import MonitorsPanel

NAME = "wagtail_disclosure_my_mailboxes"
MOST = 20


def is_open_to(user):
    return user.is_authenticated and user.is_active and CitizenLetter.is_open_besides(user)


def bad_ratings():
    """The codes by which people say that they are not satisfied."""
    return [each.code for each in vocabularies.profile().mail_ratings if each.fact("satisfied") is False]


@dataclass(frozen=True)
class Part:
    """One list on the page: what it is, the letters, and how many there are altogether."""

    name: str
    label: str
    rows: list
    number: int


def conditions(today):
    """A ``Q`` by the name of each list."""
    return {
        "late": Q(closed_on=None, due_on__lt=today),
        "supervised": Q(closed_on=None, is_supervised=True),
        "bad": Q(rating__in=bad_ratings()),
        "open": Q(closed_on=None),
    }


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
        mine = Mailbox.objects.filter(pk__in=MailboxLeader.mailboxes_of(self.request.user)).order_by(
            "title", "pk"
        )
        none = dict.fromkeys(("number", *wanted), 0)
        address = reverse(f"{CitizenLetter.admin_name}:index")
        return [
            {**counts.get(each.pk, none), "mailbox": each, "url": f"{address}?mailbox={each.pk}"}
            for each in mine
        ]

    def _part(self, name, found):
        letters = self.letters().filter(found).select_related("mailbox").order_by("due_on", "-pk")
        rows = [
            {
                "letter": each,
                "url": reverse(f"{each.admin_name}:inspect", args=[each.pk]),
                "state": state_of(each),
                "due": due_of(each),
            }
            for each in letters[:MOST]
        ]
        return Part(name, LABELS[name], rows, letters.count())


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
