"""System checks of mailboxes: what keeps a letter from being sent, or from being dealt with."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.checks import Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from ..casework import scope
from ..casework.models import CaseAlarm
from ..casework.notify import office_of_agency
from ..casework.wizard import checks
from .models import CitizenLetter, Mailbox

TAG = "wagtail_disclosure"
# Reminders that lie further back say nothing of the jobs.
LOOKED_BACK = datetime.timedelta(days=14)


@register(Tags.database)
def check_addresses_of_mailboxes(app_configs, databases=None, **kwargs):
    """W029: a public mailbox to which nobody can write."""
    return checks.without_address(Mailbox, databases, "mailbox")


def _named(mailbox):
    return f"The mailbox {mailbox.code!r} ({mailbox.locale.language_code})"


@register(Tags.database)
def check_departments(app_configs, databases=None, **kwargs):
    """W035: letters of some type go to no department, and no office is there to assign them."""
    found = []
    for mailbox in checks.public(Mailbox, databases):
        loose = [str(each) for each in mailbox.types.all() if mailbox.department_for(each.type) is None]
        if loose and not office_of_agency(mailbox.agency):
            found.append(
                Warning(
                    f"{_named(mailbox)} sends letters to no department ({', '.join(loose)}), and nobody oversees the "
                    "cases of its agency: nobody sees them.",
                    hint="Choose a department in the mailbox, or put somebody into a group with the permission "
                    f"{scope.OVERSEE.partition('.')[2]}.",
                    obj=mailbox,
                    id=f"{TAG}.W035",
                )
            )
    return found


@register(Tags.database, deploy=True)
def check_pages(app_configs, databases=None, **kwargs):
    """W036: a public mailbox that no page shows."""
    return [
        Warning(
            f"{_named(mailbox)} is public, and no page shows it: nobody finds it.",
            hint="Publish a mailbox page for it, or show it with a MailboxBlock. If a template shows it with the tag "
            "disclosure_mailbox, silence this check.",
            obj=mailbox,
            id=f"{TAG}.W036",
        )
        for mailbox in checks.public(Mailbox, databases)
        if not _is_shown(mailbox)
    ]


def _is_shown(mailbox):
    """Whether something public refers to ``mailbox``: a page of its own, or a block of any page."""
    references = ReferenceIndex.get_references_to(mailbox)
    pages = ContentType.objects.get_for_model(Page)
    keys = references.filter(base_content_type=pages).values_list("object_id", flat=True)
    if Page.objects.live().filter(pk__in=[int(key) for key in keys]).exists():
        return True
    own = ContentType.objects.get_for_model(Mailbox)
    return references.exclude(base_content_type__in=[pages, own]).exists()


@register(Tags.database)
def check_leaders(app_configs, databases=None, **kwargs):
    """W037: a leader's mailbox that no leader reads."""
    return [
        Warning(
            f"{_named(mailbox)} is addressed to a leader, and no leader has an account that sees it.",
            hint="Name the leader in the mailbox: they see what is addressed to them, what is late and what is rated badly.",
            obj=mailbox,
            id=f"{TAG}.W037",
        )
        for mailbox in checks.public(Mailbox, databases)
        if mailbox.addressee_kind == Mailbox.Addressee.LEADER
        and not mailbox.leaders.filter(user__is_active=True).exists()
    ]


@register(Tags.database, deploy=True)
def check_jobs(app_configs, databases=None, **kwargs):
    """W038: letters are late, and the job that reminds of them has not run."""
    if not checks.public(Mailbox, databases):
        return []
    try:
        late = CitizenLetter.objects.overdue().count()
        reminded = CaseAlarm.objects.filter(made_at__gte=timezone.now() - LOOKED_BACK).exists()
    except DatabaseError:
        return []
    if not late or reminded:
        return []
    return [
        Warning(
            f"{late} letters are late, and nobody was reminded of a case for {LOOKED_BACK.days} days.",
            hint="Let cron run disclosure_run_cases, and give officers mail addresses.",
            id=f"{TAG}.W038",
        )
    ]
