"""One answer per person, without knowing anybody.

The browser keeps a signed note that it has answered, and nothing else: it does not say what, and no answer names it.
Beside it there is a mark for each connection and browser, hashed with a salt of that survey and that day. It locks
nobody out - a household, a school or a ministry may share one - but a second answer is stored as "perhaps repeated".
When the day is over, or the survey, salt and marks are destroyed: after that nobody can find out from an address
whether it answered, not even with the database and the keys of the site.
"""

import datetime
import hashlib
import hmac
import secrets

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from ..casework.receipts.visitors import sender_key
from .models import SurveyMark, SurveyPage, SurveySalt

COOKIE_SALT = "wagtail_disclosure.survey"
# The browser keeps its note a little longer than the survey lasts, in whichever time zone.
GRACE = datetime.timedelta(days=1)


def cookie_name(page):
    return f"disclosure-survey-{page.key.hex[:12]}"


def has_answered(request, page):
    """Whether this browser has the note that it answered."""
    try:
        return signing.loads(request.COOKIES.get(cookie_name(page), ""), salt=COOKIE_SALT) == page.key.hex
    except signing.BadSignature:
        return False


def remember(response, request, page):
    """Leave the note with the browser until the survey is over."""
    response.set_cookie(
        cookie_name(page),
        signing.dumps(page.key.hex, salt=COOKIE_SALT),
        expires=page.closes_at() + GRACE,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


@transaction.atomic
def mark(request, page, day):
    """Set the mark of this connection and browser. Returns whether it was there already."""
    forget(day)
    row = SurveySalt.objects.get_or_create(key=page.key, day=day, defaults={"salt": secrets.token_hex(32)})[0]
    text = f"{sender_key(request)}\0{request.headers.get('user-agent', '')[:500]}"
    found = hmac.new(bytes.fromhex(row.salt), text.encode(errors="replace"), hashlib.sha256).hexdigest()
    try:
        with transaction.atomic():
            SurveyMark.objects.create(key=page.key, day=day, mark=found)
    except IntegrityError:
        return True
    return False


def forget(day=None):
    """Destroy salts and marks of earlier days, and of surveys that are over. Returns how many salts that were."""
    day = day or timezone.localdate()
    over = SurveyPage.objects.filter(closes_on__lt=day).values("translation_key")
    gone = Q(day__lt=day) | Q(key__in=over)
    SurveyMark.objects.filter(gone).delete()
    return SurveySalt.objects.filter(gone).delete()[0]
