"""Reminds those who hold a step of review that it is due or overdue, and tells department and office when it stays so.

One mail a person and working day. :class:`ReviewReminder` keeps what went out, so that running it twice sends nothing
twice, and a run that was missed is made up by the next.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import override
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from ... import conf
from ...departments.models import DepartmentMember
from ...rules.profiles import get_profile
from .. import delegation
from ..evidence import reviewers_for
from ..ledger import display_name
from ..models import Delegation, ReviewReminder
from ..offices import reviewing_department
from ..queue import open_steps
from ..signals import delegation_changed
from . import mail
from .access import may_see
from .candidate import item_of
from .deadline import LATE, Due
from .step_deadline import CLOSE, steps_due

Kind = ReviewReminder.Kind
# Whoever determines disclosure attributes looks after the drafts of all departments.
OVERSEES = "wagtail_disclosure.add_attributedetermination"


@dataclass
class OpenStep:
    """A step that is due, with those it concerns."""

    state: object
    due: Due

    @cached_property
    def item(self):
        return item_of(self.state.workflow_state)

    @cached_property
    def draft(self):
        return self.item.get_latest_revision_as_object()

    @cached_property
    def reviewers(self):
        return list(reviewers_for(self.state.task, self.draft))

    @cached_property
    def stood_in_for(self):
        """``{deputy key: name of the absent person}`` at this step."""
        found = [each for each in delegation.in_force() if delegation.covers(each, self.state.task)]
        holders = set(
            self.state.task.specific.reviewers(self.draft)
            .filter(pk__in=[each.delegator_id for each in found])
            .values_list("pk", flat=True)
        )
        deputies = {user.pk for user in self.reviewers}
        return {
            each.deputy_id: each
            for each in found
            if each.delegator_id in holders and each.deputy_id in deputies
        }

    def to_remind(self):
        """Those who may take the step; an absent person is left in peace where a deputy may."""
        absent = {each.delegator_id for each in self.stood_in_for.values()}
        return [user for user in self.reviewers if user.pk not in absent]

    def to_tell(self):
        """Who learns that it stays undone: reviewers of the department, and those who enter deputies for others."""
        department = reviewing_department(self.draft)
        heads = set(department.people(DepartmentMember.Role.REVIEWER)) if department else set()
        known = {user.pk for user in self.reviewers}
        return [
            user
            for user in sorted(heads | set(_office()), key=lambda each: each.pk)
            if user.pk not in known and (user.has_perm(OVERSEES) or may_see(user, self.item, self.draft))
        ]

    def described(self, user):
        """What a mail says of the step."""
        for_whom = self.stood_in_for.get(user.pk)
        return {
            "title": str(self.draft),
            "name": self.state.task.name,
            "due": self.due,
            "acting_for": for_whom.delegator_name if for_whom else "",
            "holders": "、".join(display_name(each) for each in self.reviewers),
            "url": get_admin_base_url() + reverse("wagtail_disclosure_review:review", args=[self.state.pk]),
        }


def _office():
    app_label, codename = delegation.MANAGE.split(".")
    named = {"content_type__app_label": app_label, "codename": codename}
    rights = Q(**{f"groups__permissions__{key}": value for key, value in named.items()})
    rights |= Q(**{f"user_permissions__{key}": value for key, value in named.items()})
    return get_user_model().objects.filter(rights, is_active=True).distinct()


def due_steps(today=None):
    """The open steps that are due on the next working day at the latest, the most urgent first."""
    states = list(
        open_steps().select_related("task", "revision", "workflow_state__content_type").order_by("pk")
    )
    found = steps_due(states, today)
    steps = [OpenStep(state, found[state.pk]) for state in states if state.pk in found]
    urgent = [step for step in steps if step.due.level == LATE or step.due.days_left <= CLOSE]
    return sorted((step for step in urgent if step.item), key=lambda step: (step.due.on, step.state.pk))


def is_working_day(day):
    return get_profile(conf.get("JURISDICTION")).calendar().day(day).is_working


def planned(today=None):
    """What is to be sent today, as ``[(kind, user, steps)]``: nothing twice, and nothing on a rest day."""
    today = today or timezone.localdate()
    if not is_working_day(today):
        return []
    steps = due_steps(today)
    return [*_to_holders(steps, today), *_to_office(steps)]


def _to_holders(steps, today):
    told = set(ReviewReminder.objects.filter(kind=Kind.HOLDER, day=today).values_list("user", flat=True))
    waiting = defaultdict(list)
    for step in steps:
        for user in step.to_remind():
            if user.pk not in told and mail.reaches(user, "submitted"):
                waiting[user].append(step)
    return [(Kind.HOLDER, user, found) for user, found in waiting.items()]


def _to_office(steps):
    late = [step for step in steps if step.due.level == LATE and _is_long(step.due)]
    told = set(
        ReviewReminder.objects.filter(
            kind=Kind.ESCALATION, task_state__in=[step.state.pk for step in late]
        ).values_list("task_state", "user")
    )
    waiting = defaultdict(list)
    for step in late:
        for user in step.to_tell():
            if (step.state.pk, user.pk) not in told and mail.reaches(user, "submitted"):
                waiting[user].append(step)
    return [(Kind.ESCALATION, user, found) for user, found in waiting.items()]


def _is_long(due):
    # Years late are not counted.
    return due.days_left is None or -due.days_left >= conf.get("REVIEW_ESCALATION_DAYS")


def send(kind, user, steps, today=None):
    """Send one planned mail unless it went out meanwhile. Returns how many went out: 0 or 1."""
    today = today or timezone.localdate()
    rows = [ReviewReminder(task_state=step.state, user=user, kind=kind, day=today) for step in steps]
    with transaction.atomic():
        # Two runs at once wait for each other here.
        get_user_model().objects.select_for_update().filter(pk=user.pk).first()
        known = ReviewReminder.objects.filter(user=user, kind=kind)
        known = (
            known.filter(day=today)
            if kind == Kind.HOLDER
            else known.filter(task_state__in=[step.state.pk for step in steps])
        )
        if known.exists():
            return 0
        made = ReviewReminder.objects.bulk_create(rows)
    if _mail(kind, user, steps):
        return 1
    # Not sent: the next run tries again.
    ReviewReminder.objects.filter(pk__in=[row.pk for row in made]).delete()
    return 0


def _mail(kind, user, steps):
    with override(UserProfile.get_for_user(user).get_preferred_language()):
        described = [step.described(user) for step in steps]
    context = {
        "steps": described,
        "count": len(steps),
        "late": sum(step.due.level == LATE for step in steps),
        "url": get_admin_base_url() + reverse("disclosure_delegations:add"),
    }
    return mail.send("reminder" if kind == Kind.HOLDER else "escalation", [user], "submitted", context)


# Delegations


def install():
    """Connect the mails about delegations. Called once when the apps are ready."""
    delegation_changed.connect(_delegation_changed, dispatch_uid="wagtail_disclosure.delegation_mail")


def _delegation_changed(sender, delegation, user, **kwargs):
    mail.on_commit(_mail_delegation, delegation.pk, user)


def _mail_delegation(key, by):
    """Tell both people, whatever mails they wanted: it is about what is done in their name."""
    from ..delegation_admin import NAME, steps_of

    found = Delegation.objects.select_related("delegator", "deputy").get(pk=key)
    for person in {found.delegator, found.deputy} - {None, by}:
        with override(UserProfile.get_for_user(person).get_preferred_language()):
            steps = steps_of(found)
        context = {
            "delegation": found,
            "steps": steps,
            "ended": found.ended_at is not None,
            "entered_by": display_name(by),
            "url": get_admin_base_url() + reverse(f"{NAME}:inspect", args=[found.pk]),
        }
        mail.send("delegation", [person], "", context)
