"""Files of a comment: kept as they come, so that an error elsewhere in the form loses none, and never public.

Until its form is sent a file belongs to a draft that the token of the form opens.
"""

import datetime

from django.utils import timezone

from .. import conf
from ..casework import attachments, draft_files, keys
from ..casework.models import Draft
from .models import CommentAttachment

KIND = "comment"
PURPOSE = "comment-files"


def draft_of(page, token):
    """The draft that holds the files of the form with ``token``, or None."""
    if not token:
        return None
    hashes = [keys.keyed_hash(token, PURPOSE, key) for key in keys.ring()]
    found = Draft.objects.filter(kind=KIND, form_key=str(page.key), secret_hash__in=hashes)
    return found.filter(expires_at__gt=timezone.now()).first()


def of_form(page, token):
    """The files of the form with ``token`` that are kept already."""
    draft = draft_of(page, token)
    return list(attachments.of_draft(CommentAttachment, draft)) if draft is not None else []


def take(page, token, sent, *, sender, by=None):
    """Keep those of the files ``sent`` that may be kept. Returns what is wrong with the others, as sentences.

    ``by``: who of the agency adds them to a comment that came on paper.
    """

    def draft():
        return draft_of(page, token) or _begin(page, token)

    return draft_files.take(
        CommentAttachment,
        sent,
        present=len(of_form(page, token)),
        draft=draft,
        origin=CommentAttachment.Origin.OFFICER if by is not None else CommentAttachment.Origin.APPLICANT,
        sender=sender,
        user=by,
    )


def remove(page, token, key):
    draft_files.remove(of_form(page, token), key)


def _begin(page, token):
    now = timezone.now()
    return Draft.objects.create(
        kind=KIND,
        form_key=str(page.key),
        secret_hash=keys.keyed_hash(token, PURPOSE),
        created_at=now,
        expires_at=now + datetime.timedelta(days=conf.get("DRAFT_DAYS")),
    )


def hand_over(page, token, comment):
    """Let the files of the form with ``token`` belong to ``comment``. Called inside ``atomic``."""
    draft = draft_of(page, token)
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first() if draft is not None else None
    if held is not None:
        attachments.hand_over(CommentAttachment, held, comment)
        held.delete()
