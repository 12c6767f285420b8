"""Files of a public form on their way: kept in its draft as they come, so that an error elsewhere in the form loses none."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import conf
from . import attachments
from .receipts import throttle


def limits():
    """What the pages say of the files they take: how many, how large, with which endings."""
    return {
        "most": conf.get("CASE_FILES_MOST"),
        "most_bytes": conf.get("CASE_FILE_MAX_BYTES"),
        "endings": sorted(conf.get("FILE_TYPES")),
    }


def take(model, sent, *, present, draft, origin, sender, user=None):
    """Keep those of the files ``sent`` that may be kept. Returns what is wrong with the others, as sentences.

    ``present`` is how many the form has already; ``draft`` is called for the draft once there is something to keep.
    """
    if not sent:
        return []
    try:
        attachments.check_count(present, len(sent))
    except ValidationError as error:
        return error.messages
    if not throttle.allows("upload_sender", sender, cost=len(sent)):
        return [_("Very many files came from your connection. Please wait some minutes and add them again.")]
    problems, kept_in = [], draft()
    for upload in sent:
        try:
            attachments.store(model, upload, origin=origin, draft=kept_in, user=user)
        except ValidationError as error:
            problems += error.messages
    return problems


def remove(rows, key):
    """Take the file ``key`` out of the draft that ``rows`` are of."""
    for row in rows:
        if str(row.key) == key:
            attachments.remove(row)
