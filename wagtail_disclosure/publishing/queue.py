"""Which open steps of review wait for a person: one query, for dashboards, reports and mails."""

import datetime
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import or_

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, DateTimeField, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from wagtail.models import TaskState

from ..compat import PAGE_MODEL
from . import delegation
from .delegation import review_task_types
from .evidence import user_key
from .models import Approval, Contribution, Seal

NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def open_steps():
    """The steps at which items stand in review now, as a queryset of ``TaskState``."""
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status="in_progress",
        workflow_state__current_task_state=F("pk"),
        task__content_type__in=review_content_types(),
    )


def review_content_types():
    """Keys of the content types of all steps of review."""
    types = ContentType.objects.get_for_models(*review_task_types(), for_concrete_models=False)
    return [each.pk for each in types.values()]


def waiting_for(user):
    """Open steps that ``user`` may decide on now, oldest first, as a queryset of ``TaskState``.

    Steps of items that the person worked on or has passed another step of are left out; of those for whom the person
    stands in, steps of items to which that applies to either. This is for lists:
    :func:`publishing.evidence.why_not_reviewer` decides when the person acts.
    """
    if not user.is_active:
        return TaskState.objects.none()
    found = _free(open_steps().filter(_concerning(user)), [user])
    standing_in = delegation.in_force(user)
    if standing_in:
        keys = Q(pk__in=found.values("pk"))
        for each in standing_in:
            keys |= Q(pk__in=waiting_by(each).values("pk"))
        found = open_steps().filter(keys)
    return found.order_by("started_at", "pk")


def waiting_by(delegation):
    """Open steps that the deputy of ``delegation``, which is in force, may decide on for the person who is absent."""
    steps = open_steps().filter(_concerning(delegation.delegator))
    tasks = [task.pk for task in delegation.tasks.all()]
    steps = steps.filter(task__in=tasks) if tasks else steps
    in_person = open_steps().filter(_concerning(delegation.deputy))
    steps = steps.exclude(pk__in=in_person.values("pk"))
    return _free(steps, [delegation.deputy, delegation.delegator])


def _concerning(user):
    return reduce(or_, (model.concerns(user) for model in review_task_types()))


def _free(states, people):
    """Those of ``states`` whose items none of ``people`` worked on or passed another step of."""
    keys = [user_key(person) for person in people]
    return (
        states.alias(public_at=Coalesce(_last_public(), Value(NEVER), output_field=DateTimeField()))
        .exclude(Exists(_about(Contribution).filter(user_key__in=keys, at__gt=OuterRef("public_at"))))
        .exclude(
            Exists(
                _about(Approval).filter(
                    Q(user_key__in=keys) | Q(acted_for_key__in=keys),
                    voided_at=None,
                    approved_at__gt=OuterRef("public_at"),
                )
            )
        )
        .exclude(
            Exists(_own_pages(people)),
            public_at=NEVER,
            workflow_state__base_content_type=ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL)),
        )
    )


_left_out = ContextVar("disclosure_reviews_left_out", default=False)


@contextmanager
def without_reviews():
    """Within it, Wagtail is told that nothing of ours waits: for its lists that show other workflows."""
    token = _left_out.set(True)
    try:
        yield
    finally:
        _left_out.reset(token)


def moderated_by(task, user):
    """Wagtail's question which steps of ``task`` wait for ``user``."""
    if _left_out.get():
        return TaskState.objects.none()
    # Wagtail joins the answers of all tasks with "|", which needs a condition without annotations.
    return TaskState.objects.filter(pk__in=waiting_for(user).filter(task=task).order_by().values("pk"))


def _about(model):
    return model.objects.filter(
        content_type=OuterRef("workflow_state__base_content_type"),
        object_id=OuterRef("workflow_state__object_id"),
    )


def _last_public():
    seals = _about(Seal).filter(opened_at__isnull=False).order_by().values("object_id")
    return Subquery(seals.annotate(last=Max("opened_at")).values("last"))


def _own_pages(people):
    pages = apps.get_model(PAGE_MODEL)
    return pages.objects.alias(key=Cast("pk", CharField())).filter(
        owner__in=people,
        key=OuterRef("workflow_state__object_id"),
    )
