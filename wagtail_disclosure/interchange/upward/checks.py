"""System checks of upper platforms: what keeps items from reaching them."""

import datetime

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError, router
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from ..models.upward import UpwardPlatform, UpwardSubmission

TAG = "wagtail_disclosure"
# Days after which something that waits was forgotten.
FORGOTTEN_DAYS = 3


@register(Tags.database)
def check_platforms(app_configs, databases=None, **kwargs):
    """W050 to W053: platforms that cannot be reached, or cannot reach us."""
    if router.db_for_read(UpwardPlatform) not in (databases or []):
        return []
    try:
        platforms = list(UpwardPlatform.objects.filter(active=True))
        return [each for platform in platforms for each in (*_about(platform), *_forgotten(platform))]
    except DatabaseError:
        return []


def _warning(code, platform, text, hint):
    return Warning(f"{platform.name}: {text}", hint=hint, obj=platform, id=f"{TAG}.{code}")


def _about(platform):
    if platform.pushes and not platform.endpoint:
        yield _warning(
            "W050",
            platform,
            "nothing is sent, for it has no address.",
            "Enter it in the admin, or take it out of use.",
        )
    if not platform.secret or hasattr(platform.secret, "token"):
        lost = hasattr(platform.secret, "token")
        yield _warning(
            "W051",
            platform,
            "its shared secret cannot be read."
            if lost
            else "messages go unsigned, and it can report no status.",
            "Put the old key back into FIELD_KEYS, or enter the secret anew."
            if lost
            else "Enter the secret that both sides know.",
        )
    if platform.fetches:
        yield from _about_fetching(platform)


def _about_fetching(platform):
    try:
        reverse("wagtail_disclosure:upward_items", args=[platform.code, "json"])
    except NoReverseMatch:
        yield _warning(
            "W052",
            platform,
            "there is no address at which it could fetch.",
            'Add path("", include("wagtail_disclosure.urls")) to the URLconf before Wagtail\'s own pattern.',
        )
    if not platform.access_key_hash or platform.key_has_expired():
        yield _warning(
            "W052",
            platform,
            "its access key is missing or no longer valid.",
            "Make a new one in the admin and hand it over.",
        )


def _forgotten(platform):
    if not platform.pushes:
        return
    before = timezone.now() - datetime.timedelta(days=FORGOTTEN_DAYS)
    waiting = UpwardSubmission.objects.filter(platform=platform, state=UpwardSubmission.State.WAITING)
    if waiting.filter(created_at__lt=before, attempts=0).exists():
        yield _warning(
            "W053",
            platform,
            f"items wait since more than {FORGOTTEN_DAYS} days, and nobody tried to send them.",
            "Let cron run disclosure_push_upward.",
        )
