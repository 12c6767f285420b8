"""What an inspection would find in the mailboxes (国办秘函〔2019〕19号): letters left unanswered, nothing made public.

Which findings there are, and after how many months, is data: the vocabulary ``mail_monitors``. Findings are shown on the
start page of the admin to the office, and to leaders on theirs. The number of queries does not depend on how many
mailboxes or letters there are.
"""

import calendar as months
import datetime
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from wagtail.models import Site

from ..casework import scope
from ..publishing.verification.withholding import visible
from . import outcomes, vocabularies
from .models import CitizenLetter, Mailbox, MailboxLeader, MailboxPage, SelectedLetterPage
from .selected import consent, ready


@dataclass(frozen=True)
class MailboxFinding:
    """One thing that an inspection would find: ``item`` of ``mail_monitors`` about ``mailbox``."""

    mailbox: Mailbox
    item: object
    detail: str = ""
    url: str = ""

    @property
    def code(self):
        return self.item.code

    @property
    def is_serious(self):
        return bool(self.item.fact("serious"))


def months_before(day, number):
    """The same day ``number`` months earlier, or the last of that month."""
    place = day.year * 12 + day.month - 1 - number
    year, month = divmod(place, 12)
    last = months.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def mailboxes_for(user):
    """The public mailboxes whose findings ``user`` is told of: those overseen, and those that belong to the user."""
    found = Mailbox.objects.filter(live=True)
    if not user.is_authenticated or not user.is_active:
        return found.none()
    if user.is_superuser:
        return found
    own = found.filter(pk__in=MailboxLeader.mailboxes_of(user))
    agencies = scope.overseen_by(user)
    return (own | found.filter(agency__in=agencies)) if agencies else own


def findings(mailboxes, today=None):
    """Every :class:`MailboxFinding` about ``mailboxes``, the serious ones first. A mailbox in several languages is one."""
    today = today or timezone.localdate()
    first = {}
    for each in mailboxes.order_by("translation_key", "locale_id", "pk"):
        first.setdefault(each.translation_key, each)
    if not first:
        return []
    found = []
    for item in vocabularies.profile().mail_monitors:
        monitor = MONITORS.get(item.code)
        found += monitor(item, first, today) if monitor is not None else []
    return sorted(found, key=lambda each: (not each.is_serious, each.mailbox.title))


def _unanswered(item, mailboxes, today):
    """Valid letters that nobody answered for as many months as the item says."""
    limit = months_before(today, item.fact("months"))
    letters = CitizenLetter.objects.filter(
        mailbox__translation_key__in=mailboxes, closed_on=None, answered_on=None, received_on__lte=limit
    ).exclude(outcome__in=outcomes.uncounted())
    counts = letters.order_by().values_list("mailbox__translation_key").annotate(number=Count("pk"))
    return [
        MailboxFinding(
            mailboxes[key],
            item,
            ngettext("%(count)d letter", "%(count)d letters", number) % {"count": number},
            _letters_of(mailboxes[key], f"queue=open&received_on_to={limit.isoformat()}"),
        )
        for key, number in counts
    ]


def _letters_of(mailbox, query):
    """The address of the list of letters to ``mailbox`` that ``query`` finds."""
    return f"{reverse(f'{CitizenLetter.admin_name}:index')}?mailbox={mailbox.pk}&{query}"


def _pages(mailboxes):
    """Pairs of the path and the mailbox's translation key of each page of a mailbox that anybody can open.

    One that asks for a log-in, or that lies in no site, makes nothing public.
    """
    pages = visible(MailboxPage.objects.live().public().filter(mailbox__translation_key__in=mailboxes))
    roots = tuple(Site.objects.values_list("root_page__path", flat=True))
    found = pages.values_list("path", "mailbox__translation_key")
    return [(path, key) for path, key in found if path.startswith(roots)]


def _nothing_public(item, mailboxes, today):
    """No reply was made public for as many months as the item says, though the mailbox was there."""
    limit = months_before(today, item.fact("months"))
    moment = timezone.make_aware(datetime.datetime.combine(limit, datetime.time.max))
    recent = consent.shown(SelectedLetterPage.objects.filter(first_published_at__gt=moment))
    above = {path[: -SelectedLetterPage.steplen] for path in recent.values_list("path", flat=True)}
    served = {key for path, key in _pages(mailboxes) if path in above}
    return [
        MailboxFinding(
            mailbox,
            item,
            gettext("letters that may be published"),
            _letters_of(mailbox, f"publication={ready.READY}"),
        )
        for key, mailbox in mailboxes.items()
        if key not in served and (mailbox.first_published_at is None or mailbox.first_published_at <= moment)
    ]


def _no_statistics(item, mailboxes, today):
    """The mailbox has no page that anybody can open, and its statistics no address."""
    served = {key for _path, key in _pages(mailboxes)}
    return [MailboxFinding(mailbox, item) for key, mailbox in mailboxes.items() if key not in served]


MONITORS = {
    "unanswered": _unanswered,
    "nothing_public": _nothing_public,
    "no_statistics": _no_statistics,
}
