"""Who is away on the day of the load, and who decides meanwhile."""

import datetime

from django.utils import timezone

from wagtail_disclosure.publishing import delegation
from wagtail_disclosure.publishing.models import Delegation

from .content import table


def enter(world):
    """Enter each absence from today on. Those who were entered before are left alone."""
    for row in table("absences"):
        absent, deputy = world.users[row["username"]], world.users[row["deputy"]]
        if Delegation.objects.filter(delegator=absent).exists():
            continue
        today = timezone.localdate()
        delegation.enter(
            Delegation(
                delegator=absent,
                deputy=deputy,
                starts_on=today,
                ends_on=today + datetime.timedelta(days=int(row["days"])),
                reason=row["reason"],
            ),
            [],
            absent,
        )
