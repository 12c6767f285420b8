"""Sections of the page of a case: tasks of other departments, identity, what is perhaps the same, holds, reviews."""

from django.urls import reverse

from ..departments.names import person_name
from . import reclassify, reviews, scope, similar
from .listing import kind_of, state_of
from .sections import ActionPanel, Section, register, register_panel
from .standing import DECISION, as_date

IDENTITY = "identity_check"
HOLD = "hold"
RETURNED = "return_decision"


@register
class TasksSection(Section):
    """What other departments were asked: all of it for the department in charge, their own for those involved."""

    order = 20
    opens_to_involved = True
    template_name = "wagtail_disclosure/casework/sections/tasks.html"

    def tasks(self):
        found = self.case.tasks.select_related("department", "question", "answer")
        return found if self.page.sees_all else found.of(self.request.user)

    def is_shown(self):
        return hasattr(self.case, "tasks") and self.tasks().exists()

    def get_context_data(self, parent_context):
        files = {str(each.key): each for each in self.case.attachments.all()}
        rows = []
        for task in self.tasks().order_by("pk"):
            rows.append(
                {
                    "task": task,
                    "overdue": task.is_overdue(),
                    "question": task.question.texts.get("question", ""),
                    "answer": task.answer.texts.get("answer", "") if task.answer else "",
                    "given": [files[key] for key in task.question.documents if key in files],
                    "files": [
                        files[key] for key in (task.answer.documents if task.answer else ()) if key in files
                    ],
                    "answer_url": self.page.offered("answer_task", task.key),
                    "withdraw_url": self.page.offered("withdraw_task", task.key),
                }
            )
        return {**super().get_context_data(parent_context), "rows": rows}


@register
class MovedSection(Section):
    """The case of another kind that this one goes on as, and the one that it was before."""

    order = 16
    template_name = "wagtail_disclosure/casework/sections/moved.html"

    def is_shown(self):
        self.onward, self.origin = reclassify.onward(self.case), reclassify.origin(self.case)
        return bool(self.onward or self.origin)

    def _row(self, case):
        if case is None:
            return None
        seen = case.admin_name and scope.may_see(self.request.user, case)
        url = reverse(f"{case.admin_name}:inspect", args=[case.pk]) if seen else ""
        return {"kind": kind_of(case), "number": case.number, "url": url}

    def get_context_data(self, parent_context):
        found = super().get_context_data(parent_context)
        return {**found, "onward": self._row(self.onward), "origin": self._row(self.origin)}


@register
class IdentitySection(Section):
    """Who checked the identity of the applicant, how and when. No number is copied."""

    order = 30
    template_name = "wagtail_disclosure/casework/sections/identity.html"

    def checks(self):
        return [each for each in self.standing.steps if each.data.get(IDENTITY)]

    def is_shown(self):
        return bool(self.checks())

    def get_context_data(self, parent_context):
        labels = {each.code: each.label() for each in self.standing.profile.identity_checks}
        rows = [
            {
                "how": labels.get(each.data[IDENTITY], each.data[IDENTITY]),
                "on": as_date(each.data.get("on")),
                "who": each.actor_name,
            }
            for each in self.checks()
        ]
        return {**super().get_context_data(parent_context), "rows": rows}


@register
class SimilarSection(Section):
    """Perhaps the same: earlier requests of the applicant, how often they ask, and who else asks for it."""

    order = 40
    template_name = "wagtail_disclosure/casework/sections/similar.html"

    def is_shown(self):
        if not self.case.described_by:
            return False
        self.candidates = similar.of_applicant(self.case, self.request.user)
        self.others = similar.by_others(self.case, self.request.user, self.candidates)
        self.marked = similar.marked(self.standing)
        return bool(self.candidates or self.others or self.marked)

    def get_context_data(self, parent_context):
        mark = self.page.offered("mark_repeat")
        marked = similar.named(self.case, self.marked, self.request.user) if self.marked else None
        shown = [each for each in self.candidates if similar.is_alike(each)][: similar.MOST_SHOWN]
        return {
            **super().get_context_data(parent_context),
            "rows": [self._row(each, mark) for each in shown],
            "frequency": similar.frequency(self.case, self.candidates),
            "only_by_name": sum(not each.is_strong for each in self.candidates),
            "others": [
                {"case": each, "url": self._url(each), "state": state_of(each)} for each in self.others
            ],
            "marked": marked,
            "marked_number": self.marked,
            "marked_url": self._url(marked) if marked is not None else "",
            "unmark_url": self.page.offered("unmark_repeat"),
        }

    def _row(self, candidate, mark):
        return {
            "candidate": candidate,
            "url": self._url(candidate.case),
            "state": state_of(candidate.case),
            "mark_url": f"{mark}?of={candidate.case.number}" if mark else "",
        }

    def _url(self, case):
        return reverse(f"{case.admin_name}:inspect", args=[case.pk])


@register
class HoldSection(Section):
    """Who placed the case under hold, when and why: for inspections, audits and the like, each lifted by itself."""

    order = 55
    template_name = "wagtail_disclosure/casework/sections/hold.html"

    def is_shown(self):
        self.events = self.standing.all_opened_by(HOLD)
        return bool(self.events)

    def get_context_data(self, parent_context):
        rows = [
            {"event": each, "lift_url": self.page.offered("lift_hold", each.data.get("key", ""))}
            for each in self.events
        ]
        return {**super().get_context_data(parent_context), "rows": rows, "keep_until": self.case.keep_until}


@register
class ReviewsSection(Section):
    """Reconsideration and litigation: what came in, where it is, how it ended, and the way to take the case up again."""

    order = 60
    template_name = "wagtail_disclosure/casework/sections/reviews.html"

    def is_shown(self):
        self.records = reviews.records_of(self.standing)
        return bool(self.records)

    def get_context_data(self, parent_context):
        rows = [
            {
                "review": each,
                "result_url": self.page.offered(reviews.CLOSES, each.key),
                "retract_url": self.page.offered(reviews.RETRACTS, each.key),
            }
            for each in self.records
        ]
        decided = any(not each.is_pending for each in self.records)
        return {
            **super().get_context_data(parent_context),
            "rows": rows,
            "held": any(each.is_pending for each in self.records),
            "record_url": self.page.offered(reviews.OPENS),
            "reopen_url": self.page.offered("reopen") if decided else "",
        }


@register_panel
class ReturnedPanel(ActionPanel):
    """Why the reviewer returned a reply, above the form by which it is drafted again."""

    order = 10
    template_name = "wagtail_disclosure/casework/returned.html"

    def is_shown(self):
        if DECISION not in self.action.fields:
            return False
        actions = self.standing.table.actions
        concerned = (
            each
            for each in reversed(self.standing.steps)
            if each.type == RETURNED or DECISION in actions[each.type].fields
        )
        self.event = next(concerned, None)
        return self.event is not None and self.event.type == RETURNED

    def get_context_data(self, parent_context):
        by = person_name(self.event.actor)
        return {**super().get_context_data(parent_context), "event": self.event, "by": by}
