"""When the term of a consultation is over, what identifies people goes; what was shown, and the report, stay."""

import datetime

from django.db import transaction
from django.utils import timezone

from .. import conf
from ..casework import attachments
from ..casework.models import Submission
from . import once
from .models import Comment, ConsultationPage

BATCH = 200
PERSONAL = ("name", "phone", "email", "body", "code_hash")


def run(at=None):
    """Do what is due. Safe to repeat and to break off. Returns ``{"comments", "salts"}``: how many of each."""
    at = at or timezone.now()
    return {"comments": anonymise(at), "salts": once.forget(timezone.localdate(at))}


def anonymise(at):
    """Take names, contact data, words and codes out of comments on consultations whose term is over."""
    number = 0
    keys = _over(timezone.localdate(at))
    while rows := list(Comment.objects.filter(key__in=keys, anonymised_at=None)[:BATCH]):
        with transaction.atomic():
            for row in rows:
                for name in PERSONAL:
                    setattr(row, name, "")
                for each in row.attachments.all():
                    attachments.remove(each)
                row.anonymised_at = at
                # The blind index follows its source.
                row.save()
            Submission.objects.filter(
                case_model=Comment._meta.label_lower, case_key__in=[str(row.pk) for row in rows]
            ).delete()
        number += len(rows)
    return number


def _over(day):
    """Keys of the consultations whose term is over in every language."""
    years = conf.get("COMMENT_RETENTION_YEARS")
    try:
        until = day.replace(year=day.year - years)
    except ValueError:
        # 29 February.
        until = day.replace(year=day.year - years, day=28)
    last = {}
    for key, closes_on in ConsultationPage.objects.values_list("translation_key", "closes_on"):
        last[key] = max(closes_on, last.get(key, datetime.date.min))
    return [key for key, closes_on in last.items() if closes_on < until]
