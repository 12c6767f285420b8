"""Drafts and their 20 working days (Art. 26): which of them a person may read of, and what lists show of each."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Locale, WorkflowState
from wagtail.permissions import page_permission_policy

from ..compat import PAGE_MODEL
from ..departments.models import Department
from ..publishing.models import Seal
from ..publishing.review.deadline import HOOK as ATTRIBUTES_HOOK
from ..publishing.review.deadline import UNSTATED, due_from, starts_of
from ..publishing.review.step_deadline import steps_due
from ..publishing.review.views import item_url
from ..rules.profiles import PROACTIVE
from .departed import state_of
from .forms import OFFICE
from .models import AttributeDetermination, DisclosurePage, FiledItem


def oversees(user):
    """Whether ``user`` looks after the drafts of all departments: the office, and superusers."""
    return user.is_active and user.has_perm(OFFICE)


def overseen_by(user):
    """The drafts of all departments as far as ``user`` may work on them; none unless they oversee."""
    if not oversees(user):
        return drafts().none()
    return drafts() if user.is_superuser else drafts().filter(pk__in=_editable(user).values("pk"))


def drafts_for(user):
    """Every draft that ``user`` may read of: those of their departments, and those that they oversee."""
    own = Q(department__in=Department.objects.looked_after_by(user).values("pk"))
    if not oversees(user):
        return drafts().filter(own)
    return drafts() if user.is_superuser else drafts().filter(own | Q(pk__in=_editable(user).values("pk")))


def _editable(user):
    return page_permission_policy.instances_user_has_permission_for(user, "change").order_by()


def drafts():
    """Items with a draft that is neither public nor filed, the nearest due date first, those without a limit last.

    ``starts`` is the day from which the limit counts, as text; ``limited`` is 0 where none runs, as
    :func:`publishing.review.deadline.due_of` says.
    """
    attribute = AttributeDetermination.objects.filter(translation_key=OuterRef("translation_key"))
    by_law = Q(in_force=None) | Q(in_force=PROACTIVE)
    not_kept = Q(public_on=None) | Q(starts__gt=F("public_on"))
    limited = When(by_law & not_kept & Q(locale=Locale.get_default()), then=Value(1))
    return (
        DisclosurePage.objects.filter(
            Q(has_unpublished_changes=True) | Q(first_published_at=None), ~Exists(_filed_as_it_is())
        )
        .annotate(
            day_formed=_drafted("formed_on"),
            day_signed=_drafted("date_signed"),
            in_force=Subquery(attribute.values("attribute")[:1]),
            public_on=_public_on(),
        )
        .annotate(
            starts=Coalesce("day_formed", "day_signed"),
            limited=Case(limited, default=Value(0), output_field=IntegerField()),
        )
        .select_related("department")
        .order_by("-limited", F("starts").asc(nulls_last=True), "pk")
    )


def _filed_as_it_is():
    """The entry in the filing register that was made of the latest draft: nothing is left to do about it."""
    newest = OuterRef("latest_revision_created_at")
    return FiledItem.objects.open().filter(page_id=OuterRef("pk"), filed_at__gte=newest)


def _public_on():
    """The day on which the item was made public last, as text."""
    seals = Seal.objects.filter(
        content_type=ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL)),
        object_id=Cast(OuterRef("pk"), CharField()),
        opened_at__isnull=False,
    )
    last = seals.order_by("-opened_at").annotate(day=Cast(TruncDate("opened_at"), TextField()))
    return Subquery(last.values("day")[:1])


def _drafted(name):
    # SQLite gives the text "null" for an empty value.
    empty = Value("null", output_field=TextField())
    return NullIf(KeyTextTransform(name, "latest_revision__content", output_field=TextField()), empty)


def at_level(queryset, level):
    """Those of ``drafts()`` whose time limit stands at ``level`` (see :mod:`publishing.review.deadline`)."""
    limited = queryset.filter(limited=1)
    if level == UNSTATED:
        return limited.filter(starts=None)
    span = starts_of(level)
    if span is None:
        return limited.none()
    first, last = span
    limited = limited.filter(starts__gte=first.isoformat())
    return limited.filter(starts__lte=last.isoformat()) if last else limited


def described(found, user):
    """The drafts ``found`` as a list, each with its ``due``, its state, and the address that ``user`` may open."""
    found = list(found)
    keys = [draft.pk for draft in found]
    reviews = _reviews(keys)
    steps = _step_deadlines(reviews)
    editable = set(_editable(user).filter(pk__in=keys).values_list("pk", flat=True))
    reviewed = set(Department.objects.reviewed_by(user).values_list("pk", flat=True))
    for draft in found:
        draft.due = due_from(draft.day_formed, draft.day_signed) if draft.limited else None
        draft.undetermined = draft.in_force is None
        review = reviews.get(str(draft.pk))
        draft.draft_state = _state(review) or state_of(draft) or _("draft")
        draft.step_due = steps.get(review.current_task_state_id) if review else None
        draft.draft_url = ""
        if draft.pk in editable:
            draft.draft_url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
        elif draft.department_id in reviewed:
            draft.draft_url = item_url("history", draft)
    return found


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
    related = "current_task_state__task", "current_task_state__revision"
    return {state.object_id: state for state in states.select_related(*related)}


def _step_deadlines(reviews):
    """When the steps at which ``reviews`` stand are due, by the key of the step."""
    running = [each for each in reviews.values() if each.status == each.STATUS_IN_PROGRESS]
    return steps_due([each.current_task_state for each in running if each.current_task_state])


def _state(review):
    if review is None:
        return ""
    if review.status == review.STATUS_NEEDS_CHANGES:
        return _("returned")
    step = review.current_task_state
    return _("in review: %(step)s") % {"step": step.task.name} if step else _("in review")
