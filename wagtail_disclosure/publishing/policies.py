"""Review policies as people see and change them: what a place inherits, and what would be wrong with a change."""

import math
from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Task, Workflow, WorkflowState

from ..compat import PAGE_MODEL
from .evidence import not_led_to, policies_covering
from .guard import guarded_models
from .models import ReviewPolicy, ReviewPolicyStep
from .models.tasks import GroupReviewTask
from .queue import review_content_types

ALWAYS = ReviewPolicyStep.Condition.ALWAYS


@dataclass(frozen=True)
class Step:
    """A step that a place requires; ``origin`` is the policy above that it comes from, None for the place's own."""

    task: Task
    condition: str
    origin: ReviewPolicy | None = None
    working_days: int | None = None

    def __str__(self):
        parts = [self.task.name]
        if self.condition != ALWAYS:
            parts.append(f"({ReviewPolicyStep.Condition(self.condition).label})")
        if self.working_days:
            days = ngettext("%(count)d working day", "%(count)d working days", self.working_days)
            parts.append(f"[{days % {'count': self.working_days}}]")
        return " ".join(parts)

    def is_stricter_than(self, other):
        """Whether it leaves less time than ``other``, so that it may be named a second time."""
        return self.working_days is not None and self.working_days < (other.working_days or math.inf)


def review_tasks():
    """The tasks that are steps of the disclosure review; a policy requires no others."""
    return Task.objects.filter(content_type__in=review_content_types())


def inherited_by(page, policy=None):
    """The steps that ``page`` has from policies other than ``policy``, in order."""
    found = policies_covering(page)
    if policy is not None and policy.pk:
        found = found.exclude(pk=policy.pk)
    return [
        Step(step.task, step.condition, each, step.working_days)
        for each in found
        for step in each.steps.all()
    ]


def steps_of(policy):
    """All steps that hold on the page of ``policy``: those it inherits, then its own."""
    own = policy.steps.select_related("task") if policy.pk else []
    return [*inherited_by(policy.page, policy), *(_own(each) for each in own)]


def _own(step):
    return Step(step.task, step.condition, working_days=step.working_days)


def gaps_of(policy):
    """What keeps the workflow of ``policy`` from leading through its steps, as sentences."""
    return list(_workflow_problems(policy.workflow, steps_of(policy)))


# What would be wrong with a policy for ``page`` with ``workflow`` and the steps ``own``


def problems(policy, page, workflow, own):
    """Yield ``(field, sentence)``; ``policy`` is the one being changed, unsaved for a new one."""
    inherited = inherited_by(page, policy)
    for sentence in _step_problems(inherited, own):
        yield None, sentence
    for sentence in _workflow_problems(workflow, [*inherited, *own]):
        yield "workflow", sentence
    for below in _policies_below(page, policy):
        for task in not_led_to(below.workflow, [step.task for step in own]):
            yield (
                None,
                _(
                    "“%(step)s” would hold for “%(page)s” below as well, but its workflow “%(workflow)s” does not "
                    "lead to it. Add it to that workflow first."
                )
                % {"step": task.name, "page": below.page, "workflow": below.workflow.name},
            )
    if policy.pk:
        sentence = why_not_leave(policy, page)
        if sentence:
            yield "page", sentence


def _step_problems(inherited, own):
    for step in own:
        for above in inherited:
            holds = above.task.pk == step.task.pk and above.condition in (ALWAYS, step.condition)
            if holds and not step.is_stricter_than(above):
                yield (
                    _(
                        "“%(step)s” holds here already: it is required by the policy of “%(page)s”. Name it again "
                        "only with fewer working days."
                    )
                    % {"step": step.task.name, "page": above.origin.page}
                )
    if own and not any(step.condition == ALWAYS for step in [*inherited, *own]):
        yield _(
            "One step at least must hold for every item: a review needs two people, the drafter and somebody else."
        )


