"""A year of letters to the mailboxes, played through the functions that the form and the officers' screens call."""

from django.test.utils import override_settings
from django.utils import timezone, translation

from wagtail_disclosure.casework.receipts import codes, intake
from wagtail_disclosure.casework.wizard import drafts
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.mailboxes import intake as mail_intake
from wagtail_disclosure.mailboxes import registration

from . import case_steps, letter_scripts
from .case_people import applicant
from .cases import OFFICE, CasePlayer
from .content import data
from .mail_places import mailbox

MARKER = "example_site/letters"
# Letters whose number and code are shown with the log-ins.
TRACKED = (("replied", "a letter: the reply, to be rated"), ("selected", "a letter that was published"))


def is_loaded():
    return InstalledItem.objects.filter(key=MARKER).exists()


def load(world, *, small=False, progress=None):
    """Play what has not been played yet."""
    if is_loaded():
        return
    with translation.override("zh-hans"), override_settings(EMAIL_BACKEND=case_steps.NO_MAIL):
        LetterPlayer(world).play(chosen_scripts(small), progress or (lambda done, total, event: None))
    marker = InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()


def chosen_scripts(small):
    found = letter_scripts.scripts()
    return letter_scripts.small(found) if small else found


def token_of(script, world):
    """What makes one letter of a form that is sent twice; of it the code is made."""
    if script.channel == "online":
        return f"example-site:letter:{script.key}"
    return f"letter:{_registrar(script, world).pk}:{script.key}"


def _registrar(script, world):
    code = next(each["department"] for each in data("mailboxes") if each["code"] == script.mailbox)
    return world.users[world.drafters[code][0] if code else OFFICE]


def tracked():
    """``(number, code, what it is)`` of some letters, for who wants to follow one."""
    wanted, found = dict(TRACKED), []
    for script in letter_scripts.scripts():
        if script.row["path"] not in wanted or script.channel != "online":
            continue
        token = token_of(script, None)
        if (case := intake.case_of(token)) is not None:
            found.append((case.number, codes.code_of(token), wanted.pop(script.row["path"])))
    return found


class LetterPlayer(CasePlayer):
    """Plays the steps of all letters in order of time."""

    texts = "letter_texts"

    def __init__(self, world):
        super().__init__(world)
        self.mailboxes = {each["code"]: mailbox(each["code"]) for each in data("mailboxes")}

    def token(self, script):
        return token_of(script, self.world)

    def begin(self, scene, at):
        box = self.mailboxes[scene.script.mailbox]
        return (_sent if scene.script.channel == "online" else _registered)(scene, box, at)


def _person(script):
    person = applicant(script.first, "natural")
    return {name: person[name] for name in ("name", "phone", "email")}


def _sent(scene, box, at):
    script, row = scene.script, scene.script.row
    answers = {
        "letter": {"type": row["type"], "subject": row["subject"], "body": row["body"]},
        "person": {**_person(script), "wants_reply": True, "is_anonymous": bool(row["anonymous"])},
        "check": {"consent_to_publish": bool(row["consent"])},
    }
    draft, _secret = drafts.begin(box, answers, now=at)
    return mail_intake.send(draft, token_of(script, scene.world), box, language="zh-hans", at=at).case


def _registered(scene, box, at):
    script, row = scene.script, scene.script.row
    user = _registrar(script, scene.world)
    filled = registration.RegistrationForm(
        {
            "token": script.key,
            "mailbox": box.pk,
            "type": row["type"],
            "channel": script.channel,
            "arrived_on": timezone.localdate(at),
            "subject": row["subject"],
            "body": row["body"],
            "wants_reply": True,
            "consent_to_publish": bool(row["consent"]),
            **({} if row["anonymous"] else _person(script)),
        },
        user=user,
    )
    if not filled.is_valid():
        raise ValueError(f"{script.key}: {filled.errors.as_text()}")
    return registration.register(filled, user, at=at).case
