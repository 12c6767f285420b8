"""The table of what is allowed: journeys of an item, and what a visitor notices after each step."""

import datetime
from dataclasses import dataclass, replace

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale

from tests import factories
from wagtail_disclosure.publishing import actions, takedowns

from .route import Attempt
from .scene import EDITOR

# What a visitor notices.
NOTHING = "nothing"
PUBLIC = "the item as it was approved, and the lists that name it"
GONE = "a notice in place of the item, and lists without it"

REVIEWERS = {
    "head": "the department head",
    "secrecy": "the secrecy reviewer",
    "copy": "the copy-checker",
    "leader": "the leader",
}
EDITION = "第三版经过审查"


@dataclass(frozen=True)
class Step:
    """``act(stage)`` is done, and a visitor notices ``notices``; ``says`` stands in the item then."""

    name: str
    act: object
    notices: str = NOTHING
    says: str = ""


@dataclass(frozen=True)
class Journey:
    """Steps that are done one after the other with each of the rows of the scene that ``on`` names."""

    name: str
    on: tuple
    steps: tuple


class Stage:
    """What the steps of a journey work with: the scene, the row ``item``, and a clock that they may put forward."""

    def __init__(self, scene, target, clock):
        self.scene, self.clock = scene, clock
        self.model, self.key = scene.keys[target]

    @property
    def item(self):
        return self.model._base_manager.get(pk=self.key)

    def turn_to(self, row):
        """From here on the journey is that of ``row``."""
        self.model, self.key = type(row), row.pk

    def later(self, **time):
        """So much time passes, and the scheduled command runs."""
        self.clock.move_to(timezone.now() + datetime.timedelta(**time))
        call_command("publish_scheduled")

    def draft(self, **changed):
        draft = self.item.get_latest_revision_as_object()
        for name, value in changed.items():
            setattr(draft, name, value)
        draft.save_revision(user=self.scene.editor)

    def as_editor(self):
        return Attempt(self.scene, EDITOR)


def name_of(item):
    """The field in which an item has its title."""
    return "title" if hasattr(item, "title") else "text"


# Steps


def submit(stage):
    actions.submit(stage.item, stage.scene.editor)


def approval(who):
    def approve(stage):
        factories.approve_step(stage.item, getattr(stage.scene, who))

    return approve


def send_back(stage):
    actions.reject(stage.item.current_workflow_task_state, stage.scene.head, comment="请改")


def take_back(stage):
    stage.item.current_workflow_state.cancel(user=stage.scene.editor)


def edit(stage):
    """In the editor, saved as a draft."""
    page = stage.item
    answer = stage.as_editor().edit("wagtailadmin_pages:edit", page.pk, title=EDITION)
    assert answer.status_code == 302
    assert stage.item.get_latest_revision_as_object().title == EDITION


def retitle(stage):
    stage.draft(**{name_of(stage.item): EDITION})


def withdraw(stage):
    actions.withdraw(stage.item, stage.scene.superuser, reason="content_error", explanation="数据有误。")


def take_down(stage):
    stage.takedown = takedowns.take_down(
        stage.item, stage.scene.superuser, reason="secrecy", explanation="走向不宜公开。"
    )


def refuse(stage):
    second = factories.user("second", superuser=True)
    takedowns.refuse(stage.takedown, second, comment="可以公开", submit=True)


def translate(stage):
    english = Locale.objects.get(language_code="en")
    copy = stage.item.copy_for_translation(english, copy_parents=True)
    copy.title = EDITION
    copy.save_revision(user=stage.scene.editor)
    stage.turn_to(copy)


def with_times(stage):
    # What else is scheduled in the scene comes later.
    now, hours = timezone.now(), datetime.timedelta(hours=1)
    stage.draft(go_live_at=now + 6 * hours, expire_at=now + 18 * hours)


def after(**time):
    return lambda stage: stage.later(**time)


def review(says="", *, last=PUBLIC):
    """Everybody approves in turn; with the last approval it is public."""
    *steps, end = [Step(f"approved by {name}", approval(who)) for who, name in REVIEWERS.items()]
    return [*steps, replace(end, notices=last, says=says)]


ITEMS = ("item", "news", "notice")
DRAFTS = ("draft", "news_draft", "notice_draft")
DRAFT = "尚未公开"

JOURNEYS = (
    Journey("Review", DRAFTS, (Step("submitted", submit), *review(DRAFT))),
    Journey(
        "Review that returns the item once, and is taken back once",
        ("draft", "news_draft"),
        (
            Step("submitted", submit),
            Step("returned", send_back),
            Step("changed", retitle),
            Step("submitted again", submit),
            Step("taken back", take_back),
            Step("submitted a third time", submit),
            *review(EDITION),
        ),
    ),
    Journey(
        "Release and expiry at approved times",
        ("draft", "news_draft", "notice_draft"),
        (
            Step("given times", with_times),
            Step("submitted", submit),
            *review(last=NOTHING),
            Step("some hours later", after(hours=4)),
            Step("the time of release has come", after(hours=4), PUBLIC, DRAFT),
            Step("some hours later", after(hours=4)),
            Step("the time of expiry has come", after(hours=8), GONE),
        ),
    ),
    Journey(
        "Release of what was scheduled",
        ("scheduled",),
        (
            Step("a day before", after(days=1)),
            Step("the time of release has come", after(days=2), PUBLIC, DRAFT),
        ),
    ),
    Journey(
        "Edit of a public item, as a draft",
        ("item", "news"),
        (
            Step("edited in the editor", edit),
            Step("saved again", retitle),
            Step("submitted", submit),
            Step("returned", send_back),
            Step("a day later", after(days=1)),
        ),
    ),
    Journey(
        "Second edition",
        ITEMS,
        (Step("changed", retitle), Step("submitted", submit), *review(EDITION)),
    ),
    Journey(
        "Translation",
        ("revised",),
        (Step("translated", translate), Step("submitted", submit), *review(EDITION)),
    ),
    Journey(
        "Withdrawal, and the way back",
        ITEMS,
        (
            Step("withdrawn", withdraw, GONE),
            Step("changed", retitle),
            Step("submitted", submit),
            *review(EDITION),
        ),
    ),
    Journey(
        "Urgent takedown that the second person refuses",
        ITEMS,
        (
            Step("taken down", take_down, GONE),
            Step("refused, and submitted as it was", refuse),
            *review("公开的"),
        ),
    ),
)
