"""Two years of disclosure requests, played through the same functions that the form and the officers' screens call."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone, translation

from example_site import clock
from example_site.content_tools import chosen
from wagtail_disclosure.casework.receipts import codes, intake
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.requests.models import RequestForm

from . import case_steps
from .case_scripts import OTHER, Days, scripts, timed
from .content import data, table

MARKER = "example_site/requests"
OFFICE = "pu.yishan"
# To whom all mailboxes belong.
LEADER = "ruan.tingyun"
# Requests whose number and code are shown with the log-ins.
TRACKED = (
    ("replied", "the reply and its file"),
    ("supplement_waiting", "a supplement to make"),
    ("handling_third_party", "a third party is asked"),
)


def is_loaded():
    return InstalledItem.objects.filter(key=MARKER).exists()


def load(world, *, limit=None, progress=None):
    """Play what has not been played yet. ``limit``: so many requests of each path."""
    if is_loaded():
        return
    player = CasePlayer(world)
    with translation.override("zh-hans"), override_settings(EMAIL_BACKEND=case_steps.NO_MAIL):
        player.play(_chosen(scripts(), limit), progress or (lambda done, total, event: None))
    marker = InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()


def _chosen(found, limit):
    """The first of each path, and what they repeat."""
    if limit is None:
        return found
    kept, count = [], {}
    repeated = {script.row["earlier"] for script in found}
    for script in found:
        name = script.row["path"]
        count[name] = count.get(name, 0) + 1
        if count[name] <= limit or script.key in repeated:
            kept.append(script)
    return kept


def tracked():
    """``(number, code, what it is)`` of some requests, for who wants to follow one."""
    wanted, found = dict(TRACKED), []
    for script in scripts():
        if script.row["path"] not in wanted or script.channel != "online":
            continue
        token = case_steps.token_of(script, None)
        if (case := intake.case_of(token)) is not None:
            found.append((case.number, codes.code_of(token), wanted.pop(script.row["path"])))
    return found


@dataclass
class Scene:
    """What a step is taken with: the request, the people, the day."""

    world: object
    days: Days
    script: object
    case: object
    number_of: Callable
    people: dict
    # What people write, by field and action.
    texts: dict

    @property
    def department(self):
        """Code of the department that has the request, or gets it."""
        return (
            self.case.department.code if self.case and self.case.department else self.script.row["department"]
        )

    def officer(self):
        if self.case.department is None:
            return self.world.users[OFFICE]
        if self.case.officer_id is not None:
            return self.case.officer
        return self._one_of(self.world.drafters[self.department])

    def deputy(self):
        """Whom the request is assigned to."""
        return self._one_of(self.world.drafters[self.department])

    def responsible(self):
        return self.world.departments[self.script.row["department"]]

    def other(self):
        return self.world.departments[OTHER.get(self.department, "12" if self.department != "12" else "01")]

    def actor(self, role):
        """The user who acts in a role of the office, or None for the others."""
        found = {
            "officer": self.officer,
            "office": lambda: self.world.users[OFFICE],
            "reviewer": lambda: self._one_of(self.people[self.department]),
            "head": lambda: self._one_of(self.people["leader"]),
            "leader": lambda: self.world.users[LEADER],
            "involved": lambda: self.world.users[self.world.drafters[self.other().code][0]],
        }
        return found[role]() if role in found else None

    def _one_of(self, usernames):
        return self.world.users[usernames[chosen(self.script.key, 0, len(usernames) - 1)]]


class CasePlayer:
    """Plays the steps of all requests in order of time. Each is stored with all that belongs to it, or not at all."""

    texts = "request_texts"

    def __init__(self, world):
        self.world, self.days = world, Days(timezone.localdate())
        forms = RequestForm.objects.filter(locale__language_code="zh-hans", live=True)
        self.forms = {form.case_kind: form for form in forms}
        self.people = {}
        for row in table("people"):
            name = row["department_code"] if row["role"] == "reviewer" else row["role"]
            self.people.setdefault(name, []).append(row["username"])
        self.cases = {}

    def play(self, found, progress):
        events = [each for number, script in enumerate(found) for each in timed(script, self.days, number)]
        events.sort(key=lambda each: (each.at, each.order))
        played = {script.key: self._played(script) for script in found}
        for done, event in enumerate(events, 1):
            if event.place >= played[event.script.key]:
                with clock.moment(event.at), transaction.atomic():
                    self.step(event)
            if done % 200 == 0 or done == len(events):
                progress(done, len(events), event)

    def _played(self, script):
        """How many steps of a request an earlier load has played."""
        case = intake.case_of(self.token(script))
        if case is None:
            return 0
        self.cases[script.key] = case
        return len(Standing(case).steps)

    def step(self, event):
        script, step = event.script, event.step
        scene = Scene(
            self.world,
            self.days,
            script,
            self.cases.get(script.key),
            self._number_of,
            self.people,
            data(self.texts),
        )
        if step.action == "submit":
            self.cases[script.key] = self.begin(scene, event.at)
            return
        case_steps.act(scene, step, event.at)

    def token(self, script):
        return case_steps.token_of(script, self.world)

    def begin(self, scene, at):
        return case_steps.request(scene, self.forms[scene.script.kind], at)

    def _number_of(self, key):
        case = self.cases.get(key)
        return case.number if case is not None else ""
