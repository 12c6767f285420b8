"""The weekly digest: what is open, late or missing, once a week to whoever can do something about it.

It goes out with the first run of a week, whatever day that is; a run that was missed is made up for by the next. Nobody
gets two of a week, and one that could not be sent is tried again.
"""

import datetime
import logging

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin.mail import send_mail
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from ...casework.notify import office_of_agency
from ...departments.models import Agency, DepartmentMember
from .. import scope
from ..models import WeeklyDigest
from ..overview import lines_for

logger = logging.getLogger("wagtail_disclosure.mail")
TEMPLATES = "wagtail_disclosure/reports/mail/"
# A run that has not sent what it took after so long has ended.
CLAIM = datetime.timedelta(minutes=30)


def week_of(day):
    """The Monday of the week of ``day``."""
    return day - datetime.timedelta(days=day.weekday())


def readers():
    """Who gets a digest: the people of departments, and those of the office."""
    keys = set(DepartmentMember.objects.values_list("user", flat=True))
    for agency in Agency.objects.all():
        keys |= {each.pk for each in office_of_agency(agency)}
    return get_user_model().objects.filter(pk__in=keys, is_active=True).exclude(email="").order_by("pk")


def send(at=None):
    """Send the digests of this week that were not sent yet. Returns how many went out, and how many could not."""
    at, sent, unsent = at or timezone.now(), 0, 0
    week = week_of(timezone.localdate(at))
    for user in readers():
        row = _claim(user, week, at)
        if row is None:
            continue
        with override(UserProfile.get_for_user(user).get_preferred_language()):
            lines = _lines(user, timezone.localdate(at))
            # Nothing to say is said to nobody, and is settled for this week.
            done = lines == [] or lines is not None and _mail(user, lines, week)
        row.sent_at, row.claimed_at = (at, at) if done else (None, at - 2 * CLAIM)
        row.save(update_fields=["sent_at", "claimed_at"])
        sent, unsent = sent + bool(done and lines), unsent + (not done)
    return sent, unsent


@transaction.atomic
def _claim(user, week, at):
    """The row of this digest if it is to be sent by this run. Two runs at once wait for each other here."""
    get_user_model().objects.select_for_update().filter(pk=user.pk).first()
    row, created = WeeklyDigest.objects.get_or_create(user=user, week=week, defaults={"claimed_at": at})
    if created:
        return row
    if (
        row.sent_at is not None
        or not WeeklyDigest.objects.filter(Q(claimed_at__lt=at - CLAIM), pk=row.pk).exists()
    ):
        return None
    row.claimed_at = at
    row.save(update_fields=["claimed_at"])
    return row


def _lines(user, today):
    """What the digest says; None where it cannot be made. That holds up nobody else's."""
    try:
        with transaction.atomic():
            return lines_for(user, today)
    except Exception:
        logger.exception("A weekly digest was not made")
        return None


def _mail(user, lines, week):
    base = get_admin_base_url() or ""
    context = {
        "lines": [{**each, "url": f"{base}{each['url']}"} for each in lines],
        "week": week,
        "urgent": sum(each["count"] for each in lines if each["is_urgent"]),
        "url": f"{base}{reverse('wagtail_disclosure_overview:index')}",
        "sees_all": scope.read_by(user).exists(),
    }
    try:
        subject = render_to_string(f"{TEMPLATES}digest_subject.txt", context)
        body = render_to_string(f"{TEMPLATES}digest.txt", context)
        send_mail(" ".join(subject.split()), body.strip() + "\n", [user.email])
    except Exception as error:
        # The text of the error may hold the address.
        logger.error("A weekly digest was not sent: %s", type(error).__name__)
        return False
    return True
