"""From a filled-in survey to an answer: stored whole and once."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..casework.keys import keyed_hash, ring
from . import once, questions
from .models import SurveyAnswer, SurveyText

PURPOSE = "survey-answer"


def key_of(token, key=None):
    """The key of the answer that the form with ``token`` becomes."""
    return uuid.UUID(hex=keyed_hash(token, PURPOSE, key)[:32])


def find(token):
    """The answer that the form with ``token`` became, or None."""
    return (
        SurveyAnswer.objects.filter(pk__in=[key_of(token, key) for key in ring()]).first() if token else None
    )


def send(page, token, data, request, *, language="", at=None):
    """Store the cleaned ``data`` of a form as one answer and return it; one that was sent before is returned."""
    if (found := find(token)) is not None:
        return found
    day = timezone.localdate(at or timezone.now())
    values, texts = questions.stored(page, data)
    owner = {"key": page.key, "agency": page.department.agency, "department": page.department}
    try:
        with transaction.atomic():
            repeated = once.mark(request, page, day) or once.has_answered(request, page)
            answer = SurveyAnswer.objects.create(
                pk=key_of(token), language=language, day=day, values=values, is_repeated=repeated, **owner
            )
            SurveyText.objects.bulk_create(
                SurveyText(answer=answer, question=key, body=text, **owner) for key, text in texts.items()
            )
    except IntegrityError:
        found = find(token)
        if found is None:
            raise
        return found
    return answer
