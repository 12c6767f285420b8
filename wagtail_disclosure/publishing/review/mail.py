"""Mails about reviews and withdrawals: to the next reviewers, to the drafters, to the department. Sent on commit.

Wagtail has notifiers of its own for submission, approval and rejection. For guarded items these replace them: they
know the eligible reviewers, wait for the commit and can be held back. For all other items Wagtail's still run.
"""

import logging
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from smtplib import SMTPException

from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import transaction
from django.db.models.signals import post_save
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.mail import send_mail
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from ...departments.models import DepartmentMember
from ..evidence import reviewers_for
from ..guard import is_guarded
from ..ledger import display_name
from ..models import Contribution, ReviewTask, Seal, Withdrawal
from ..offices import reviewing_department
from .deadline import due_of

logger = logging.getLogger("wagtail_disclosure.mail")
TEMPLATES = "wagtail_disclosure/publishing/mail/"

_held = ContextVar("disclosure_mail_held", default=None)


def install():
    """Connect the mails. Called once when the apps are ready."""
    task_submitted.connect(_step_waits, sender=TaskState, dispatch_uid="wagtail_disclosure.mail")
    for signal, uid, receiver in (
        (workflow_submitted, "workflow_state_submitted_email_notification", _submitted),
        (workflow_rejected, "workflow_state_rejected_email_notification", _returned),
        (workflow_approved, "workflow_state_approved_email_notification", _approved),
    ):
        # Under Wagtail's own uid: whichever app starts first, ours is the receiver that stays connected.
        signal.disconnect(sender=WorkflowState, dispatch_uid=uid)
        signal.connect(receiver, sender=WorkflowState, dispatch_uid=uid)
    post_save.connect(_withdrawn, sender=Withdrawal, dispatch_uid="wagtail_disclosure.mail.withdrawn")


class Held:
    """The steps that began to wait while mails were held back."""

    def __init__(self):
        self.task_states = []

    def counts(self):
        """How many of those steps wait for whom now: ``{user: number}``."""
        found = Counter()
        states = TaskState.objects.filter(pk__in=self.task_states, status=TaskState.STATUS_IN_PROGRESS)
        for state in states.select_related("workflow_state", "task"):
            found.update(_reviewers(state))
        return dict(found)


@contextmanager
def suppress():
    """Hold back every mail about reviews, as for an import; gives the :class:`Held` steps for a summary."""
    held = Held()
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def send_summary(counts):
    """Tell each user of ``{user: number}`` in one mail how many items wait for them. Returns the mails sent."""
    home = get_admin_base_url() + reverse("wagtailadmin_home")
    with_items = [(user, count) for user, count in counts.items() if count]
    return sum(
        send("summary", [user], "submitted", {"count": count, "url": home}) for user, count in with_items
    )


def is_held():
    """Whether mails are held back here, as for an import."""
    return _held.get() is not None


def on_commit(function, *args):
    """Send when the transaction is through; a failing mail never undoes what it tells about."""
    transaction.on_commit(partial(function, *args), robust=True)


def is_ours(workflow_state):
    """Whether the item under review is guarded, so that these mails replace Wagtail's."""
    model = workflow_state.content_type.model_class()
    return model is not None and is_guarded(model)


def _step_waits(sender, instance, **kwargs):
    state = instance
    if state.status != TaskState.STATUS_IN_PROGRESS or not isinstance(state.task.specific, ReviewTask):
        return
    held = _held.get()
    if held is not None:
        held.task_states.append(state.pk)
    else:
        on_commit(_mail_reviewers, state.pk)


def _submitted(sender, instance, **kwargs):
    if not is_ours(instance):
        from wagtail.admin.signal_handlers import workflow_submission_email_notifier

        workflow_submission_email_notifier(instance=instance, **kwargs)


def _returned(sender, instance, user=None, **kwargs):
    if not is_ours(instance):
        from wagtail.admin.signal_handlers import workflow_rejection_email_notifier

        workflow_rejection_email_notifier(instance=instance, user=user, **kwargs)
    elif _held.get() is None:
        on_commit(_mail_drafters, instance.pk, "rejected", user)


def _approved(sender, instance, user=None, **kwargs):
    if not is_ours(instance):
        from wagtail.admin.signal_handlers import workflow_approval_email_notifier

        workflow_approval_email_notifier(instance=instance, user=user, **kwargs)
    elif _held.get() is None:
        on_commit(_mail_drafters, instance.pk, "approved", user)


def _withdrawn(sender, instance, created=False, raw=False, **kwargs):
    if created and not raw and _held.get() is None:
        on_commit(_mail_department, instance.pk)


def _item(workflow_state):
    found = workflow_state.content_object
    return getattr(found, "specific", found)


