"""The review: its steps as Wagtail tasks, the workflow that runs them, the policy that requires them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from ..publishing import policy_record
from ..publishing.evidence import not_led_to
from ..publishing.models import (
    CopyCheck,
    DepartmentHeadReview,
    LeaderApproval,
    ReviewPolicy,
    ReviewPolicyStep,
    SecrecyReview,
    TranslationCheck,
)
from . import people

Condition = ReviewPolicyStep.Condition


@dataclass(frozen=True)
class Step:
    """A step of the default review; ``group`` is the key of the group that holds it."""

    key: str
    task: type
    name: str
    group: str = ""
    condition: str = Condition.ALWAYS
    # A sensible pace; the webmaster changes it in the policy.
    working_days: int = 2


# The order of an office: draft, head, secrecy, copy-check, leader. The leader decides on a translation last, too.
STEPS = (
    Step("head", DepartmentHeadReview, gettext_lazy("Department head review")),
    Step("secrecy", SecrecyReview, gettext_lazy("Secrecy review"), people.SECRECY, working_days=3),
    Step("copy", CopyCheck, gettext_lazy("Office copy-check"), people.COPY),
    Step(
        "translation",
        TranslationCheck,
        gettext_lazy("Translation check"),
        people.TRANSLATION,
        Condition.TRANSLATION,
        working_days=3,
    ),
    Step("leader", LeaderApproval, gettext_lazy("Leader approval"), people.LEADER, working_days=3),
)


def install_review(keeper, root, groups):
    """Create the steps, the workflow and the policy of the catalogue ``root``. Returns (tasks, workflow, policy).

    The policy of the original holds for its translations as well.
    """
    tasks = {step.key: _install_task(keeper, step, root, groups) for step in STEPS}
    workflow = _install_workflow(keeper, root, tasks)
    policy = _install_policy(keeper, root, workflow, tasks)
    keeper.keep(
        f"workflow-page/{root.pk}",
        find=lambda: WorkflowPage.objects.filter(page_id=root.pk).first(),
        make=lambda: WorkflowPage.objects.create(page_id=root.pk, workflow=policy.workflow),
        label=lambda each: _("workflow for “%(page)s”") % {"page": root.title},
        called=_("workflow for “%(page)s”") % {"page": root.title},
    )
    _note_gaps(keeper.report, root, policy)
    return tasks, workflow, policy


def _install_task(keeper, step, root, groups):
    def existing():
        return step.task.objects.filter(disclosure_policy_steps__policy__page=root).first()

    task = keeper.keep(
        f"task/{step.key}",
        find=existing,
        make=lambda: step.task.objects.create(name=str(step.name)),
        needed=True,
        label=lambda each: _("review step “%(name)s”") % {"name": each.name},
    )
    if step.group and not task.groups.exists():
        # A step that nobody can hold would stop every item.
        group = groups[step.group]
        task.groups.add(group)
        if f"task/{step.key}" not in keeper.made:
            keeper.report.repaired(
                _("“%(step)s” is held by %(group)s") % {"step": task.name, "group": group.name}
            )
    return task


def _install_workflow(keeper, root, tasks):
    def existing():
        policy = ReviewPolicy.objects.filter(page_id=root.pk).select_related("workflow").first()
        return policy.workflow if policy else None

    workflow = keeper.keep(
        "workflow",
        find=existing,
        make=lambda: Workflow.objects.create(name=_("Review of information before disclosure")),
        needed=True,
        label=lambda each: _("workflow “%(name)s”") % {"name": each.name},
    )
    if keeper.is_adopted("workflow"):
        return workflow
    for order, step in enumerate(STEPS):
        rows = WorkflowTask.objects.filter(workflow=workflow, task=tasks[step.key].task_ptr)
        keeper.keep_part(
            f"workflow/{step.key}",
            workflow,
            has=rows.exists,
            add=lambda task=tasks[step.key], order=order: WorkflowTask.objects.create(
                workflow=workflow, task=task.task_ptr, sort_order=order
            ),
            label=_("step “%(step)s” in the workflow") % {"step": tasks[step.key].name},
            of="workflow",
        )
    return workflow


def _install_policy(keeper, root, workflow, tasks):
    key = f"policy/{root.pk}"
    policy = keeper.keep(
        key,
        find=lambda: ReviewPolicy.objects.filter(page_id=root.pk).first(),
        make=lambda: ReviewPolicy.objects.create(page_id=root.pk, workflow=workflow),
        needed=True,
        label=lambda each: _("review policy of “%(page)s”") % {"page": root.title},
    )
    if keeper.is_adopted(key):
        return policy
    # What was changed past the admin stays a difference to the ledger, and is not made good by a repair.
    as_recorded, before = policy_record.is_as_recorded(policy), policy_record.in_words(policy)
    for order, step in enumerate(STEPS):
        task = tasks[step.key].task_ptr
        keeper.keep_part(
            f"{key}/{step.key}",
            policy,
            has=policy.steps.filter(task=task).exists,
            add=lambda task=task, order=order, step=step: ReviewPolicyStep.objects.create(
                policy=policy,
                task=task,
                sort_order=order,
                condition=step.condition,
                working_days=step.working_days,
            ),
            label=_("“%(step)s” required below “%(page)s”") % {"step": task.name, "page": root.title},
            of=key,
        )
    if as_recorded:
        is_new = policy_record.last_known(policy) is None
        policy_record.record(policy, before="" if is_new else before)
    return ReviewPolicy.objects.get(pk=policy.pk)


def _note_gaps(report, root, policy):
    """A step that is required and not in the workflow could never be passed."""
    required = [step.task for step in policy.steps.select_related("task")]
    if not required:
        report.note(
            _("The review policy of “%(page)s” has no step: nothing can be published.") % {"page": root.title}
        )
    for task in not_led_to(policy.workflow, required):
        report.note(
            _("“%(step)s” is required below “%(page)s”, but the workflow “%(workflow)s” does not run it.")
            % {"step": task.name, "page": root.title, "workflow": policy.workflow.name}
        )