def _workflow_problems(workflow, steps):
    if not workflow.active:
        yield _("The workflow “%(workflow)s” is not in use.") % {"workflow": workflow.name}
    tasks = {step.task.pk: step.task for step in steps}
    for task in not_led_to(workflow, tasks.values()):
        yield (
            _("“%(step)s” is required, but the workflow “%(workflow)s” does not lead to it.")
            % {"step": task.name, "workflow": workflow.name}
        )
    run = list(workflow.workflow_tasks.order_by("sort_order", "pk").values_list("task_id", flat=True))
    # Steps of two policies may follow each other in any order, those of one only as it says.
    for origin in {step.origin and step.origin.pk: step.origin for step in steps}.values():
        asked = [step.task for step in steps if step.origin == origin and step.task.pk in run]
        wanted = sorted(asked, key=lambda task: run.index(task.pk))
        if asked != wanted:
            yield (
                _("The workflow “%(workflow)s” leads through the steps in another order: %(steps)s.")
                % {"workflow": workflow.name, "steps": ", ".join(task.name for task in wanted)}
            )


def _policies_below(page, policy):
    for each in ReviewPolicy.objects.exclude(pk=policy.pk).select_related("page", "workflow"):
        above = each.page.get_ancestors(inclusive=True)
        if above.filter(translation_key=page.translation_key).exists():
            yield each


# What would be left without review


def why_not_leave(policy, page=None):
    """Why ``policy`` must not move to ``page``, or go altogether, as a sentence; empty when it may."""
    left = _left_without_review(policy, page)
    count = left.count()
    if not count:
        return ""
    return ngettext(
        "%(count)d page would be left without a review policy, so that nothing there could be published: %(names)s. "
        "Add a policy there or above it first.",
        "%(count)d pages would be left without a review policy, so that nothing there could be published: %(names)s. "
        "Add a policy there or above it first.",
        count,
    ) % {"count": count, "names": ", ".join(str(each) for each in left.order_by("path")[:3])}


def _left_without_review(policy, page):
    """The guarded pages that only ``policy`` covers now, and that it would not cover standing on ``page``."""
    pages = apps.get_model(PAGE_MODEL).objects
    types = [
        ContentType.objects.get_for_model(model).pk
        for model in guarded_models()
        if hasattr(model, "url_path")
    ]
    guarded = pages.filter(content_type__in=types)
    keys = list(ReviewPolicy.objects.exclude(pk=policy.pk).values_list("page__translation_key", flat=True))
    keys += [page.translation_key] if page is not None else []
    if not keys:
        return guarded
    covered_now = _below(pages, [policy.page.translation_key])
    return guarded.filter(covered_now).exclude(_below(pages, keys))


def _below(pages, keys):
    condition = Q(pk=None)
    for path in pages.filter(translation_key__in=keys).values_list("path", flat=True):
        condition |= Q(path__startswith=path)
    return condition


# What a person should know after saving


def warnings_about(policy):
    """What is allowed and yet needs somebody's attention, as sentences."""
    for step in steps_of(policy):
        task = step.task.specific
        if isinstance(task, GroupReviewTask) and not task.groups.filter(user__is_active=True).exists():
            yield _("Nobody holds “%(step)s” yet: put people into its groups.") % {"step": task.name}
    count = _running_elsewhere(policy)
    if count:
        yield (
            ngettext(
                "%(count)d review that is running does not lead to every step that is required now. Its review page "
                "says what to do.",
                "%(count)d reviews that are running do not lead to every step that is required now. Their review "
                "pages say what to do.",
                count,
            )
            % {"count": count}
        )


def _running_elsewhere(policy):
    """How many reviews below ``policy`` run by a workflow that misses a step which holds for every item."""
    model = apps.get_model(PAGE_MODEL)
    below = model.objects.filter(_below(model.objects, [policy.page.translation_key]))
    states = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(model),
        object_id__in=below.annotate(key=Cast("pk", CharField())).values("key"),
    )
    required = [step.task for step in steps_of(policy) if step.condition == ALWAYS]
    counts = dict(states.order_by().values_list("workflow").annotate(Count("pk")))
    return sum(
        counts[workflow.pk]
        for workflow in Workflow.objects.filter(pk__in=counts)
        if not_led_to(workflow, required)
    )
