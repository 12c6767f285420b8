"""What is swept away: drafts that were not sent, tokens of forms long sent, files that belong to nothing.

Safe to repeat, to break off and to run late.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from . import attachments
from .letters import pdf
from .models import Draft, Submission
from .storage import case_files

# A file without a row may be one whose row is just being written.
ORPHAN_HOURS = 24
SUBMISSION_DAYS = 30
BATCH = 200
# Functions ``name -> bool`` of later domains: whether a file of this storage belongs to something of theirs.
keepers = []


def clean(now=None):
    """Delete what is due. Returns how many of each: ``{"drafts", "submissions", "files"}``."""
    now = now or timezone.now()
    return {
        "drafts": _drafts(now),
        "submissions": Submission.objects.filter(
            at__lt=now - datetime.timedelta(days=SUBMISSION_DAYS)
        ).delete()[0],
        "files": _orphans(now),
    }


def _drafts(now):
    number = 0
    while keys := list(Draft.objects.filter(expires_at__lte=now).values_list("pk", flat=True)[:BATCH]):
        for key in keys:
            number += discard(Draft(pk=key))
    return number


@transaction.atomic
def discard(draft):
    """Delete a draft with its files. Returns how many drafts that were."""
    for model in attachments.models():
        for row in attachments.of_draft(model, draft):
            attachments.remove(row)
    return Draft.objects.filter(pk=draft.pk).delete()[0]


def _orphans(now):
    number, before = 0, now - datetime.timedelta(hours=ORPHAN_HOURS)
    for name in list(_stored("")):
        if _belongs(name):
            continue
        try:
            if case_files.get_modified_time(name) < before:
                case_files.delete(name)
                number += 1
        except (OSError, NotImplementedError):
            continue
    return number


def _belongs(name):
    return (
        any(model.objects.filter(file=name).exists() for model in attachments.models())
        or any(model.objects.filter(pdf=name).exists() for model in pdf.models())
        or any(keeps(name) for keeps in keepers)
    )


def _stored(folder):
    try:
        folders, files = case_files.listdir(folder)
    except (OSError, NotImplementedError):
        return
    for each in files:
        yield f"{folder}/{each}" if folder else each
    for each in folders:
        yield from _stored(f"{folder}/{each}" if folder else each)
