"""The link by which a party that is consulted reads its letter and answers: 256 random bits, in one mail, stored hashed.

It is valid for the term of the party and some time after it, so that what comes late is recorded and not lost. A new
link ends the one before.
"""

import datetime
import secrets

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import override

from ... import conf
from .. import identity, keys, mails, own_events, record
from ..models import ConsultedParty
from ..receipts import throttle
from ..standing import Standing
from .enquiry import Enquiry, kind_asked_by, kind_told_by

PURPOSE = "consultation"
URL = "wagtail_disclosure:consultation"
# Days of a link whose question has no day to answer by, and of one to a notice.
OPEN_DAYS, NOTICE_DAYS = 90, 180
LONGEST_TOKEN = 100


def models():
    """Every kind of consulted party there is."""
    return [model for model in apps.get_models() if issubclass(model, ConsultedParty)]


def language_of(party):
    return party.language or conf.get("CONTENT_LANGUAGE") or settings.LANGUAGE_CODE


def party_of(case, event, action):
    """The row about the party that ``event`` asks or tells, or None."""
    standing = Standing(case)
    kind = kind_asked_by(standing, action.code) or kind_told_by(standing, action.code)
    key = event.data.get("key", "")
    found = case.consulted() if kind is not None else []
    return next((each for each in found if (each.kind, each.key) == (kind.code, key)), None)


# Making and sending


@transaction.atomic
def renew(party, now=None):
    """Give ``party`` a new token, and return it; the one before is worth nothing any more."""
    now, token = now or timezone.now(), secrets.token_urlsafe(32)
    party.token_hash = keys.keyed_hash(token, PURPOSE)
    party.token_valid_until = valid_until(Enquiry(party), now)
    party.save(update_fields=["token_hash", "token_valid_until"])
    return token


def valid_until(enquiry, now):
    """The moment until which a link made ``now`` works: the term of the party and the days after it."""
    today = timezone.localdate(now)
    if enquiry.told is not None:
        last = today + datetime.timedelta(NOTICE_DAYS)
    elif enquiry.due is None:
        last = today + datetime.timedelta(OPEN_DAYS)
    else:
        last = max(enquiry.due, today) + datetime.timedelta(conf.get("CONSULTATION_GRACE_DAYS"))
    midnight = datetime.datetime.combine(last + datetime.timedelta(1), datetime.time.min)
    return timezone.make_aware(midnight)


def address_of(party, token):
    """The whole address of the page of ``party``; empty where the site does not include ``wagtail_disclosure.urls``."""
    try:
        return f"{party.case.agency.site.root_url}{reverse(URL, args=[token])}"
    except NoReverseMatch:
        return ""


def send(party, notification, *, by=None, now=None):
    """Mail ``party`` a new link. Returns whether it was sent; if not, the case says so, and no link is valid.

    ``notification`` is an item of that vocabulary; ``by`` the officer who has it sent again.
    """
    now, case, enquiry = now or timezone.now(), party.case, Enquiry(party)
    token = renew(party, now)
    url = address_of(party, token)
    with override(language_of(party)):
        context = {
            "case": case,
            "reference": reference(party),
            "what": notification.label(),
            "kind": enquiry.kind,
            "due": enquiry.due if enquiry.told is None else None,
            "starts_on_receipt": enquiry.action("deliver") is not None and enquiry.delivered is None,
            "is_notice": enquiry.told is not None,
            "url": url,
        }
        sent = bool(url) and mails.send("party", identity.own_text(party.email), context)
    party.token_hash = party.token_hash if sent else ""
    party.mailed_at = now if sent else party.mailed_at
    party.save(update_fields=["token_hash", "mailed_at"])
    whose = party.read_as
    if not sent:
        mails.note_failure(case, notification.code, "third_party", party=whose)
    elif by is not None:
        record.record(case, own_events.LINK_SENT, actor=by, data={"party": whose}, at=now)
    return sent


def reference(party):
    """How letters to and from ``party`` are told apart: the number of the case and that of the enquiry."""
    return f"{party.case.number}/{party.key}"


# Finding


def find(token, sender, now=None):
    """The party whose link has ``token``, or None: wrong, ended, or after too many wrong ones from ``sender``.

    Tokens are found by a keyed hash, which nobody who sends them can foresee: how long it takes says nothing.
    """
    if not throttle.allows("consult_sender", sender, cost=0) or not throttle.allows("consult_all", cost=0):
        return None
    party = _by_hash(token) if 0 < len(token) <= LONGEST_TOKEN else None
    if party is None:
        throttle.allows("consult_sender", sender)
        throttle.allows("consult_all")
        return None
    return party if is_valid(party, now) else None


def _by_hash(token):
    hashes = [keys.keyed_hash(token, PURPOSE, key) for key in keys.ring()]
    for model in models():
        party = model.objects.filter(token_hash__in=hashes).select_related("case__agency__site").first()
        if party is not None and any(constant_time_compare(party.token_hash, each) for each in hashes):
            return party
    return None


def is_valid(party, now=None):
    """Whether the link of ``party`` still works. A letter that is delivered later makes it last longer."""
    now = now or timezone.now()
    if not party.token_hash or party.case.anonymised_at is not None:
        return False
    if party.token_valid_until is not None and now < party.token_valid_until:
        return True
    enquiry = Enquiry(party)
    if enquiry.told is not None or enquiry.due is None:
        return False
    last = enquiry.due + datetime.timedelta(conf.get("CONSULTATION_GRACE_DAYS"))
    return timezone.localdate(now) <= last
