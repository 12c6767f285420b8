"""Whether an item is important (重要信息由领导审定), who said so, and which steps it therefore passes or not."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from wagtail.models import Revision

from ..evidence import policies_for, required_steps
from ..ledger import display_name
from ..models import ReviewPolicyStep

IMPORTANT = ReviewPolicyStep.Condition.IMPORTANT


@dataclass(frozen=True)
class Importance:
    """``label`` is the name of the field; ``who`` is empty where the revision that set it is no longer kept."""

    label: str
    important: bool
    who: str = ""
    at: datetime | None = None


def importance_of(item, draft):
    """The :class:`Importance` of ``draft``; None where its type has no field for it (``importance_field``)."""
    name = getattr(draft, "importance_field", None)
    if name is None:
        return None
    value = getattr(draft, name)
    label = str(draft._meta.get_field(name).verbose_name)
    rows = Revision.objects.for_instance(item).order_by("-created_at", "-pk")
    found = None
    for user, at, said in rows.values_list("user", "created_at", f"content__{name}"):
        if said != value:
            break
        found = user, at
    if found is None:
        return Importance(label, value)
    user, at = found
    person = get_user_model().objects.filter(pk=user).first()
    return Importance(label, value, display_name(person), at)


def exempt_steps(draft):
    """The steps that hold here for important items only, which this is not: pairs of step and condition in words."""
    required = {task.pk for task in required_steps(draft)}
    found = {}
    for policy in policies_for(draft):
        for step in policy.steps.all():
            if step.condition == IMPORTANT and step.task_id not in required:
                found[step.task_id] = (step.task.name, step.get_condition_display())
    return list(found.values())
