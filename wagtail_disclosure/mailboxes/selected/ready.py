"""Which letters may be published, and of which a selected letter was made: how editors find them in the list."""

from django.db.models import Exists, OuterRef
from django.utils.translation import pgettext_lazy

from .. import vocabularies
from ..models import CitizenLetterEvent, LetterSelection
from .making import ISSUE

READY, MADE = "ready", "made"
CHOICES = [
    (READY, pgettext_lazy("mailbox", "may be published: answered, with consent")),
    (MADE, pgettext_lazy("mailbox", "prepared for publication, or published")),
]


def filtered(letters, name):
    """Those of ``letters`` that are as ``name``, one of ``CHOICES``, says; none for a name that is none."""
    of_letter = LetterSelection.objects.filter(case=OuterRef("pk"))
    if name == MADE:
        return letters.filter(Exists(of_letter))
    if name != READY:
        return letters.none()
    replies = CitizenLetterEvent.objects.filter(case=OuterRef("pk"), type=ISSUE)
    confidential = [each.code for each in vocabularies.types() if vocabularies.is_confidential(each.code)]
    # While something was asked again the reply is not the last word.
    closed = letters.filter(closed_on__isnull=False, anonymised_at=None)
    return closed.filter(Exists(replies), ~Exists(of_letter), consent_to_publish=True).exclude(
        letter_type__in=confidential
    )
