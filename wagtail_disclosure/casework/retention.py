"""When a case has been kept long enough, what identifies people goes; what was decided stays for the report.

How many years a kind of outcome is kept is data: the setting ``CASE_RETENTION_YEARS``.
"""

import logging

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import attachments
from .consultation.answers import discard_draft
from .encryption import EncryptedField
from .errors import CaseRefused
from .following import drafts
from .letters import pdf
from .models import Submission
from .models.case import recording
from .own_events import ANONYMISED
from .record import By, locked, record

logger = logging.getLogger("wagtail_disclosure.casework")


def due_cases(model, day=None):
    """Closed cases of ``model`` whose term has ended and that nothing holds."""
    return _over(model, day).filter(legal_hold=False)


def held_cases(model, day=None):
    """Closed cases of ``model`` whose term has ended, and that are kept because of a legal hold alone."""
    return _over(model, day).filter(legal_hold=True)


def _over(model, day):
    return model.objects.filter(
        closed_on__isnull=False, keep_until__lt=day or timezone.localdate(), anonymised_at=None
    )


@transaction.atomic
def anonymise(case, *, actor=None, at=None):
    """Take out of ``case`` what identifies people: their rows, their free text, their files, their letters, the code,
    and what was entered and never sent.

    Doing it again changes nothing. Raises :class:`CaseRefused` while the case is open, held, or to be kept.
    """
    held, at = locked(case), at or timezone.now()
    if held.anonymised_at is not None:
        return False
    if not held.is_closed or held.legal_hold:
        raise CaseRefused(_("A case that is open or held is not anonymised."))
    if held.keep_until is None or held.keep_until >= timezone.localdate(at):
        raise CaseRefused(_("The case is kept until its term has ended."))
    drafts.discard_all(held)
    for party in held.consulted():
        discard_draft(party)
    for row in held.people():
        _empty(row)
    for attachment in held.attachments.all():
        attachments.remove(attachment)
    for letter in getattr(held, "letters", held.attachments.none()).all():
        pdf.forget(letter)
    events = held.events.model._base_manager.filter(case=held)
    events.update(note="", details={})
    Submission.objects.filter(case_model=held._meta.label_lower, case_key=str(held.pk)).delete()
    for name in held.personal_fields:
        setattr(held, name, "")
    held.code_hash = held.pending_code_hash = ""
    with recording():
        held.save(update_fields=[*held.personal_fields, "code_hash", "pending_code_hash"])
    record(held, ANONYMISED, by=By.SYSTEM, actor=actor, at=at, anonymised_at=at)
    case.refresh_from_db()
    return True


def anonymise_due(model, day=None):
    """Anonymise what is due. Returns how many, and the numbers of those that could not be: they stop no other."""
    number, failed = 0, []
    for pk, case_number in list(due_cases(model, day).order_by("pk").values_list("pk", "number")):
        try:
            number += anonymise(model._base_manager.get(pk=pk))
        except DatabaseError:
            raise
        except Exception as error:
            # The text of the error may hold what somebody wrote.
            logger.error("Case %s was not anonymised: %s", case_number, type(error).__name__)
            failed.append(case_number)
    return number, failed


def _empty(row):
    for field in row._meta.concrete_fields:
        if isinstance(field, EncryptedField):
            setattr(row, field.attname, "")
    for name in getattr(row, "forgotten_fields", ()):
        setattr(row, name, "")
    # The blind indexes follow their sources.
    row.save()
