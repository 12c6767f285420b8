"""The steps of review as Wagtail tasks, so that Wagtail's workflow screens, reports and comments work."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Task, TaskState
from wagtail.signals import task_submitted

from ... import conf
from ...departments.models import Department, DepartmentMember
from ...rules.profiles import get_profile
from ..errors import NotReady
from ..locks import ReviewLock


class ReviewTask(Task):
    """A step of review. It grants nothing by itself: ``publishing.actions.approve`` records the approval."""

    form_class = "wagtail_disclosure.publishing.review.forms.ApproveForm"
    reject_form_class = "wagtail_disclosure.publishing.review.forms.RejectForm"
    lock_class = ReviewLock

    class Meta:
        abstract = True

    def reviewers(self, item):
        """The users who hold this step for ``item``: nobody, unless the step says who."""
        return get_user_model().objects.none()

    @classmethod
    def concerns(cls, user):
        """Which open steps of this type ``user`` holds, as a condition on ``TaskState``."""
        return models.Q(task__in=cls.objects.values("pk"))

    @classmethod
    def held_by(cls, user):
        """The steps of this type that ``user`` may hold for some item."""
        return cls.objects.all()

    def clean_details(self, details):
        """Validate and return what the reviewer stated besides the comment. Raises ``ValidationError``."""
        if details:
            raise ValidationError(_("This step has no checklist."))
        return {}

    def start(self, workflow_state, user=None):
        from ..evidence import step_applies

        draft = workflow_state.content_object.get_latest_revision_as_object()
        self._check_ready(draft)
        if not workflow_state.task_states.exists():
            self._pin_findings(workflow_state.content_object, draft)
        first = workflow_state.get_next_task()
        if first is not None and first.pk != self.pk:
            # Wagtail resumes at the step that returned the item; the approvals before it are void by then.
            return first.specific.start(workflow_state, user=user)
        if step_applies(self, draft):
            return super().start(workflow_state, user=user)
        state = self.get_task_state_class()(
            workflow_state=workflow_state,
            status=TaskState.STATUS_SKIPPED,
            revision=workflow_state.content_object.get_latest_revision(),
            task=self,
            finished_at=timezone.now(),
        )
        state.save()
        task_submitted.send(sender=TaskState, instance=state, user=user)
        return state

    @staticmethod
    def _check_ready(draft):
        """Whatever submits the item: it enters review only when it is ready. Raises :class:`NotReady`."""
        check = getattr(draft, "check_ready_for_review", None)
        try:
            if check is not None:
                check()
        except ValidationError as error:
            raise NotReady(error) from error

    @staticmethod
    def _pin_findings(item, draft):
        """When a review begins, whatever began it: files that are accepted nowhere end it here."""
        from .. import pinned

        pinned.pin(getattr(item, "specific", item), draft, again=True)

    def on_action(self, task_state, user, action_name, **kwargs):
        from .. import actions

        if action_name == "approve":
            actions.approve(
                task_state,
                user,
                digest=kwargs.get("digest", ""),
                comment=kwargs.get("comment", ""),
                details=kwargs.get("details") or {},
            )
        elif action_name == "reject":
            actions.reject(task_state, user, comment=kwargs.get("comment", ""))

    def get_actions(self, obj, user):
        from ..evidence import why_not_reviewer

        if why_not_reviewer(self, obj, user):
            return []
        return [
            ("reject", _("Return to the drafter"), True),
            ("approve", pgettext_lazy("disclosure", "Approve"), True),
        ]

    def get_form_for_action(self, action):
        return import_string(self.form_class if action == "approve" else self.reject_form_class)

    def get_template_for_action(self, action):
        # Approving means having seen the content, and that is on the review page.
        return "wagtail_disclosure/publishing/approve_modal.html" if action == "approve" else ""

    def locked_for_user(self, obj, user):
        # Nobody edits what is under review: reviewers return it, drafters take it back.
        return True

    def user_can_access_editor(self, obj, user):
        from ..evidence import stands_in

        return self.reviewers(obj).filter(pk=user.pk).exists() or stands_in(self, obj, user)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        from ..queue import moderated_by

        return moderated_by(self.task_ptr_id, user)


class GroupReviewTask(ReviewTask):
    """A step held by the members of groups."""

    groups = models.ManyToManyField(
        Group,
        verbose_name=pgettext_lazy("disclosure", "groups"),
        related_name="+",
        help_text=_("Members of these groups may pass this step."),
    )

    admin_form_fields = [*Task.admin_form_fields, "groups"]
    admin_form_widgets = {"groups": forms.CheckboxSelectMultiple}

    class Meta:
        abstract = True

    def reviewers(self, item):
        return get_user_model().objects.filter(is_active=True, groups__in=self.groups.all()).distinct()

    @classmethod
    def concerns(cls, user):
        return models.Q(task__in=cls.held_by(user).values("pk"))

    @classmethod
    def held_by(cls, user):
        return cls.objects.filter(groups__in=user.groups.values("pk"))


class DepartmentHeadReview(ReviewTask):
    """初审: the reviewer of the department that is responsible for the item."""

    class Meta:
        verbose_name = _("department head review")
        verbose_name_plural = _("department head reviews")

    def reviewers(self, item):
        from ..offices import reviewing_department

        department = reviewing_department(item)
        if department is None:
            return get_user_model().objects.none()
        return department.people(DepartmentMember.Role.REVIEWER)

    @classmethod
    def concerns(cls, user):
        keys = set()
        for department in Department.objects.reviewed_by(user):
            keys.add(department.pk)
            if department.status == Department.Status.ACTIVE:
                keys.update(ended.pk for ended in department.forerunners())
        return super().concerns(user) & (
            models.Q(revision__content__department__in=keys) | models.Q(pk__in=cls._without_department(keys))
        )

    @classmethod
    def held_by(cls, user):
        return cls.objects.all() if Department.objects.reviewed_by(user).exists() else cls.objects.none()

    @classmethod
    def _without_department(cls, keys):
        """Open steps of items that name no department, and for which one of ``keys`` answers. They are few."""
        from ..offices import reviewing_department

        if not keys:
            return []
        department = "revision__content__department"
        steps = TaskState.objects.filter(
            models.Q(**{f"{department}__isnull": True}) | models.Q(**{department: None}),
            task__in=cls.objects.values("pk"),
            status=TaskState.STATUS_IN_PROGRESS,
        )
        answering = {step.pk: reviewing_department(step.revision.as_object()) for step in steps}
        return [pk for pk, department in answering.items() if department and department.pk in keys]

    @classmethod
    def get_description(cls):
        return _("The reviewer of the department that is responsible for the item")


class SecrecyReview(GroupReviewTask):
    """保密审查 before publication, item by item (Secrecy Law 2024 Art. 35; Regulation Art. 17)."""

    form_class = "wagtail_disclosure.publishing.review.forms.SecrecyForm"

    class Meta:
        verbose_name = _("secrecy review")
        verbose_name_plural = _("secrecy reviews")

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups confirm each point of the secrecy checklist")

    def clean_details(self, details):
        wanted = [point.code for point in get_profile(conf.get("JURISDICTION")).secrecy_checklist]
        confirmed = details.get("checklist") or []
        if not isinstance(confirmed, (list, tuple)) or set(confirmed) != set(wanted):
            raise ValidationError(_("Confirm every point of the secrecy checklist."))
        return {"checklist": list(wanted)}


class CopyCheck(GroupReviewTask):
    """核稿 by the office."""

    class Meta:
        verbose_name = _("copy-check")
        verbose_name_plural = _("copy-checks")

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups check wording, figures, format and metadata")


class LeaderApproval(GroupReviewTask):
    """领导审批."""

    class Meta:
        verbose_name = _("leader approval")
        verbose_name_plural = _("leader approvals")

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups decide on publication")


class TranslationCheck(GroupReviewTask):
    """A second person compares a translation with the approved original."""

    class Meta:
        verbose_name = _("translation check")
        verbose_name_plural = _("translation checks")

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups compare the translation with the approved original")
