"""A filled-in form becomes a letter with its receipt: everything in one transaction, or nothing."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework import attachments, moves
from ..casework.errors import CaseRefused
from ..casework.models import Draft
from ..casework.receipts import intake
from ..casework.wizard.kinds import CHECK
from . import vocabularies
from .models import CitizenLetter, CitizenLetterAttachment, Correspondent
from .models.letters import BODY_LENGTH, SUBJECT_LENGTH

SUBMIT = "submit"
DRAFT = "draft"
ONLINE = "online"
NATURAL = "natural"
# Parts of the answers of a form.
LETTER, PERSON = "letter", "person"
# Answers to whether somebody writes with a name.
NAMED, UNNAMED = "named", "unnamed"
FLAGS = ("wants_reply", "is_anonymous", "consent_to_publish")


def send(draft, token, mailbox, *, sender="", language="", at=None):
    """Make ``draft`` a :class:`CitizenLetter`. Returns its receipt. Raises :class:`CaseRefused` with every reason.

    Its answers are ``{"letter": {type, subject, body}, "person": {name, phone, email, …}}``, with ``wants_reply``,
    ``is_anonymous`` and ``consent_to_publish`` in any of its steps. A letter is received on the day on which it is sent.
    """
    at = at or timezone.now()

    def store(number, code_hash):
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            raise CaseRefused(_("This form was sent or deleted meanwhile."))
        letter, person = parts(held.answers)
        if found := problems(mailbox, letter, person):
            raise CaseRefused(" ".join(found))
        case = create(mailbox, letter, person, number=number, code_hash=code_hash, language=language, at=at)
        attachments.hand_over(CitizenLetterAttachment, held, case)
        held.delete()
        moves.act(case, SUBMIT, role="applicant", at=at)
        return case

    return submit(mailbox, draft_type(draft), token, store, sender=sender, at=at)


def parts(answers):
    """What the steps of a form asked, as the letter and as who wrote it."""
    person = answers.get(PERSON, {})
    flags = {name: step[name] for step in (person, answers.get(CHECK, {})) for name in FLAGS if name in step}
    if person.get("signed") == UNNAMED:
        # Also where the answer was kept as it came, because the draft before had expired.
        flags["is_anonymous"] = True
    return {**flags, **answers.get(LETTER, {})}, person


def draft_type(draft):
    answers = draft.answers if isinstance(draft.answers, dict) else {}
    return answers.get(LETTER, {}).get("type", "")


def submit(mailbox, type_, token, store, *, sender="", at=None):
    """The receipt of a letter to ``mailbox`` that ``store`` makes; its number counts in the department it goes to."""
    return intake.submit(
        CitizenLetter,
        token,
        store,
        agency=mailbox.agency,
        department=mailbox.department_for(type_),
        sender=sender,
        at=at,
    )


def problems(mailbox, letter, person):
    """All that keeps what was filled in from being a letter to ``mailbox``, as sentences."""
    found = []
    if mailbox.type_row(letter.get("type", "")) is None:
        found.append(_("This mailbox does not take letters of this type."))
    subject, body = (str(letter.get(name) or "").strip() for name in ("subject", "body"))
    if not subject or len(subject) > SUBJECT_LENGTH:
        found.append(_("Give the letter a title of at most %(most)d characters.") % {"most": SUBJECT_LENGTH})
    if not body or len(body) > BODY_LENGTH:
        found.append(_("Write your letter, in at most %(most)d characters.") % {"most": BODY_LENGTH})
    if mailbox.requires_name and not str(person.get("name") or "").strip():
        found.append(_("This mailbox asks for your real name."))
    return found


@transaction.atomic
def create(mailbox, letter, person, *, number, code_hash, language, at, channel=ONLINE):
    """The letter with its correspondent, to which nothing has happened yet.

    Who writes anonymously has no name kept, whatever was filled in; a way to be reached may be left all the same.
    """
    flags = {name: bool(letter.get(name)) for name in FLAGS}
    if mailbox.requires_name:
        flags["is_anonymous"] = False
    if not mailbox.offers_consent or vocabularies.is_confidential(letter["type"]):
        flags["consent_to_publish"] = False
    case = CitizenLetter.objects.create(
        agency=mailbox.agency,
        department=mailbox.department_for(letter["type"]),
        mailbox=mailbox,
        letter_type=letter["type"],
        number=number,
        code_hash=code_hash,
        channel=channel,
        language=language,
        submitted_at=at,
        state=DRAFT,
        subject=letter["subject"].strip(),
        body=letter["body"].strip(),
        consent=mailbox.consent_text if flags["consent_to_publish"] else "",
        **flags,
    )
    Correspondent.objects.create(case=case, **_given(person, flags["is_anonymous"]))
    return case


def _given(person, is_anonymous):
    names = {field.name for field in Correspondent._meta.concrete_fields} - {"id", "case"}
    found = {name: str(text or "").strip() for name, text in person.items() if name in names}
    if is_anonymous:
        found["name"] = ""
    found["kind"] = found.get("kind") or NATURAL
    return found
