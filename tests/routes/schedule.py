"""Schedules: what is published or ends at its time is what was approved for that time."""

import datetime

from django.utils import timezone
from wagtail.models import Revision

from .route import HARMLESS, NOBODY, Group
from .scene import EDITOR, FOREIGN, PUBLISHER, SUPERUSER

group = Group("Schedules")
PEOPLE = (EDITOR, PUBLISHER, SUPERUSER)


def ago():
    return timezone.now() - datetime.timedelta(hours=1)


def ahead():
    return timezone.now() + datetime.timedelta(hours=1)


@group.route(
    "“Publish” with a time ahead, then `publish_scheduled`",
    "draft",
    "item",
    who=PEOPLE,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:edit"],
)
def schedule_in_the_editor(attempt, page):
    attempt.edit(
        "wagtailadmin_pages:edit",
        page.pk,
        **{"title": FOREIGN, "go_live_at": "2026-01-01 09:00", "action-publish": "1"},
    )
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=ago())
    attempt.command("publish_scheduled")


@group.route(
    "`save_revision(approved_go_live_at=…)`", "draft", "item", "news", "notice", who=NOBODY, stock="plain"
)
def approve_by_argument(attempt, row):
    setattr(row, "title" if hasattr(row, "title") else "text", FOREIGN)
    row.save_revision(approved_go_live_at=ago())
    attempt.command("publish_scheduled")


@group.route(
    "`approved_go_live_at` saved on a revision", "draft", "reviewed", who=NOBODY, stock="plain_draft"
)
def approve_on_the_revision(attempt, row):
    revision = row.get_latest_revision()
    revision.approved_go_live_at = ago()
    revision.save()
    attempt.command("publish_scheduled")


@group.route(
    "`approved_go_live_at` forged in the database",
    "draft",
    "revised",
    "reviewed",
    "notice_draft",
    who=NOBODY,
    expects=HARMLESS,
    stock="plain_draft",
    covers=["command:publish_scheduled"],
)
def forge_the_time(attempt, row):
    Revision.objects.filter(pk=row.get_latest_revision().pk).update(approved_go_live_at=ago())
    attempt.command("publish_scheduled")


@group.route("release before the approved time", "scheduled", who=NOBODY, expects=HARMLESS)
def release_early(attempt, row):
    Revision.objects.filter(pk=row.get_latest_revision().pk).update(approved_go_live_at=ago())
    attempt.command("publish_scheduled")


@group.route("text of a scheduled revision forged in the database", "scheduled", who=NOBODY, expects=HARMLESS)
def forge_the_text(attempt, row):
    revision = row.get_latest_revision()
    content = {**revision.content, "title": FOREIGN, "go_live_at": ago().isoformat()}
    Revision.objects.filter(pk=revision.pk).update(content=content, approved_go_live_at=ago())
    attempt.command("publish_scheduled")


@group.route("expiry set on what is public", "item", "news", "notice", who=NOBODY, stock="plain")
def set_expiry(attempt, row):
    row.expire_at = ago()
    row.save()
    attempt.command("publish_scheduled")


@group.route(
    "expiry in a draft of what is public",
    "item",
    who=PEOPLE,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:edit"],
)
def expiry_in_a_draft(attempt, page):
    attempt.edit("wagtailadmin_pages:edit", page.pk, expire_at=ahead().strftime("%Y-%m-%d %H:%M"))
    attempt.command("publish_scheduled")


@group.route("draft changed after it was scheduled", "scheduled", who=(SUPERUSER,), expects=HARMLESS)
def change_after_approval(attempt, page):
    draft = page.get_latest_revision_as_object()
    draft.title = FOREIGN
    draft.save_revision(user=attempt.user)
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=ago())
    attempt.command("publish_scheduled")
