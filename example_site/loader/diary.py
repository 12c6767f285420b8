"""The diary: who drafted, submitted, reviewed and published what, and when. It is played in order of time.

Every step goes through ``publishing.actions`` with the person who holds it, so the gate finds complete evidence for
everything that becomes public. A step that was played before is passed over: an interrupted load goes on.
"""

import datetime
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.test.utils import override_settings
from django.utils import translation

from example_site import clock
from example_site.content_tools import chosen
from wagtail_disclosure import conf
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.evidence import reviewers_for
from wagtail_disclosure.publishing.models import (
    CopyCheck,
    DepartmentHeadReview,
    LeaderApproval,
    SecrecyReview,
    Takedown,
    TranslationCheck,
    Withdrawal,
)
from wagtail_disclosure.publishing.review import mail
from wagtail_disclosure.rules.profiles import get_profile

from .content import working_moment

STEPS = {
    "department_head": DepartmentHeadReview,
    "secrecy_review": SecrecyReview,
    "copy_check": CopyCheck,
    "translation_check": TranslationCheck,
    "leader_approval": LeaderApproval,
}
REMARKS = {
    "department_head": ("内容属实，同意报送。", "数据与台账一致，同意。", "已与承办人核对，同意公开。"),
    "secrecy_review": ("已逐件审查，可以公开。", "不涉及国家秘密、工作秘密，可以公开。"),
    "copy_check": ("文字、格式和要素已核。", "已核对文号、日期和附件。"),
    "translation_check": ("Compared with the approved original.", "译文与原文一致。"),
    "leader_approval": ("同意发布。", "同意。", "同意公开。"),
}
# Steps that are played in one transaction: an interruption loses a few seconds of work, never half a step.
BATCH = 40


def was_published(page):
    """Whether the page is public, or was until it was withdrawn or taken down."""
    left = (Withdrawal, Takedown)
    return page.live or any(decisions.objects.about(page).exists() for decisions in left)


@dataclass
class Item:
    """One edition of a page on its way to the public.

    ``draft(world)`` makes or changes the page and returns it. Without it the page comes with an import, and into
    review by it, unless ``ready(world)`` completes the draft before it is submitted.
    ``left_at`` names the step at which it still waits; ``done(page)`` says whether this edition was published.
    """

    key: str
    drafter: str
    drafted_at: datetime.datetime
    public_at: datetime.datetime
    draft: Callable | None = None
    ready: Callable | None = None
    is_translation: bool = False
    left_at: str = ""
    comment: str = ""
    edition: str = ""
    done: Callable = was_published

    @property
    def steps(self):
        return [name for name in STEPS if self.is_translation or name != "translation_check"]


@dataclass
class Deed:
    """Something else that happens: an import, a merger, a new assessment. ``run(world)`` may be repeated."""

    at: datetime.datetime
    run: Callable
    # Its mails are sent.
    tells: bool = False

    @property
    def key(self):
        return ""


@dataclass(frozen=True)
class Event:
    at: datetime.datetime
    order: int
    what: str
    item: Item | Deed
    is_last: bool = False


def events_of(number, item):
    """The steps of ``item`` with their times, spread over the office hours between draft and publication."""
    if isinstance(item, Deed):
        yield Event(item.at, number * 10, "deed", item, item.tells)
        return
    plan = ["draft", "submit", *item.steps]
    if item.left_at == "draft":
        plan = plan[:1]
    elif item.left_at == "rejected":
        plan = ["draft", "submit", "return"]
    elif item.left_at:
        plan = plan[: plan.index(item.left_at)]
    last = len(["draft", "submit", *item.steps]) - 1
    for position, what in enumerate(plan):
        if item.draft is None and (what == "draft" or (what == "submit" and item.ready is None)):
            continue
        if position == 0:
            at = item.drafted_at
        elif position == last:
            at = item.public_at
        else:
            at = working_moment(item.drafted_at, item.public_at, position / last)
        yield Event(at, number * 10 + position, what, item, bool(item.left_at) and what == plan[-1])


@contextmanager
def silence():
    """No mail about what happened long ago: neither of a single step nor of an import as a whole."""
    with mail.suppress(), override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        yield


class Player:
    """Plays a list of items. ``progress(done, total, event)`` is told about every batch."""

    def __init__(self, world, progress=None):
        self.world = world
        self.progress = progress or (lambda done, total, event: None)
        self.checklist = {
            "checklist": [point.code for point in get_profile(conf.get("JURISDICTION")).secrecy_checklist]
        }

    def play(self, items, *, since=None, until=None):
        """Play ``items``, or what of them happens from ``since`` on and before ``until``."""
        events = [event for number, item in enumerate(items) for event in events_of(number, item)]
        events = [
            event
            for event in events
            if (since is None or event.at >= since) and (until is None or event.at < until)
        ]
        events.sort(key=lambda event: (event.at, event.order))
        stream, done = iter(events), 0
        with translation.override("zh-hans"):
            while batch := list(islice(stream, BATCH)):
                with transaction.atomic():
                    for event in batch:
                        self.step(event)
                done += len(batch)
                self.progress(done, len(events), batch[-1])

    def step(self, event):
        """Play one step, unless it was played before. Only what waits in the end is told by mail."""
        item = event.item
        with clock.moment(event.at), nullcontext() if event.is_last else silence():
            if event.what == "deed":
                item.run(self.world)
            elif event.what == "draft":
                self.draft(item)
            elif event.what == "submit":
                self.submit(item)
            elif event.what == "return":
                self.send_back(item)
            else:
                self.approve(item, event.what)

    def draft(self, item):
        if self.world.has(item.key) and not item.edition:
            return
        if item.edition and item.done(self.world.page(item.key).get_latest_revision_as_object()):
            return
        page = item.draft(self.world)
        self.world.remember(item.key, page)

    def submit(self, item):
        page = self.world.page(item.key)
        if page.workflow_in_progress or page.current_workflow_state or item.done(page):
            return
        if item.ready is not None:
            item.ready(self.world)
            page = self.world.page(item.key)
        actions.submit(page, self.world.users[item.drafter])

    def approve(self, item, name):
        page, state = self._waiting(item, name)
        if state is None:
            return
        draft = page.get_latest_revision_as_object()
        able = list(reviewers_for(state.task, draft).order_by("pk"))
        remarks = REMARKS[name]
        actions.approve(
            state,
            able[chosen(item.key + name, 0, len(able) - 1)],
            digest=digest_of(draft).value,
            comment=remarks[chosen(name + item.key, 0, len(remarks) - 1)],
            details=self.checklist if name == "secrecy_review" else {},
        )

    def send_back(self, item):
        page, state = self._waiting(item, "department_head")
        if state is not None:
            head = reviewers_for(state.task, page.get_latest_revision_as_object()).first()
            actions.reject(state, head, comment=item.comment)

    def _waiting(self, item, name):
        page = self.world.page(item.key)
        state = page.current_workflow_task_state
        fits = (
            state is not None
            and state.status == state.STATUS_IN_PROGRESS
            and isinstance(state.task.specific, STEPS[name])
        )
        return page, state if fits else None