def _reviewers(state):
    draft = _item(state.workflow_state).get_latest_revision_as_object()
    return list(reviewers_for(state.task, draft).distinct())


def _drafters(workflow_state, item):
    """Who worked on the item in this review, and who submitted it."""
    earlier = Seal.objects.about(item).filter(opened_at__lt=workflow_state.created_at).order_by("-opened_at")
    rows = Contribution.objects.about(item).filter(user__is_active=True)
    if (seal := earlier.first()) is not None:
        rows = rows.filter(at__gt=seal.opened_at)
    wanted = set(rows.values_list("user", flat=True)) | {workflow_state.requested_by_id}
    return list(get_user_model().objects.filter(pk__in=wanted - {None}, is_active=True))


def _mail_reviewers(task_state_id):
    state = TaskState.objects.select_related("workflow_state__requested_by", "task").get(pk=task_state_id)
    if state.status != TaskState.STATUS_IN_PROGRESS:
        # Passed, returned or taken back in the same transaction.
        return
    item = _item(state.workflow_state)
    draft = item.get_latest_revision_as_object()
    context = {
        "title": str(draft),
        "step": state.task.name,
        "submitted_by": display_name(state.workflow_state.requested_by),
        "due": due_of(draft),
        "url": get_admin_base_url() + reverse("wagtail_disclosure_review:review", args=[state.pk]),
    }
    send("waiting", reviewers_for(state.task, draft).distinct(), "submitted", context)


def _mail_drafters(workflow_state_id, event, user):
    workflow_state = WorkflowState.objects.select_related("current_task_state__task").get(
        pk=workflow_state_id
    )
    item = _item(workflow_state)
    if item is None:
        return
    step = workflow_state.current_task_state
    context = {
        "title": str(item.get_latest_revision_as_object()),
        "step": step.task.name if step else "",
        "decided_by": display_name(user),
        "comment": step.comment if step else "",
        "live": item.live,
        "go_live_at": item.go_live_at,
        "public_url": getattr(item, "full_url", "") if item.live else "",
        "url": get_admin_base_url() + (AdminURLFinder().get_edit_url(item) or ""),
    }
    recipients = [person for person in _drafters(workflow_state, item) if person != user]
    send(event, recipients, event, context)


def _mail_department(decision_id):
    """Tell the officers and reviewers of the responsible department that an item has left the site, and why."""
    decision = Withdrawal.objects.select_related("content_type", "decided_by").get(pk=decision_id)
    model = decision.content_type.model_class()
    item = model._base_manager.filter(pk=decision.object_id).first() if decision.carried_out_at else None
    if item is None:
        # Nothing left: what was decided was not carried out, or deleted since.
        return
    item = getattr(item, "specific", item)
    department = reviewing_department(item)
    people = (
        {person for role in DepartmentMember.Role for person in department.people(role)}
        if department
        else set()
    )
    context = {
        "title": decision.title,
        "reason": decision,
        "decided_by": decision.decided_by_name,
        "explanation": decision.explanation,
        "successor_url": decision.successor.full_url if decision.successor else decision.successor_url,
        "url": get_admin_base_url() + (AdminURLFinder().get_edit_url(item) or ""),
    }
    send("withdrawn", sorted(people - {decision.decided_by}, key=lambda each: each.pk), "rejected", context)


def send(template, users, preference, context):
    """Send ``template`` to each of ``users`` who wants such mails; returns how many went out.

    ``preference`` is the notification setting that decides; without one everybody gets the mail.
    """
    recipients = [user for user in users if reaches(user, preference)]
    if not recipients:
        return 0
    sent = 0
    try:
        with get_connection() as connection:
            for user in recipients:
                sent += _send_one(template, user, context, connection)
    except (OSError, SMTPException):
        logger.exception("The mail server cannot be reached; %d mails were not sent", len(recipients) - sent)
    return sent


def reaches(user, preference=""):
    """Whether ``user`` has an address, and wants the mails that the notification setting ``preference`` is about."""
    return bool(user.email) and (not preference or _wants(user, preference))


def _wants(user, preference):
    return getattr(UserProfile.get_for_user(user), f"{preference}_notifications")


def _send_one(template, user, context, connection):
    try:
        with override(UserProfile.get_for_user(user).get_preferred_language()):
            subject = render_to_string(f"{TEMPLATES}{template}_subject.txt", {**context, "user": user})
            body = render_to_string(f"{TEMPLATES}{template}.txt", {**context, "user": user})
        # A title may hold line breaks, a subject must not.
        return send_mail(" ".join(subject.split()), body.strip() + "\n", [user.email], connection=connection)
    except Exception:
        logger.exception("A mail about a review was not sent to user %s", user.pk)
        return 0
