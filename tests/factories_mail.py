"""Factories for mailboxes: a public mailbox of an agency, and letters to it."""

import itertools

from django.utils import timezone
from wagtail.models import Locale

from tests import factories_cases
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.receipts import codes, numbers
from wagtail_disclosure.mailboxes.models import (
    CitizenLetter,
    Correspondent,
    Mailbox,
    MailboxLeader,
    MailboxType,
)
from wagtail_disclosure.publishing import gate

counter = itertools.count(1)
# Types that a mailbox takes unless a test says otherwise: limit and unit.
TYPES = {"consultation": (5, "working_days"), "complaint": (None, "working_days"), "petition": (None, "days")}


def mailbox(place, *, types=TYPES, leaders=(), **fields):
    """A mailbox that is public: sealed as what setup installs is."""
    found = Mailbox(
        **{
            "code": f"mailbox-{next(counter)}",
            "title": "局长信箱",
            "addressee_kind": "leader",
            "addressee": "局长",
            "agency": place.agency,
            "department": place.prices,
            "locale": Locale.objects.get_or_create(language_code="zh-hans")[0],
            "optional_fields": ["phone", "email"],
            "consent_text": "同意选登。",
            "live": False,
            **fields,
        }
    )
    found.types = [
        MailboxType(type=code, limit=limit, unit=unit, sort_order=place)
        for place, (code, (limit, unit)) in enumerate(types.items())
    ]
    found.leaders = [MailboxLeader(user=user, sort_order=place) for place, user in enumerate(leaders)]
    found.save()
    gate.seal_installed(found)
    found.save_revision().publish()
    return Mailbox.objects.get(pk=found.pk)


def draft(place, *, code="", at=None, correspondent=None, **fields):
    """A letter with who wrote it, to which nothing has happened yet. ``code`` is the secret code, hashed."""
    at = at or timezone.now()
    fields = {"department": place.prices, **fields}
    case = CitizenLetter.objects.create(
        agency=place.agency,
        number=numbers.allot(CitizenLetter, agency=place.agency, department=fields["department"], at=at),
        code_hash=codes.hashed(code) if code else "",
        submitted_at=at,
        **{
            "state": "draft",
            "channel": "online",
            "letter_type": "consultation",
            "subject": "小区二次供水价格咨询",
            "body": "请问我们小区的二次供水加价依据是什么？",
            "consent_to_publish": True,
            **fields,
        },
    )
    person = {
        "kind": "natural",
        "name": "王小明",
        "phone": factories_cases.PHONE,
        "email": "wang@example.com",
    }
    Correspondent.objects.create(case=case, **{**person, **(correspondent or {})})
    return case


def letter(place, *, at=None, **fields):
    """A letter that was sent."""
    case = draft(place, at=at, **fields)
    moves.act(case, "submit", role="applicant", at=at)
    return CitizenLetter.objects.get(pk=case.pk)


def through(case, place, *actions, **given):
    """Take ``actions`` on ``case`` one after the other, each by whom it belongs to."""
    people = {
        "approve_decision": place.reviewer,
        "rate": None,
        "ask_follow_up": None,
        "withdraw_consent": None,
    }
    for code in actions:
        by = people.get(code, place.officer)
        actor = {"by": by} if by is not None else {"role": "applicant"}
        moves.act(
            case,
            code,
            **actor,
            **({**REPLY} if code in ("draft_decision", "revise_decision") else {}),
            **given,
        )
    return CitizenLetter.objects.get(pk=case.pk)


REPLY = {"reply": "answered", "details": {"reply_text": "加价依据为市政府文件，现将标准告知如下。"}}
TO_REPLY = ("accept", "handle", "draft_decision", "approve_decision", "issue_decision")
