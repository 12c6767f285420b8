"""From the form to a comment with its receipt: stored whole and once, or refused with every reason (P9)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework.errors import CaseRefused
from ..casework.receipts import intake
from . import comment_files, vocabularies
from .models import Comment
from .models.comments import BODY_LENGTH
from .models.periods import Phase

PERSON = ("name", "phone", "email")


def send(page, token, given, *, sender="", language="", channel=vocabularies.ONLINE, at=None, on=None):
    """Store a comment on ``page`` and return its ``Receipt``; one that was sent before is answered with the one it has.

    ``given`` has ``body``, ``paragraph``, ``consent`` and the fields of ``PERSON``. ``on`` is the day on which it
    came, for what somebody of the agency enters. Files that were kept under ``token`` belong to it from now on. Raises
    :class:`CaseRefused`.
    """
    at = at or timezone.now()
    if intake.case_of(token) is None and (found := problems(page, given, on or timezone.localdate(at))):
        raise CaseRefused(" ".join(found))

    def store(number, code_hash):
        made = _create(page, given, number, code_hash, language=language, channel=channel, at=at)
        comment_files.hand_over(page, token, made)
        return made

    return intake.submit(
        Comment, token, store, agency=page.department.agency, department=page.department, sender=sender, at=at
    )


def problems(page, given, day):
    """What keeps a comment from being taken, as sentences."""
    found = []
    if not page.live or page.phase_on(day) != Phase.OPEN:
        found.append(_("The consultation is not open."))
    body = str(given.get("body") or "").strip()
    if not body or len(body) > BODY_LENGTH:
        found.append(_("Write your comment, in at most %(most)d characters.") % {"most": BODY_LENGTH})
    if given.get("paragraph") and page.paragraph(given["paragraph"]) is None:
        found.append(_("The draft has no such paragraph any more. Choose what the comment is about."))
    return found


@transaction.atomic
def _create(page, given, number, code_hash, *, language, channel, at):
    paragraph = page.paragraph(given.get("paragraph") or "")
    return Comment.objects.create(
        key=page.key,
        page=page,
        agency=page.department.agency,
        department=page.department,
        number=number,
        code_hash=code_hash,
        channel=channel,
        language=language,
        submitted_at=at,
        body=given["body"].strip(),
        paragraph=paragraph.id if paragraph is not None else "",
        paragraph_label=paragraph.label if paragraph is not None else "",
        consent_to_publish=bool(given.get("consent")),
        **{name: str(given.get(name) or "").strip() for name in PERSON},
    )
