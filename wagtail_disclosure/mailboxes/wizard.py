"""The form by which letters come to a mailbox: what is its own of the public forms."""

from django.utils.translation import pgettext_lazy

from ..casework.standing import Standing
from ..casework.wizard import embedding, visits
from ..casework.wizard.kinds import CHECK_STEP, FILES_STEP, FormKind, Step
from ..requests.places import address_for
from ..rules.characters import NOT_TEXT
from . import intake, public_forms, vocabularies
from .models import CitizenLetter, CitizenLetterAttachment, Mailbox
from .models.letters import SUBJECT_LENGTH


def _brought(mailbox, given):
    """``?type=…&title=…``: what links from elsewhere on the site fill in."""
    found = {"subject": NOT_TEXT.sub("", given.get("title", ""))[:SUBJECT_LENGTH]}
    if mailbox.type_row(given.get("type", "")) is not None:
        found["type"] = given["type"]
    return found


def _around(mailbox):
    """What may be sent to it, until when it is answered, and where requests for information go instead."""
    return {
        "request_url": address_for(mailbox.agency.site, mailbox.locale.language_code),
        "types": [
            {
                "label": label,
                "note": vocabularies.note_of(code),
                "terms": vocabularies.promises(mailbox.terms_for(code)),
            }
            for code, label in mailbox.type_choices()
        ],
    }


def what_follows(case):
    """What the receipt says of the time after: the days by which something is due, and what comes next."""
    standing = Standing(case)
    deadline, states = standing.deadline(), standing.table.states
    return {
        "reply_due": deadline.due if deadline is not None else None,
        "is_provisional": deadline is not None and deadline.provisional,
        "duties": [each for each in deadline.limits if each.is_duty] if deadline is not None else [],
        "ahead": [states[code].next_text() for code in standing.kind.fact("states_ahead", ())],
    }


FORM = FormKind(
    model=Mailbox,
    case_model=CitizenLetter,
    attachments=CitizenLetterAttachment,
    templates="wagtail_disclosure/mailboxes/form",
    steps=(
        Step(intake.LETTER, pgettext_lazy("mailbox", "Your letter"), public_forms.LetterFields),
        Step(intake.PERSON, pgettext_lazy("mailbox", "Who you are"), public_forms.PersonForm),
        FILES_STEP,
        CHECK_STEP,
    ),
    first_form=public_forms.LetterForm,
    check_form=public_forms.CheckForm,
    send=intake.send,
    brought=_brought,
    around=_around,
    what_follows=what_follows,
)

answer_url = visits.at_address(FORM)


def answer_page(page, request, rest):
    """The form below the page that shows its mailbox."""
    return visits.answer_page(FORM, page, page.mailbox, request, rest)


def embedded(definition, request, *, heading=2):
    """The form as HTML, for any page; see ``casework.wizard.embedding``."""
    return embedding.embedded(FORM, definition, request, heading=heading)
