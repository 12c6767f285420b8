"""What is missing: consultations that are over and have no report on their comments."""

import datetime

from django.utils import timezone

from .. import conf
from .models import ConsultationPage
from .models.comments import seen_by


def without_report(day=None, *, user=None):
    """Public consultations that have been over for ``FEEDBACK_DAYS`` without a report, the longest first.

    With ``user``, those of departments that the user may see. A consultation counts once, in its first language.
    """
    day = day or timezone.localdate()
    over = ConsultationPage.objects.live().filter(
        closes_on__lt=day - datetime.timedelta(days=conf.get("FEEDBACK_DAYS"))
    )
    if user is not None:
        over = over.filter(seen_by(user, "department__agency"))
    found, seen = [], set()
    for page in over.select_related("department").order_by("closes_on", "pk"):
        if page.key not in seen and not page.has_feedback:
            found.append(page)
        seen.add(page.key)
    return found
