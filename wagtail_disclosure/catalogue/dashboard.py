"""The drafter's panel on the start page of the admin: drafts of one's departments and their 20 working days."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import NullIf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import WorkflowState

from ..compat import PAGE_MODEL
from ..departments.models import Department
from ..publishing.review.deadline import HOOK as ATTRIBUTES_HOOK
from ..publishing.review.deadline import due_from
from ..rules.profiles import PROACTIVE
from .models import AttributeDetermination, DisclosurePage

SHOWN = 25


class MyDraftsPanel(Component):
    """Drafts of the reader's departments, the nearest due date first."""

    name = "disclosure_my_drafts"
    template_name = "wagtail_disclosure/publishing/my_drafts.html"
    order = 130

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        departments = list(Department.objects.filter(members__user=self.user).distinct())
        drafts = drafts_of(departments)
        count = drafts.count() if departments else 0
        left_out = max(0, count - SHOWN)
        return {
            "heading": _("My departments' drafts: 20 working days to publication (Art. 26)"),
            "count": count,
            "rows": _rows(drafts[:SHOWN], departments) if count else [],
            "more": ngettext("%(count)d more is not shown.", "%(count)d more are not shown.", left_out)
            % {"count": left_out},
            "left_out": left_out,
        }


def drafts_of(departments):
    """Items of ``departments`` with a draft that is not public, the earliest formed first."""
    return (
        DisclosurePage.objects.filter(department__in=departments)
        .filter(Q(has_unpublished_changes=True) | Q(first_published_at=None))
        # SQLite gives the text "null" for an empty value.
        .annotate(
            formed=NullIf(
                KeyTextTransform("formed_on", "latest_revision__content"),
                Value("null", output_field=TextField()),
            )
        )
        .order_by(F("formed").asc(nulls_last=True), "pk")
    )


def _rows(drafts, departments):
    drafts = list(drafts)
    reviews = _reviews(draft.pk for draft in drafts)
    names = {department.pk: department for department in departments}
    attributes = attributes_of(draft.translation_key for draft in drafts)
    return [
        {
            "page": draft,
            "title": draft.draft_title or draft.title,
            "department": names.get(draft.department_id, ""),
            "status": _status(reviews.get(str(draft.pk))),
            "undetermined": draft.translation_key not in attributes,
            "due": due_from(draft.formed)
            if attributes.get(draft.translation_key, PROACTIVE) == PROACTIVE
            else None,
        }
        for draft in drafts
    ]


@hooks.register(ATTRIBUTES_HOOK)
def attributes_of(translation_keys):
    """The attribute in force of each document that has one."""
    rows = AttributeDetermination.objects.filter(translation_key__in=list(translation_keys))
    return dict(rows.order_by("decided_at", "pk").values_list("translation_key", "attribute"))


def _reviews(keys):
    """The reviews that are running or returned, by the key of their page."""
    pages = ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL))
    states = WorkflowState.objects.active().filter(
        base_content_type=pages, object_id__in=[str(key) for key in keys]
    )
    return {state.object_id: state for state in states.select_related("current_task_state__task")}


def _status(state):
    if state is None:
        return _("draft")
    if state.status == state.STATUS_NEEDS_CHANGES:
        return _("returned")
    step = state.current_task_state
    return _("in review: %(step)s") % {"step": step.task.name} if step else _("in review")


@hooks.register("construct_homepage_panels")
def add_drafts_panel(request, panels):
    panels.append(MyDraftsPanel(request.user))
