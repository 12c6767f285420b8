"""Sending one mail about a case. One that cannot be sent stops nothing, and stays visible on the case."""

import logging

from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.admin.mail import send_mail

from . import record
from .own_events import LINK_SENT, NOT_SENT

logger = logging.getLogger("wagtail_disclosure.mail")
TEMPLATES = "wagtail_disclosure/casework/mail/"


def send(template, address, context):
    """Send the mail ``template``, most often about ``context["case"]``. Returns whether it was handed over."""
    try:
        subject = render_to_string(f"{TEMPLATES}{template}_subject.txt", context)
        body = render_to_string(f"{TEMPLATES}{template}.txt", context)
        send_mail(" ".join(subject.split()), body.strip() + "\n", [address])
    except Exception as error:
        # The text of the error may hold the address.
        about = f"about case {context['case'].number}" if "case" in context else f"({template})"
        logger.error("A mail %s was not sent: %s", about, type(error).__name__)
        return False
    return True


def note_failure(case, notification, recipient, *, party=""):
    """Write on ``case`` that ``notification`` did not reach ``recipient``, so that nobody relies on it."""
    data = {"notification": notification, "recipient": recipient, **({"party": party} if party else {})}
    try:
        record.record(case, NOT_SENT, data=data, at=timezone.now())
    except Exception:
        logger.exception("That a mail about case %s was not sent could not be recorded", case.number)


def unsent(standing):
    """The events of ``standing`` about what reached nobody, the newest first, without those that were made good.

    A corrected address of the applicant makes good what came before it; a link that was sent again, that to its party.
    """
    found, corrected, relinked = [], False, set()
    for event in reversed(standing.events):
        action = standing.table.actions.get(event.type)
        if action is not None and "contact" in action.fields:
            corrected = True
        elif event.type == LINK_SENT:
            relinked.add(event.data.get("party", ""))
        elif event.type == NOT_SENT:
            party = event.data.get("party", "")
            made_good = party in relinked if party else corrected and event.data["recipient"] == "applicant"
            if not made_good:
                found.append(event)
    return found
