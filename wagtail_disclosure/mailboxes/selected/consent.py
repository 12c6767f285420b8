"""Consent to publication: without it nothing is proposed, and when it is withdrawn what was published leaves.

The withdrawal of the consent is stored by itself and first; the page leaves after the commit, and meanwhile it is in no
list, in no API, and answers to nobody. A run that broke off is made up for by ``leave_all``.
"""

import logging
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override

from ...casework import moves
from ...casework.standing import WITHDRAW_CONSENT
from ...publishing import actions, ledger, watch
from ...publishing.models.decisions import withdrawal_reasons
from ...publishing.verification import withholding
from ..models import CitizenLetter, LetterSelection, SelectedLetterPage
from ..models.letters import CORRECT_TYPE

logger = logging.getLogger("wagtail_disclosure.mailboxes")
# Actions by which a consent may end: the type that is corrected may be a confidential one.
ENDING = {WITHDRAW_CONSENT, CORRECT_TYPE}


def install():
    """Let a withdrawn consent be followed. Called once when the apps are ready."""
    if _follow not in moves.writers:
        moves.writers.append(_follow)
        withholding.leaving.append(_without_consent)


def shown(pages):
    """Those of ``pages``, a queryset of selected letters, that the public may read now."""
    return withholding.visible(pages.filter(live=True).filter(_consent()))


def _consent():
    return Exists(LetterSelection.objects.consenting(OuterRef("translation_key")))


def _without_consent(model):
    """The keys of public selected letters whose consent is gone, where ``model`` has any; None for other models."""
    if not issubclass(SelectedLetterPage, model):
        return None
    return SelectedLetterPage.objects.filter(live=True).exclude(_consent()).values("pk")


def _follow(case, event, move):
    if move.code in ENDING and isinstance(case, CitizenLetter):
        # After the commit: the ledger is locked before cases, by whoever publishes.
        transaction.on_commit(partial(_leave, case.pk, event.actor), robust=True)


def _leave(case_key, user=None):
    for selection in LetterSelection.objects.filter(case=case_key, case__consent_to_publish=False):
        leave(selection, user)


def leave_all():
    """Take off what is public without consent. Safe to repeat. Returns how many pages left."""
    found = LetterSelection.objects.filter(case__consent_to_publish=False).order_by("pk")
    return sum(leave(each) for each in found)


@transaction.atomic
def leave(selection, user=None):
    """Withdraw the pages of ``selection`` in every language, and end their reviews. Returns how many were public."""
    ledger.hold()
    left = 0
    for page in selection.pages().select_related("locale").order_by("alias_of", "pk"):
        page.refresh_from_db()
        if page.live and page.alias_of_id is None:
            # Whatever else was said of it, the public reads no more than this.
            with override(page.locale.language_code):
                explanation = _("It was published with a consent that is no longer given.")
                actions.withdraw(page, user, reason=_reason(), explanation=explanation)
            left += 1
        elif page.workflow_in_progress or page.approved_schedule:
            watch.stop_review(page, user)
    return left


def _reason():
    """The code of the reason of the jurisdiction for what is published by consent."""
    return next(each.code for each in withdrawal_reasons() if each.fact("consent"))


def page_of(letter):
    """The :class:`SelectedLetterPage` that was made of ``letter`` and is still there, in the first language; or None."""
    keys = letter.selections.values("translation_key")
    found = SelectedLetterPage.objects.filter(translation_key__in=keys, alias_of=None)
    return found.order_by("-pk").first()
