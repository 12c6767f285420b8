"""Files of a case: taken in after every check, stored under names that say nothing, handed out by ``downloads`` alone."""

import hashlib
import logging
import re
import unicodedata

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import conf
from ..publishing.safety import kinds
from ..publishing.safety.examine import refuse_data
from ..rules.characters import NOT_TEXT
from .models import CaseAttachment, Draft
from .storage import case_files

logger = logging.getLogger("wagtail_disclosure.casework")
LONGEST_NAME = 120
# What file systems and shells take for something else.
RESERVED = re.compile(r'[<>:"|?*/\\]')


def models():
    """Every kind of attachment there is."""
    return [model for model in apps.get_models() if issubclass(model, CaseAttachment)]


def clean_name(name):
    """A file name as it is kept and shown: the last part of a path, in one line, with its ending, of sane length."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rpartition("/")[2]
    name = NOT_TEXT.sub("", name)
    name = "".join(each for each in name if each.isprintable() and unicodedata.category(each) != "Cf")
    name = RESERVED.sub("_", name).rstrip(" .").lstrip()
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME].strip() or _("file")
    return f"{stem[: LONGEST_NAME - 12].strip(' .') or _('file')}.{ending[:11].strip()}"


def check_count(present, added):
    """Raise ``ValidationError`` where a form would have more files than it may."""
    most = conf.get("CASE_FILES_MOST")
    if present + added > most:
        raise ValidationError(
            ngettext("Send at most %(most)d file.", "Send at most %(most)d files.", most) % {"most": most},
            code="too_many",
        )


def examine(upload):
    """Look into an uploaded file. Returns ``(name, data, kind)``; raises ``ValidationError`` with every reason.

    The size is asked first, before anything is read; an archive that grows, a picture that is too large, a program
    under another name and, where a scanner is configured, a virus or a scanner that does not answer are refused.
    """
    name, most = clean_name(upload.name), conf.get("CASE_FILE_MAX_BYTES")
    if upload.size > most:
        raise ValidationError(
            _("%(name)s: the file has %(size)s; %(limit)s is the most.")
            % {"name": name, "size": filesizeformat(upload.size), "limit": filesizeformat(most)},
            code="too_large",
        )
    upload.seek(0)
    data = upload.read(most + 1)
    examined = refuse_data(data, name, keeps=False)
    kind, found = _kind(data), {each["code"] for each in examined.findings}
    if kind in kinds.PICTURES and found & {"large_picture", "unreadable"}:
        # Pillow itself refuses to open the larger ones.
        raise ValidationError(
            _("%(name)s: the picture is damaged or has too many pixels.") % {"name": name},
            code="large_picture",
        )
    return name, data, kind


def _kind(data):
    try:
        return kinds.kind_of(data)[:20]
    except Exception:
        # It was looked into before; a kind that cannot be told is no reason against it.
        return ""


def store(model, upload, *, origin, case=None, draft=None, user=None, at=None):
    """Examine ``upload`` and keep it as an attachment of ``case`` or ``draft``. Raises ``ValidationError``.

    A file that was stored while its row was not is found by ``cleaning`` later.
    """
    name, data, kind = examine(upload)
    try:
        return keep(model, name, data, kind=kind, origin=origin, case=case, draft=draft, user=user, at=at)
    except OSError as error:
        # The disk is full, the bucket does not answer.
        logger.exception("A file could not be stored.")
        raise ValidationError(
            _("%(name)s: the file could not be stored just now. Please send it again in a few minutes.")
            % {"name": name},
            code="not_stored",
        ) from error


@transaction.atomic
def keep(model, name, data, *, kind="", origin, case=None, draft=None, user=None, at=None):
    """Keep bytes that were examined, or that the site made itself."""
    # The form must not be sent, or deleted, while a file is being added to it: the file would go with the draft.
    if draft is not None and Draft.objects.select_for_update().filter(pk=draft.pk).first() is None:
        raise ValidationError(_("This form was sent or deleted meanwhile."), code="draft_gone")
    row = model(
        case=case,
        draft=draft,
        name=clean_name(name),
        kind=kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        origin=origin,
        uploaded_by=user,
        uploaded_at=at or timezone.now(),
    )
    row.file.save(row.name, ContentFile(data), save=False)
    row.save()
    return row


def of_draft(model, draft):
    return model.objects.filter(draft=draft)


def hand_over(model, draft, case):
    """Let the files of ``draft`` belong to ``case``. Only rows change: the files stay where they are."""
    return model.objects.filter(draft=draft).update(case=case, draft=None)


def remove(attachment):
    """Delete an attachment; its file goes when the transaction is over."""
    name = attachment.file.name
    attachment.delete()
    # Where that fails, ``cleaning`` finds it later; nothing else is held up by it.
    transaction.on_commit(lambda: case_files.delete(name), robust=True)
