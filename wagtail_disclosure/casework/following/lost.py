"""A lost code: a link by mail to the address that was given with the request, and to no other.

Whatever number and address are, the page answers the same, and as fast: it has answered before anything is looked up.
"""

import logging

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ...departments.context import agency_for_request
from .. import identity, mails
from ..receipts import renewal, tracking
from . import access, addresses
from .forms import LostCodeForm
from .visits import as_uuid

logger = logging.getLogger("wagtail_disclosure.mail")
LIMITS = ("recover_sender", "recover_number", "recover_all")
LOST, NEW = "lost", "new-code"
# The links that this browser has used: it may see the code again while the link is valid.
USED = "disclosure_code_links"


class Afterwards(TemplateResponse):
    """An answer that does something when it has been sent."""

    def __init__(self, *args, afterwards, **kwargs):
        self._afterwards = afterwards
        super().__init__(*args, **kwargs)

    def close(self):
        afterwards, self._afterwards = self._afterwards, None
        try:
            if afterwards is not None:
                afterwards()
        except Exception as error:
            # The text of the error may hold the address.
            logger.error("A link for a new code was not sent: %s", type(error).__name__)
        finally:
            super().close()


def lost(visit, *rest):
    if rest:
        raise Http404
    agency = agency_for_request(visit.request)
    form = LostCodeForm(visit.request.POST if visit.is_post else None)
    if not visit.is_post or not form.is_valid():
        return visit.show("lost", form=form, agency=agency, url=visit.plain_url(LOST))
    if visit.is_foreign:
        form.add_error(None, _("This form was sent from another website. Check it and send it again."))
        return visit.show("lost", form=form, agency=agency, url=visit.plain_url(LOST), status=403)
    number, email = form.cleaned_data["number"], form.cleaned_data["email"]
    retry_at = tracking.count(LIMITS, number, visit.request)
    if retry_at is not None:
        form.add_error(None, _("There were too many tries."))
        context = {"form": form, "agency": agency, "url": visit.plain_url(LOST), "retry_at": retry_at}
        return visit.show("lost", status=429, **context)
    shown = visit.show("lost", sent=True, agency=agency, minutes=renewal.MINUTES)
    return Afterwards(
        visit.request,
        shown.template_name,
        shown.context_data,
        afterwards=lambda: send_link(number, email, visit.language),
    )


def send_link(number, email, language):
    """Mail the link if ``email`` is the address that was given with the request ``number``; else do nothing."""
    case = tracking.by_number(access.kinds(), number)
    if case is None or case.anonymised_at is not None or not renewal.belongs(case, email):
        return
    key, secret = renewal.begin(case)
    with override(language):
        context = {
            "case": case,
            "link": addresses.absolute(case, language, f"{NEW}/{key}/{secret}/"),
            "minutes": renewal.MINUTES,
        }
        mails.send("code_link", identity.own_text(case.applicant_person.email), context)


def new_code(visit, key="", secret="", *rest):
    """The page of a link: a button, so that programs that look into mails use up nothing; then the code, once."""
    draft = renewal.find(as_uuid(key), secret) if not rest and as_uuid(key) and secret else None
    case = access.case_of(draft.answers.get("case", "")) if draft is not None else None
    if case is None or case.anonymised_at is not None:
        return visit.show("link_over", lost_url=visit.plain_url(LOST), status=410)
    used = visit.request.session.get(USED, [])
    seen_here = str(draft.pk) in used
    if not visit.is_post:
        if draft.answers.get("used") and not seen_here:
            return visit.show("link_over", lost_url=visit.plain_url(LOST), status=410)
        return visit.show("new_code", minutes=renewal.MINUTES)
    if not (renewal.use(draft) or seen_here):
        return visit.show("link_over", lost_url=visit.plain_url(LOST), status=410)
    visit.request.session[USED] = [*used, str(draft.pk)][-5:]
    code = renewal.renew(case, secret)
    return visit.show("new_code", code=code, number=case.number, follow_url=visit.plain_url())


VIEWS = {LOST: lost, NEW: new_code}
