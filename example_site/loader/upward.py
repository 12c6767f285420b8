"""Two years of submissions to the unified platform of the region, without a network: a run each month, and its reports."""

import datetime
import logging
from contextlib import contextmanager

from django.utils import timezone

from example_site import stand_in
from wagtail_disclosure.interchange.models import UpwardPlatform, UpwardRun, UpwardSubmission
from wagtail_disclosure.interchange.upward import moves, push
from wagtail_disclosure.interchange.upward.planning import plan

from .content import at, following
from .diary import Deed

NAME = "自治区政府信息公开统一平台"
SECRET = "only-for-the-demonstration-of-the-feed"
BEGUN = datetime.date(2024, 12, 2)
# The last days before the load: what was published since waits.
LEFT_WAITING_DAYS = 20


def address_at(host, port):
    return f"http://{host}:{port}/stand-in/platform/"


def platform_of(world):
    site = world.agency.site
    return UpwardPlatform.objects.get_or_create(
        code=stand_in.CODE,
        defaults={
            "agency": world.agency,
            "name": NAME,
            "language": "zh-hans",
            "since": BEGUN,
            "endpoint": address_at(site.hostname, site.port),
            "secret": SECRET,
            # It is served by the deeds below, at their time.
            "active": False,
        },
    )[0]


def items(world):
    """A run at the beginning of each month, and what waits at the end."""
    last = timezone.localdate() - datetime.timedelta(days=LEFT_WAITING_DAYS)
    day = BEGUN
    while day < last:
        yield Deed(at(following(day, 1), 10, 20), _serve)
        day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    yield Deed(at(last, 16, 40), _serve)
    yield Deed(timezone.now() - datetime.timedelta(minutes=5), _open)


def _serve(world):
    platform, now = platform_of(world), timezone.now()
    if platform.active or UpwardRun.objects.filter(platform=platform, started_at__gte=now).exists():
        return
    platform.active = True
    with _unlogged():
        push.run(platform, by="disclosure_push_upward", send=stand_in.send)
    _adopt(platform, now)


@contextmanager
def _unlogged():
    """What the platform leaves unanswered is part of the demonstration, and no news to whoever loads it."""
    logger = push.logger
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _adopt(platform, now):
    """The platform reports what it has adopted of what it accepted more than a month ago."""
    before = now - datetime.timedelta(days=25)
    accepted = UpwardSubmission.objects.filter(platform=platform, state=UpwardSubmission.State.ACCEPTED)
    reports = [
        moves.Report(str(row.key), "adopted", now, reference=row.reference)
        for row in accepted.filter(settled_at__lt=before)
        if stand_in.is_adopted(f"{row.translation_key}:{row.language}")
    ]
    moves.apply(platform, reports, moves.By(platform.name))


def _open(world):
    """From now on it is served by publications and the job."""
    platform = platform_of(world)
    platform.active = True
    platform.save(update_fields=["active"])
    plan(platform)
